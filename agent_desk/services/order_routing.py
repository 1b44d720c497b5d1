"""Which department or dealer gets an order, decided within its unit of work.

Runs on the thread of the unit of work: what decides is read in the transaction that sends the
order, also when a command that was kept while the database was away is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.order_origin import OrderOrigin, RoutableOrder, product_of, region_of
from agent_desk.domain.region import region_table
from agent_desk.domain.routing import OrderFacts, RoutingDecision, RoutingRule, decide
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.storage import UnitOfWork
from agent_desk.services.case_log import CaseLog
from agent_desk.services.claims import drop_dispatch


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingMoment:
    """What routing needs and no database has.

    at: when the order is routed, aware UTC: opening hours are asked for now, not for when a kept
    command was given. number_places: of numbers whose region nothing else tells.
    """

    at: datetime
    number_places: Mapping[str, str] = field(default_factory=dict)

    def place_of(self, e164: str) -> str:
        """Return the place of the number, ``""`` when nobody looked it up."""
        return self.number_places.get(e164, "")


class _AskedLoads(Mapping[DepartmentId, int]):
    """Loads as they are asked for: of two dealers out of fifty, not of a whole floor."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._known: dict[DepartmentId, int] = {}

    def __getitem__(self, assignee: DepartmentId) -> int:
        if assignee not in self._known:
            self._known[assignee] = self._uow.routing.load(assignee)
        return self._known[assignee]

    def __iter__(self) -> Iterator[DepartmentId]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def decision_for(uow: UnitOfWork, order: RoutableOrder, moment: RoutingMoment) -> RoutingDecision:
    """Return where ``order`` goes by the rules that hold, and why; raises NotFoundError."""
    tree = CategoryTree(uow.catalogue.categories())
    rules = uow.routing.rulebook().in_force
    return decide(
        _facts(uow, order, tree, rules, moment),
        rules,
        uow.routing.directory(),
        _AskedLoads(uow),
        of_category=tree.department_of(order.category_id),
    )


def route_again(log: CaseLog, order: WorkOrder, moment: RoutingMoment) -> WorkOrder:
    """Return ``order``, which was declined, sent to somebody else; it waits on without one."""
    wanted = RoutableOrder(
        customer_id=order.customer_id,
        category_id=log.uow.tickets.get(order.ticket_id).category_id,
        priority=order.priority,
        subject=order.subject,
        product=log.uow.products.get(order.product_id).name if order.product_id else "",
        declined_by=_decliners(log.uow, order),
    )
    decision = decision_for(log.uow, wanted, moment)
    routed = replace(order, routing=decision.kept, department_id=decision.assignee)
    if decision.assignee is None:
        return log.save_order("OrderNotRouted", routed)
    drop_dispatch(log, order)
    return log.move_order("OrderAssigned", routed, WorkOrderState.ASSIGNED)


def asks_for_region(rules: Sequence[RoutingRule]) -> bool:
    """Return whether any of ``rules`` goes by the region."""
    return any(rule.regions for rule in rules)


def _facts(
    uow: UnitOfWork,
    order: RoutableOrder,
    tree: CategoryTree,
    rules: Sequence[RoutingRule],
    moment: RoutingMoment,
) -> OrderFacts:
    origin = uow.routing.origin(order.customer_id) if rules else OrderOrigin()
    found = None
    if asks_for_region(rules):
        found = region_of(origin, region_table(tuple(uow.routing.regions())), moment.place_of)
    return OrderFacts(
        at=moment.at,
        categories=tuple(category.id for category in tree.ancestry(order.category_id)),
        region=found.region.code if found else "",
        product=order.product or product_of(origin, order.subject),
        tier=origin.tier,
        priority=order.priority,
        declined_by=order.declined_by,
    )


def _decliners(uow: UnitOfWork, order: WorkOrder) -> frozenset[DepartmentId]:
    """Return who declined the order in this round; who did just now is not in the log yet."""
    events = uow.events.of(Stream.WORK_ORDER, order.id)
    former = (
        event.payload["department_id"]
        for event in events
        if event.kind == "OrderDeclined" and event.payload.get("round", 1) == order.round
    )
    now = (reason.assignee for reason in order.routing.reasons) if order.routing else ()
    return frozenset(DepartmentId(one) for one in (*former, *now) if one is not None)
