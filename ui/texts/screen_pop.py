"""Texts of the screen pop; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "screen_pop.looking": ("Looking up the number…", "正在查询号码…"),
    "screen_pop.slow": (
        "The database is slow. You can answer; the record comes when it does.",
        "数据库响应较慢。您可以先接听，资料稍后显示。",
    ),
    "screen_pop.retry": ("Look up again", "重新查询"),
    "screen_pop.failed": ("No record for now", "暂时没有资料"),
    "screen_pop.failed_hint": (
        "The call works as usual. Look up again, or write the ticket and go on.",
        "通话不受影响。可重新查询，也可先填写工单。",
    ),
    "screen_pop.candidates": ("Who may be calling", "可能的来电客户"),
    "screen_pop.choose_hint": (
        "Ask who it is, then choose: Alt and the number.",
        "请先询问身份，再按 Alt 加数字选择。",
    ),
    "screen_pop.confirm_hint": ("Choose with Alt+1.", "按 Alt+1 选择。"),
    "screen_pop.new_customer": ("New customer", "新客户"),
    "screen_pop.search": ("Someone else: search", "其他人：搜索"),
    "screen_pop.search_customer": ("Search customer", "搜索客户"),
    "screen_pop.unknown_hint": (
        "Nobody has this number yet. Create the customer or search.",
        "此号码尚未登记。请创建客户或搜索。",
    ),
    "screen_pop.anonymous_hint": (
        "The caller hides the number. Ask for the name and search.",
        "来电未显示号码。请询问姓名后搜索。",
    ),
}
