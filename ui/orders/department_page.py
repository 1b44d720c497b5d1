"""A department's work orders: what is new, under way and done, and the next step; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from agent_desk.domain.late_step import LateStep
from agent_desk.domain.ticket import Department
from agent_desk.domain.work_order import WorkOrderLine, WorkOrderState, WorkReport
from ui.conflict.late_card import LateStepCard
from ui.formats import format_moment
from ui.language import in_current_language, tr
from ui.orders.clock_pill import FACE_TOKENS, FaceOf, no_face
from ui.orders.order_detail import OrderDetail
from ui.orders.order_values import OrderValues
from ui.theme.theme import px
from ui.widgets.grouped_list import Group, GroupedRow
from ui.widgets.list_and_detail import ListAndDetail, ListWords
from ui.widgets.state_kinds import order_kind

_W = WorkOrderState
_GROUPS: Final[tuple[tuple[str, frozenset[WorkOrderState]], ...]] = (
    ("department_page.group_new", frozenset({_W.ASSIGNED, _W.PENDING_DISPATCH})),
    ("department_page.group_accepted", frozenset({_W.ACCEPTED})),
    ("department_page.group_running", frozenset({_W.IN_PROGRESS, _W.ON_HOLD})),
    ("department_page.group_reported", frozenset({_W.REPORTED})),
    ("department_page.group_verifying", frozenset({_W.VERIFYING})),
    ("department_page.group_done", frozenset({_W.CLOSED, _W.CANCELLED, _W.DECLINED, _W.DRAFT})),
)


_WORDS: Final = ListWords(
    icon="inbox",
    title="department_page.title",
    empty="department_page.empty",
    empty_text="department_page.empty_text",
    loading="department_page.loading",
    unavailable="department_page.unavailable",
    retry="department_page.retry",
    nothing_icon="clipboard-list",
    nothing_marked="department_page.nothing_marked",
)


class DepartmentPage(QWidget):
    """Orders at the left in the order of the work, the marked one at the right.

    department_chosen: answer with ``show_lines``. Every step carries order id and version, and a
    StepWish or a WorkReport; answer with ``show_lines`` (done), ``show_error`` or ``show_late``.
    redo_requested and step_dropped carry the LateStep that was shown. report_draft_changed,
    step_draft_changed: order id, fields. story_wanted: answer with ``show_story``.
    """

    department_chosen = Signal(str)
    step_requested = Signal(str, int, object)
    report_requested = Signal(str, int, WorkReport)
    report_draft_changed = Signal(str, dict)
    step_draft_changed = Signal(str, dict)
    redo_requested = Signal(object)
    step_dropped = Signal(object)
    story_wanted = Signal(str)
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._now = now
        self._departments: tuple[Department, ...] = ()
        self._lines: dict[str, WorkOrderLine] = {}
        self._wanted = ""
        self._told = ("", 0)
        self._face: FaceOf = no_face
        self._values = OrderValues(now=now)
        self._chooser = QComboBox()
        self._chooser.setObjectName("departmentChooser")
        self._chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.detail = OrderDetail(now=now, department=self.department_name)
        self.late = LateStepCard(shown=self._values.shown)
        self._columns = ListAndDetail(
            words=_WORDS, head=(self._chooser,), details=(self.detail, self.late)
        )
        self.list = self._columns.list
        self._build()
        self._connect()
        self.retranslate()

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer all and each of ``departments``; the chosen one stays chosen."""
        chosen = self.department_id()
        self._departments = tuple(departments)
        self.detail.set_departments(departments)
        self._values.set_departments(departments)
        self.detail.story.retranslate()
        with QSignalBlocker(self._chooser):
            self._chooser.clear()
            self._chooser.addItem("", "")
            for department in self._departments:
                self._chooser.addItem("", str(department.id))
            self._chooser.setCurrentIndex(max(0, self._chooser.findData(chosen)))
        self._name_departments()

    def department_id(self) -> str:
        """Return the chosen department's id, ``""`` for all of them."""
        return str(self._chooser.currentData() or "")

    def department_name(self, department_id: str) -> str:
        """Return the name of a department in the current language, "" for none."""
        return self._values.shown("department_id", department_id)

    def choose_department(self, department_id: str) -> None:
        """Choose a department without telling; an unknown one changes nothing."""
        index = self._chooser.findData(department_id)
        if index >= 0:
            with QSignalBlocker(self._chooser):
                self._chooser.setCurrentIndex(index)

    def keep_to(self, department_id: str) -> None:
        """Show one department's name and offer no other."""
        self.choose_department(department_id)
        self._chooser.setEnabled(False)

    def can_choose(self) -> bool:
        """Return whether other departments are offered."""
        return self._chooser.isEnabled()

    def show_lines(self, lines: Iterable[WorkOrderLine]) -> None:
        """Show the department's orders, in their order within each state."""
        self._lines = {line.order.id: line for line in lines}
        self._columns.show_known()
        self._show_groups()
        if self._wanted in self._lines:
            self.select_order(self._wanted)
        self._show_detail()

    def follow_clocks(self, face: FaceOf) -> None:
        """Show what ``face`` says of each order's clock."""
        self._face = face

    def show_clocks(self) -> None:
        """Ask for the clocks again, and paint what is new."""
        self._show_groups()
        self.detail.clock.show_face(self._face(self.list.marked_id()))

    def select_order(self, order_id: str) -> None:
        """Mark an order, now or as soon as it is listed."""
        self._wanted = "" if order_id in self._lines else order_id
        self.list.mark(order_id)

    def show_loading(self) -> None:
        """Say that the orders are on their way; those on screen stay."""
        self._columns.show_loading()

    def show_unavailable(self, text: str) -> None:
        """Say why the orders are not to be had; those on screen stay."""
        self._columns.show_unavailable(text)

    def show_error(self, field: str, text: str) -> None:
        """Show what is wrong with the last step; nothing that was typed is lost."""
        self.detail.show_error(field, text)

    def show_late(self, late: LateStep) -> None:
        """Show what happened to an order before the step was taken, until that is decided."""
        had_focus = self.detail.isAncestorOf(self.focusWidget())
        self.late.show_at(late.command.order_id, late, self._now())
        self._show_detail()
        if had_focus:
            self.late.focus_first()

    def retranslate(self) -> None:
        """Set every text anew."""
        self._chooser.setAccessibleName(tr("department_page.department"))
        self._chooser.setToolTip(tr("department_page.department"))
        self._name_departments()
        self._show_groups()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.addWidget(self._columns)

    def _connect(self) -> None:
        detail = self.detail
        self._chooser.activated.connect(lambda: self.department_chosen.emit(self.department_id()))
        self.list.row_marked.connect(self._show_detail)
        self.list.row_opened.connect(self._on_opened)
        detail.step_requested.connect(self.step_requested)
        detail.report_requested.connect(self.report_requested)
        detail.draft_changed.connect(self.report_draft_changed)
        detail.step_draft_changed.connect(self.step_draft_changed)
        self.late.focus_left.connect(self.list.setFocus)
        self.late.decided.connect(self._show_detail)
        self.late.redone.connect(self.redo_requested)
        self.late.dropped.connect(self.step_dropped)
        self._columns.reload_requested.connect(self.reload_requested)

    def _on_opened(self, order_id: str) -> None:
        """Go on to the marked order's steps by keyboard."""
        self.detail.focus_first()

    def _name_departments(self) -> None:
        if self._chooser.count():
            self._chooser.setItemText(0, tr("department_page.all"))
        for index, department in enumerate(self._departments, 1):
            name = in_current_language(department.name, department.name_zh)
            self._chooser.setItemText(index, name)

    def _show_detail(self) -> None:
        if self.late.stands_for(self.list.marked_id(), self._lines):
            self._columns.show_detail(self.late)
            return
        line = self._lines.get(self.list.marked_id())
        if line is None:
            self._columns.show_detail(None)
            return
        self.detail.show_line(line)
        self.detail.clock.show_face(self._face(line.order.id))
        self._columns.show_detail(self.detail)
        if (line.order.id, line.order.version) != self._told:
            self._told = (line.order.id, line.order.version)
            self.story_wanted.emit(line.order.id)

    def tell_again(self) -> None:
        """Ask for the story anew with the next lines: something was said about an order."""
        self._told = ("", 0)

    def _show_groups(self) -> None:
        self._columns.show_groups(
            Group(
                tr(key),
                tuple(self._row(x) for x in self._lines.values() if x.order.state in states),
            )
            for key, states in _GROUPS
        )

    def _row(self, line: WorkOrderLine) -> GroupedRow:
        order = line.order
        about = [order.priority, line.customer_name]
        if not self.department_id():
            about.append(in_current_language(line.department, line.department_zh))
        face = self._face(order.id)
        return GroupedRow(
            id=order.id,
            title=f"#{order.number} {order.subject}",
            about=" · ".join(part for part in about if part),
            pill=tr(f"work_order_state.{order.state}"),
            kind=order_kind(order.state),
            due=face.text if face else format_moment(order.changed_at, self._now()),
            due_token=FACE_TOKENS[face.kind] if face else "text_muted",
            hint=face.about if face else "",
        )
