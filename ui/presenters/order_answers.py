"""Wires what a caller is told about an order, and what is done with it for them; main thread."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer

from agent_desk.domain.change import Change
from agent_desk.domain.command import OrderCommand
from agent_desk.domain.errors import AgentDeskError, InputError, NotFoundError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.order_answer import OrderAnswer
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.desk import Desk
from agent_desk.services.outbox import Kept
from ui.language import error_text, in_current_language, tr
from ui.orders.work_orders import WorkOrdersPanel
from ui.presenters.context import Context
from ui.presenters.late_steps import StepOutcome, take_step

AFTER_THE_POP_MS: Final = 120
"""Pause before an answer is read: the pop, which came with the mark, is painted by then."""

_Make = Callable[[Desk, WorkOrder, Interaction | None], OrderCommand]


class OrderAnswersPresenter(QObject):
    """The answer about the marked order, and the wishes of the caller."""

    def __init__(self, *, context: Context, panel: WorkOrdersPanel) -> None:
        """Nothing is read before an order is marked."""
        super().__init__()
        self._context = context
        self._panel = panel
        self._answer: OrderAnswer | None = None
        # The panel's own: it must not fire when the window is gone.
        self._soon = QTimer(panel)
        self._soon.setSingleShot(True)
        self._soon.setInterval(AFTER_THE_POP_MS)
        self._soon.timeout.connect(self._read)
        panel.order_marked.connect(self._on_marked)
        panel.answer.informed.connect(self._inform)
        panel.answer.hurried.connect(self._hurry)
        panel.answer.cancel_requested.connect(self._cancel)
        context.bridge.subscribe(WorkOrderChangedEvent, self._on_changed)

    def refresh(self) -> None:
        """Read the answer again: another desk changed the order."""
        if self._answer is not None:
            self._soon.start()

    def concerns_change(self, change: Change) -> bool:
        """Return whether another desk changed the order that the answer is about."""
        return change.stream is Stream.WORK_ORDER and self.concerns(change.stream_id)

    def concerns(self, order_id: str) -> bool:
        """Return whether the answer on the screen is about this order."""
        return self._answer is not None and self._answer.line.order.id == order_id

    def _on_marked(self, order_id: str) -> None:
        if not self.concerns(order_id):
            self._answer = None
            self._panel.answer.show_loading()
        self._soon.start()

    def _on_changed(self, event: WorkOrderChangedEvent) -> None:
        if self.concerns(event.order.id):
            self._soon.start()

    def _read(self) -> None:
        order_id = self._panel.marked_id()
        if not order_id:
            return

        async def work() -> tuple[OrderAnswer, Interaction | None]:
            desk = self._context.desk
            answer = await desk.order_answers.of_order(WorkOrderId(order_id))
            return answer, _call(desk, answer.line.order)

        self._context.ask(
            work, self._show, failed=lambda _: self._panel.answer.show_unavailable(), owner=self
        )

    def _show(self, found: tuple[OrderAnswer, Interaction | None]) -> None:
        answer, call = found
        if answer.line.order.id != self._panel.marked_id():
            return
        self._answer = answer
        self._panel.answer.show_answer(answer)
        self._panel.answer.show_caller(answer.line.customer_name if call is not None else "")

    def _inform(self, order_id: str, text: str) -> None:
        def make(desk: Desk, order: WorkOrder, call: Interaction | None) -> OrderCommand:
            return desk.commands.inform_order(order.id, order.version, text, call=call)

        self._take(order_id, make, self._told())

    def _hurry(self, order_id: str, text: str) -> None:
        def make(desk: Desk, order: WorkOrder, call: Interaction | None) -> OrderCommand:
            return desk.commands.hurry_order(order.id, order.version, text, call=call)

        self._take(order_id, make, self._told())

    def _cancel(self, order_id: str, reason: str, consent: str) -> None:
        def make(desk: Desk, order: WorkOrder, call: Interaction | None) -> OrderCommand:
            return desk.commands.cancel_with_consent(
                order.id, order.version, reason=reason, consent=consent, call=call
            )

        number = self._answer.line.order.number if self._answer is not None else 0
        self._take(order_id, make, tr("order_answer.cancelled", number=number))

    def _take(self, order_id: str, make: _Make, said: str) -> None:
        if not self.concerns(order_id) or self._answer is None:
            return
        order = self._answer.line.order

        async def work() -> StepOutcome:
            desk = self._context.desk
            return await take_step(desk, make(desk, order, _call(desk, order)))

        self._context.ask(work, partial(self._settled, said), failed=self._refused, owner=self)

    def _settled(self, said: str, outcome: StepOutcome) -> None:
        if isinstance(outcome, LateStep):
            # The form stays: the order as it is now may still be cancelled, or not.
            state = tr(f"work_order_state.{outcome.order.state}")
            text = tr("order_answer.moved", state=state)
            self._panel.answer.show_error("", text)
        else:
            self._panel.answer.settled()
            kept = isinstance(outcome, Kept)
            key = "kept_here" if kept else "order_answer"
            self._context.notify(key, tr("kept.one") if kept else said)
        self._soon.start()

    def _refused(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", "")) if isinstance(error, InputError) else ""
        self._panel.answer.show_error(field, error_text(error))
        if isinstance(error, NotFoundError):
            self._soon.start()

    def _told(self) -> str:
        line = self._answer.line if self._answer is not None else None
        name = in_current_language(line.department, line.department_zh) if line else ""
        return tr("order_answer.told", who=name or tr("role.DISPATCHER"))


def _call(desk: Desk, order: WorkOrder) -> Interaction | None:
    """Return the call in which the customer speaks now, None outside of one."""
    call = desk.interactions.newest_with(order.customer_id, desk.clock.now())
    return call if call is not None and call.answered_at is not None else None
