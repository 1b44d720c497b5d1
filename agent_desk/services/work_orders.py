"""Work orders: out to a department, back to the agent, closed on the phone with the customer.

Runs on the `desk-loop` thread. Each step loads, checks the caller's version and the table, moves,
saves with its events in one unit of work, and is published after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.errors import InputError, NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import (
    AgentId,
    CategoryId,
    DepartmentId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.domain.work_order import (
    WORK_ORDER_TABLE,
    WorkOrder,
    WorkOrderLine,
    WorkOrderState,
    WorkReport,
    require_closing_proof,
    require_complete_report,
)
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.case_log import CaseLog
from agent_desk.services.event_bus import EventBus

_S = WorkOrderState
_Step = Callable[[CaseLog, WorkOrder], WorkOrder]

OPEN_STATES = frozenset(state for state in WorkOrderState if not WORK_ORDER_TABLE.is_end(state))
"""Every state of an order that is still under way."""


class WorkOrders:
    """What departments and the owning agent do with orders."""

    def __init__(self, *, storage: Storage, bus: EventBus, clock: Clock, agent_id: AgentId) -> None:
        """``agent_id`` acts."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._agent_id = agent_id

    async def get(self, order_id: WorkOrderId) -> WorkOrder:
        """Return the order; raises NotFoundError."""
        return await self._storage.read(lambda uow: uow.orders.get(order_id))

    async def lines(
        self,
        *,
        department_id: DepartmentId | None = None,
        states: frozenset[WorkOrderState] = OPEN_STATES,
    ) -> Sequence[WorkOrderLine]:
        """Return the orders of one department or of all, most urgent first."""
        return await self._storage.read(
            lambda uow: uow.orders.lines(states=states, department_id=department_id)
        )

    async def to_verify(self) -> Sequence[WorkOrderLine]:
        """Return this agent's orders whose customers are to be called."""
        states = frozenset({_S.VERIFYING})
        return await self._storage.read(
            lambda uow: uow.orders.lines(states=states, owner=self._agent_id)
        )

    async def dispatch(
        self, order_id: WorkOrderId, version: int, department_id: DepartmentId
    ) -> WorkOrder:
        """Send a waiting order to ``department_id``; raises InputError for an unknown one."""

        def step(log: CaseLog, order: WorkOrder) -> WorkOrder:
            if all(known.id != department_id for known in log.uow.catalogue.departments()):
                accepted = "a department of the list"
                raise InputError(field="department", value=department_id, accepted=accepted)
            routed = replace(order, department_id=department_id)
            return log.move_order("OrderAssigned", routed, _S.ASSIGNED)

        return await self._run(order_id, version, step)

    async def accept(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """The department takes the order on."""
        return await self._run(order_id, version, _moving("OrderAccepted", _S.ACCEPTED))

    async def decline(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """The department refuses it, with a reason; it waits for dispatch again."""
        reason = _required("reason", reason, "why the order is declined")

        def step(log: CaseLog, order: WorkOrder) -> WorkOrder:
            declined = log.move_order("OrderDeclined", order, _S.DECLINED, reason=reason)
            unrouted = replace(declined, department_id=None)
            return log.move_order("OrderReturnedToDispatch", unrouted, _S.PENDING_DISPATCH)

        return await self._run(order_id, version, step)

    async def start(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """Work begins."""
        return await self._run(order_id, version, _moving("OrderStarted", _S.IN_PROGRESS))

    async def report(self, order_id: WorkOrderId, version: int, report: WorkReport) -> WorkOrder:
        """The department reports what was done; raises InputError for an incomplete report."""
        require_complete_report(report)

        def step(log: CaseLog, order: WorkOrder) -> WorkOrder:
            if order.state is _S.ACCEPTED:
                # Who reports without having pressed "start" has started all the same.
                order = log.move_order("OrderStarted", order, _S.IN_PROGRESS)
            return log.move_order("OrderReported", replace(order, report=report), _S.REPORTED)

        return await self._run(order_id, version, step)

    async def return_to_agent(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """The report is approved; the agent of the first call is to call the customer."""

        def step(log: CaseLog, order: WorkOrder) -> WorkOrder:
            _move_ticket(log, order, "TicketToVerify", TicketState.VERIFYING)
            return log.move_order("OrderReturned", order, _S.VERIFYING)

        return await self._run(order_id, version, step)

    async def send_back(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """The report is not enough; the department goes on, knowing why."""
        reason = _required("reason", reason, "what is missing in the report")
        step = _moving("OrderSentBack", _S.IN_PROGRESS, reason=reason)
        return await self._run(order_id, version, step)

    async def verify(
        self,
        order_id: WorkOrderId,
        version: int,
        *,
        interaction: Interaction | None,
        satisfied: bool,
        reason: str = "",
    ) -> WorkOrder:
        """Record what the customer said in the verification call.

        Satisfied closes order and ticket and needs as proof the answered call ``interaction``
        with that customer, not over before the order came back (ClosingGateError otherwise).
        Unsatisfied needs a reason, reopens the ticket and sends the order round again.
        """
        if not satisfied:
            reason = _required("reason", reason, "what the customer is not satisfied with")

        def step(log: CaseLog, order: WorkOrder) -> WorkOrder:
            if satisfied:
                return _close(log, order, interaction)
            return _reopen(log, order, reason)

        return await self._run(order_id, version, step)

    async def cancel(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """Withdraw the order; its ticket is the agent's again."""
        reason = _required("reason", reason, "why the order is cancelled")

        def step(log: CaseLog, order: WorkOrder) -> WorkOrder:
            _move_ticket(log, order, "TicketReopened", TicketState.REOPENED, reason=reason)
            return log.move_order("OrderCancelled", order, _S.CANCELLED, reason=reason)

        return await self._run(order_id, version, step)

    async def _run(self, order_id: WorkOrderId, version: int, step: _Step) -> WorkOrder:
        now = self._clock.now()

        def work(uow: UnitOfWork) -> tuple[WorkOrder, CaseLog]:
            log = CaseLog(uow=uow, now=now, actor=self._agent_id)
            order = uow.orders.get(order_id)
            if order.version != version:
                subject = f"Work order {order.number}"
                raise StaleVersionError(subject=subject, mine=version, theirs=order.version)
            moved = step(log, order)
            log.write()
            return moved, log

        order, log = await self._storage.write(work)
        log.publish(self._bus)
        return order


def raise_order(log: CaseLog, ticket: Ticket) -> WorkOrder:
    """Raise the order of a PENDING ticket and dispatch it by the ticket's category.

    Without a department for the category the order waits for dispatch, never nowhere.
    """
    order = log.add_order(_new_order(log.uow.orders.next_number(), ticket, log.now))
    waiting = log.move_order("OrderAwaitsDispatch", order, _S.PENDING_DISPATCH)
    department_id = department_of(log.uow, ticket.category_id)
    if department_id is None:
        return waiting
    routed = replace(waiting, department_id=department_id)
    return log.move_order("OrderAssigned", routed, _S.ASSIGNED)


def department_of(uow: UnitOfWork, category_id: CategoryId) -> DepartmentId | None:
    """Return where orders of the category go: its own department, else its nearest parent's."""
    return CategoryTree(uow.catalogue.categories()).department_of(category_id)


def _new_order(number: int, ticket: Ticket, now: datetime) -> WorkOrder:
    return WorkOrder(
        id=WorkOrderId(new_uuid7(now)),
        number=number,
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        subject=ticket.subject,
        instructions=ticket.description,
        priority=ticket.priority,
        state=_S.DRAFT,
        owner=ticket.owner,
        raised_at=now,
        changed_at=now,
    )


def _close(log: CaseLog, order: WorkOrder, interaction: Interaction | None) -> WorkOrder:
    WORK_ORDER_TABLE.require(f"Work order {order.number}", order.state, _S.CLOSED)
    proof = interaction if interaction and _can_prove(interaction, order) else None
    linked = replace(order, verified_in=proof.id if proof else None)
    answered = proof is not None and proof.answered_at is not None
    require_closing_proof(linked, call_answered=answered, confirmed=True)
    if proof is not None:
        _require_recorded(log.uow, proof)
    _move_ticket(log, order, "TicketClosed", TicketState.CLOSED)
    return log.move_order("OrderClosed", linked, _S.CLOSED)


def _can_prove(interaction: Interaction, order: WorkOrder) -> bool:
    """Return whether the call can be the verification: that customer's, not from before it."""
    if interaction.customer_id != order.customer_id:
        return False
    return interaction.ended_at is None or interaction.ended_at >= order.changed_at


def _require_recorded(uow: UnitOfWork, interaction: Interaction) -> None:
    """Store the call's record if its events have not reached the database yet."""
    try:
        uow.interactions.get(interaction.id)
    except NotFoundError:
        uow.interactions.save(interaction)


def _reopen(log: CaseLog, order: WorkOrder, reason: str) -> WorkOrder:
    waiting = log.move_order("OrderReopened", order, _S.PENDING_DISPATCH, reason=reason)
    _move_ticket(log, order, "TicketReopened", TicketState.REOPENED, reason=reason)
    _move_ticket(log, order, "TicketPending", TicketState.PENDING)
    if order.department_id is None:
        return waiting
    return log.move_order("OrderAssigned", waiting, _S.ASSIGNED)


def _move_ticket(
    log: CaseLog, order: WorkOrder, kind: str, target: TicketState, **more: str
) -> None:
    log.move_ticket(kind, log.uow.tickets.get(order.ticket_id), target, **more)


def _moving(kind: str, target: WorkOrderState, **more: str) -> _Step:
    return lambda log, order: log.move_order(kind, order, target, **more)


def _required(field: str, text: str, accepted: str) -> str:
    text = text.strip()
    if not text:
        raise InputError(field=field, value=text, accepted=accepted)
    return text
