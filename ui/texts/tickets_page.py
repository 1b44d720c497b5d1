"""Texts of the page with the agent's own tickets; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "tickets_page.title": ("My tickets", "我的工单"),
    "tickets_page.to_verify": ("Call to verify", "待回访"),
    "tickets_page.unreached": ("Nobody reached on three days", "三天未接通"),
    "tickets_page.team": ("Taken for the team", "代班组回访"),
    "tickets_page.verification_lost": (
        "A verification that you had taken was given to somebody else while this desk was cut off",
        "本坐席断线期间，您领取的回访已转交他人",
    ),
    "tickets_page.follow_ups": ("Follow-ups", "跟进"),
    "tickets_page.others": ("Other open tickets", "其他未结工单"),
    "tickets_page.opened": ("opened {when}", "创建于 {when}"),
    "tickets_page.call": ("Call customer", "拨打客户"),
    "tickets_page.open": ("Open", "打开"),
    "tickets_page.empty": ("All done", "全部完成"),
    "tickets_page.empty_text": (
        "You own no open ticket. Those you log appear here until they are closed.",
        "您名下没有未结工单。您创建的工单在关闭前都会显示在这里。",
    ),
    "tickets_page.loading": ("Loading your tickets…", "正在加载您的工单…"),
    "tickets_page.unavailable": ("Your tickets are not available", "工单暂不可用"),
    "tickets_page.retry": ("Try again", "重试"),
    "tickets_page.next_callback": ("Next call", "下一个回电"),
    "tickets_page.due": ("{number} due", "{number} 个到期"),
    "tickets_page.no_callback": ("No call is due now", "目前没有到期的回电"),
    "tickets_page.callback_lost": (
        "A callback that you had taken was given to somebody else while this desk was cut off",
        "本坐席断线期间，您领取的回电已转交他人",
    ),
    "tickets_page.nothing_marked": ("Choose a ticket", "请选择工单"),
}
