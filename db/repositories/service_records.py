"""What service clocks are reckoned from, out of the append-only log.

Runs on the thread of its unit of work. Rows are taken over in small parts, so that other threads
get their turn between them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, DepartmentId, WorkOrderId
from agent_desk.domain.rights import Role
from agent_desk.domain.service_clock import ServiceMoment
from agent_desk.domain.service_history import (
    ACKNOWLEDGED,
    EVERY_ORDER,
    NO_CALENDARS,
    OrderHistory,
    OrderScope,
    ServiceBook,
)
from agent_desk.domain.ticket import Priority
from agent_desk.domain.told_event import Listener
from agent_desk.domain.working_calendar import CalendarId
from db.repositories.people import SqlPeopleRepository
from db.routing_tables import assignees
from db.service_tables import service_policies
from db.statement_types import AnySelect
from db.tables import UNDER_WAY, event_log, work_orders

ROWS_AT_ONCE = 100
"""Rows that are made Python's in one go, during which no other thread runs."""

_E = event_log.c
_said = _E.payload
_EVENTS = (
    select(
        _E.stream_id,
        _E.kind,
        _E.at,
        _E.actor,
        _said["state"].as_string(),
        _said["priority"].as_string(),
        _said["department_id"].as_string(),
        _said["service_level"].as_string(),
        _said["alert_key"].as_string(),
        _said["role"].as_string(),
        _said["note"].as_string(),
    )
    .where(
        _E.stream == Stream.WORK_ORDER.value,
        _E.stream_id.in_(bindparam("orders", expanding=True)),
    )
    # As the index has them: nothing is sorted, whatever else is in the log.
    .order_by(_E.stream_id, _E.seq)
)
_SEEN = select(work_orders.c.id).where(work_orders.c.id.in_(bindparam("orders", expanding=True)))
_FOLLOWED = (
    select(work_orders.c.id)
    .where(
        or_(
            work_orders.c.state.in_(sorted(UNDER_WAY)),
            work_orders.c.changed_at >= bindparam("ended_since"),
        )
    )
    .order_by(work_orders.c.number.desc())
)
_HOURS = select(assignees.c.department_id, assignees.c.calendar).where(
    assignees.c.calendar.is_not(None)
)
_NEWEST = (
    select(service_policies.c.version, service_policies.c.document)
    .order_by(service_policies.c.version.desc())
    .limit(1)
)


class SqlServiceRecordRepository:
    """``ports.storage.ServiceRecordRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def followed(self, scope: OrderScope, *, ended_since: datetime) -> Sequence[WorkOrderId]:
        """Return the orders that are under way, or ended since then; the newest first."""
        values: dict[str, Any] = {"ended_since": ended_since}
        statement = _within(_FOLLOWED, scope, values)
        return [WorkOrderId(row.id) for row in self._rows(statement, values)]

    def histories(
        self,
        orders: Collection[WorkOrderId],
        scope: OrderScope = EVERY_ORDER,
        hours: Mapping[DepartmentId, CalendarId] = NO_CALENDARS,
    ) -> Mapping[WorkOrderId, OrderHistory]:
        """Return what happened to each of ``orders``; those outside ``scope`` are left out."""
        found = _Histories(hours, self._listener(scope))
        for row in self._rows(_EVENTS, {"orders": self._seen(orders, scope)}):
            found.add(row)
        return found.all()

    def _seen(self, orders: Collection[WorkOrderId], scope: OrderScope) -> list[str]:
        if scope == EVERY_ORDER:
            return list(orders)
        values: dict[str, Any] = {"orders": list(orders)}
        statement = _within(_SEEN, scope, values)
        return [str(row.id) for row in self._rows(statement, values)]

    def _listener(self, scope: OrderScope) -> Listener | None:
        if scope.department_id is None:
            return None
        strangers = SqlPeopleRepository(self._connection).of_others(scope.department_id)
        return Listener(department_id=scope.department_id, strangers=strangers)

    def book(self) -> ServiceBook:
        """Return the targets that hold now, and whose hours are known."""
        rows = self._connection.execute(_HOURS)
        hours = {DepartmentId(row.department_id): CalendarId(row.calendar) for row in rows}
        newest = self._connection.execute(_NEWEST).first()
        if newest is None:
            return ServiceBook(hours=hours)
        return ServiceBook(version=newest.version, tables=newest.document, hours=hours)

    def keep_policy(self, tables: Mapping[str, Any], *, by: str, at: datetime) -> int:
        """Let the policy of a file's ``tables`` hold from now on; return its version."""
        newest = self._connection.execute(_NEWEST).first()
        version = newest.version + 1 if newest is not None else 1
        row = {"version": version, "document": dict(tables), "imported_by": by, "imported_at": at}
        self._connection.execute(insert(service_policies), row)
        return version

    def _rows(self, statement: AnySelect, values: Mapping[str, Any]) -> Iterator[Row[Any]]:
        for rows in self._connection.execute(statement, values).partitions(ROWS_AT_ONCE):
            yield from rows


def _within(statement: AnySelect, scope: OrderScope, values: dict[str, Any]) -> AnySelect:
    """Return ``statement`` about the orders of ``scope``, whose ``values`` it takes."""
    for name, value in (("department_id", scope.department_id), ("owner", scope.owner)):
        if value is not None:
            statement = statement.where(work_orders.c[name] == bindparam(name))
            values[name] = value
    return statement


class _Histories:
    """Gathers the events of many orders, in the order of the log."""

    def __init__(self, hours: Mapping[DepartmentId, CalendarId], listener: Listener | None) -> None:
        self._hours = hours
        self._listener = listener
        self._moments: dict[str, list[ServiceMoment]] = {}
        self._acknowledged: dict[str, list[EscalationAcknowledgedEvent]] = {}

    def add(self, row: Sequence[Any]) -> None:
        order_id, kind, at, actor, state, priority, department, level, alert_key, role, note = row
        listener = self._listener
        if kind == ACKNOWLEDGED:
            if listener is not None and not listener.is_told_acknowledgement(role, actor):
                return
            event = EscalationAcknowledgedEvent(
                order_id=WorkOrderId(order_id),
                alert_key=alert_key,
                role=Role(role),
                by=AgentId(actor),
                at=at,
                note=note,
            )
            self._acknowledged.setdefault(order_id, []).append(event)
        elif state is not None and (listener is None or listener.had(kind, department)):
            moments = self._moments.setdefault(order_id, [])
            calendar = self._hours.get(DepartmentId(department)) if department else None
            said = (state, priority, calendar, level or "")
            # Most events of an order change nothing for its clock: calls, claims, reports.
            if not moments or _said_by(moments[-1]) != said:
                moments.append(
                    ServiceMoment(
                        at=at,
                        state=state,
                        priority=Priority(priority),
                        calendar=calendar,
                        level=level or "",
                    )
                )

    def all(self) -> dict[WorkOrderId, OrderHistory]:
        return {
            WorkOrderId(order_id): OrderHistory(
                moments=tuple(moments), acknowledged=tuple(self._acknowledged.get(order_id, ()))
            )
            for order_id, moments in self._moments.items()
        }


def _said_by(moment: ServiceMoment) -> tuple[str, str, CalendarId | None, str]:
    return moment.state, moment.priority, moment.calendar, moment.level
