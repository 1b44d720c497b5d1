"""The steps that an order can take here, always in sight under its details; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.ticket import Department
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from ui.language import in_current_language, tr
from ui.orders.reason_form import ReasonForm, ReasonWords
from ui.orders.start_form import StartForm
from ui.orders.step_wish import Step, StepWish
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.draft_pulse import DraftPulse

_W = WorkOrderState

_REASONS: Final[Mapping[Step, ReasonWords]] = {
    Step.DECLINE: ReasonWords(
        reasons=(
            "order_steps.decline_area",
            "order_steps.decline_skill",
            "order_steps.decline_full",
            "order_steps.decline_parts",
            "order_steps.decline_double",
        ),
        hint="department_page.reason_hint",
        missing="department_page.reason_missing",
        confirm="department_page.decline_confirm",
        icon="x",
        role="danger",
    ),
    Step.HOLD: ReasonWords(
        reasons=(
            "order_steps.hold_parts",
            "order_steps.hold_absent",
            "order_steps.hold_later",
            "order_steps.hold_access",
            "order_steps.hold_helper",
            "order_steps.hold_weather",
        ),
        hint="order_steps.hold_hint",
        missing="order_steps.hold_missing",
        confirm="order_steps.hold_confirm",
        icon="pause",
    ),
    Step.SEND_BACK: ReasonWords(
        reasons=(
            "order_steps.back_done",
            "order_steps.back_times",
            "order_steps.back_parts",
            "order_steps.back_outcome",
        ),
        hint="order_steps.back_hint",
        missing="order_steps.back_missing",
        confirm="order_steps.back_confirm",
        icon="undo-2",
        role="danger",
    ),
}
FORM: Final = "form"
"""The draft's field that says which step was being taken."""


class StepBar(QFrame):
    """Buttons of the steps; those that need more ask for it in their place.

    wished carries a StepWish. report_wanted: send the report that is typed above. draft_changed:
    what is typed here, by field, empty when it is given up.
    """

    wished = Signal(object)
    report_wanted = Signal()
    draft_changed = Signal(dict)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._order: WorkOrder | None = None
        self._choices: tuple[Department, ...] = ()
        self._may_take: Callable[[WorkOrderState, WorkOrderState], bool] = lambda *step: True
        self.accept = Button("department_page.accept", "check", "primary")
        self._decline = Button("department_page.decline", "x")
        self.start = Button("department_page.start", "play", "primary")
        self._on_site = Button("order_steps.on_site", "map-pin")
        self.send = Button(
            "department_page.send_report", "send", "primary", shortcut_hint="Ctrl+Return"
        )
        self._hold = Button("order_steps.hold", "pause")
        self.hand_back = Button("department_page.return", "undo-2", "primary")
        self._send_back = Button("order_steps.send_back", "pencil")
        self.departments = QComboBox()
        self._dispatch = Button("department_page.dispatch", "send", "primary")
        self.site = StartForm(now=now)
        self.why = {step: ReasonForm(words) for step, words in _REASONS.items()}
        self._asking: Step | None = None
        self._pulse = DraftPulse(self)
        self._buttons = QWidget()
        self._lay_out()
        self._connect()

    def show_order(self, order: WorkOrder, *, anew: bool) -> None:
        """Offer what ``order`` can take; ``anew``: forget what was asked before."""
        self._order = order
        if anew:
            self._pulse.drop()
            for form in self.why.values():
                form.clear()
            self.site.begin(order)
            self._ask(None)
        self.refresh()

    def offer_steps(self, may_take: Callable[[WorkOrderState, WorkOrderState], bool]) -> None:
        """Offer only the steps, from one state to another, that ``may_take`` allows."""
        self._may_take = may_take

    def is_offered(self, begin: WorkOrderState, target: WorkOrderState) -> bool:
        """Return whether the order can go from ``begin`` to ``target`` here, now."""
        state = self._order.state if self._order is not None else None
        return state is begin and self._may_take(begin, target)

    def set_departments(self, departments: Sequence[Department]) -> None:
        """Offer ``departments`` to an order that waits for dispatch."""
        self._choices = tuple(departments)
        self.retranslate()

    def fields(self) -> dict[str, str]:
        """Return what is being typed, by field; nothing while nothing is asked."""
        step = self._asking
        if step is None:
            return {}
        typed = self.site.fields() if step is Step.START else {"reason": self.why[step].text()}
        return {FORM: step.value, **typed}

    def settle(self) -> None:
        """Ask nothing any more: the step was taken, and its words are saved with it."""
        self._pulse.drop()
        for form in self.why.values():
            form.clear()
        self._ask(None)

    def flush(self) -> None:
        """Tell what was typed, if anything was since it was told."""
        self._pulse.flush()

    def restore(self, fields: Mapping[str, str]) -> None:
        """Ask again what ``fields``, as a draft kept them, were typed for, if it is possible."""
        asked = fields.get(FORM, "")
        if asked not in self._offered_questions():
            return
        step = Step(asked)
        if step is Step.START:
            self.site.restore({k: v for k, v in fields.items() if k != FORM})
        else:
            self.why[step].set_text(fields.get("reason", ""))
        self._ask(step)

    def show_error(self, field: str, text: str) -> bool:
        """Show ``text`` at the field that is asked for, and return whether there is one."""
        step = self._asking
        if step is Step.START:
            return self.site.show_error(field, text)
        if step is None or field != "reason":
            return False
        self.why[step].show_error(text)
        return True

    def retranslate(self) -> None:
        """Set every text anew."""
        chosen = max(0, self.departments.currentIndex())
        self.departments.clear()
        for department in self._choices:
            name = in_current_language(department.name, department.name_zh)
            self.departments.addItem(name, str(department.id))
        self.departments.setCurrentIndex(min(chosen, self.departments.count() - 1))
        self.departments.setAccessibleName(tr("department_page.dispatch_to"))
        self.departments.setToolTip(tr("department_page.dispatch_to"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def refresh(self) -> None:
        """Show the buttons of the steps that are possible, or the question of one."""
        order = self._order
        if order is None:
            return
        starts = self.is_offered(_W.ACCEPTED, _W.IN_PROGRESS)
        resumes = self.is_offered(_W.ON_HOLD, _W.IN_PROGRESS)
        in_field = order.field_work
        offered = {
            self.accept: self.is_offered(_W.ASSIGNED, _W.ACCEPTED),
            self._decline: self.is_offered(_W.ASSIGNED, _W.DECLINED),
            self.start: starts or resumes,
            self._on_site: resumes or (starts and not in_field),
            self.send: self.is_offered(_W.IN_PROGRESS, _W.REPORTED),
            self._hold: self.is_offered(_W.IN_PROGRESS, _W.ON_HOLD),
            self.hand_back: self.is_offered(_W.REPORTED, _W.VERIFYING),
            self._send_back: self.is_offered(_W.REPORTED, _W.IN_PROGRESS),
            self.departments: self.is_offered(_W.PENDING_DISPATCH, _W.ASSIGNED),
            self._dispatch: self.is_offered(_W.PENDING_DISPATCH, _W.ASSIGNED),
        }
        for button, possible in offered.items():
            button.setVisible(possible)
        self.start.set_text_key(
            "department_page.resume"
            if resumes
            else "order_steps.start_on_site"
            if in_field
            else "department_page.start"
        )
        self._buttons.setVisible(self._asking is None)
        self.setVisible(self._asking is not None or any(offered.values()))

    def _offered_questions(self) -> set[str]:
        offered = {
            Step.DECLINE: self.is_offered(_W.ASSIGNED, _W.DECLINED),
            Step.HOLD: self.is_offered(_W.IN_PROGRESS, _W.ON_HOLD),
            Step.SEND_BACK: self.is_offered(_W.REPORTED, _W.IN_PROGRESS),
            Step.START: self.is_offered(_W.ACCEPTED, _W.IN_PROGRESS)
            or self.is_offered(_W.ON_HOLD, _W.IN_PROGRESS),
        }
        return {step.value for step, possible in offered.items() if possible}

    def _ask(self, step: Step | None) -> None:
        had_focus = self.isAncestorOf(self.focusWidget())
        self._asking = step
        self.site.setVisible(step is Step.START)
        for asked, form in self.why.items():
            form.setVisible(asked is step)
            form.show_error("")
        self.refresh()
        if step is None and had_focus:
            self.focus_first()

    def focus_first(self) -> None:
        """Put the cursor on the first step that is offered."""
        for button in self._buttons.findChildren(Button):
            if button.isVisibleTo(self):
                button.setFocus(Qt.FocusReason.OtherFocusReason)
                return

    def _begin(self, step: Step) -> None:
        self._ask(step)
        if step is Step.START:
            self.site.focus_first()
        else:
            self.why[step].begin()

    def _give_up(self) -> None:
        self._pulse.drop()
        self._ask(None)
        self.draft_changed.emit({})

    def _on_start(self) -> None:
        assert self._order is not None
        if self._order.state is _W.ACCEPTED and self._order.field_work:
            self._begin(Step.START)
        else:
            self.wished.emit(StepWish(step=Step.START))

    def _on_dispatch(self) -> None:
        department = str(self.departments.currentData() or "")
        if department:
            self.wished.emit(StepWish(step=Step.DISPATCH, department_id=department))

    def _wish(self, step: Step) -> Callable[[], None]:
        return lambda: self.wished.emit(StepWish(step=step))

    def _connect(self) -> None:
        self.accept.clicked.connect(self._wish(Step.ACCEPT))
        self.hand_back.clicked.connect(self._wish(Step.RETURN))
        self.start.clicked.connect(self._on_start)
        self._dispatch.clicked.connect(self._on_dispatch)
        self.send.clicked.connect(self.report_wanted)
        for button, step in (
            (self._decline, Step.DECLINE),
            (self._on_site, Step.START),
            (self._hold, Step.HOLD),
            (self._send_back, Step.SEND_BACK),
        ):
            button.clicked.connect(lambda _=False, asked=step: self._begin(asked))
        self.site.given.connect(self.wished)
        forms: tuple[StartForm | ReasonForm, ...] = (self.site, *self.why.values())
        for form in forms:
            form.left.connect(self._give_up)
            form.changed.connect(self._pulse.touch)
        self._pulse.due.connect(lambda: self.draft_changed.emit(self.fields()))
        for step, why in self.why.items():
            why.given.connect(
                lambda reason, asked=step: self.wished.emit(StepWish(step=asked, reason=reason))
            )

    def _lay_out(self) -> None:
        row = QHBoxLayout(self._buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        for primary in (self.accept, self.start, self.send, self.hand_back):
            row.addWidget(primary)
        for plain in (self._decline, self._on_site, self._hold, self._send_back):
            row.addWidget(plain)
        row.addWidget(self.departments, 1)
        row.addWidget(self._dispatch)
        row.addStretch(0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(10), px(16), px(12))
        layout.setSpacing(px(8))
        for part in (self._buttons, self.site, *self.why.values()):
            layout.addWidget(part)
