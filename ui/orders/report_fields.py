"""A report as the texts that a draft keeps of it; main thread."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from agent_desk.domain.work_order import WorkReport


def report_fields(report: WorkReport) -> dict[str, str]:
    """Return what the form shows of ``report``."""
    faulty = report.faulty
    return {
        "started_at": report.started_at.isoformat(),
        "ended_at": report.ended_at.isoformat(),
        "done": report.done,
        "outcome": report.outcome.value,
        "why_not_solved": report.why_not_solved,
        "currency": report.currency,
        "items": lines_text(
            [
                {
                    "kind": item.kind.value,
                    "name": item.name,
                    "part_number": item.part_number,
                    "quantity": f"{item.quantity.normalize():f}",
                    "unit_price": f"{item.unit_price.amount:f}",
                }
                for item in report.items
            ]
        ),
        "faulty_part": faulty.part if faulty else "",
        "liable": faulty.liable.value if faulty else "",
        "supplier": faulty.supplier if faulty else "",
    }


def lines_text(lines: Sequence[Mapping[str, str]]) -> str:
    """Return ``lines`` as one text; `lines_of` reads it."""
    return json.dumps([dict(line) for line in lines], ensure_ascii=False) if lines else ""


def lines_of(text: str) -> list[dict[str, str]]:
    """Return the lines that `lines_text` wrote."""
    return [{str(k): str(v) for k, v in line.items()} for line in json.loads(text or "[]")]
