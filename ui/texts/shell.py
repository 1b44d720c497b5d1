"""The main window's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "banner.close": ("Close this notice", "关闭此提示"),
    "nav.name": ("Pages", "页面"),
    "nav.agent": ("Agent desk", "坐席"),
    "nav.tickets": ("My tickets", "我的工单"),
    "nav.department": ("Department", "部门"),
    "nav.dispatch": ("Dispatch", "派工看板"),
    "nav.escalations": ("Escalations", "升级提醒"),
    "nav.floor": ("Floor", "现场"),
    "nav.settings": ("Settings", "设置"),
    "nav.shortcuts": ("Keyboard shortcuts", "键盘快捷键"),
    "nav.to_dark": ("Dark theme", "深色主题"),
    "nav.to_light": ("Light theme", "浅色主题"),
    "nav.to_chinese": ("切换到中文", "切换到中文"),
    "nav.to_english": ("Switch to English", "Switch to English"),
    "nav.more_above": ("More above", "上方还有"),
    "nav.more_below": ("More below", "下方还有"),
    "nav.with_waiting": ("{title}: something waits there", "{title}：有待处理事项"),
    "nav.with_count": ("{title}: {number} waiting", "{title}：{number} 项待处理"),
    "shell.columns": ("Parts of the desk", "工作台各部分"),
    "shell.customer": ("Customer", "客户"),
    "shell.timeline": ("Timeline", "时间线"),
    "shell.ticket": ("Ticket", "工单"),
    "shell.queues": ("Queues", "队列"),
    "shell.attention": ("{text} · {application}", "{text} · {application}"),
}
