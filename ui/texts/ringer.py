"""Texts of the ringer; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "ringer.news": ("Agent Desk", "坐席工作台"),
    "ringer.title": ("Incoming call", "来电"),
}
