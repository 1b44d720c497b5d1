"""Fills a database with an invented call centre; runs in the caller's thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from random import Random

from sqlalchemy import Connection, func, select

from agent_desk.domain.customer import Company, ContactKind, ContactPoint
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import AgentId, CategoryId, DepartmentId, known_regions
from db import tables
from db.bulk_customers import insert_customers
from db.bulk_transaction import Place, bulk_connection, shown_place, writing
from db.demo_data.articles import ArticleWriter
from db.demo_data.cases import CaseWriter, CategoryPlace
from db.demo_data.cast import CAST, COMPANIES, NUMBERS, CastWriter
from db.demo_data.complaints import add_complaints
from db.demo_data.history import SPAN, HistoryGenerator
from db.demo_data.numbers import NumberPlan
from db.demo_data.people import CompanyPool, PeopleGenerator, Profile, Registry
from db.demo_data.routing import add_routing
from db.demo_data.rows import IdSource, RowBatch, count_from

Progress = Callable[[int, int], None]
"""Called with customers done and customers in all."""

MAX_CUSTOMERS = 5_000_000

DESK_AGENT = AgentId("agent017")
"""Who took the calls of the named customers; what they wait for waits for this agent."""

AGENTS = tuple(AgentId(f"agent{number:03d}") for number in range(1, 31))

_CHUNK = 2_000
_CALLS_PER_CUSTOMER = 6.0
_MOST_CALLS = 150_000
"""Above 25,000 customers the history thins out, or it would take longer than they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoSummary:
    """What was made; open_tickets counts every one that is not resolved or closed."""

    customers: int
    contact_points: int
    interactions: int
    tickets: int
    open_tickets: int
    work_orders: int


def generate(
    place: Place,
    *,
    customers: int,
    seed: int,
    region: str = "CN",
    now: datetime,
    password: str | None = None,
    progress: Progress | None = None,
    agent: AgentId = DESK_AGENT,
) -> DemoSummary:
    """Fill the database at ``place`` with invented customers and their history.

    place: the path of an SQLite file, or the URL of a PostgreSQL database and its ``password``.
    The same arguments give the same rows. Makes or migrates a file; all of it is stored, or
    nothing. Raises InputError for a count, region or time that is not accepted and for a database
    that has customers already, StorageError when it cannot be written; for a server also
    SignInError, and MissingRoleError for a login that does not own it.
    """
    _check(customers, region, now)
    with _connection(place, password) as connection, writing(connection):
        _require_empty(connection, place)
        floor = _Floor(connection, seed=seed, region=region, now=now, agent=agent)
        floor.fill(customers, progress or _ignore)
        add_routing(connection, region=region, now=now)
        return _summary(connection, floor)


@contextmanager
def _connection(place: Place, password: str | None) -> Iterator[Connection]:
    with bulk_connection(place, password=password) as connection:
        if isinstance(place, str):
            from db.access.needed_role import require_owner

            require_owner(connection, "make customers up")
        yield connection


def _ignore(_done: int, _total: int) -> None:
    """Show nothing."""


def _check(customers: int, region: str, now: datetime) -> None:
    if not 1 <= customers <= MAX_CUSTOMERS:
        accepted = f"a whole number from 1 to {MAX_CUSTOMERS}"
        raise InputError(field="customers", value=customers, accepted=accepted)
    if region not in known_regions():
        raise InputError(field="region", value=region, accepted="a country code such as CN or DE")
    if now.tzinfo is None:
        raise InputError(field="now", value=now.isoformat(), accepted="a time with its time zone")


def _require_empty(connection: Connection, place: Place) -> None:
    if connection.execute(select(tables.customers.c.id).limit(1)).first():
        raise InputError(
            field="database",
            value=shown_place(place),
            accepted="a database without customers; demo data never mixes with real data",
        )


class _Floor:
    """One demo call centre on its way into the tables."""

    def __init__(
        self, connection: Connection, *, seed: int, region: str, now: datetime, agent: AgentId
    ) -> None:
        self._connection = connection
        self._seed, self._now = seed, now
        self._random = Random(seed)
        self._ids = IdSource(Random(seed ^ 0x5EED), now - SPAN)
        self._cast = CastWriter(ids=self._ids, now=now, agent=agent)
        self._people = PeopleGenerator(
            random=self._random,
            ids=self._ids,
            region=region,
            now=now,
            agents=AGENTS,
            registry=Registry(
                companies=CompanyPool(
                    random=self._random, ids=self._ids, reserved=_company_names(connection)
                ),
                numbers=NumberPlan(reserved=NUMBERS),
                last_serial=len(CAST),
            ),
        )
        self._rows = RowBatch()
        self.cases = CaseWriter(
            rows=self._rows,
            random=self._random,
            ids=self._ids,
            categories=_category_places(connection),
            now=now,
        )
        self._history = HistoryGenerator(
            cases=self.cases, random=self._random, agents=AGENTS, now=now
        )

    def fill(self, customers: int, progress: Progress) -> None:
        """Add ``customers`` customers, the cast first."""
        cast = CAST[:customers]
        self._add_cast(len(cast))
        others = customers - len(cast)
        mean = min(_CALLS_PER_CUSTOMER, _MOST_CALLS / customers)
        people = self._people.people(others)
        done = len(cast)
        progress(done, customers)
        while chunk := list(islice(people, _CHUNK)):
            self._add_chunk(chunk, mean)
            done += len(chunk)
            progress(done, customers)
        count_from(self._connection, "ticket", self.cases.last_ticket_number)
        count_from(self._connection, "work_order", self.cases.last_order_number)
        self._write_articles()
        add_complaints(self._connection, self._now)

    def _write_articles(self) -> None:
        # A chance of their own: the same seed goes on giving the same customers.
        writer = ArticleWriter(
            self._connection, random=Random(self._seed), ids=self._ids, now=self._now
        )
        places = _category_places(self._connection)
        writer.write({name: place.id for name, place in places.items()})

    def _add_cast(self, count: int) -> None:
        profiles = []
        for serial, member in enumerate(CAST[:count], start=1):
            profile = self._cast.profile(member, serial)
            profiles.append(profile)
            self._cast.add_story(self.cases, self._history, member, profile)
        self._store(profiles)

    def _add_chunk(self, profiles: list[Profile], mean: float) -> None:
        for profile in profiles:
            calls = _geometric(self._random, mean)
            if calls:
                number = profile.contact_points[0].value
                self._history.add(profile.customer.id, number, calls)
        self._store(profiles)

    def _store(self, profiles: list[Profile]) -> None:
        insert_customers(
            self._connection,
            [profile.customer for profile in profiles],
            _contact_points(profiles),
            companies=_companies(profiles),
            products=(product for profile in profiles for product in profile.products),
        )
        for profile in profiles:
            for note in profile.notes:
                self._rows.add_note(note)
        self._rows.write(self._connection)


def _contact_points(profiles: Iterable[Profile]) -> Iterator[ContactPoint]:
    for profile in profiles:
        yield from profile.contact_points


def _companies(profiles: Iterable[Profile]) -> Iterator[Company]:
    for profile in profiles:
        if profile.company is not None:
            yield profile.company


def _geometric(random: Random, mean: float) -> int:
    """Return a count with this mean; most people call seldom, a few again and again."""
    return int(math.log(1.0 - random.random()) / math.log(mean / (1.0 + mean)))


def _company_names(connection: Connection) -> list[str]:
    return [*COMPANIES, *connection.execute(select(tables.companies.c.name)).scalars()]


def _category_places(connection: Connection) -> dict[str, CategoryPlace]:
    """Return the leaves of the category tree by English name, departments inherited."""
    found = tables.categories
    rows = connection.execute(
        select(found.c.id, found.c.parent_id, found.c.name, found.c.department_id)
    ).all()
    own = {row.id: row.department_id for row in rows}
    return {
        row.name: CategoryPlace(
            CategoryId(row.id), _department(row.department_id or own[row.parent_id])
        )
        for row in rows
        if row.parent_id is not None
    }


def _department(department_id: str | None) -> DepartmentId | None:
    return DepartmentId(department_id) if department_id else None


def _summary(connection: Connection, floor: _Floor) -> DemoSummary:
    def count(table: str) -> int:
        found = tables.metadata.tables[table]
        return connection.execute(select(func.count()).select_from(found)).scalar_one()

    phones = select(func.count()).where(tables.contact_points.c.kind == ContactKind.PHONE)
    return DemoSummary(
        customers=count("customers"),
        contact_points=connection.execute(phones).scalar_one(),
        interactions=count("interactions"),
        tickets=count("tickets"),
        open_tickets=floor.cases.open_tickets,
        work_orders=count("work_orders"),
    )
