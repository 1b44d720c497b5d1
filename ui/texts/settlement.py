"""Texts of the settlement page; plain data, any thread."""

from __future__ import annotations

from typing import Final

_FILTERS: Final[dict[str, tuple[str, str]]] = {
    "settlement_filter.department": ("Department or dealer", "部门或经销商"),
    "settlement_filter.kind": ("Kind", "类型"),
    "settlement_filter.currency": ("Currency", "币种"),
    "settlement_filter.period": ("Submitted", "提交时间"),
    "settlement_filter.states": ("State", "状态"),
    "settlement_filter.all_departments": ("All departments", "所有部门"),
    "settlement_filter.all_kinds": ("All kinds", "所有类型"),
    "settlement_filter.all_currencies": ("All currencies", "所有币种"),
    "settlement_period.ALL": ("At any time", "不限时间"),
    "settlement_period.THIS_MONTH": ("This month", "本月"),
    "settlement_period.LAST_MONTH": ("Last month", "上月"),
    "settlement_period.THIS_YEAR": ("This year", "今年"),
    "settlement_period.LAST_YEAR": ("Last year", "去年"),
    "settlement_states.UNSETTLED": ("To be settled", "未结算"),
    "settlement_states.SETTLED": ("Settled", "已结算"),
    "settlement_states.ALL": ("All states", "所有状态"),
}

_STEPS: Final[dict[str, tuple[str, str]]] = {
    "settlement.approve_office": ("Approve at the office", "办事处审批通过"),
    "settlement.approve_hq": ("Approve at headquarters", "总部审批通过"),
    "settlement.settle": ("Settle", "结算"),
    "settlement.send_back": ("Send back…", "退回…"),
    "settlement.confirm_back": ("Send back", "确认退回"),
    "settlement.cancel": ("Cancel", "取消"),
    "settlement.reason_hint": ("What is wrong with the claim?", "费用单有何问题？"),
    "settlement.reason_missing": (
        "Say what is wrong: the department has to know",
        "请写明问题，便于部门修改",
    ),
    "settlement.resubmit": ("Submit again", "重新提交"),
    "settlement.selected": ("{count} claim selected|{count} claims selected", "已选 {count} 项"),
    "settlement.mixed": (
        "Select claims of one state: each state has another next step.",
        "请只选择同一状态的费用单：不同状态的下一步不同。",
    ),
    "settlement.too_many": ("At most {most} at once.", "一次最多处理 {most} 项。"),
    "settlement.done": ("{done} done, {refused} refused", "成功 {done} 项，被拒 {refused} 项"),
    "settlement.outcomes": ("What became of each claim", "各项处理结果"),
    "settlement.outcome_done": ("done", "已完成"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {
    **_FILTERS,
    **_STEPS,
    "nav.settlement": ("Settlement", "结算"),
    "shortcut.page.settlement": ("Settlement page", "结算页面"),
    "settlement.title": ("Claims", "费用单"),
    "settlement.empty": ("No claims", "没有费用单"),
    "settlement.empty_text": (
        "Approved reports of field orders become claims; nothing here fits the choices above.",
        "外勤回单审核通过后生成费用单；当前筛选条件下没有内容。",
    ),
    "settlement.loading": ("Loading the claims…", "正在加载费用单…"),
    "settlement.unavailable": ("The claims are not available", "费用单暂不可用"),
    "settlement.retry": ("Try again", "重试"),
    "settlement.nothing_marked": ("Choose a claim", "请选择费用单"),
    "settlement.totals": ("Totals", "合计"),
    "settlement.totals_title": ("What the listed claims come to", "所列费用单合计"),
    "settlement.all_together": ("All", "合计"),
    "settlement.count": ("{count} claim|{count} claims", "共 {count} 项"),
    "settlement.count_of_first": (
        "the first {count}; choose a shorter period",
        "前 {count} 项，请缩短时间范围",
    ),
    "settlement.total": ("Total", "合计"),
    "settlement.total_is": ("Total {total}", "合计 {total}"),
    "settlement.office": ("Office", "办事处"),
    "settlement.hq": ("Headquarters", "总部"),
    "settlement.paid": ("Settled by", "结算人"),
    "settlement.signed": ("{place}: {who}", "{place}：{who}"),
    "settlement.lines": ("What the report lists", "回单明细"),
    "settlement.submitted_by": ("submitted by {who}, {when}", "{who} 提交于 {when}"),
    "settlement.of_report": ("report {report}", "第 {report} 次回单"),
    "settlement.owes": ("{supplier} owes for {part}", "{supplier} 应赔付 {part}"),
    "settlement.sent_back_because": ("Sent back: {reason}", "退回原因：{reason}"),
    "field.labour": ("Labour", "人工"),
    "field.parts": ("Parts", "配件"),
    "field.travel": ("Travel", "差旅"),
    "field.currency": ("Currency", "币种"),
    "field.total": ("Total", "合计"),
}
