"""Texts of the notices; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "notices.accessible": ("Notices", "提示"),
    "notices.more": ("{count} more notice|{count} more notices", "另有 {count} 条提示"),
}
