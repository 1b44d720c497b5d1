"""Writes that share a round trip behave as if they had been sent one by one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select

from agent_desk.domain.errors import RightsError, StaleVersionError, StorageError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.rights import Role
from agent_desk.domain.ticket import Ticket
from agent_desk.ports.storage import UnitOfWork
from db.access.users import open_people
from db.pending_writes import PendingWrites, flush_pending
from db.postgres_database import PostgresDatabase
from db.sqlite_database import SqliteDatabase
from db.tables import event_log
from tests.contracts.storage_samples import a_customer, a_ticket, an_event
from tests.fakes.desk_file import new_desk_file
from tests.servers.fixtures import Floor

PASSWORD = "a long enough password"


@pytest.fixture
def database(floor: Floor) -> Iterator[PostgresDatabase]:
    with PostgresDatabase(url=floor.url, password=floor.password, readers=1) as opened:
        yield opened


@pytest.fixture
def ticket(database: PostgresDatabase) -> Ticket:
    """A ticket that is not stored, of a customer who is."""
    customer = a_customer()
    database.write(lambda unit: unit.customers.add(customer, ()))
    category = database.read(lambda unit: unit.catalogue.categories())[0]
    return a_ticket(customer, category.id, 4711)


def events(database: PostgresDatabase | SqliteDatabase) -> int:
    with database.transaction() as connection:
        return connection.execute(select(func.count()).select_from(event_log)).scalar_one()


class RoundTrips:
    """Counts how often the client waits for the server."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        wait = psycopg.Connection.wait

        def counted(connection: Any, generator: Any, *more: Any, **named: Any) -> Any:
            self.count += 1
            return wait(connection, generator, *more, **named)

        monkeypatch.setattr(psycopg.Connection, "wait", counted)


def test_a_read_sees_what_its_unit_of_work_has_written(
    database: PostgresDatabase, ticket: Ticket
) -> None:
    def work(unit: UnitOfWork) -> tuple[Ticket, int, int]:
        unit.tickets.add(ticket)
        saved = unit.tickets.save(dataclasses.replace(ticket, subject="Router is dead"))
        unit.events.append([an_event("c-1"), an_event("c-1")])
        found = unit.tickets.get(ticket.id)
        assert found == saved
        by_toolkit = unit.tickets.unfinished_of(ticket.customer_id)
        return found, len(by_toolkit), len(unit.events.of(Stream.CALL, "c-1"))

    found, unfinished, logged = database.write(work)

    assert (found.version, unfinished, logged) == (2, 1, 2)
    assert database.read(lambda unit: unit.tickets.get(ticket.id)) == found


def test_a_statement_of_the_toolkit_sees_them_too(database: PostgresDatabase) -> None:
    with database.transaction() as connection, PendingWrites.gathering(connection) as pending:
        pending.add("SELECT set_config('agent_desk.seen', 'yes', true)", ())

        assert connection.exec_driver_sql("SHOW agent_desk.seen").scalar() == "yes"


def test_writes_share_a_round_trip(
    database: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def log(count: int) -> int:
        told = [an_event("c-1") for _ in range(count)]
        database.write(lambda unit: unit.events.append(told))
        trips.count = 0
        database.write(lambda unit: unit.events.append([an_event("c-2") for _ in range(count)]))
        # Sending does not wait for the server; only the answers do.
        return trips.count - count

    trips = RoundTrips(monkeypatch)

    assert log(30) <= log(3)


def test_the_ticket_is_found_by_the_words_that_it_was_saved_with(
    database: PostgresDatabase, ticket: Ticket
) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.tickets.add(ticket)
        unit.tickets.save(dataclasses.replace(ticket, subject="Router is dead"))

    database.write(work)

    hits = database.read(lambda unit: unit.customers.search("dead"))
    assert [hit.id for hit in hits] == [ticket.id]
    assert not database.read(lambda unit: unit.customers.search("connection"))


def test_a_stale_save_is_refused_at_once(database: PostgresDatabase, ticket: Ticket) -> None:
    database.write(lambda unit: unit.tickets.add(ticket))
    reached = []

    def work(unit: UnitOfWork) -> None:
        unit.events.append([an_event("c-1")])
        unit.tickets.save(dataclasses.replace(ticket, version=7))
        reached.append("after the refusal")

    with pytest.raises(StaleVersionError):
        database.write(work)
    assert (events(database), reached) == (0, [])


def test_what_the_server_refuses_leaves_nothing_behind(
    database: PostgresDatabase, ticket: Ticket
) -> None:
    nobodys = dataclasses.replace(ticket, customer_id=a_customer().id)

    def work(unit: UnitOfWork) -> None:
        unit.events.append([an_event("c-1"), an_event("c-1")])
        unit.tickets.add(nobodys)
        unit.events.append([an_event("c-1")])

    with pytest.raises(StorageError) as refused:
        database.write(work)

    assert type(refused.value) is StorageError
    assert events(database) == 0
    database.write(lambda unit: unit.events.append([an_event("c-1")]))
    assert events(database) == 1


def test_a_refusal_names_the_statement_that_was_refused(floor: Floor, ticket: Ticket) -> None:
    with open_people(floor.url, password=floor.password) as people:
        people.add("zhou", name="Zhou", roles=[Role.CAMPAIGN_MANAGER], password=PASSWORD)
    url = floor.server.url(floor.name, user="zhou")

    def work(unit: UnitOfWork) -> None:
        unit.events.append([dataclasses.replace(an_event("c-1"), actor="zhou")])
        unit.tickets.add(ticket)
        unit.events.append([dataclasses.replace(an_event("c-1"), actor="zhou")])

    with (
        PostgresDatabase(url=url, password=PASSWORD, readers=1) as database,
        pytest.raises(RightsError) as refused,
    ):
        database.write(work)

    assert refused.value.details["action"] == "INSERT tickets"


def test_work_that_fails_sends_nothing_later(database: PostgresDatabase) -> None:
    def work(unit: UnitOfWork) -> None:
        unit.events.append([an_event("c-1")])
        raise LookupError

    with pytest.raises(LookupError):
        database.write(work)

    with database.transaction() as connection:
        flush_pending(connection)
        assert PendingWrites.of(connection) is None
    assert events(database) == 0


def test_a_file_is_written_at_once(tmp_path: Path) -> None:
    with SqliteDatabase(path=new_desk_file(tmp_path)) as database:

        def work(unit: UnitOfWork) -> int:
            unit.events.append([an_event("c-1"), an_event("c-1")])
            return len(unit.events.of(Stream.CALL, "c-1"))

        assert database.write(work) == 2
        assert events(database) == 2
