"""Texts of the answer to "where is my order?"; pure data, any thread."""

from __future__ import annotations

from typing import Final

_WHERE: Final[dict[str, tuple[str, str]]] = {
    "order_answer.DRAFT": ("Your order {number} is being written.", "派工单 {number} 正在登记。"),
    "order_answer.PENDING_DISPATCH": (
        "Your order {number} has been waiting for somebody to take it since {since}.",
        "您的派工单 {number} 自 {since} 起等待分派。",
    ),
    "order_answer.ASSIGNED": (
        "Your order {number} has been with {who} since {since}; they have not accepted it yet.",
        "您的派工单 {number} 已于 {since} 派给{who}，对方尚未接单。",
    ),
    "order_answer.DECLINED": (
        "Your order {number} is being given to somebody else.",
        "您的派工单 {number} 正在改派。",
    ),
    "order_answer.ACCEPTED": (
        "{who} accepted your order {number}, {since}.",
        "{who}已于 {since} 接受您的派工单 {number}。",
    ),
    "order_answer.IN_PROGRESS": (
        "{who} has been working on your order {number} since {since}.",
        "{who}自 {since} 起正在处理您的派工单 {number}。",
    ),
    "order_answer.ON_HOLD": (
        "The work on your order {number} has been waiting since {since}: {reason}.",
        "您的派工单 {number} 自 {since} 起暂停：{reason}。",
    ),
    "order_answer.REPORTED": (
        "The work on your order {number} is done; {who} reported it, {since}.",
        "您的派工单 {number} 已处理完，{who}于 {since} 提交了回单。",
    ),
    "order_answer.VERIFYING": (
        "The work on your order {number} is done and checked, {since}.",
        "您的派工单 {number} 已处理完并通过审核（{since}）。",
    ),
    "order_answer.CLOSED": (
        "Your order {number} is closed, {since}.",
        "派工单 {number} 已于 {since} 关闭。",
    ),
    "order_answer.CANCELLED": (
        "Your order {number} was cancelled, {since}.",
        "派工单 {number} 已于 {since} 取消。",
    ),
    "order_answer.nobody": ("nobody", "无人"),
    "order_answer.technician": ("{name} does the work ({phone}).", "由 {name} 负责 ({phone})。"),
    "order_answer.by": ("That is to be by {when}.", "应于 {when} 前完成。"),
    "order_answer.late": (
        "That was to be by {when}; it is late.",
        "应于 {when} 前完成，现已超时。",
    ),
}

_NEXT: Final[dict[str, tuple[str, str]]] = {
    "order_answer.next.DRAFT": ("Next it is given to a department.", "下一步：派给部门。"),
    "order_answer.next.PENDING_DISPATCH": (
        "Next it is given to a department.",
        "下一步：派给部门。",
    ),
    "order_answer.next.DECLINED": ("Next it is given to a department.", "下一步：派给部门。"),
    "order_answer.next.ASSIGNED": ("Next they accept it.", "下一步：对方接单。"),
    "order_answer.next.ACCEPTED": ("Next the work begins.", "下一步：开始处理。"),
    "order_answer.next.IN_PROGRESS": ("Next they report that it is done.", "下一步：提交回单。"),
    "order_answer.next.ON_HOLD": ("Then the work goes on.", "之后继续处理。"),
    "order_answer.next.REPORTED": (
        "Next the report is checked, then we call you.",
        "下一步：审核回单，然后给您回访。",
    ),
    "order_answer.next.VERIFYING": (
        "Next we ask you whether it is solved; we can do that now.",
        "下一步：向您回访是否已解决，现在就可以进行。",
    ),
    "order_answer.next.CLOSED": ("Nothing is left to do.", "已全部完成。"),
    "order_answer.next.CANCELLED": ("Nobody will come.", "不再上门处理。"),
}

_PANEL: Final[dict[str, tuple[str, str]]] = {
    "order_answer.loading": ("Looking it up…", "正在查询…"),
    "order_answer.unavailable": (
        "Not to be had while the database is away",
        "数据库不可用，暂无法查询",
    ),
    "order_answer.said": ("{kind}, {when}: {text}", "{kind}，{when}：{text}"),
    "order_answer.said_bare": ("{kind}, {when}", "{kind}，{when}"),
    "order_answer.add": ("Add", "补充"),
    "order_answer.add_tip": ("Tell whoever works on it something more", "给处理人员补充信息"),
    "order_answer.hurry": ("Hurry up", "催办"),
    "order_answer.hurry_tip": (
        "Remind whoever works on it ({sent} of {most} sent)",
        "提醒处理人员（已催办 {sent}/{most} 次）",
    ),
    "order_answer.cancel": ("Cancel", "取消"),
    "order_answer.cancel_tip": ("Withdraw it, with the customer's consent", "经客户同意后撤销"),
    "order_answer.back": ("Back", "返回"),
    "order_answer.information": ("What they have to know", "需要告知的内容"),
    "order_answer.reminder": ("What the customer says (may be empty)", "客户的说法（可不填）"),
    "order_answer.reason": ("Why it is cancelled", "取消原因"),
    "order_answer.consent": ("Who of the customer's agreed, and how", "客户方谁同意、以何种方式"),
    "order_answer.send": ("Send", "发送"),
    "order_answer.send_reminder": ("Send reminder", "发送催办"),
    "order_answer.cancel_now": ("Cancel the order", "取消派工单"),
    "order_answer.in_call": ("Agreed in the call with {name}", "在与 {name} 的通话中同意"),
    "order_answer.no_call": (
        "Not in a call with this customer: say above how they agreed",
        "当前未与该客户通话：请在上方写明同意方式",
    ),
    "order_answer.information_missing": ("Write what they have to know", "请填写需要告知的内容"),
    "order_answer.reason_missing": ("Say why it is cancelled", "请写明取消原因"),
    "order_answer.consent_missing": (
        "An order is cancelled only with consent: say who agreed",
        "须经客户同意方可取消：请写明谁同意",
    ),
    "order_answer.not_cancellable.IN_PROGRESS": (
        "The work has begun: ask the department to put it on hold first",
        "已开始处理：请先让部门暂停",
    ),
    "order_answer.not_cancellable.REPORTED": (
        "The work is done: ask the customer whether it is solved instead",
        "已处理完：请改为回访是否解决",
    ),
    "order_answer.not_cancellable.VERIFYING": (
        "The work is done: ask the customer whether it is solved instead",
        "已处理完：请改为回访是否解决",
    ),
    "order_answer.not_cancellable.other": ("It cannot be cancelled now", "当前不能取消"),
    "order_answer.moved": (
        "The order moved meanwhile: it is “{state}” now. Press again if it still holds.",
        "派工单已变动，现为“{state}”。如仍需要请再按一次。",
    ),
    "order_answer.told": ("{who} knows of it now", "已告知{who}"),
    "order_answer.cancelled": ("Work order {number} is cancelled", "派工单 {number} 已取消"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {**_WHERE, **_NEXT, **_PANEL}
