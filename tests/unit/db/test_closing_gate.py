"""Plain SQL at the closing gate: on a file and on a server, as whoever owns the tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from sqlalchemy import Connection, bindparam, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.work_order import WorkOrderState
from db.columns import uuid_text
from db.customer_rows import customer_row
from db.loop_tables import verification_attempts
from db.postgres_database import PostgresDatabase
from db.repositories.interactions import interaction_row
from db.repositories.tickets import ticket_row
from db.repositories.work_orders import work_order_row
from db.sqlite_database import SqliteDatabase
from db.tables import customers, interactions, tickets, work_orders
from tests.contracts.storage_samples import NOW, a_call, a_customer, a_ticket, an_order, fresh_id
from tests.fakes.desk_file import new_desk_file
from tests.servers.fixtures import Floor

CONFIRMED = "state = 'CLOSED', verified_in = :answered, confirmed_at = changed_at"
STRANGER = "SELECT customer_id FROM interactions WHERE id = :strangers"
OVERRIDDEN = "state = 'CLOSED', overridden_by = 'hq', override_reason = 'moved away'"


@contextmanager
def refused(words: str = "") -> Iterator[None]:
    """Prove that the database itself refuses, in ``words``."""
    with pytest.raises(AgentDeskError) as caught:
        yield
    cause = caught.value.__cause__
    assert isinstance(cause, DBAPIError if words else IntegrityError)
    assert words in str(cause.orig)


class Database(Protocol):
    def transaction(self) -> AbstractContextManager[Connection]: ...


@dataclass(frozen=True, slots=True)
class Case:
    """An order to verify, and calls by what they are good for."""

    database: Database
    order: str
    calls: dict[str, str]

    def run(self, statement: str, **ids: str) -> int:
        """Run ``statement`` in a transaction of its own and return how many rows it touched."""
        named = {**self.calls, "order": self.order, **ids}
        bound = text(statement).bindparams(
            *(
                bindparam(key, value, type_=uuid_text())
                for key, value in named.items()
                if f":{key}" in statement
            )
        )
        with self.database.transaction() as connection:
            return connection.execute(bound).rowcount

    def change(self, change: str, **ids: str) -> int:
        return self.run(f"UPDATE work_orders SET {change} WHERE id = :order", **ids)

    @property
    def state(self) -> str:
        with self.database.transaction() as connection:
            asked = select(work_orders.c.state).where(work_orders.c.id == self.order)
            return str(connection.execute(asked).scalar_one())

    def attempt(self, call: str, day: int, *, round: int = 1) -> None:
        row = {
            "interaction_id": self.calls[call],
            "order_id": self.order,
            "round": round,
            "day": NOW.date().replace(day=day),
            "at": NOW,
            "actor": "1001",
        }
        with self.database.transaction() as connection:
            connection.execute(insert(verification_attempts), row)


@pytest.fixture(params=["file", "server"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "file":
        with SqliteDatabase(path=new_desk_file(tmp_path)) as file:
            yield file
        return
    floor: Floor = request.getfixturevalue("floor")
    with PostgresDatabase(url=floor.url, password=floor.password) as server:
        yield server


@pytest.fixture
def case(database: Database) -> Case:
    customer, stranger = a_customer(), a_customer()
    calls = {
        "answered": replace(a_call(customer), answered_at=NOW),
        "missed": a_call(customer),
        "second": a_call(customer),
        "third": a_call(customer),
        "strangers": replace(a_call(stranger), answered_at=NOW),
        "nobodys": replace(a_call(None), answered_at=NOW),
    }
    with database.transaction() as connection:
        category = connection.execute(text("SELECT id FROM categories LIMIT 1")).scalar_one()
        ticket = a_ticket(customer, category, 1)
        order = an_order(ticket, 1, state=WorkOrderState.VERIFYING)
        connection.execute(insert(customers), [customer_row(c, "") for c in (customer, stranger)])
        connection.execute(insert(tickets), ticket_row(ticket))
        connection.execute(insert(interactions), [interaction_row(c) for c in calls.values()])
        connection.execute(insert(work_orders), work_order_row(order))
    return Case(database, order.id, {name: call.id for name, call in calls.items()})


@pytest.mark.parametrize(
    "change",
    [
        "state = 'CLOSED'",
        "state = 'CLOSED', confirmed_at = changed_at",
        "state = 'CLOSED', verified_in = :answered",
        "state = 'CLOSED', verified_in = :missed, confirmed_at = changed_at",
        "state = 'CLOSED', verified_in = :strangers, confirmed_at = changed_at",
        "state = 'CLOSED', verified_in = :nobodys, confirmed_at = changed_at",
        "state = 'CLOSED', verified_in = :unknown, confirmed_at = changed_at",
        "state = 'CLOSED', overridden_by = 'hq'",
        "state = 'CLOSED', override_reason = 'because'",
        OVERRIDDEN,
    ],
)
def test_no_statement_closes_an_order_without_its_proof(case: Case, change: str) -> None:
    with refused():
        case.change(change, unknown=str(uuid4()))

    assert case.state == "VERIFYING"


def test_no_row_is_born_closed(case: Case) -> None:
    columns = "ticket_id, customer_id, subject, priority, owner, raised_at, changed_at"

    with refused():
        case.run(
            f"INSERT INTO work_orders (id, number, state, {columns})"
            f" SELECT :new, 77, 'CLOSED', {columns} FROM work_orders",
            new=fresh_id(),
        )
    with refused():
        case.run(
            "INSERT INTO work_orders (id, number, state, verified_in, confirmed_at, "
            f"{columns}) SELECT :new, 77, 'CLOSED', :missed, changed_at, {columns}"
            " FROM work_orders",
            new=fresh_id(),
        )


def test_the_proof_closes_it_and_is_kept_as_it_was(case: Case) -> None:
    assert case.change(CONFIRMED) == 1

    for undoing in (
        "UPDATE interactions SET answered_at = NULL WHERE id = :answered",
        "UPDATE interactions SET customer_id = NULL WHERE id = :answered",
        f"UPDATE interactions SET customer_id = ({STRANGER}) WHERE id = :answered",
        "DELETE FROM interactions WHERE id = :answered",
        "UPDATE work_orders SET verified_in = :missed WHERE id = :order",
        "UPDATE work_orders SET verified_in = NULL WHERE id = :order",
        "UPDATE work_orders SET confirmed_at = NULL WHERE id = :order",
    ):
        with refused():
            case.run(undoing)
    assert case.run("UPDATE interactions SET note = 'kind' WHERE id = :answered") == 1
    assert case.run("UPDATE interactions SET answered_at = NULL WHERE id = :strangers") == 1


@pytest.mark.parametrize(
    ("attempts", "closes"),
    [
        ((("missed", 2), ("second", 3), ("third", 4)), True),
        ((("missed", 2), ("second", 3)), False),
        ((("missed", 2), ("second", 3), ("third", 3)), False),
    ],
)
def test_an_override_rests_on_attempts_of_three_days(
    case: Case, attempts: tuple[tuple[str, int], ...], closes: bool
) -> None:
    for call, day in attempts:
        case.attempt(call, day)

    if closes:
        assert case.change(OVERRIDDEN) == 1
    else:
        with refused():
            case.change(OVERRIDDEN)


def test_attempts_of_another_round_do_not_count(case: Case) -> None:
    for call, day in (("missed", 2), ("second", 3), ("third", 4)):
        case.attempt(call, day, round=2)

    with refused():
        case.change(OVERRIDDEN)
    assert case.change(f"round = 2, {OVERRIDDEN}") == 1
    with refused():
        case.change("round = 3")


def test_one_call_is_one_attempt_and_no_attempt_is_rewritten(case: Case) -> None:
    case.attempt("missed", 2)

    with refused():
        case.attempt("missed", 3)
    for statement in (
        "UPDATE verification_attempts SET round = 7",
        "DELETE FROM verification_attempts",
    ):
        with refused("append-only"):
            case.run(statement)


def test_replacing_a_row_of_a_file_is_no_way_round(tmp_path: Path, case: Case) -> None:
    if not isinstance(case.database, SqliteDatabase):
        pytest.skip("PostgreSQL has no INSERT OR REPLACE")
    case.change(CONFIRMED)
    names = [column.name for column in interactions.columns]
    fake = ", ".join("NULL" if name == "answered_at" else name for name in names)

    with refused("kept as it was"):
        case.run(
            f"INSERT OR REPLACE INTO interactions ({', '.join(names)})"
            f" SELECT {fake} FROM interactions WHERE id = :answered"
        )


def test_what_the_server_does_for_a_restore_does_not_open_the_gate_for_others(
    floor: Floor,
) -> None:
    with (
        PostgresDatabase(url=floor.url, password=floor.password) as server,
        refused("permission denied"),
        server.transaction() as connection,
    ):
        connection.execute(text("SET session_replication_role = replica"))
