"""Texts of links that ask for a call; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "link.refused": ("The link cannot be dialled. {reason}", "无法拨打该链接。{reason}"),
    "link.no_calls": (
        "Whoever is signed in here takes no calls, so the link is not dialled",
        "当前登录人员不接打电话，链接未拨打",
    ),
}
