"""Texts of lists from which values are chosen; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "pick_list.up": ("Move up", "上移"),
    "pick_list.down": ("Move down", "下移"),
    "pick_list.take_out": ("Take out", "移除"),
}
