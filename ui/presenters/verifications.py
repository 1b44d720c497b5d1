"""Wires the verification call: taken, dialled, told, answered; attempts and the override.

Qt main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from agent_desk.domain.command import OrderCommand
from agent_desk.domain.errors import AgentDeskError, InputError, StorageError
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.late_step import LateStep
from agent_desk.domain.rights import Right
from agent_desk.domain.verification_story import VerificationStory
from agent_desk.domain.work_order import WorkOrder, WorkOrderLine
from agent_desk.services.desk import Desk
from agent_desk.services.interactions import InteractionChangedEvent
from agent_desk.services.outbox import Kept
from ui.language import error_text, tr
from ui.orders.verification_script import CustomersAnswer
from ui.presenters.context import Context
from ui.presenters.late_steps import StepOutcome, take_again, take_step
from ui.ticket.tickets_page import TicketsPage

_Make = Callable[[Desk, WorkOrder, Interaction | None], OrderCommand]


class VerificationPresenter(QObject):
    """What is done with the orders that came back, on the page of my tickets."""

    def __init__(self, *, context: Context, page: TicketsPage, refresh: Callable[[], None]) -> None:
        """``refresh`` reads the lists again after a step."""
        super().__init__()
        self._context = context
        self._page = page
        self._refresh = refresh
        self._lines: dict[str, WorkOrderLine] = {}
        # Orders whose verification came too late: they may have left the list meanwhile.
        self._late: dict[str, WorkOrderLine] = {}
        panel = page.verification
        panel.offer_override(context.desk.access.may(Right.CLOSE_UNREACHED))
        page.verified.connect(self._verified)
        page.attempt_logged.connect(self._log_attempt)
        page.supervisor_asked.connect(self._ask_supervisor)
        page.override_requested.connect(self._override)
        page.redo_requested.connect(self._redo)
        page.step_dropped.connect(lambda late: self._late.pop(late.command.order_id, None))
        context.bridge.subscribe(InteractionChangedEvent, self._on_call)

    def show_lines(self, lines: Iterable[WorkOrderLine]) -> None:
        """Know the orders that are listed, and show them where they are marked."""
        self._lines = {line.order.id: line for line in lines}
        for line in self._lines.values():
            self._page.show_verification(line)
        self.show_marked()

    def show_marked(self) -> None:
        """Read the story of the marked order."""
        line = self._lines.get(self._page.verification.order_id())
        if line is None:
            return
        order = line.order

        async def work() -> tuple[VerificationStory, Interaction | None]:
            desk = self._context.desk
            story = await desk.verifications.story(order.id)
            # Asked last: what happened to the call while the story was read must not be undone.
            return story, desk.interactions.newest_with(order.customer_id, order.changed_at)

        self._context.ask(work, self._show_story, failed=_unseen, owner=self)

    def call_customer(
        self, line: WorkOrderLine, dial: Callable[[], Coroutine[Any, Any, CallId]]
    ) -> None:
        """Take the call to the customer of ``line``, so that nobody else makes it, and dial."""

        async def work() -> CallId:
            try:
                await self._context.desk.verifications.take(line)
            except StorageError:
                # Nobody can be asked: whose order it is calls all the same.
                if line.order.owner != self._context.desk.access.login:
                    raise
            return await dial()

        failed = partial(self._refused, "call")
        self._context.ask(work, lambda _: self.show_marked(), failed=failed, owner=self)

    def _show_story(self, found: tuple[VerificationStory, Interaction | None]) -> None:
        story, call = found
        self._page.verification.show_story(story)
        if story.order.id == self._page.verification.order_id():
            self._show_call(call)

    def _show_call(self, call: Interaction | None) -> None:
        is_on = call is not None and call.answered_at is not None and call.ended_at is None
        self._page.verification.show_call(call.answered_at if is_on and call else None)

    def _on_call(self, event: InteractionChangedEvent) -> None:
        line = self._lines.get(self._page.verification.order_id())
        if line is not None and event.interaction.customer_id == line.order.customer_id:
            self._show_call(event.interaction)

    def _verified(self, order_id: str, answer: CustomersAnswer) -> None:
        def make(desk: Desk, order: WorkOrder, call: Interaction | None) -> OrderCommand:
            return desk.commands.verify_order(
                order.id,
                order.version,
                call=call,
                satisfied=answer.satisfied,
                reason=answer.reason,
                satisfaction=answer.satisfaction,
                remark=answer.remark,
            )

        self._step(order_id, make, at="answer")

    def _log_attempt(self, order_id: str) -> None:
        def make(desk: Desk, order: WorkOrder, call: Interaction | None) -> OrderCommand:
            return desk.commands.log_attempt(order.id, order.version, call=call)

        said = tr("verification.attempt_logged")
        self._step(order_id, make, at="call", said=said, in_vain=True)

    def _ask_supervisor(self, order_id: str) -> None:
        line = self._lines.get(order_id)
        if line is None:
            return

        def make(desk: Desk, order: WorkOrder, _call: Interaction | None) -> OrderCommand:
            return desk.commands.ask_supervisor(order.id, order.version, "")

        said = tr("verification.asked_supervisor", number=line.order.number)
        self._step(order_id, make, at="call", said=said)

    def _override(self, order_id: str, reason: str) -> None:
        def make(desk: Desk, order: WorkOrder, _call: Interaction | None) -> OrderCommand:
            return desk.commands.override_closing(order.id, order.version, reason)

        self._step(order_id, make, at="override")

    def _step(
        self, order_id: str, make: _Make, *, at: str, said: str = "", in_vain: bool = False
    ) -> None:
        """Take a step with the order; a refusal is shown where it was asked, ``at``."""
        line = self._lines.get(order_id)
        if line is None:
            return
        order = line.order

        async def work() -> StepOutcome:
            desk = self._context.desk
            call = desk.interactions.newest_with(
                order.customer_id, order.changed_at, in_vain=in_vain
            )
            return await take_step(desk, make(desk, order, call))

        self._take(line, work, at=at, said=said)

    def _redo(self, late: LateStep) -> None:
        line = self._late.get(late.command.order_id)
        if line is not None:
            self._take(line, lambda: take_again(self._context.desk, late), at="answer")

    def _take(
        self,
        line: WorkOrderLine,
        work: Callable[[], Coroutine[Any, Any, StepOutcome]],
        *,
        at: str,
        said: str = "",
    ) -> None:
        self._context.ask(
            work,
            partial(self._settled, line, said),
            failed=partial(self._refused, at),
            owner=self,
        )

    def _settled(self, line: WorkOrderLine, said: str, outcome: StepOutcome) -> None:
        order = line.order
        if isinstance(outcome, LateStep):
            self._late[order.id] = line
            self._page.show_late(outcome, order.ticket_id)
        else:
            self._late.pop(order.id, None)
            if isinstance(outcome, Kept):
                self._context.notify("kept_here", tr("kept.one"))
            elif said:
                self._context.notify("verification", said)
        self._refresh()

    def _refused(self, at: str, error: AgentDeskError) -> None:
        field = str(error.details.get("field", "")) if isinstance(error, InputError) else ""
        self._page.show_error(
            "reason" if at == "answer" and field == "reason" else at, error_text(error)
        )


def _unseen(_: AgentDeskError) -> None:
    """The panel goes on saying that the story is on its way; the list says why."""
