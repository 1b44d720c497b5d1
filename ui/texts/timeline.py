"""Texts of the customer's timeline; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "timeline.tab": ("Timeline", "时间线"),
    "timeline.tab_notes": ("Notes", "备注"),
    "timeline.filter": ("Show", "显示"),
    "timeline.filter_all": ("All", "全部"),
    "timeline.filter_calls": ("Calls", "通话"),
    "timeline.filter_tickets": ("Tickets", "工单"),
    "timeline.filter_orders": ("Work orders", "派工单"),
    "timeline.filter_notes": ("Notes", "备注"),
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
