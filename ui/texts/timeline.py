"""Texts of the customer's timeline; plain data, any thread."""

from __future__ import annotations

from typing import Final

_STEPS: Final[dict[str, tuple[str, str]]] = {
    "order_step.OrderRaised": ("Raised", "发起派工"),
    "order_step.OrderAwaitsDispatch": ("Waits for somebody", "等待分派"),
    "order_step.OrderAssigned": ("Sent to a department", "已派给部门"),
    "order_step.OrderAccepted": ("Accepted", "对方已接单"),
    "order_step.OrderDeclined": ("Declined", "对方拒单"),
    "order_step.OrderStarted": ("Work began", "开始处理"),
    "order_step.OrderHeld": ("On hold", "处理暂停"),
    "order_step.OrderReported": ("Work done", "已处理完"),
    "order_step.OrderReturned": ("Checked, to verify", "审核通过，待回访"),
    "order_step.OrderSentBack": ("Sent back", "回单退回"),
    "order_step.OrderReopened": ("Not solved", "客户说未解决"),
    "order_step.OrderClosed": ("Solved, closed", "客户确认，已关闭"),
    "order_step.OrderClosedUnreached": ("Closed, unreached", "未接通，已关闭"),
    "order_step.OrderCancelled": ("Cancelled", "已取消"),
    "order_step.OrderInformed": ("Passed on", "已补充信息"),
    "order_step.OrderHurried": ("Reminded", "已催办"),
    "order_step.CancellingAgreed": ("Cancelling agreed", "同意取消"),
    "order_step.VerificationAttempted": ("Called in vain", "回访未接通"),
    "order_step.SupervisorAsked": ("Supervisor asked", "已请班长处理"),
    "order_step.colon": (": ", "："),
}

_PANEL: Final[dict[str, tuple[str, str]]] = {
    "timeline.tab": ("Timeline", "时间线"),
    "timeline.tab_notes": ("Notes", "备注"),
    "timeline.filter": ("Show", "显示"),
    "timeline.filter_all": ("All", "全部"),
    "timeline.filter_calls": ("Calls", "通话"),
    "timeline.filter_tickets": ("Tickets", "工单"),
    "timeline.filter_orders": ("Work orders", "派工单"),
    "timeline.filter_notes": ("Notes", "备注"),
    "timeline.filter_steps": ("Steps of orders", "派工进展"),
    "timeline.filter_everything": ("All, every step", "全部及进展"),
    "timeline.order": ("Order {number}", "派工单 {number}"),
    "timeline.count": ("{count:,} entry|{count:,} entries", "共 {count:,} 条"),
    "timeline.when": ("When", "时间"),
    "timeline.channel": ("Channel", "渠道"),
    "timeline.subject": ("Subject", "主题"),
    "timeline.agent": ("Agent", "坐席"),
    "timeline.outcome": ("Outcome", "结果"),
    "timeline.length": ("Length", "时长"),
    "timeline.no_subject": ("(no subject)", "（无主题）"),
    "timeline.no_customer": ("No customer yet", "尚无客户"),
    "timeline.no_customer_text": (
        "The history of whoever calls appears here.",
        "来电客户的历史记录将显示在这里。",
    ),
    "timeline.empty": ("Nothing here yet", "暂无记录"),
    "timeline.empty_text": (
        "This is the first contact with this customer.",
        "这是与该客户的首次联系。",
    ),
    "timeline.empty_filtered": (
        "No entry of this kind. Choose “All” to see everything.",
        "没有此类记录。选择“全部”可查看所有内容。",
    ),
    "timeline.loading": ("Loading the history…", "正在加载历史记录…"),
    "timeline.unavailable": ("The history is not available", "历史记录暂不可用"),
    "timeline.retry": ("Try again", "重试"),
    "timeline.confirmed": ("Confirmed", "客户已确认"),
    "timeline.open": ("Open", "打开"),
    "timeline.close_details": ("Close details", "关闭详情"),
}

TEXTS: Final[dict[str, tuple[str, str]]] = {**_STEPS, **_PANEL}
