"""The other side of a demo: dispatcher, dealer, reviewer and approvers who work off orders.

Runs on the `desk-loop` thread, by the desk's clock, which a simulation may run faster than the
wall. Each of them acts with the rights of their own role and nothing else, through the services
that a person at a desk uses; the desk that raised an order learns of it by the change feed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypedDict

from agent_desk.domain.errors import RefusalError, StorageError
from agent_desk.domain.identifiers import AgentId, DepartmentId, WorkOrderId
from agent_desk.domain.money import Money
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage
from agent_desk.services.access import Access
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.settlement import Settlement
from agent_desk.services.work_orders import WorkOrders

_log = logging.getLogger(__name__)
_S = WorkOrderState

TECHNICIAN: Final = "Qian Jin 钱进"
TECHNICIAN_PHONE: Final = "+8613800138009"
FAILED_PART: Final = "Router AX30"
_CURRENCY: Final = "CNY"


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOfficeStepEvent:
    """Somebody of the other side took a step. who: their role. did: in words, past tense."""

    who: Role
    did: str
    order: WorkOrder


class _Parts(TypedDict):
    """What every service of a colleague is made of."""

    storage: Storage
    bus: EventBus
    clock: Clock
    access: Access


@dataclass(frozen=True, slots=True)
class _Colleague:
    """One person of the other side with the services that they use."""

    orders: WorkOrders
    settlement: Settlement
    commands: Commands


class BackOffice:
    """Takes each order that this desk raises round the loop, up to the agent's call."""

    def __init__(
        self, *, storage: Storage, bus: EventBus, clock: Clock, region: str, step_seconds: float
    ) -> None:
        """``storage`` is not the desk's announcing one: what is done here is another's doing.

        bus: the desk's, which tells of orders and hears of each `BackOfficeStepEvent`.
        step_seconds: pause before each step, in the clock's seconds.
        """
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._region = region
        self._step_seconds = step_seconds
        self._played: dict[WorkOrderId, asyncio.Task[None]] = {}
        self._held: set[WorkOrderId] = set()
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Follow the orders that the desk raises from now on."""
        self._unsubscribe = self._bus.subscribe(WorkOrderChangedEvent, self._on_order)

    async def stop(self) -> None:
        """Leave every order where it is."""
        self._unsubscribe()
        tasks = tuple(self._played.values())
        self._played.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _on_order(self, event: WorkOrderChangedEvent) -> None:
        order = event.order
        if order.state in _STEPS and order.id not in self._played:
            task = asyncio.create_task(self._play(order.id), name=f"back office {order.number}")
            self._played[order.id] = task
            task.add_done_callback(lambda _: self._played.pop(order.id, None))

    async def _play(self, order_id: WorkOrderId) -> None:
        while True:
            await self._clock.sleep(self._step_seconds)
            try:
                order = await self._colleague(Role.SUPERVISOR).orders.get(order_id)
                step = _STEPS.get(order.state)
                if step is None:
                    return
                await step(self, order)
            except RefusalError as refusal:
                # Somebody at the desk was faster: look at the order as it is now.
                _log.info("back office: %s", refusal)
            except StorageError as error:
                _log.info("back office waits for the database: %s", error)

    def _tell(self, who: Role, did: str, order: WorkOrder) -> WorkOrder:
        self._bus.publish(BackOfficeStepEvent(who=who, did=did, order=order))
        return order

    def _colleague(self, role: Role, department: DepartmentId | None = None) -> _Colleague:
        login = AgentId(_LOGINS[role])
        person = Person(login=login, name=login, roles=frozenset({role}), department_id=department)
        commands = Commands(clock=self._clock, agent_id=login, region=self._region)
        # On a bus of its own: the desk hears of it as of any other desk's doing.
        parts: _Parts = {
            "storage": self._storage,
            "bus": EventBus(),
            "clock": self._clock,
            "access": Access(person),
        }
        return _Colleague(
            orders=WorkOrders(**parts, commands=commands),
            settlement=Settlement(**parts),
            commands=commands,
        )

    # One step each

    async def _dispatch(self, order: WorkOrder) -> None:
        departments = await self._storage.read(lambda uow: uow.catalogue.departments())
        chosen = departments[0]
        sent = await self._colleague(Role.DISPATCHER).orders.dispatch(
            order.id, order.version, chosen.id
        )
        self._tell(Role.DISPATCHER, f"assigned to {chosen.name}", sent)

    async def _accept(self, order: WorkOrder) -> None:
        orders = self._dealer(order).orders
        self._tell(Role.DEALER, "accepted", await orders.accept(order.id, order.version))

    async def _arrive(self, order: WorkOrder) -> None:
        started = await self._dealer(order).orders.start(
            order.id,
            order.version,
            technician=TECHNICIAN,
            technician_phone=TECHNICIAN_PHONE,
            arrived_at=self._clock.now(),
        )
        self._tell(Role.DEALER, f"started, {TECHNICIAN} is on site", started)

    async def _work(self, order: WorkOrder) -> None:
        """Wait once for a part, then report."""
        orders = self._dealer(order).orders
        if order.reports == 0 and order.id not in self._held:
            held = await orders.hold(order.id, order.version, "parts: a new router is on its way")
            self._held.add(order.id)
            self._tell(Role.DEALER, "on hold, waits for parts", held)
            return
        report = self._report(order)
        reported = await orders.report(order.id, order.version, report)
        costs = sum((item.amount.amount for item in report.items), Decimal(0))
        self._tell(Role.DEALER, f"reported: {report.done}, {costs} {_CURRENCY}", reported)

    async def _resume(self, order: WorkOrder) -> None:
        resumed = await self._dealer(order).orders.start(order.id, order.version)
        self._tell(Role.DEALER, "resumed, the part is there", resumed)

    async def _review(self, order: WorkOrder) -> None:
        """Send the first report back, approve the next, and settle what it costs."""
        reviewer = self._colleague(Role.DISPATCHER)
        if order.reports == 1:
            reason = "which serial number has the new router?"
            back = await reviewer.orders.send_back(order.id, order.version, reason)
            self._tell(Role.DISPATCHER, f"sent back: {reason}", back)
            return
        approved = await reviewer.orders.return_to_agent(order.id, order.version)
        self._tell(Role.DISPATCHER, "report approved, back to the agent", approved)
        await self._settle(approved)

    async def _settle(self, order: WorkOrder) -> None:
        """Two people approve each claim, and it is paid."""
        office, hq = self._colleague(Role.DISPATCHER), self._colleague(Role.SUPERVISOR)
        for claim in await hq.settlement.of_order(order.id):
            first = await office.settlement.apply(office.commands.approve_claim_at_office(claim))
            second = await hq.settlement.apply(hq.commands.approve_claim_at_hq(first))
            await hq.settlement.apply(hq.commands.settle_claim(second))
            kind, total = claim.kind.lower(), claim.amounts.total
            did = f"{kind} claim of {total.amount} {total.currency} approved twice and settled"
            self._tell(Role.SUPERVISOR, did, order)

    def _dealer(self, order: WorkOrder) -> _Colleague:
        return self._colleague(Role.DEALER, order.department_id)

    def _report(self, order: WorkOrder) -> WorkReport:
        ended = self._clock.now()
        started = order.arrived_at or ended
        again = " (serial number AX30-20771)" if order.reports else ""
        return WorkReport(
            started_at=min(started, ended - timedelta(seconds=1)),
            ended_at=ended,
            done=f"router replaced{again}, line tested",
            outcome=ReportOutcome.SOLVED,
            items=(
                _item(ItemKind.PART, FAILED_PART, "1", "329.00"),
                _item(ItemKind.LABOUR, "Replacement on site", "1.5", "120.00"),
                _item(ItemKind.TRAVEL, "Way there and back", "24", "1.20"),
            ),
            faulty=FaultyPart(part=FAILED_PART, liable=Liability.SUPPLIER, supplier="Netline"),
        )


def _item(kind: ItemKind, name: str, quantity: str, price: str) -> ReportItem:
    money = Money(amount=Decimal(price), currency=_CURRENCY)
    return ReportItem(kind=kind, name=name, quantity=Decimal(quantity), unit_price=money)


_LOGINS: Mapping[Role, str] = MappingProxyType(
    {
        Role.DISPATCHER: "zhou.dispatch",
        Role.DEALER: "nord.dealer",
        Role.SUPERVISOR: "zhao.supervisor",
    }
)

_STEPS: Mapping[WorkOrderState, Callable[[BackOffice, WorkOrder], Awaitable[None]]] = (
    MappingProxyType(
        {
            _S.PENDING_DISPATCH: BackOffice._dispatch,
            _S.ASSIGNED: BackOffice._accept,
            _S.ACCEPTED: BackOffice._arrive,
            _S.IN_PROGRESS: BackOffice._work,
            _S.ON_HOLD: BackOffice._resume,
            _S.REPORTED: BackOffice._review,
        }
    )
)
"""Who does what next; a state that is not here is the agent's, or the end."""
