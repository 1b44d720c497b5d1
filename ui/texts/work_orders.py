"""Texts of the customer's work orders; plain data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "work_orders.title": ("Work orders", "派工单"),
    "work_orders.empty": ("No open work orders", "没有进行中的派工单"),
    "work_orders.empty_text": (
        "Orders raised from a ticket appear here.",
        "从工单派出的任务将显示在这里。",
    ),
}
