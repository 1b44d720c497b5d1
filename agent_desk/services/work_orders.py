"""Work orders: out to a department, back to the agent, closed on the phone with the customer.

Runs on the `desk-loop` thread. Each step loads, checks the caller's version and the table, moves,
saves with its events in one unit of work, and is published after the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.command import (
    AcceptOrder,
    CancelOrder,
    Command,
    DeclineOrder,
    DispatchOrder,
    OrderCommand,
    ReportOrder,
    ReturnOrder,
    SendOrderBack,
    StartOrder,
    VerifyOrder,
    applied,
)
from agent_desk.domain.errors import InputError, NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import CategoryId, DepartmentId, WorkOrderId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.rights import Right
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.domain.work_order import (
    WORK_ORDER_TABLE,
    WorkOrder,
    WorkOrderLine,
    WorkOrderState,
    WorkReport,
    require_closing_proof,
)
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.case_log import CaseLog
from agent_desk.services.claims import await_dispatch, drop_dispatch
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.idempotency import applied_id, version_before

_S = WorkOrderState
_Step = Callable[[CaseLog, WorkOrder, Any], WorkOrder]

OPEN_STATES = frozenset(state for state in WorkOrderState if not WORK_ORDER_TABLE.is_end(state))
"""Every state of an order that is still under way."""


class WorkOrders:
    """What departments and the owning agent do with orders."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        clock: Clock,
        access: Access,
        commands: Commands,
    ) -> None:
        """``access`` is who acts; a department's people see its orders and no others."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._access = access
        self._commands = commands

    async def get(self, order_id: WorkOrderId) -> WorkOrder:
        """Return the order; raises NotFoundError, also for another department's."""

        def work(uow: UnitOfWork) -> WorkOrder:
            order = uow.orders.get(order_id)
            self._require_own(order)
            return order

        return await self._storage.read(work)

    async def lines(
        self,
        *,
        department_id: DepartmentId | None = None,
        states: frozenset[WorkOrderState] = OPEN_STATES,
    ) -> Sequence[WorkOrderLine]:
        """Return the orders of one department or of all, most urgent first.

        A department's people get those of their own, whichever they ask for.
        """
        chosen = self._access.own_department or department_id
        return await self._storage.read(
            lambda uow: uow.orders.lines(states=states, department_id=chosen)
        )

    async def to_verify(self) -> Sequence[WorkOrderLine]:
        """Return this agent's orders whose customers are to be called; raises RightsError."""
        self._access.require(Right.VERIFY_ORDERS)
        states = frozenset({_S.VERIFYING})
        return await self._storage.read(
            lambda uow: uow.orders.lines(states=states, owner=self._access.login)
        )

    async def dispatch(
        self, order_id: WorkOrderId, version: int, department_id: DepartmentId
    ) -> WorkOrder:
        """Send a waiting order to ``department_id``; raises InputError for an unknown one."""
        return await self.apply(self._commands.dispatch_order(order_id, version, department_id))

    async def accept(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """The department takes the order on."""
        return await self.apply(self._commands.accept_order(order_id, version))

    async def decline(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """The department refuses it, with a reason; it waits for dispatch again."""
        return await self.apply(self._commands.decline_order(order_id, version, reason))

    async def start(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """Work begins."""
        return await self.apply(self._commands.start_order(order_id, version))

    async def report(self, order_id: WorkOrderId, version: int, report: WorkReport) -> WorkOrder:
        """The department reports what was done; raises InputError for an incomplete report."""
        return await self.apply(self._commands.report_order(order_id, version, report))

    async def return_to_agent(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """The report is approved; the agent of the first call is to call the customer."""
        return await self.apply(self._commands.return_order(order_id, version))

    async def send_back(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """The report is not enough; the department goes on, knowing why."""
        return await self.apply(self._commands.send_order_back(order_id, version, reason))

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
        command = self._commands.verify_order(
            order_id, version, call=interaction, satisfied=satisfied, reason=reason
        )
        return await self.apply(command)

    async def cancel(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """Withdraw the order; its ticket is the agent's again."""
        return await self.apply(self._commands.cancel_order(order_id, version, reason))

    async def apply(self, command: OrderCommand) -> WorkOrder:
        """Apply ``command`` in one unit of work and return the order.

        One that was applied before changes nothing. Raises RightsError, NotFoundError,
        StaleVersionError, TransitionRefusedError, InputError, ClosingGateError, StorageError.
        """
        self._access.require_command(command)

        def work(uow: UnitOfWork) -> tuple[WorkOrder, CaseLog]:
            log = CaseLog(uow=uow, command=command)
            order = uow.orders.get(command.order_id)
            if applied_id(uow, command) is not None:
                return order, log
            self._require_own(order)
            _require_version(order, version_before(uow, command, command.version))
            moved = _STEPS[type(command)](log, order, command)
            log.write()
            now = self._clock.now()
            uow.commands.record(applied(command, at=now, id=moved.id, version=moved.version))
            return moved, log

        order, log = await self._storage.write(work)
        log.publish(self._bus)
        return order

    def _require_own(self, order: WorkOrder) -> None:
        """Raise NotFoundError for what a server would not show either."""
        own = self._access.own_department
        if own is not None and order.department_id != own:
            raise NotFoundError(subject="Work order", id=order.id)


def raise_order(log: CaseLog, ticket: Ticket) -> WorkOrder:
    """Raise the order of a PENDING ticket and dispatch it by the ticket's category.

    Without a department for the category the order waits for dispatch, never nowhere.
    """
    order = log.add_order(_new_order(log, ticket))
    waiting = log.move_order("OrderAwaitsDispatch", order, _S.PENDING_DISPATCH)
    department_id = department_of(log.uow, ticket.category_id)
    if department_id is None:
        await_dispatch(log, waiting)
        return waiting
    routed = replace(waiting, department_id=department_id)
    return log.move_order("OrderAssigned", routed, _S.ASSIGNED)


def department_of(uow: UnitOfWork, category_id: CategoryId) -> DepartmentId | None:
    """Return where orders of the category go: its own department, else its nearest parent's."""
    return CategoryTree(uow.catalogue.categories()).department_of(category_id)


def _new_order(log: CaseLog, ticket: Ticket) -> WorkOrder:
    return WorkOrder(
        id=WorkOrderId(log.new_id("order")),
        number=log.uow.orders.next_number(),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        subject=ticket.subject,
        instructions=ticket.description,
        priority=ticket.priority,
        state=_S.DRAFT,
        owner=ticket.owner,
        raised_at=log.now,
        changed_at=log.now,
    )


def _require_version(order: WorkOrder, version: int) -> None:
    if order.version != version:
        subject = f"Work order {order.number}"
        raise StaleVersionError(subject=subject, mine=version, theirs=order.version)


def _dispatch(log: CaseLog, order: WorkOrder, command: DispatchOrder) -> WorkOrder:
    department_id = command.department_id
    if all(known.id != department_id for known in log.uow.catalogue.departments()):
        accepted = "a department of the list"
        raise InputError(field="department", value=department_id, accepted=accepted)
    routed = replace(order, department_id=department_id)
    drop_dispatch(log, order)
    return log.move_order("OrderAssigned", routed, _S.ASSIGNED)


def _accept(log: CaseLog, order: WorkOrder, _: AcceptOrder) -> WorkOrder:
    return log.move_order("OrderAccepted", order, _S.ACCEPTED)


def _decline(log: CaseLog, order: WorkOrder, command: DeclineOrder) -> WorkOrder:
    declined = log.move_order("OrderDeclined", order, _S.DECLINED, reason=command.reason)
    unrouted = replace(declined, department_id=None)
    await_dispatch(log, unrouted)
    return log.move_order("OrderReturnedToDispatch", unrouted, _S.PENDING_DISPATCH)


def _start(log: CaseLog, order: WorkOrder, _: Command) -> WorkOrder:
    return log.move_order("OrderStarted", order, _S.IN_PROGRESS)


def _report(log: CaseLog, order: WorkOrder, command: ReportOrder) -> WorkOrder:
    if order.state is _S.ACCEPTED:
        # Who reports without having pressed "start" has started all the same.
        order = _start(log, order, command)
    return log.move_order("OrderReported", replace(order, report=command.report), _S.REPORTED)


def _return(log: CaseLog, order: WorkOrder, _: ReturnOrder) -> WorkOrder:
    _move_ticket(log, order, "TicketToVerify", TicketState.VERIFYING)
    return log.move_order("OrderReturned", order, _S.VERIFYING)


def _send_back(log: CaseLog, order: WorkOrder, command: SendOrderBack) -> WorkOrder:
    return log.move_order("OrderSentBack", order, _S.IN_PROGRESS, reason=command.reason)


def _verify(log: CaseLog, order: WorkOrder, command: VerifyOrder) -> WorkOrder:
    if command.satisfied:
        return _close(log, order, command.call)
    return _reopen(log, order, command.reason)


def _cancel(log: CaseLog, order: WorkOrder, command: CancelOrder) -> WorkOrder:
    _move_ticket(log, order, "TicketReopened", TicketState.REOPENED, reason=command.reason)
    drop_dispatch(log, order)
    return log.move_order("OrderCancelled", order, _S.CANCELLED, reason=command.reason)


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
        await_dispatch(log, waiting)
        return waiting
    return log.move_order("OrderAssigned", waiting, _S.ASSIGNED)


def _move_ticket(
    log: CaseLog, order: WorkOrder, kind: str, target: TicketState, **more: str
) -> None:
    log.move_ticket(kind, log.uow.tickets.get(order.ticket_id), target, **more)


_STEPS: Mapping[type[OrderCommand], _Step] = MappingProxyType(
    {
        DispatchOrder: _dispatch,
        AcceptOrder: _accept,
        DeclineOrder: _decline,
        StartOrder: _start,
        ReportOrder: _report,
        ReturnOrder: _return,
        SendOrderBack: _send_back,
        VerifyOrder: _verify,
        CancelOrder: _cancel,
    }
)
"""What each command does to an order of the right version."""
