"""The fields of a work order as a person reads them; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from agent_desk.domain.ticket import Department
from ui.formats import format_moment
from ui.language import in_current_language, tr


class OrderValues:
    """Writes values of the log, which are JSON: ids by their names, times as a person says them."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        """Show times as seen from ``now``; departments are known once they are set."""
        self._now = now
        self._departments: dict[str, Department] = {}

    def set_departments(self, departments: Iterable[Department]) -> None:
        """Know the names of ``departments``."""
        self._departments = {str(department.id): department for department in departments}

    def shown(self, field: str, value: Any) -> str:
        """Return ``value`` of ``field`` as text, "" when there is none."""
        if not value:
            return ""
        if field in ("state", "priority"):
            area = "work_order_state" if field == "state" else "priority"
            return tr(f"{area}.{value}")
        if field == "department_id":
            known = self._departments.get(value)
            return in_current_language(known.name, known.name_zh) if known else str(value)
        if field == "arrived_at":
            return format_moment(datetime.fromisoformat(value), self._now())
        return _report_text(value) if field == "report" else str(value)


def _report_text(report: dict[str, Any]) -> str:
    parts = (tr(f"report_outcome.{report['outcome']}"), report["done"], report["why_not_solved"])
    return "\n".join(part for part in parts if part)
