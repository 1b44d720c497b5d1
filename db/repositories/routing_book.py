"""Routing rules, regions, and whom orders can go to; on the thread of its unit of work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.customer import ContactKind, Tier
from agent_desk.domain.errors import NotFoundError, StaleVersionError
from agent_desk.domain.fields import Fields
from agent_desk.domain.identifiers import AgentId, CustomerId, DepartmentId
from agent_desk.domain.order_origin import OrderOrigin
from agent_desk.domain.region import Region
from agent_desk.domain.routing import Assignee, Directory, RoutingRule
from agent_desk.domain.routing_check import RoutingWorld
from agent_desk.domain.routing_file import rule_of, table_of
from agent_desk.domain.routing_trial import PastOrder
from agent_desk.domain.work_order import ON_HANDS
from agent_desk.domain.working_calendar import CalendarId, WorkingCalendar
from agent_desk.ports.routing_book import Rulebook
from db.packed import PackedSelects
from db.prepared import PreparedSelect
from db.repositories.calendars import SqlCalendarRepository
from db.repositories.catalogue import SqlCatalogue
from db.repositories.past_orders import past_orders
from db.routing_tables import assignees, regions, rulebooks
from db.statement_types import AnyRow
from db.tables import contact_points, customers, departments, products, quoted, work_orders

_NEWEST = PreparedSelect(
    select(rulebooks).order_by(rulebooks.c.version.desc()).limit(1), sees_writes=False
)
_REGIONS = PreparedSelect(
    select(regions).order_by(regions.c.position, regions.c.code), sees_writes=False
)
_ASSIGNEES = PreparedSelect(
    select(departments, *(assignees.c[name] for name in assignees.c.keys()[1:]))
    .select_from(departments)
    .outerjoin(assignees, assignees.c.department_id == departments.c.id)
    .order_by(departments.c.position, departments.c.id),
    sees_writes=False,
)
_LOAD = PreparedSelect(
    select(func.count().label("orders")).where(
        text(f"state IN ({quoted(ON_HANDS)})"),
        work_orders.c.department_id == bindparam("assignee"),
    )
)
_CUSTOMER_ID: ColumnElement[str] = bindparam("customer_id")
_ORIGIN = PackedSelects(
    customer=select(customers.c.city, customers.c.address, customers.c.tier).where(
        customers.c.id == _CUSTOMER_ID
    ),
    phone=select(contact_points.c.value)
    .where(
        contact_points.c.customer_id == _CUSTOMER_ID,
        contact_points.c.kind == ContactKind.PHONE.value,
    )
    .order_by(contact_points.c.is_primary.desc(), contact_points.c.id)
    .limit(1),
    products=select(products.c.name)
    .where(products.c.customer_id == _CUSTOMER_ID)
    .order_by(products.c.purchased_on.desc().nulls_last(), products.c.id.desc()),
)


class SqlRoutingBook:
    """``ports.routing_book.RoutingBook`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection
        self._catalogue = SqlCatalogue(connection)
        self._calendars = SqlCalendarRepository(connection)

    def rulebook(self) -> Rulebook:
        """Return the rules that hold now; none, version 0, before anybody saved any."""
        row = _NEWEST.first(self._connection, {})
        return Rulebook() if row is None else _rulebook_from(row)

    def save(self, rulebook: Rulebook, *, by: AgentId, at: datetime) -> Rulebook:
        """Replace all rules and return them with the next version; raises StaleVersionError."""
        self._require_newest(rulebook.version)
        saved = replace(rulebook, version=rulebook.version + 1, saved_by=by, saved_at=at)
        row = {
            "version": saved.version,
            "rules": list(map(table_of, saved.rules)),
            "saved_by": by,
            "saved_at": at,
        }
        try:
            self._connection.execute(insert(rulebooks), row)
        except IntegrityError as error:
            # Somebody else's transaction was between the question and the answer.
            raise _stale(rulebook.version, saved.version) from error
        return saved

    def regions(self) -> Sequence[Region]:
        """Return all regions in their order."""
        return [_region_from(row) for row in _REGIONS.records(self._connection, {})]

    def keep_regions(self, kept: Iterable[Region]) -> None:
        """Store ``kept`` in place of those that are there."""
        self._connection.execute(delete(regions))
        rows = [_region_row(region, position) for position, region in enumerate(kept)]
        if rows:
            self._connection.execute(insert(regions), rows)

    def directory(self) -> Directory:
        """Return every department and dealer, the closed ones too, in display order."""
        calendars = self._calendars.all()
        rows = _ASSIGNEES.records(self._connection, {})
        return {DepartmentId(row.id): _assignee_from(row, calendars) for row in rows}

    def world(self) -> RoutingWorld:
        """Return what rules may name, the closed departments and dealers too."""
        return RoutingWorld(
            directory=self.directory(),
            categories=frozenset(category.id for category in self._catalogue.categories()),
            regions=frozenset(region.code for region in self.regions()),
        )

    def keep_assignees(self, kept: Iterable[Assignee]) -> None:
        """Store ``kept``, each in place of what was known of it; a new one is added."""
        for assignee in kept:
            names = {"name": assignee.name, "name_zh": assignee.name_zh or assignee.name}
            same = departments.c.id == assignee.id
            if not self._connection.execute(update(departments).where(same).values(names)).rowcount:
                last = select(func.coalesce(func.max(departments.c.position), 0) + 1)
                position = self._connection.execute(last).scalar_one()
                row = {"id": assignee.id, **names, "position": position}
                self._connection.execute(insert(departments), row)
            self._keep_terms(assignee)

    def load(self, assignee: DepartmentId) -> int:
        """Return how many orders a department or dealer has to do now."""
        ((orders,),) = _LOAD.rows(self._connection, {"assignee": assignee})
        return int(orders)

    def origin(self, customer_id: CustomerId) -> OrderOrigin:
        """Return what rules ask of that customer; raises NotFoundError."""
        found = _ORIGIN.execute(self._connection, {"customer_id": customer_id})
        if not found["customer"]:
            raise NotFoundError(subject="Customer", id=customer_id)
        (customer,) = found["customer"]
        return OrderOrigin(
            city=customer.city,
            address=customer.address,
            e164=next((row.value for row in found["phone"]), ""),
            tier=Tier(customer.tier),
            products=tuple(row.name for row in found["products"]),
        )

    def past_orders(self, since: datetime, until: datetime) -> Sequence[PastOrder]:
        """Return what was raised from ``since`` up to, not including, ``until``; oldest first."""
        tree = CategoryTree(self._catalogue.categories())
        return past_orders(self._connection, tree, since=since, until=until)

    def _require_newest(self, version: int) -> None:
        theirs = self.rulebook().version
        if version != theirs:
            raise _stale(version, theirs)

    def _keep_terms(self, assignee: Assignee) -> None:
        row = {
            "department_id": assignee.id,
            "is_dealer": assignee.is_dealer,
            "is_active": assignee.is_active,
            "capacity": assignee.capacity,
            "calendar": assignee.calendar.id if assignee.calendar else None,
        }
        same = assignees.c.department_id == assignee.id
        if not self._connection.execute(update(assignees).where(same).values(row)).rowcount:
            self._connection.execute(insert(assignees), row)


def _stale(mine: int, theirs: int) -> StaleVersionError:
    return StaleVersionError(subject="Rulebook", mine=mine, theirs=theirs)


def _rulebook_from(row: AnyRow) -> Rulebook:
    return Rulebook(
        rules=_rules_of(json.dumps(row.rules)),
        version=row.version,
        saved_by=AgentId(row.saved_by),
        saved_at=row.saved_at,
    )


@lru_cache(maxsize=8)
def _rules_of(text: str) -> tuple[RoutingRule, ...]:
    """Return the rules of a stored version, which is read for every order and hardly changes."""
    return tuple(rule_of(Fields(table, file="rulebook")) for table in json.loads(text))


def _region_row(region: Region, position: int) -> dict[str, Any]:
    return {
        "code": region.code,
        "name": region.name,
        "name_zh": region.name_zh,
        "numbers": list(region.numbers),
        "places": list(region.places),
        "position": position,
    }


def _region_from(row: AnyRow) -> Region:
    return Region(
        code=row.code,
        name=row.name,
        name_zh=row.name_zh,
        numbers=tuple(row.numbers),
        places=tuple(row.places),
    )


def _assignee_from(row: AnyRow, calendars: Mapping[CalendarId, WorkingCalendar]) -> Assignee:
    return Assignee(
        id=DepartmentId(row.id),
        name=row.name,
        name_zh=row.name_zh,
        calendar=calendars[CalendarId(row.calendar)] if row.calendar else None,
        is_dealer=bool(row.is_dealer),
        is_active=row.is_active is None or bool(row.is_active),
        capacity=row.capacity,
    )
