"""Work orders: out to a department, back to the agent, closed on the phone with the customer.

Runs on the `desk-loop` thread. Each step loads, checks the caller's version and the table, moves,
saves with its events in one unit of work, and is published after the commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agent_desk.domain.command import (
    CancelOrder,
    DeclineOrder,
    OrderCommand,
    VerifyOrder,
    applied,
)
from agent_desk.domain.errors import InputError, NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import DepartmentId, WorkOrderId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.loop_command import LogAttempt, RouteOrder
from agent_desk.domain.order_message import OrderMessage
from agent_desk.domain.rights import Right
from agent_desk.domain.verification import VerificationAttempt
from agent_desk.domain.verification_rules import BUILT_IN_RULES, VerificationRules
from agent_desk.domain.work_order import (
    WORK_ORDER_TABLE,
    WorkOrder,
    WorkOrderLine,
    WorkOrderState,
    WorkReport,
)
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.case_log import CaseLog
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.idempotency import applied_id, version_before
from agent_desk.services.order_routing import RoutingMoment, route_again
from agent_desk.services.order_steps import take_step
from agent_desk.services.routing import Routing
from agent_desk.services.verification_calls import require_verifier

_S = WorkOrderState

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
        rules: VerificationRules = BUILT_IN_RULES,
        routing: Routing | None = None,
    ) -> None:
        """``access`` is who acts; a department's people see its orders and no others.

        ``rules`` say when customers are called back and how often an order may be hurried.
        ``routing`` looks up what routing needs besides the database, such as places of numbers.
        """
        self._rules = rules
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._access = access
        self._commands = commands
        self._routing = routing or Routing(storage=storage, clock=clock, access=access)

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

    async def to_review(self) -> Sequence[WorkOrderLine]:
        """Return the reported orders, most urgent first, then those that wait longest.

        A department's people get those of their own. Raises RightsError.
        """
        self._access.require(Right.REVIEW_REPORTS)
        found = await self.lines(states=frozenset({_S.REPORTED}))
        return sorted(found, key=lambda line: (line.order.priority, line.order.changed_at))

    async def attempts(self, order_id: WorkOrderId) -> Sequence[VerificationAttempt]:
        """Return the verification calls in vain, oldest first; raises RightsError."""
        self._access.require(Right.VERIFY_ORDERS)
        return await self._storage.read(lambda uow: uow.orders.attempts(order_id))

    async def dispatch(
        self,
        order_id: WorkOrderId,
        version: int,
        department_id: DepartmentId,
        *,
        field_work: bool | None = None,
    ) -> WorkOrder:
        """Send a waiting order to ``department_id``; raises InputError for an unknown one.

        field_work: whether somebody goes there, None for as it was.
        """
        make = self._commands.dispatch_order
        return await self.apply(make(order_id, version, department_id, field_work=field_work))

    async def route(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """Send a waiting order where the rules say; it waits on when they find nobody."""
        return await self.apply(self._commands.route_order(order_id, version))

    async def accept(self, order_id: WorkOrderId, version: int) -> WorkOrder:
        """The department takes the order on."""
        return await self.apply(self._commands.accept_order(order_id, version))

    async def decline(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """The department refuses it, with a reason; it waits for dispatch again."""
        return await self.apply(self._commands.decline_order(order_id, version, reason))

    async def start(
        self,
        order_id: WorkOrderId,
        version: int,
        *,
        technician: str = "",
        technician_phone: str = "",
        arrived_at: datetime | None = None,
    ) -> WorkOrder:
        """Work begins, or goes on after a pause.

        Field work needs the technician, their telephone and when they arrived (InputError).
        """
        command = self._commands.start_order(
            order_id,
            version,
            technician=technician,
            technician_phone=technician_phone,
            arrived_at=arrived_at,
        )
        return await self.apply(command)

    async def hold(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """The work has to wait, for parts or whatever ``reason`` says."""
        return await self.apply(self._commands.hold_order(order_id, version, reason))

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
        satisfaction: int | None = None,
        remark: str = "",
    ) -> WorkOrder:
        """Record what the customer said in the verification call.

        Satisfied closes order and ticket and needs as proof the answered call ``interaction``
        with that customer, not over before the order came back (ClosingGateError otherwise).
        Unsatisfied needs a reason, reopens the ticket and sends the order round again, one
        priority more urgent. satisfaction: 1 to 5, None when not asked.
        """
        command = self._commands.verify_order(
            order_id,
            version,
            call=interaction,
            satisfied=satisfied,
            reason=reason,
            satisfaction=satisfaction,
            remark=remark,
        )
        return await self.apply(command)

    async def log_attempt(
        self, order_id: WorkOrderId, version: int, *, call: Interaction | None, note: str = ""
    ) -> WorkOrder:
        """The customer was called in vain; each call counts once, each day once."""
        command = self._commands.log_attempt(order_id, version, call=call, note=note)
        return await self.apply(command)

    async def override_closing(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """A supervisor closes it after attempts on three days, else ClosingGateError."""
        return await self.apply(self._commands.override_closing(order_id, version, reason))

    async def cancel_with_consent(
        self,
        order_id: WorkOrderId,
        version: int,
        *,
        reason: str,
        consent: str,
        call: Interaction | None,
    ) -> WorkOrder:
        """Withdraw it because ``consent``, somebody at the customer's, agreed in ``call``."""
        make = self._commands.cancel_with_consent
        return await self.apply(make(order_id, version, reason=reason, consent=consent, call=call))

    async def inform(
        self, order_id: WorkOrderId, version: int, text: str, *, call: Interaction | None = None
    ) -> WorkOrder:
        """Tell whoever works on it something more; raises InputError for nothing."""
        return await self.apply(self._commands.inform_order(order_id, version, text, call=call))

    async def hurry(
        self,
        order_id: WorkOrderId,
        version: int,
        text: str = "",
        *,
        call: Interaction | None = None,
    ) -> WorkOrder:
        """Remind whoever works on it; raises TooSoonError, TooOftenError, OrderDoneError."""
        return await self.apply(self._commands.hurry_order(order_id, version, text, call=call))

    async def ask_supervisor(
        self, order_id: WorkOrderId, version: int, note: str = ""
    ) -> WorkOrder:
        """Nobody reaches the customer; ClosingGateError before attempts on three days."""
        return await self.apply(self._commands.ask_supervisor(order_id, version, note))

    async def messages(self, order_id: WorkOrderId) -> Sequence[OrderMessage]:
        """Return what was said about the order, oldest first; NotFoundError for another's."""

        def work(uow: UnitOfWork) -> Sequence[OrderMessage]:
            self._require_own(uow.orders.get(order_id))
            return uow.order_messages.of_order(order_id)

        return await self._storage.read(work)

    async def cancel(self, order_id: WorkOrderId, version: int, reason: str) -> WorkOrder:
        """Withdraw the order; its ticket is the agent's again."""
        return await self.apply(self._commands.cancel_order(order_id, version, reason))

    async def apply(self, command: OrderCommand) -> WorkOrder:
        """Apply ``command`` in one unit of work and return the order.

        One that was applied before changes nothing. Raises RightsError, NotFoundError,
        StaleVersionError, TransitionRefusedError, InputError, ClosingGateError, StorageError.
        """
        self._access.require_command(command)
        moment = await self._moment(command)

        def work(uow: UnitOfWork) -> tuple[WorkOrder, CaseLog]:
            log = CaseLog(uow=uow, command=command, rules=self._rules)
            order = uow.orders.get(command.order_id)
            if applied_id(uow, command) is not None:
                return order, log
            self._require_own(order)
            if command.needs_version:
                _require_version(order, version_before(uow, command, command.version))
            self._require_asked(uow, order, command)
            moved = take_step(log, order, command)
            if moment is not None:
                moved = route_again(log, moved, moment)
            log.write()
            now = self._clock.now()
            uow.commands.record(applied(command, at=now, id=moved.id, version=moved.version))
            return moved, log

        order, log = await self._storage.write(work)
        log.publish(self._bus)
        return order

    async def _moment(self, command: OrderCommand) -> RoutingMoment | None:
        """Return what routing needs after ``command``, None when nothing is to be routed.

        A dealer sees nobody else: what it declines is routed by a desk in the house, see
        `rerouting`.
        """
        if not isinstance(command, DeclineOrder | RouteOrder):
            return None
        if not self._access.may(Right.RAISE_ORDERS, Right.DISPATCH_ORDERS):
            return None
        return await self._routing.moment_for(command.order_id)

    def _require_own(self, order: WorkOrder) -> None:
        """Raise NotFoundError for what a server would not show either."""
        own = self._access.own_department
        if own is not None and order.department_id != own:
            raise NotFoundError(subject="Work order", id=order.id)

    def _require_asked(self, uow: UnitOfWork, order: WorkOrder, command: OrderCommand) -> None:
        """Raise for what takes the customer: whose it is to call them, and their consent."""
        may = self._access.may
        if isinstance(command, VerifyOrder | LogAttempt) and not may(Right.CLOSE_UNREACHED):
            require_verifier(uow, order, self._access.login, command.call)
        unasked = isinstance(command, CancelOrder) and not command.consent
        # Who dispatches may have reasons of the house, such as an order raised twice.
        if unasked and not may(Right.DISPATCH_ORDERS):
            accepted = "who of the customer's agreed to it"
            raise InputError(field="consent", value="", accepted=accepted)


def _require_version(order: WorkOrder, version: int) -> None:
    if order.version != version:
        raise StaleVersionError(subject=order.title, mine=version, theirs=order.version)
