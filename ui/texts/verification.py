"""Texts of the verification call; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "verification.call": ("Call customer", "拨打客户"),
    "verification.say": ("Say", "话术"),
    "verification.script": (
        "“Hello {name}, I am calling about “{subject}”. Is everything working for you now?”",
        "“您好，{name}。我来电是回访“{subject}”。同事反馈已处理完毕，请问现在一切正常吗？”",
    ),
    "verification.question": ("What does the customer say?", "客户怎么说？"),
    "verification.yes": ("Yes, resolved", "是，已解决"),
    "verification.no": ("No, not resolved", "否，未解决"),
    "verification.reason": ("What is still wrong", "仍存在的问题"),
    "verification.reason_hint": ("In the customer's words", "按客户原话"),
    "verification.reason_missing": (
        "Say what is still wrong, for whoever works on it next",
        "请写明仍存在的问题，便于后续处理",
    ),
    "verification.reopen": ("Reopen the ticket", "重开工单"),
    "verification.back": ("Back", "返回"),
    "verification.close": ("Close the order", "关闭派工单"),
    "verification.rating": ("How satisfied, 1 to 5? (may be left out)", "满意度 1–5 分（可不问）"),
    "verification.rating.0": ("Not asked", "未询问"),
    "verification.rating.1": ("1", "1"),
    "verification.rating.2": ("2", "2"),
    "verification.rating.3": ("3", "3"),
    "verification.rating.4": ("4", "4"),
    "verification.rating.5": ("5", "5"),
    "verification.remark": ("Remark (may be empty)", "备注（可不填）"),
    "verification.unreached": ("Not reached", "未接通"),
    "verification.unreached_tip": (
        "Count this call as an attempt in vain; the customer is called again on another day",
        "记为一次未接通；改日再次回访",
    ),
    "verification.in_call": (
        "On the phone with the customer since {time}",
        "正与客户通话，始于 {time}",
    ),
    "verification.no_call": (
        "No call with this customer yet: call first, the answer belongs to a call",
        "尚未与该客户通话：请先拨打，回访结果须关联通话",
    ),
    "verification.due": (
        "To be called from {when} on, in the customer's hours",
        "{when} 起可回访（按客户当地时间）",
    ),
    "verification.story": ("The story so far", "来龙去脉"),
    "verification.loading": ("Loading the story…", "正在加载…"),
    "verification.first_call": ("First call", "首次来电"),
    "verification.first_call_line": ("{when} · {agent}: {words}", "{when} · {agent}：{words}"),
    "verification.first_call_bare": ("{when} · {agent}", "{when} · {agent}"),
    "verification.ticket": ("Ticket", "工单"),
    "verification.ticket_line": ("#{number}, opened {when}", "#{number}，创建于 {when}"),
    "verification.order": ("Work order", "派工单"),
    "verification.order_line": ("#{number}, round {round}", "#{number}，第 {round} 轮"),
    "verification.round": ("Not solved before", "此前未解决"),
    "verification.round_line": ("{when}: {reason}", "{when}：{reason}"),
    "verification.said": ("Said meanwhile", "期间补充"),
    "verification.attempts": ("Called in vain", "未接通记录"),
    "verification.attempt_day": ("{day}: {count}×", "{day}：{count} 次"),
    "verification.owner": ("owner {name}", "负责人 {name}"),
    "verification.unreached_days": (
        "Nobody answered on {days} different days. A supervisor may close it.",
        "已连续在 {days} 个不同日期未接通，可由班长关闭。",
    ),
    "verification.ask_supervisor": ("Ask a supervisor", "请班长处理"),
    "verification.asked_supervisor": (
        "The supervisors know of work order {number}",
        "已请班长处理派工单 {number}",
    ),
    "verification.override": ("Close without confirmation", "无确认关闭"),
    "verification.override_reason": ("Why it is closed all the same", "无确认关闭的原因"),
    "verification.override_missing": (
        "Say why it is closed without the customer's word",
        "请写明未经客户确认而关闭的原因",
    ),
    "verification.attempt_logged": (
        "Counted as an attempt in vain; the customer is called again on another day",
        "已记为一次未接通；将改日再次回访",
    ),
    "verification.came_back": (
        "Work order {number} came back: ask whether it is solved",
        "派工单 {number} 已处理完：请询问客户是否已解决",
    ),
    "verification.ask_now": ("Ask now", "立即回访"),
}
