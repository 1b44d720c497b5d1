"""The work report: when, what was done, what it took, what came of it; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QWidget

from agent_desk.domain.errors import InputError
from agent_desk.domain.money import minor_digits
from agent_desk.domain.report_item import LONGEST_PART_NUMBER
from agent_desk.domain.work_order import ReportOutcome, WorkReport, require_complete_report
from ui.language import error_text, tr
from ui.orders.faulty_part import FaultyPartForm
from ui.orders.item_lines import ItemLines
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.draft_pulse import DraftPulse
from ui.widgets.form_field import FormField
from ui.widgets.moment_edit import MomentEdit
from ui.widgets.segments import Segments

_COMPLAINTS: Final = {
    "ended_at": "department_page.ends_before_start",
    "done": "department_page.done_missing",
    "why_not_solved": "department_page.why_missing",
    "name": "report_form.name_missing",
    "quantity": "report_form.quantity_wrong",
    "unit_price": "report_form.unit_price_wrong",
    "part_number": "report_form.part_number_wrong",
    "faulty.supplier": "report_form.supplier_missing",
}
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class _Done(QPlainTextEdit):
    """What was done: a few lines, more by scrolling."""

    def sizeHint(self) -> QSize:
        return QSize(px(200), px(84))


class ReportForm(QWidget):
    """submitted carries a complete WorkReport; a missing or contradictory field says so itself.

    former_wanted: begin with what was reported the last time. error_shown: the widget where a
    complaint stands now, for a form that scrolls.
    """

    submitted = Signal(WorkReport)
    draft_changed = Signal(dict)
    former_wanted = Signal()
    error_shown = Signal(QWidget)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._started = MomentEdit()
        self._ended = MomentEdit()
        self._done = _Done()
        self._done.setTabChangesFocus(True)
        self._outcome = Segments(
            ((str(o), f"report_outcome.{o}") for o in ReportOutcome), "department_page.outcome"
        )
        self._why = QLineEdit()
        self._fields = {
            "started_at": FormField("field.started_at", self._started),
            "ended_at": FormField("field.ended_at", self._ended),
            "done": FormField("field.done", self._done),
            "outcome": FormField("department_page.outcome", self._outcome),
            "why_not_solved": FormField("field.why_not_solved", self._why),
        }
        self.lines = ItemLines()
        self.faulty = FaultyPartForm()
        self._former = Button("report_form.former", "history", "ghost")
        self._former.hide()
        calm = CalmWheel(self)
        for moment in (self._started, self._ended):
            calm.watch(moment)
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._pulse = DraftPulse(self)
        self._untouched: dict[str, str] = {}
        self._build()
        self._connect()
        self.begin(now())
        self.retranslate()

    def focus_first(self) -> None:
        """Put the cursor where a report begins."""
        self._done.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, started_at: datetime) -> None:
        """Start an empty report of work that began at ``started_at`` and ends now."""
        self.clear_errors()
        self._pulse.drop()
        self._fill(
            {
                "started_at": started_at.isoformat(),
                "ended_at": self._now().isoformat(),
                "done": "",
                "outcome": ReportOutcome.SOLVED,
                "why_not_solved": "",
                "currency": "",
                "items": "",
                "faulty_part": "",
                "liable": "",
                "supplier": "",
            }
        )
        self._untouched = self.fields()

    def fields(self) -> dict[str, str]:
        """Return every field as text: what a draft keeps. Times are ISO 8601 with offset."""
        return {
            "started_at": self._started.moment().isoformat(),
            "ended_at": self._ended.moment().isoformat(),
            "done": self._done.toPlainText(),
            "outcome": self._outcome.value(),
            "why_not_solved": self._why.text(),
            "currency": self.lines.currency(),
            "items": self.lines.text(),
            **self.faulty.fields(),
        }

    def offer_former(self, offered: bool) -> None:
        """Offer to begin with the former report, or do not."""
        self._former.setVisible(offered)

    def take_over(self, fields: Mapping[str, str]) -> None:
        """Begin with ``fields`` of a former report, and keep that as a draft."""
        self.restore(fields)
        self._pulse.touch()

    def flush(self) -> None:
        """Tell what was typed, if anything was since it was told."""
        self._pulse.flush()

    def restore(self, fields: Mapping[str, str]) -> None:
        """Put back what a draft kept."""
        self._fill(self.fields() | dict(fields))

    def is_dirty(self) -> bool:
        """Return whether anything was typed or chosen."""
        return self.fields() != self._untouched

    def show_error(self, field: str, text: str) -> bool:
        """Show ``text`` at ``field`` and return whether there is such a field."""
        if field in self._fields:
            self._fields[field].set_error(text)
            self._fields[field].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not (self.lines.show_error(field, text) or self.faulty.show_error(field, text)):
            return False
        where = self.focusWidget()
        if where is not None:
            self.error_shown.emit(where)
        return True

    def clear_errors(self) -> None:
        """Take all complaints away."""
        for field in self._fields.values():
            field.set_error("")
        self.lines.clear_errors()
        self.faulty.clear_errors()

    def submit(self) -> None:
        """Emit ``submitted``, or show what is missing and put the cursor there."""
        self.clear_errors()
        try:
            report = self._report()
            require_complete_report(report)
        except InputError as error:
            field = str(error.details["field"])
            self.show_error(field, self._complaint(field, error))
            return
        self._pulse.flush()
        self.submitted.emit(report)

    def retranslate(self) -> None:
        """Set every text anew."""
        self._done.setPlaceholderText(tr("department_page.done_hint"))
        self._why.setPlaceholderText(tr("department_page.why_hint"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send on Ctrl+Enter."""
        control = Qt.KeyboardModifier.ControlModifier
        if event.key() in _ENTER and event.modifiers() & control:
            self.submit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._fields["started_at"], 0, 0, top)
        grid.addWidget(self._fields["ended_at"], 0, 1, top)
        grid.addWidget(self._fields["done"], 1, 0, 1, 2)
        grid.addWidget(self._fields["outcome"], 2, 0, 1, 2)
        grid.addWidget(self._fields["why_not_solved"], 3, 0, 1, 2)
        grid.addWidget(self.lines, 4, 0, 1, 2)
        grid.addWidget(self.faulty, 5, 0, 1, 2)
        grid.addWidget(self._former, 6, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)

    def _connect(self) -> None:
        self._started.dateTimeChanged.connect(lambda: self._on_changed("started_at"))
        self._ended.dateTimeChanged.connect(lambda: self._on_changed("ended_at"))
        self._done.textChanged.connect(lambda: self._on_changed("done"))
        self._outcome.chosen.connect(lambda: self._on_changed("why_not_solved"))
        self._why.textChanged.connect(lambda: self._on_changed("why_not_solved"))
        self.lines.changed.connect(self._pulse.touch)
        self.faulty.changed.connect(self._pulse.touch)
        self._former.clicked.connect(self.former_wanted)
        self._pulse.due.connect(lambda: self.draft_changed.emit(self.fields()))

    def _on_changed(self, field: str) -> None:
        self._fields[field].set_error("")
        self._show_why()
        self._pulse.touch()

    def _show_why(self) -> None:
        not_solved = self._outcome.value() == ReportOutcome.NOT_SOLVED
        self._fields["why_not_solved"].setVisible(not_solved)

    def _fill(self, fields: Mapping[str, str]) -> None:
        editors = (self._started, self._ended, self._done, self._why)
        blockers = [QSignalBlocker(editor) for editor in editors]
        self._started.set_moment(datetime.fromisoformat(fields["started_at"]))
        self._ended.set_moment(datetime.fromisoformat(fields["ended_at"]))
        self._done.setPlainText(fields["done"])
        self._outcome.set_value(fields["outcome"])
        self._why.setText(fields["why_not_solved"])
        self.lines.restore(fields["items"], fields["currency"])
        self.faulty.restore(fields)
        for blocker in blockers:
            blocker.unblock()
        self._show_why()

    def _report(self) -> WorkReport:
        outcome = ReportOutcome(self._outcome.value())
        not_solved = outcome is ReportOutcome.NOT_SOLVED
        return WorkReport(
            started_at=self._started.moment(),
            ended_at=self._ended.moment(),
            done=self._done.toPlainText().strip(),
            outcome=outcome,
            why_not_solved=self._why.text().strip() if not_solved else "",
            items=self.lines.items(),
            faulty=self.faulty.faulty(),
        )

    def _complaint(self, field: str, error: InputError) -> str:
        """Return the short sentence for a field that people often get wrong."""
        key = _COMPLAINTS.get(field.rpartition(".")[2] if "[" in field else field)
        if key is None:
            return error_text(error)
        digits = minor_digits(self.lines.currency())
        return tr(key, digits=digits, longest=LONGEST_PART_NUMBER)
