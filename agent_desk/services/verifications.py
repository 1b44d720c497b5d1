"""Orders that came back: whose customers this agent is to call, and the story of each.

Runs on the `desk-loop` thread.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.claim import WorkKind
from agent_desk.domain.errors import NotFoundError, ReservedError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.rights import Right
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.verification import DAYS_OF_ATTEMPTS
from agent_desk.domain.verification_story import VerificationStory, former_rounds
from agent_desk.domain.work_order import WorkOrderLine, WorkOrderState
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.claims import Claims
from agent_desk.services.event_bus import EventBus

_S = WorkOrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class ToVerify:
    """The orders that came back to one person.

    own: of tickets that are theirs. handed: taken for the team, while the owner is away.
    unreached: of any owner, whose customers were called in vain on enough days; for supervisors.
    for_team: how many calls nobody has taken yet whose owners are away. tickets: of those that
    are not own.
    """

    own: Sequence[WorkOrderLine] = ()
    handed: Sequence[WorkOrderLine] = ()
    unreached: Sequence[WorkOrderLine] = ()
    tickets: Sequence[Ticket] = ()
    for_team: int = 0

    @property
    def lines(self) -> Sequence[WorkOrderLine]:
        """All of them, each once."""
        known: dict[str, WorkOrderLine] = {}
        for line in (*self.own, *self.handed, *self.unreached):
            known.setdefault(line.order.id, line)
        return tuple(known.values())


class Verifications:
    """Hands out verification calls, and tells what has to be known before each."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        access: Access,
        claims: Claims,
        opened_at: datetime,
    ) -> None:
        """``opened_at`` is when this desk opened: what came back before is no news of today's."""
        self._storage = storage
        self._access = access
        self._claims = claims
        self._opened_at = opened_at
        bus.subscribe(WorkOrderChangedEvent, self._on_order)

    async def mine(self, also: Collection[WorkOrderId] = ()) -> ToVerify:
        """Return the orders whose customers this person is to call; raises RightsError.

        ``also``: of customers who called by themselves; they count as handed over while VERIFYING.
        """
        self._access.require(Right.VERIFY_ORDERS)
        return await self._storage.read(lambda uow: self._mine(uow, also))

    async def came_back_while_away(self) -> Sequence[WorkOrderLine]:
        """Return the own orders that came back since this agent was here last.

        Since the newest event of theirs before this desk opened: signing off is one. Nothing is
        news to somebody who was never here.
        """
        self._access.require(Right.VERIFY_ORDERS)
        login = self._access.login

        def work(uow: UnitOfWork) -> Sequence[WorkOrderLine]:
            last = uow.events.last_before(Stream.AGENT, login, self._opened_at)
            if last is None:
                return []
            lines = uow.orders.lines(states=frozenset({_S.VERIFYING}), owner=login)
            return [line for line in lines if line.order.changed_at > last.at]

        return await self._storage.read(work)

    async def story(self, order_id: WorkOrderId) -> VerificationStory:
        """Return everything about an order that came back; raises NotFoundError, RightsError."""
        self._access.require(Right.VERIFY_ORDERS)
        return await self._storage.read(lambda uow: _story(uow, order_id))

    async def take(self, line: WorkOrderLine) -> None:
        """Take the call to the customer of ``line``, so that nobody else makes it meanwhile.

        Raises ReservedError when it is another agent's, or another one makes it just now. A
        supervisor who may close the order calls without taking it.
        """
        order = line.order
        if not self._access.may(Right.TAKE_CALLS):
            return
        if await self._claims.take_about(WorkKind.VERIFY, order.id) is not None:
            return
        item = await self._storage.read(lambda uow: uow.claims.about(WorkKind.VERIFY, order.id))
        login = self._access.login
        if item is None and order.owner == login:
            return  # of an older program, which put no work
        if item is not None and item.handed_to not in (None, login):
            raise ReservedError(subject=order.title, owner=item.handed_to)
        if not self._access.may(Right.CLOSE_UNREACHED):
            raise ReservedError(subject=order.title, owner=order.owner)

    async def take_next(self) -> WorkOrderLine | None:
        """Return the next order whose customer is to be called by this agent, None for none.

        Own ones that are due, and those of the team whose owners are away. Raises RightsError.
        """
        claim = await self._claims.take_next(WorkKind.VERIFY)
        if claim is None:
            return None
        order_id = WorkOrderId(claim.item.subject_id)
        lines = await self._storage.read(lambda uow: uow.orders.lines_of([order_id]))
        return lines[0] if lines else None

    async def waiting(self) -> int:
        """Return how many such calls are due for this agent; raises RightsError."""
        return await self._claims.waiting(WorkKind.VERIFY)

    def _mine(self, uow: UnitOfWork, also: Collection[WorkOrderId]) -> ToVerify:
        login = self._access.login
        own = uow.orders.lines(states=frozenset({_S.VERIFYING}), owner=login)
        known = {line.order.id for line in own}
        handed = [WorkOrderId(key) for key in uow.claims.handed(WorkKind.VERIFY, agent_id=login)]
        unreached: Sequence[WorkOrderId] = ()
        if self._access.may(Right.CLOSE_UNREACHED):
            unreached = uow.orders.unreached(days=DAYS_OF_ATTEMPTS)
        keys = [key for key in {*handed, *also} if key not in known]
        taken = [x for x in uow.orders.lines_of(keys) if x.order.state is _S.VERIFYING]
        stuck = uow.orders.lines_of(unreached)
        others = {x.order.ticket_id for x in (*taken, *stuck) if x.order.id not in known}
        return ToVerify(
            own=own,
            handed=taken,
            unreached=stuck,
            tickets=tuple(uow.tickets.get(key) for key in sorted(others)),
            for_team=self._for_team(uow),
        )

    def _for_team(self, uow: UnitOfWork) -> int:
        if not self._access.may(Right.TAKE_CALLS):
            return 0
        login = self._access.login
        return uow.claims.waiting(WorkKind.VERIFY, agent_id=login, of_others=True)

    def _on_order(self, event: WorkOrderChangedEvent) -> None:
        if event.kind == "VerificationAttempted" or event.order.state is not _S.VERIFYING:
            self._claims.let_go(WorkKind.VERIFY, event.order.id)


def _story(uow: UnitOfWork, order_id: WorkOrderId) -> VerificationStory:
    lines = uow.orders.lines_of([order_id])
    if not lines:
        raise NotFoundError(subject="Work order", id=order_id)
    line = lines[0]
    ticket = uow.tickets.get(line.order.ticket_id)
    attempts = uow.orders.attempts(order_id)
    messages = uow.order_messages.of_order(order_id)
    first_call = _call(uow, ticket)
    item = uow.claims.about(WorkKind.VERIFY, order_id)
    logins = {line.order.owner, *(a.actor for a in attempts), *(m.actor for m in messages)}
    if first_call is not None:
        logins.add(first_call.agent_id)
    return VerificationStory(
        line=line,
        ticket=ticket,
        first_call=first_call,
        rounds=former_rounds(uow.events.of(Stream.WORK_ORDER, order_id)),
        attempts=attempts,
        messages=messages,
        due_at=item.due_at if item is not None else None,
        open_at=item.open_at if item is not None else None,
        handed_to=item.handed_to if item is not None else None,
        names=uow.people.names(logins),
    )


def _call(uow: UnitOfWork, ticket: Ticket) -> Interaction | None:
    if ticket.opened_in is None:
        return None
    try:
        return uow.interactions.get(ticket.opened_in)
    except NotFoundError:
        return None
