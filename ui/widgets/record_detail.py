"""Parts that the details of a ticket or an order are made of; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.work_order import ReportOutcome, WorkReport
from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.label import Label
from ui.widgets.pill import Pill, PillKind
from ui.widgets.wrapped_label import WrappedLabel


def plain_label(role: str = "plain") -> QLabel:
    """Return a wrapping label for text of people, selectable by mouse."""
    label = QLabel()
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    # A word longer than the column is cut rather than making the column wider.
    label.setMinimumWidth(1)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def scroll_column(content: QWidget) -> QScrollArea:
    """Return ``content`` in a frameless area that scrolls up and down."""
    content.setObjectName("scrolled")
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def clear_layout(layout: QLayout) -> None:
    """Take every widget out of ``layout`` and drop it."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class RecordHead(QWidget):
    """A record's title in up to two lines, its state, and one muted line about it."""

    def __init__(self) -> None:
        super().__init__()
        self._title = WrappedLabel(lines=2)
        self._pill = Pill()
        self._about = plain_label("muted")
        self._row = row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self._title, 1)
        row.addWidget(self._pill, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addLayout(row)
        layout.addWidget(self._about)

    def add_pill(self, pill: Pill) -> None:
        """Put ``pill`` between title and state."""
        self._row.insertWidget(1, pill, 0, Qt.AlignmentFlag.AlignTop)

    def show_head(self, title: str, state: str, kind: PillKind, about: str) -> None:
        """Show what record it is and where it stands, which nobody asks where ``state`` is ""."""
        self._title.setText(title)
        self._pill.setText(state)
        self._pill.set_kind(kind)
        self._pill.setVisible(bool(state))
        self._about.setText(about)


class TextPart(QWidget):
    """A heading over a text; hidden while there is no text."""

    def __init__(self, title_key: str) -> None:
        super().__init__()
        self._text = plain_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addWidget(Label(title_key, role="heading"))
        layout.addWidget(self._text)
        self.hide()

    def show_text(self, text: str) -> None:
        """Show ``text``."""
        self._text.setText(text)
        self.setVisible(bool(text.strip()))


class ReportView(QFrame):
    """What a department reported; hidden while there is no report."""

    def __init__(self, *, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setObjectName("card")
        self._now = now
        self._outcome = Pill()
        self._times = plain_label("muted")
        self._done = plain_label()
        self._why = plain_label()
        top = QHBoxLayout()
        top.addWidget(Label("department_page.report", role="heading"))
        top.addStretch(1)
        top.addWidget(self._outcome)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(12))
        layout.setSpacing(px(6))
        layout.addLayout(top)
        for label in (self._times, self._done, self._why):
            layout.addWidget(label)
        self.hide()

    def show_report(self, report: WorkReport | None) -> None:
        """Show ``report``."""
        self.setVisible(report is not None)
        if report is None:
            return
        solved = report.outcome is ReportOutcome.SOLVED
        self._outcome.setText(tr(f"report_outcome.{report.outcome}"))
        self._outcome.set_kind("success" if solved else "danger")
        now = self._now()
        minutes = round((report.ended_at - report.started_at).total_seconds() / 60)
        took = tr("department_page.took", hours=minutes // 60, minutes=minutes % 60)
        start, end = format_moment(report.started_at, now), format_moment(report.ended_at, now)
        self._times.setText(f"{start} – {end} · {took}")
        self._done.setText(report.done)
        self._why.setText(tr("department_page.why_line", reason=report.why_not_solved))
        self._why.setVisible(bool(report.why_not_solved))
