"""The search box's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "search.placeholder": ("Search customers, tickets, numbers…", "搜索客户、工单、号码…"),
    "search.name": ("Search customers, tickets and numbers", "搜索客户、工单和号码"),
    "search.hits": ("Search results", "搜索结果"),
    "search.none": ("Nothing found for “{query}”", "没有找到“{query}”"),
    "search.from_here": (
        "The server is away: these are of the customers kept on this machine.",
        "服务器无法连接：以下仅为本机保存的客户。",
    ),
    "search.none_here": (
        "The server is away, and no customer kept on this machine matches “{query}”.",
        "服务器无法连接，本机保存的客户中没有“{query}”。",
    ),
    "search.keys": ("↑ ↓ to choose · Enter opens · Esc closes", "↑ ↓ 选择 · Enter 打开 · Esc 关闭"),
    "search.ticket": ("Ticket {number}: {title}", "工单 {number}：{title}"),
}
