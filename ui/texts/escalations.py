"""Texts of the page of escalations; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "escalations.title": ("Escalations", "升级提醒"),
    "escalations.empty": ("Nothing is late", "没有超时的派工单"),
    "escalations.empty_text": (
        "Orders that miss a target, or soon will, are listed here.",
        "超时或即将超时的派工单将显示在这里。",
    ),
    "escalations.loading": ("Reading the orders' clocks…", "正在读取派工单计时…"),
    "escalations.unavailable": ("The list can't be read", "无法读取列表"),
    "escalations.retry": ("Try again", "重试"),
    "escalations.nothing_marked": ("No order is marked", "未选中派工单"),
    "escalations.group_mine": ("To acknowledge", "待确认"),
    "escalations.group_others": ("Told to others", "已提醒他人"),
    "escalations.group_soon": ("Due soon", "即将超时"),
    "escalations.group_done": ("Acknowledged", "已确认"),
    "escalations.more": ("{number} more wait behind these.", "另有 {number} 条待确认。"),
    "escalations.missed": ("Missed", "已超时"),
    "escalations.warned": ("Warning", "预警"),
    "escalations.soon": ("Due soon", "即将超时"),
    "escalations.acknowledged": ("Acknowledged", "已确认"),
    "escalations.over": (
        "{step}: its {target} of working time were over {when}.",
        "{step}：{target}的时限已于 {when} 用完。",
    ),
    "escalations.used": (
        "{step}: {percent} % of its {target} of working time were used {when}.",
        "{step}：{target}的时限已于 {when} 用去 {percent}%。",
    ),
    "escalations.target": (
        "{step}: {target} of working time.",
        "{step}：时限为 {target}工作时间。",
    ),
    "escalations.told": ("Told: {role}", "已提醒：{role}"),
    "escalations.gone_on": (
        "The order has gone on meanwhile; that it was late is still to be acknowledged.",
        "该派工单已进入下一环节，但超时仍需确认。",
    ),
    "escalations.noted": ("{who} took note {when}", "{who} 于 {when} 确认"),
    "escalations.noted_with": ("{who} took note {when}: {note}", "{who} 于 {when} 确认：{note}"),
    "escalations.owner": ("Owner: {who}", "负责坐席：{who}"),
    "escalations.with": ("With: {who}", "处理方：{who}"),
    "escalations.nobody": ("nobody yet", "尚未派单"),
    "escalations.note": ("Note: what is done about it", "备注：如何处理"),
    "escalations.note_hint": (
        "Called the dealer, a technician comes at 3",
        "已联系经销商，技师三点到场",
    ),
    "escalations.acknowledge": ("Acknowledge", "确认"),
    "escalations.open": ("Open the order", "打开派工单"),
    "escalations.news_one": (
        "Order #{number} missed a target: {step}. See {page}.",
        "派工单 #{number} 超时：{step}。请看“{page}”。",
    ),
    "escalations.news_many": (
        "{number} orders missed a target. See {page}.",
        "{number} 张派工单超时。请看“{page}”。",
    ),
}
