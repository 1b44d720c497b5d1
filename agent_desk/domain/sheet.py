"""A table on its way into a file: headings and rows of texts, numbers, money and times; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.money import Money

Cell = str | int | Money | datetime | None
"""What one place of a sheet holds; a datetime is aware and shown in local time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """title: its name in a workbook. headings: of the columns. rows: as long as the headings."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
