"""The search box's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "search.placeholder": ("Search customers, tickets, numbers…", "搜索客户、工单、号码…"),
    "search.name": ("Search customers, tickets and numbers", "搜索客户、工单和号码"),
    "search.hits": ("Search results", "搜索结果"),
    "search.none": ("Nothing found for “{query}”", "没有找到“{query}”"),
    "search.keys": ("↑ ↓ to choose · Enter opens · Esc closes", "↑ ↓ 选择 · Enter 打开 · Esc 关闭"),
    "search.ticket": ("Ticket {number}: {title}", "工单 {number}：{title}"),
}
