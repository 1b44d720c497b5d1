"""Texts about what other desks changed; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "shared.changed_by": (
        "{who} changed this record at {time}. What you typed is still here.",
        "{who} 于 {time} 修改了此资料，您输入的内容仍然保留。",
    ),
    "shared.ticket_changed_by": (
        "Ticket {number} was changed by {who} at {time}.",
        "工单 {number} 已由 {who} 于 {time} 修改。",
    ),
    "shared.away": (
        "What other desks change is not shown at present. It will be, as soon as possible.",
        "暂时无法显示其他坐席的更改，恢复后会自动显示。",
    ),
}
