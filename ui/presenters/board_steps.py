"""Takes the steps that a dispatcher wants on the board, one or many; main thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.board import BoardOrder, Move
from agent_desk.domain.claim import Claim, WorkKind
from agent_desk.domain.command import OrderCommand
from agent_desk.domain.errors import AgentDeskError, InputError, StaleClaimError, StorageError
from agent_desk.domain.identifiers import DepartmentId, WorkOrderId
from agent_desk.domain.late_step import LateStep
from agent_desk.services.claims import ClaimLostEvent
from agent_desk.services.commands import Commands
from agent_desk.services.outbox import Kept
from ui.board.outcomes import CardOutcome
from ui.board.page import DispatchPage
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.presenters.late_steps import StepOutcome, take_again, take_step

_Make = Callable[[WorkOrderId, int], OrderCommand]
_Answer = StepOutcome | AgentDeskError


class BoardSteps(QObject):
    """stale: orders that have to be read again, whatever came of the step."""

    stale = Signal(set)

    def __init__(self, *, context: Context, page: DispatchPage) -> None:
        """Follow what is wanted on ``page``."""
        super().__init__()
        self._context = context
        self._page = page
        self._claim: Claim | None = None
        page.assign_requested.connect(self._assign)
        page.cancel_requested.connect(self._cancel)
        page.send_back_requested.connect(self._send_back)
        page.step_requested.connect(self._step)
        page.next_requested.connect(self._take_next)
        page.redo_requested.connect(self._redo)
        context.bridge.subscribe(ClaimLostEvent, self._on_lost)

    def _assign(self, ids: list[str], department: str, field_work: bool | None) -> None:
        """Assign one order, or many one after the other; none waits for one that is refused."""
        orders = [order for order in map(self._page.model.order, ids) if order is not None]
        desk = self._context.desk
        to = DepartmentId(department)

        def make(order: BoardOrder) -> OrderCommand:
            dispatch = desk.commands.dispatch_order
            return dispatch(order.id, order.version, to, field_work=field_work)

        if len(orders) == 1:
            self._take(orders[0].id, lambda: take_step(desk, make(orders[0])))
            return

        async def work() -> list[_Answer]:
            return [await self._answer(partial(make, order)) for order in orders]

        self._context.ask(
            work, lambda answers: self._show_answers(orders, answers, department), owner=self
        )

    async def _answer(self, make: Callable[[], OrderCommand]) -> _Answer:
        """Return what came of one step of many; runs on `desk-loop`."""
        try:
            return await take_step(self._context.desk, make())
        except AgentDeskError as error:
            return error

    def _show_answers(
        self, orders: Sequence[BoardOrder], answers: Sequence[_Answer], department: str
    ) -> None:
        sent = tr("board.outcome_sent", department=self._page.name_of(department))
        self._page.show_outcomes(
            [
                _outcome_of(order, answer, sent)
                for order, answer in zip(orders, answers, strict=True)
            ]
        )
        self.stale.emit({order.id for order in orders})

    def _cancel(self, order_id: str, version: int, reason: str, consent: str) -> None:
        commands = self._context.desk.commands

        def make() -> OrderCommand:
            if not consent:
                return commands.cancel_order(_id(order_id), version, reason)
            make = commands.cancel_with_consent
            return make(_id(order_id), version, reason=reason, consent=consent, call=None)

        self._submit(order_id, make)

    def _send_back(self, order_id: str, version: int, reason: str) -> None:
        commands = self._context.desk.commands
        self._submit(order_id, lambda: commands.send_order_back(_id(order_id), version, reason))

    def _step(self, order_id: str, version: int, move: Move) -> None:
        commands = self._context.desk.commands
        make = _DIRECT[move]
        self._submit(order_id, lambda: make(commands)(_id(order_id), version))

    def _submit(self, order_id: str, make: Callable[[], OrderCommand]) -> None:
        desk = self._context.desk

        async def work() -> StepOutcome:
            return await take_step(desk, make())

        self._take(order_id, work)

    def _redo(self, late: LateStep) -> None:
        desk = self._context.desk
        self._take(late.command.order_id, lambda: take_again(desk, late))

    def _take(self, order_id: str, work: Callable[[], Coroutine[Any, Any, StepOutcome]]) -> None:
        self._context.ask(
            work,
            lambda outcome: self._taken(order_id, outcome),
            failed=self._refused,
            always=lambda: self.stale.emit({order_id}),
            owner=self,
        )

    def _taken(self, order_id: str, outcome: StepOutcome) -> None:
        if isinstance(outcome, LateStep):
            self._page.show_late(outcome)
            return
        if isinstance(outcome, Kept):
            self._context.notify("kept_here", tr("kept.one"))
        self._page.step_taken(order_id)

    def _refused(self, error: AgentDeskError) -> None:
        field = str(error.details.get("field", "")) if isinstance(error, InputError) else ""
        self._page.show_error(field, error_text(error))

    def _take_next(self) -> None:
        """Take the next order that waits; what was taken before and not sent is given back."""
        desk, former = self._context.desk, self._claim
        claims = desk.claims
        self._page.head.next.setEnabled(False)

        async def work() -> tuple[Claim, Sequence[BoardOrder]] | None:
            taken = await claims.take_next(WorkKind.DISPATCH)
            if former is not None:
                # It may be sent by now, or somebody else's; a lease that stays runs out.
                with suppress(StaleClaimError, StorageError):
                    await claims.give_back(former)
            if taken is None:
                return None
            return taken, await desk.board.some([_id(taken.item.subject_id)])

        self._context.ask(
            work,
            self._on_next,
            always=lambda: self._page.head.next.setEnabled(True),
            owner=self,
        )

    def _on_next(self, taken: tuple[Claim, Sequence[BoardOrder]] | None) -> None:
        if taken is None:
            self._claim = None
            self._page.notice.show_text(tr("board.no_next"), "info")
            return
        self._claim, found = taken
        order_id = self._claim.item.subject_id
        # The newest of all may not have reached the board yet.
        self._page.show_changed([order_id], found)
        if self._page.go_to(order_id):
            self._page.open_card(order_id)

    def _on_lost(self, event: ClaimLostEvent) -> None:
        if self._claim is not None and event.claim.item.id == self._claim.item.id:
            self._claim = None
            self._context.notify("dispatch", tr("board.next_lost"), "warning")


def _outcome_of(order: BoardOrder, answer: _Answer, sent: str) -> CardOutcome:
    title = f"#{order.number} {order.subject}"
    if isinstance(answer, AgentDeskError):
        text = error_text(answer)
        return CardOutcome(order_id=order.id, title=title, kind="refused", text=text)
    if isinstance(answer, LateStep):
        state = tr(f"work_order_state.{answer.order.state}")
        text = tr("board.outcome_late", state=state)
        return CardOutcome(order_id=order.id, title=title, kind="refused", text=text)
    if isinstance(answer, Kept):
        text = tr("board.outcome_kept_text")
        return CardOutcome(order_id=order.id, title=title, kind="kept", text=text)
    return CardOutcome(order_id=order.id, title=title, kind="done", text=sent)


def _id(order_id: str) -> WorkOrderId:
    return WorkOrderId(order_id)


_DIRECT: Final[Mapping[Move, Callable[[Commands], _Make]]] = MappingProxyType(
    {
        Move.ACCEPT: lambda commands: commands.accept_order,
        Move.START: lambda commands: commands.start_order,
        Move.RETURN: lambda commands: commands.return_order,
    }
)
"""What carries a card on without asking anything."""
