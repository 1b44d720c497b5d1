"""Work orders; on the thread of its unit of work."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from agent_desk.domain.customer import ContactKind
from agent_desk.domain.errors import ClosingGateError, NotFoundError, StaleVersionError
from agent_desk.domain.event_log import from_payload, to_payload
from agent_desk.domain.identifiers import (
    AgentId,
    CustomerId,
    DepartmentId,
    InteractionId,
    ProductId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.report_item import FaultyPart, Liability, ReportItem
from agent_desk.domain.routing import RoutingDecision
from agent_desk.domain.ticket import Priority
from agent_desk.domain.verification import DAYS_OF_ATTEMPTS, VerificationAttempt
from agent_desk.domain.work_order import (
    ReportOutcome,
    WorkOrder,
    WorkOrderLine,
    WorkOrderState,
    WorkReport,
)
from agent_desk.ports.storage import MAX_PAGE
from db.loop_tables import verification_attempts
from db.prepared import PreparedSelect
from db.product_rows import contract_columns, product_beside, product_columns
from db.product_tables import service_contracts
from db.repositories.counters import NumberSource
from db.repositories.report_items import add_items, items_of
from db.statement_types import AnyRow, AnySelect
from db.tables import (
    CLOSING_GATE,
    contact_points,
    customers,
    departments,
    products,
    tickets,
    work_orders,
)

COUNTER = "work_order"

_BY_ID = PreparedSelect(select(work_orders).where(work_orders.c.id == bindparam("order_id")))
_OF_TICKET = (
    select(work_orders)
    .where(work_orders.c.ticket_id == bindparam("ticket_id"))
    .order_by(work_orders.c.raised_at.desc(), work_orders.c.number.desc())
    .limit(MAX_PAGE)
)
_SAVE = update(work_orders).where(
    work_orders.c.id == bindparam("order_id"),
    work_orders.c.version == bindparam("stored_version"),
)
_CUSTOMER_NUMBER = (
    select(contact_points.c.value)
    .where(
        contact_points.c.customer_id == work_orders.c.customer_id,
        contact_points.c.kind == ContactKind.PHONE.value,
    )
    .order_by(contact_points.c.is_primary.desc(), contact_points.c.id)
    .limit(1)
    .scalar_subquery()
)
_WHOLE_LINES = (
    select(
        work_orders,
        customers.c.name.label("customer_name"),
        _CUSTOMER_NUMBER.label("customer_number"),
        tickets.c.number.label("ticket_number"),
        departments.c.name.label("department"),
        departments.c.name_zh.label("department_zh"),
        *product_columns(products),
        *contract_columns(),
    )
    .select_from(work_orders)
    .join(customers, customers.c.id == work_orders.c.customer_id)
    .join(tickets, tickets.c.id == work_orders.c.ticket_id)
    .outerjoin(departments, departments.c.id == work_orders.c.department_id)
    .outerjoin(products, products.c.id == work_orders.c.product_id)
    .outerjoin(service_contracts, service_contracts.c.id == products.c.contract_id)
    .order_by(work_orders.c.priority, work_orders.c.raised_at, work_orders.c.number)
    .limit(bindparam("rows"))
)
_LINES = _WHOLE_LINES.where(work_orders.c.state.in_(bindparam("states", expanding=True)))
_LINES_OF = _WHOLE_LINES.where(work_orders.c.id.in_(bindparam("ids", expanding=True)))
_UNREACHED = (
    select(work_orders.c.id)
    .join(
        verification_attempts,
        and_(
            verification_attempts.c.order_id == work_orders.c.id,
            verification_attempts.c.round == work_orders.c.round,
        ),
    )
    .where(work_orders.c.state == WorkOrderState.VERIFYING.value)
    .group_by(work_orders.c.id)
    .having(func.count(verification_attempts.c.day.distinct()) >= bindparam("days"))
    .limit(MAX_PAGE)
)
_ATTEMPTS = (
    select(verification_attempts)
    .where(verification_attempts.c.order_id == bindparam("order_id"))
    .order_by(verification_attempts.c.at, verification_attempts.c.interaction_id)
)


class SqlWorkOrderRepository:
    """``ports.storage.WorkOrderRepository`` on one connection."""

    def __init__(self, connection: Connection, *, numbers: NumberSource) -> None:
        """Work on ``connection``, taking readable numbers from ``numbers``."""
        self._connection = connection
        self._numbers = numbers

    def next_number(self) -> int:
        """Return the next readable order number; used up even when the unit of work fails."""
        return self._numbers.next(self._connection, COUNTER)

    def add(self, order: WorkOrder) -> None:
        """Store a new order; raises ClosingGateError for one closed without its proof."""
        with _closing_gate(order):
            self._connection.execute(insert(work_orders), work_order_row(order))

    def get(self, order_id: WorkOrderId) -> WorkOrder:
        """Return the order; raises NotFoundError."""
        row = _BY_ID.first(self._connection, {"order_id": order_id})
        if row is None:
            raise NotFoundError(subject="Work order", id=order_id)
        return self._orders([row])[0]

    def save(self, order: WorkOrder) -> WorkOrder:
        """Save the change and return it with the next version; raises StaleVersionError.

        ClosingGateError for an order that is closed without its proof.
        """
        saved = dataclasses.replace(order, version=order.version + 1)
        keys = {"order_id": order.id, "stored_version": order.version}
        with _closing_gate(order):
            changed = self._connection.execute(_SAVE, {**work_order_row(saved), **keys})
        if changed.rowcount == 0:
            theirs = self.get(order.id).version
            raise StaleVersionError(
                subject=f"Work order {order.number}", mine=order.version, theirs=theirs
            )
        return saved

    def of_ticket(self, ticket_id: TicketId) -> Sequence[WorkOrder]:
        """Return a ticket's orders, newest first."""
        found = self._connection.execute(_OF_TICKET, {"ticket_id": ticket_id})
        return self._orders(found.all())

    def keep_report(self, order: WorkOrder) -> None:
        """Store the lines of the order's newest report, beside its row which `save` stores."""
        if order.report is not None and order.report.items:
            add_items(self._connection, order.id, order.reports, order.report.items)

    def add_attempt(self, attempt: VerificationAttempt) -> None:
        """Store an attempt; ClosingGateError for a call that was counted already."""
        row = {
            "interaction_id": attempt.call,
            "order_id": attempt.order_id,
            "round": attempt.round,
            "day": attempt.day,
            "at": attempt.at,
            "actor": attempt.actor,
            "note": attempt.note,
        }
        try:
            self._connection.execute(insert(verification_attempts), row)
        except IntegrityError as error:
            if not _is_duplicate(error):
                raise
            raise ClosingGateError(
                subject="The attempt", missing="this call was counted already"
            ) from error

    def attempts(self, order_id: WorkOrderId) -> Sequence[VerificationAttempt]:
        """Return the attempts of all rounds, oldest first."""
        found = self._connection.execute(_ATTEMPTS, {"order_id": order_id})
        return [_attempt_from(row) for row in found]

    def lines(
        self,
        *,
        states: frozenset[WorkOrderState],
        department_id: DepartmentId | None = None,
        owner: AgentId | None = None,
        rows: int = MAX_PAGE,
    ) -> Sequence[WorkOrderLine]:
        """Return orders as lists show them, most urgent then oldest first."""
        statement: AnySelect = _LINES
        values: dict[str, object] = {"states": sorted(states), "rows": min(rows, MAX_PAGE)}
        if department_id is not None:
            statement = statement.where(work_orders.c.department_id == bindparam("department"))
            values["department"] = department_id
        if owner is not None:
            statement = statement.where(work_orders.c.owner == bindparam("owner"))
            values["owner"] = owner
        found = self._connection.execute(statement, values).all()
        return [_line(row, order) for row, order in zip(found, self._orders(found), strict=True)]

    def lines_of(self, order_ids: Collection[WorkOrderId]) -> Sequence[WorkOrderLine]:
        """Return these orders as lists show them, whatever their state."""
        if not order_ids:
            return []
        values = {"ids": sorted(order_ids), "rows": MAX_PAGE}
        found = self._connection.execute(_LINES_OF, values).all()
        return [_line(row, order) for row, order in zip(found, self._orders(found), strict=True)]

    def unreached(self, *, days: int) -> Sequence[WorkOrderId]:
        """Return orders to verify whose customers were called in vain on that many days."""
        found = self._connection.execute(_UNREACHED, {"days": days})
        return [WorkOrderId(order_id) for order_id in found.scalars()]

    def _orders(self, found: Sequence[AnyRow]) -> list[WorkOrder]:
        """Return the orders of rows, with the lines of their newest reports."""
        reported = {row.id: row.reports for row in found if row.reports}
        items = items_of(self._connection, reported) if reported else {}
        return [work_order_from(row, items.get(row.id, ())) for row in found]


def _is_duplicate(error: IntegrityError) -> bool:
    text = str(error.orig)
    return "pk_verification_attempts" in text or "verification_attempts.interaction_id" in text


@contextmanager
def _closing_gate(order: WorkOrder) -> Iterator[None]:
    """Turn the refusal of the database's own gate into the domain's."""
    try:
        yield
    except IntegrityError as error:
        if CLOSING_GATE not in str(error.orig):
            raise
        raise ClosingGateError(subject=order.title, missing=_missing(order)) from error


def _missing(order: WorkOrder) -> str:
    if order.overridden_by is not None:
        return f"the customer was not called in vain on {DAYS_OF_ATTEMPTS} days"
    if order.verified_in is None:
        return "no verification call is linked"
    return "no call of this customer's was answered and confirmed it"


def work_order_row(order: WorkOrder) -> dict[str, Any]:
    """Return the row of an order, the report in columns of its own."""
    report = order.report
    return {
        "id": order.id,
        "number": order.number,
        "ticket_id": order.ticket_id,
        "customer_id": order.customer_id,
        "subject": order.subject,
        "instructions": order.instructions,
        "priority": order.priority.value,
        "state": order.state.value,
        "owner": order.owner,
        "raised_at": order.raised_at,
        "changed_at": order.changed_at,
        "department_id": order.department_id,
        "report_started_at": report.started_at if report else None,
        "report_ended_at": report.ended_at if report else None,
        "report_done": report.done if report else None,
        "report_outcome": report.outcome.value if report else None,
        "report_why_not_solved": report.why_not_solved if report else "",
        "verified_in": order.verified_in,
        "version": order.version,
        "field_work": order.field_work,
        "technician": order.technician,
        "technician_phone": order.technician_phone,
        "arrived_at": order.arrived_at,
        "hold_reason": order.hold_reason,
        "reports": order.reports,
        "report_faulty_part": report.faulty.part if report and report.faulty else None,
        "report_liable": report.faulty.liable.value if report and report.faulty else None,
        "report_supplier": report.faulty.supplier if report and report.faulty else "",
        "round": order.round,
        "confirmed_at": order.confirmed_at,
        "satisfaction": order.satisfaction,
        "overridden_by": order.overridden_by or "",
        "override_reason": order.override_reason,
        "product_id": order.product_id,
        "service_level": order.service_level,
        "routing": to_payload(order.routing) if order.routing else None,
    }


def work_order_from(row: AnyRow, items: Iterable[ReportItem] = ()) -> WorkOrder:
    """Return the order of a row; ``items`` are the lines of its newest report."""
    return WorkOrder(
        id=WorkOrderId(row.id),
        number=row.number,
        ticket_id=TicketId(row.ticket_id),
        customer_id=CustomerId(row.customer_id),
        subject=row.subject,
        instructions=row.instructions,
        priority=Priority(row.priority),
        state=WorkOrderState(row.state),
        owner=AgentId(row.owner),
        raised_at=row.raised_at,
        changed_at=row.changed_at,
        department_id=DepartmentId(row.department_id) if row.department_id else None,
        report=_report_from(row, tuple(items)),
        verified_in=InteractionId(row.verified_in) if row.verified_in else None,
        field_work=row.field_work,
        technician=row.technician,
        technician_phone=row.technician_phone,
        arrived_at=row.arrived_at,
        hold_reason=row.hold_reason,
        reports=row.reports,
        round=row.round,
        confirmed_at=row.confirmed_at,
        satisfaction=row.satisfaction,
        overridden_by=AgentId(row.overridden_by) if row.overridden_by else None,
        override_reason=row.override_reason,
        product_id=ProductId(row.product_id) if row.product_id else None,
        service_level=row.service_level,
        routing=from_payload(RoutingDecision, row.routing) if row.routing else None,
        version=row.version,
    )


def _report_from(row: AnyRow, items: tuple[ReportItem, ...]) -> WorkReport | None:
    if row.report_outcome is None:
        return None
    return WorkReport(
        started_at=row.report_started_at,
        ended_at=row.report_ended_at,
        done=row.report_done,
        outcome=ReportOutcome(row.report_outcome),
        why_not_solved=row.report_why_not_solved,
        items=items,
        faulty=_faulty_part_from(row),
    )


def _faulty_part_from(row: AnyRow) -> FaultyPart | None:
    if row.report_faulty_part is None:
        return None
    return FaultyPart(
        part=row.report_faulty_part,
        liable=Liability(row.report_liable),
        supplier=row.report_supplier,
    )


def _attempt_from(row: AnyRow) -> VerificationAttempt:
    return VerificationAttempt(
        order_id=WorkOrderId(row.order_id),
        round=row.round,
        call=InteractionId(row.interaction_id),
        day=row.day,
        at=row.at,
        actor=AgentId(row.actor),
        note=row.note,
    )


def _line(row: AnyRow, order: WorkOrder) -> WorkOrderLine:
    return WorkOrderLine(
        order=order,
        customer_name=row.customer_name,
        customer_number=row.customer_number or "",
        ticket_number=row.ticket_number,
        department=row.department or "",
        department_zh=row.department_zh or "",
        product=product_beside(row),
    )
