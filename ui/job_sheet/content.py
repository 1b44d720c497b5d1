"""What stands on a job sheet, as the rich text that Qt lays out; main thread.

Black on white whatever the theme: it is paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Final

from agent_desk.domain.job_sheet import CustomerSite, JobSheet
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.report_item import CHARGES, COSTS, ReportItem, sum_of
from agent_desk.domain.work_order import WorkOrder, WorkOrderLine
from ui.formats import format_money, format_number, format_quantity
from ui.language import has_text, in_current_language, tr
from ui.theme.tokens import PAPER

_EMPTY_ROWS: Final = 6
"""Rows for the pen where nothing is reported yet."""

_LAST_STEPS: Final = 20
"""Steps of the story that are printed, the newest ones."""

_LINE: Final = f"border: 1px solid {PAPER.border}; padding: 3px;"
_STYLE: Final = f"""
body {{ color: {PAPER.text}; font-size: 10pt; }}
h1 {{ font-size: 17pt; margin: 0; }}
.heading {{ font-size: 11pt; font-weight: 600; margin-top: 14px; margin-bottom: 4px; }}
table.lined {{ border-collapse: collapse; }}
p {{ margin: 0 0 3px 0; }}
.muted {{ color: {PAPER.text_muted}; font-size: 9pt; }}
td.box, th.box {{ {_LINE} }}
th {{ text-align: left; font-size: 9pt; color: {PAPER.text_muted}; }}
"""


class SheetWriter:
    """Writes the sheet of one order in the current language."""

    def __init__(
        self,
        line: WorkOrderLine,
        sheet: JobSheet,
        *,
        department: Callable[[str], str],
    ) -> None:
        """``department`` returns the name of one by its id."""
        self._line = line
        self._order: WorkOrder = line.order
        self._sheet = sheet
        self._department = department

    def html(self) -> str:
        """Return the whole sheet."""
        parts = (
            self._head(),
            _heading("job_sheet.customer"),
            self._customer(self._sheet.site),
            _heading("job_sheet.job"),
            _words(self._order.instructions or self._order.subject),
            self._done(),
            self._lines(),
            self._files(),
            self._story(self._sheet.steps),
            self._signatures(),
        )
        body = "\n".join(part for part in parts if part)
        return f"<html><head><style>{_STYLE}</style></head><body>{body}</body></html>"

    def _head(self) -> str:
        order, line = self._order, self._line
        department = in_current_language(line.department or "", line.department_zh or "")
        facts = [
            ("job_sheet.department", department),
            ("job_sheet.priority", tr(f"priority.{order.priority}")),
            ("job_sheet.state", tr(f"work_order_state.{order.state}")),
            ("job_sheet.raised", self._when(order.raised_at)),
            ("job_sheet.technician", _technician(order)),
            ("job_sheet.arrived", self._when(order.arrived_at)),
        ]
        numbers = (
            f"{tr('job_sheet.order', number=order.number)}"
            f" · {tr('job_sheet.ticket', number=line.ticket_number)}"
        )
        return (
            f"<p class='muted'>{escape(tr('job_sheet.title'))} · {escape(numbers)}</p>"
            f"<h1>{escape(order.subject)}</h1>{_facts(facts)}"
        )

    def _customer(self, site: CustomerSite) -> str:
        numbers = ", ".join(
            f"{format_number(number)} ({label})" if label else format_number(number)
            for number, label in site.numbers
        )
        address = ", ".join(part for part in (site.address, site.city) if part)
        return _facts(
            [
                ("job_sheet.customer", site.name),
                ("job_sheet.company", site.company),
                ("job_sheet.address", address),
                ("job_sheet.phone", numbers),
                ("job_sheet.language", site.language),
            ]
        )

    def _done(self) -> str:
        report = self._order.report
        if report is None:
            rows = "".join("<tr><td class='box'>&nbsp;</td></tr>" for _ in range(3))
            boxes = _row(("job_sheet.start", "job_sheet.end"), lines=1)
            return _heading("job_sheet.done") + boxes + _lined(rows)
        outcome = tr(f"report_outcome.{report.outcome}")
        times = f"{self._when(report.started_at)} – {self._when(report.ended_at)}"
        why = f" · {report.why_not_solved}" if report.why_not_solved else ""
        told = f"<p class='muted'>{escape(times)} · {escape(outcome + why)}</p>"
        return _heading("job_sheet.done") + told + _words(report.done)

    def _lines(self) -> str:
        report = self._order.report
        items: Sequence[ReportItem] = report.items if report is not None else ()
        if report is not None and not items:
            return ""
        names = ("kind", "name", "part_number", "quantity", "unit_price", "amount")
        head = "".join(
            f"<th class='box' width='{width}%'>{escape(tr(f'report_form.{name}'))}</th>"
            for name, width in zip(names, (12, 36, 16, 10, 13, 13), strict=True)
        )
        rows = [_item_row(item) for item in items]
        if report is None:
            rows = [f"<tr>{'<td class=box>&nbsp;</td>' * len(names)}</tr>"] * _EMPTY_ROWS
        table = _lined(f"<tr>{head}</tr>{''.join(rows)}")
        totals = ""
        if report is not None:
            cost, charge = (
                format_money(sum_of(items, kinds, report.currency)) for kinds in (COSTS, CHARGES)
            )
            words = (
                f"{tr('report_form.cost', amount=cost)} · {tr('report_form.charge', amount=charge)}"
            )
            totals = f"<p align='right'>{escape(words)}</p>"
        return _heading("job_sheet.lines") + table + totals

    def _files(self) -> str:
        names = [made.name for made in self._sheet.attachments if made.withdrawn_at is None]
        if not names:
            return ""
        return _heading("job_sheet.files") + _words(", ".join(names))

    def _story(self, steps: Sequence[StoryStep]) -> str:
        rows = "".join(self._step(step) for step in steps[-_LAST_STEPS:])
        if not rows:
            return ""
        return _heading("job_sheet.story") + f"<table width='100%'>{rows}</table>"

    def _step(self, step: StoryStep) -> str:
        key = f"order_story.{step.kind}"
        if not has_text(key):
            return ""
        claim = tr(f"claim_kind.{step.claim.kind}") if step.claim is not None else ""
        department = self._department(step.department_id or "")
        what = tr(key, department=department, round=step.round, claim=claim)
        told = " · ".join(part for part in (what, step.who, step.reason) if part)
        when = escape(self._when(step.at))
        return (
            f"<tr><td class='muted' width='22%'>{when}</td>"
            f"<td class='muted'>{escape(told)}</td></tr>"
        )

    def _signatures(self) -> str:
        boxes = ("job_sheet.sign_technician", "job_sheet.sign_customer")
        return "<p>&nbsp;</p>" + _row(boxes, lines=4)

    def _when(self, at: datetime | None) -> str:
        return paper_moment(at) if at is not None else ""


def paper_moment(at: datetime) -> str:
    """Return the local time in full: paper does not know what day it is."""
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _heading(key: str) -> str:
    return f"<p class='heading'><b>{escape(tr(key))}</b></p>"


def _words(text: str) -> str:
    return "".join(f"<p>{escape(line) or '&nbsp;'}</p>" for line in text.splitlines())


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f"<tr><td class='muted' width='22%'>{escape(tr(key))}</td><td>{escape(value)}</td></tr>"
        for key, value in facts
        if value
    )
    return f"<table width='100%'>{rows}</table>"


def _row(keys: Iterable[str], *, lines: int) -> str:
    """Return boxes side by side, each with a word above so many empty lines for the pen."""
    room = "<br/>&nbsp;" * lines
    cells = "".join(
        f"<td class='box' width='50%'><span class='muted'>{escape(tr(key))}</span>{room}</td>"
        for key in keys
    )
    return _lined(f"<tr>{cells}</tr>")


def _lined(rows: str) -> str:
    return f"<table class='lined' width='100%' cellspacing='0'>{rows}</table>"


def _item_row(item: ReportItem) -> str:
    words = (tr(f"item_kind.{item.kind}"), item.name, item.part_number)
    figures = (
        format_quantity(item.quantity),
        f"{item.unit_price.amount:,f}",
        f"{item.amount.amount:,f}",
    )
    cells = "".join(f"<td class='box'>{escape(word)}</td>" for word in words)
    cells += "".join(f"<td class='box' align='right'>{escape(x)}</td>" for x in figures)
    return f"<tr>{cells}</tr>"


def _technician(order: WorkOrder) -> str:
    number = format_number(order.technician_phone) if order.technician_phone else ""
    return ", ".join(part for part in (order.technician, number) if part)
