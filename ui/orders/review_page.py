"""The reviewer's queue: reported orders, most urgent first, and the steps; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent_desk.domain.late_step import LateStep
from agent_desk.domain.order_story import StoryStep
from agent_desk.domain.ticket import Department, Priority
from agent_desk.domain.work_order import WorkOrderLine
from ui.conflict.late_card import LateStepCard
from ui.formats import format_moment
from ui.language import in_current_language, tr
from ui.orders.clock_pill import FACE_TOKENS, FaceOf, no_face
from ui.orders.order_values import OrderValues
from ui.orders.review_detail import ReviewDetail
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.grouped_list import Group, GroupedRow
from ui.widgets.list_and_detail import ListAndDetail, ListWords
from ui.widgets.pill import PillKind

_WORDS: Final = ListWords(
    icon="clipboard-check",
    title="review.title",
    empty="review.empty",
    empty_text="review.empty_text",
    loading="review.loading",
    unavailable="review.unavailable",
    retry="review.retry",
    nothing_icon="clipboard-check",
    nothing_marked="review.nothing_marked",
)
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class ReviewPage(QWidget):
    """Ctrl+Enter approves the marked report, Ctrl+Shift+Enter asks why it goes back.

    approve_requested, send_back_requested: order id, version, and the reason; answer with
    ``step_taken``, ``show_error`` or ``show_late``. redo_requested and step_dropped carry the
    LateStep that was shown. story_wanted: answer with ``show_story``.
    """

    approve_requested = Signal(str, int)
    send_back_requested = Signal(str, int, str)
    redo_requested = Signal(object)
    step_dropped = Signal(object)
    story_wanted = Signal(str)
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter", "Ctrl+Shift+Return", "Ctrl+Shift+Enter")
        self._now = now
        self._lines: dict[str, WorkOrderLine] = {}
        self._face: FaceOf = no_face
        self._values = OrderValues(now=now)
        self.detail = ReviewDetail(
            now=now, department=lambda key: self._values.shown("department_id", key)
        )
        self.late = LateStepCard(shown=self._values.shown)
        self._columns = ListAndDetail(words=_WORDS, details=(self.detail, self.late))
        self.list = self._columns.list
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.addWidget(self._columns)
        self._connect()

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Know the names of ``departments``."""
        self._values.set_departments(departments)
        self.detail.story.retranslate()

    def follow_clocks(self, face: FaceOf) -> None:
        """Show what ``face`` says of each order's clock."""
        self._face = face
        self.show_clocks()

    def show_clocks(self) -> None:
        """Ask for the clocks again, and paint what is new."""
        self._show_groups()
        self.detail.clock.show_face(self._face(self.list.marked_id()))

    def show_lines(self, lines: Iterable[WorkOrderLine]) -> None:
        """Show the reported orders, in their order within each priority."""
        self._lines = {line.order.id: line for line in lines}
        self._columns.show_known()
        self._show_groups()
        self._show_detail()

    def show_story(self, order_id: str, steps: Sequence[StoryStep]) -> None:
        """Show what happened to an order."""
        self.detail.show_story(order_id, steps)

    def show_story_unavailable(self, text: str) -> None:
        """Say why what happened is not to be had; the report can be judged all the same."""
        self.detail.story.show_unavailable(text)

    def show_loading(self) -> None:
        """Say that the orders are on their way; those on screen stay."""
        self._columns.show_loading()

    def show_unavailable(self, text: str) -> None:
        """Say why the orders are not to be had; those on screen stay."""
        self._columns.show_unavailable(text)

    def show_error(self, field: str, text: str) -> None:
        """Show what is wrong with the last step; nothing that was typed is lost."""
        self.detail.show_error(field, text)

    def step_taken(self, order_id: str) -> None:
        """The step on an order is saved: it leaves the queue and the next one is marked."""
        had_focus = self.detail.isAncestorOf(self.focusWidget())
        self.detail.reason.forget(order_id)
        if self._lines.pop(order_id, None) is not None:
            self._show_groups()
            self._show_detail()
        if had_focus:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_late(self, late: LateStep) -> None:
        """Show what happened to an order before the step was taken, until that is decided."""
        had_focus = self.detail.isAncestorOf(self.focusWidget())
        self.late.show_at(late.command.order_id, late, self._now())
        self._show_detail()
        if had_focus or self.list.hasFocus():
            self.late.focus_first()

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the queue: the keys that follow are meant for it."""
        super().showEvent(event)
        if not event.spontaneous() and not self.isAncestorOf(self.focusWidget()):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Approve or send back the marked report."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.key() not in _ENTER or not self.detail.isVisible():
            super().keyPressEvent(event)
        elif modifiers == control:
            self.detail.approve_now()
        elif modifiers == control | shift:
            self.detail.begin_sending_back()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show_groups()

    def _connect(self) -> None:
        self.list.row_marked.connect(self._show_detail)
        self.list.row_opened.connect(lambda _: self.detail.approve.setFocus())
        self.detail.approve_requested.connect(self.approve_requested)
        self.detail.send_back_requested.connect(self.send_back_requested)
        self.late.focus_left.connect(self.list.setFocus)
        self.late.decided.connect(self._show_detail)
        self.late.redone.connect(self.redo_requested)
        self.late.dropped.connect(self.step_dropped)
        self._columns.reload_requested.connect(self.reload_requested)

    def _show_detail(self) -> None:
        marked = self.list.marked_id()
        line = self._lines.get(marked)
        if self.late.stands_for(marked, self._lines):
            self._columns.show_detail(self.late)
        elif line is None:
            self._columns.show_detail(None)
        else:
            self._show_line(line)

    def _show_line(self, line: WorkOrderLine) -> None:
        shown = self.detail.order
        self.detail.show_line(line)
        self.detail.clock.show_face(self._face(line.order.id))
        self._columns.show_detail(self.detail)
        if shown is None or (shown.id, shown.version) != (line.order.id, line.order.version):
            self.story_wanted.emit(line.order.id)

    def _show_groups(self) -> None:
        self._columns.show_groups(
            Group(
                tr(f"priority.{priority}"),
                tuple(self._row(x) for x in self._lines.values() if x.order.priority == priority),
            )
            for priority in Priority
        )

    def _row(self, line: WorkOrderLine) -> GroupedRow:
        order = line.order
        assert order.report is not None
        about = (in_current_language(line.department, line.department_zh), line.customer_name)
        solved = order.report.outcome == "SOLVED"
        kind: PillKind = "success" if solved else "danger"
        face = self._face(order.id)
        return GroupedRow(
            id=order.id,
            title=f"#{order.number} {order.subject}",
            about=" · ".join(part for part in about if part),
            pill=tr(f"report_outcome.{order.report.outcome}"),
            kind=kind,
            due=face.text if face else format_moment(order.changed_at, self._now()),
            due_token=FACE_TOKENS[face.kind] if face else "text_muted",
            hint=face.about if face else "",
        )
