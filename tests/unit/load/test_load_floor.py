"""The seats of a floor under load, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.bootstrap.load.floor import LOGIN_PREFIX, prepare, retire
from agent_desk.bootstrap.load.plan import DESKS_PER_DEPARTMENT_DESK, LoadPlan
from agent_desk.bootstrap.load.run import run_load
from agent_desk.bootstrap.load.verdict import is_flawless
from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.domain.errors import DisabledPersonError, InputError
from agent_desk.domain.rights import Role
from db.access.users import open_people
from db.postgres_database import PostgresDatabase
from db.server_load import ServerLoad
from tests.servers.fixtures import Floor

PLAN = LoadPlan(desks=DESKS_PER_DEPARTMENT_DESK, customers=60)


@pytest.fixture
def target(empty_floor: Floor) -> Iterator[DatabaseTarget]:
    """An empty database; the logins of desks belong to the whole cluster and are taken away."""
    target = DatabaseTarget(place=empty_floor.url, password=empty_floor.password)
    yield target
    server = empty_floor.server
    server.drop_database(empty_floor.name)
    for number in range(1, PLAN.desks + 1):
        server.drop_role(f"{LOGIN_PREFIX}{number}")


@pytest.mark.slow
def test_everybody_has_a_seat_customers_of_their_own_and_a_login(target: DatabaseTarget) -> None:
    seats = prepare(target, PLAN)

    assert [seat.role for seat in seats].count(Role.DEPARTMENT) == 1
    numbers = [number for seat in seats for number in seat.numbers]
    assert len(numbers) == len(set(numbers))
    assert all(seat.numbers for seat in seats if seat.role is Role.AGENT)
    url = target.url.replace("floor_owner", seats[0].login)
    with PostgresDatabase(url=url, password=seats[0].password, readers=1) as database:
        person = database.read(lambda unit: unit.people.sign_in(seats[0].login, ""))
    assert person.roles == {Role.AGENT}


@pytest.mark.slow
def test_a_server_that_stays_lets_nobody_sign_in_afterwards(target: DatabaseTarget) -> None:
    first = prepare(target, PLAN)
    retire(target, first)
    url = target.url.replace("floor_owner", first[0].login)
    with pytest.raises(DisabledPersonError), PostgresDatabase(url=url, password=first[0].password):
        raise AssertionError("a disabled person has signed in")

    again = prepare(target, PLAN)

    with PostgresDatabase(url=url, password=again[0].password, readers=1):
        pass
    with open_people(target.url, password=target.password) as people:
        assert len(people.all()) == PLAN.desks


@pytest.mark.slow
def test_a_small_floor_loses_and_doubles_nothing(target: DatabaseTarget) -> None:
    plan = replace(PLAN, minutes=0.1, calls_per_hour=1200.0, desks_per_process=10)

    report = run_load(plan, target)

    found = report["verdict"]
    assert is_flawless(found, {}), report["troubles"]
    agents = plan.desks - plan.department_desks
    assert found["tickets"]["stored"] >= agents
    heard = found["heard_changes"]
    assert heard["believed"] == (agents - 1) * found["tickets"]["stored"]
    assert heard["stored"] + heard["reread"] == heard["believed"]
    assert report["operations"]["pop"]["count"] == found["tickets"]["stored"]


def test_a_server_with_too_few_connections_is_refused(target: DatabaseTarget) -> None:
    with pytest.raises(InputError, match=r"desks: 500 is not accepted.*max_connections"):
        prepare(target, LoadPlan(desks=500))


def test_a_server_with_too_few_customers_is_refused(target: DatabaseTarget) -> None:
    with pytest.raises(InputError, match="customers"):
        prepare(target, LoadPlan(desks=20, customers=5))


def test_a_database_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "desk.db"

    with pytest.raises(InputError, match=r"url: .* a database file has one desk"):
        run_load(PLAN, DatabaseTarget(place=file))
    assert not file.exists()


def test_the_server_tells_what_it_did(floor: Floor) -> None:
    with (
        ServerLoad(floor.url, password=floor.password) as server,
        PostgresDatabase(url=floor.url, password=floor.password, readers=1) as database,
    ):
        room = server.room()
        before = server.sample()
        with database.transaction() as connection:
            connection.exec_driver_sql("SELECT sum(n) FROM generate_series(1, 300000) AS n")
            connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")
        done = server.sample().since(before)

    assert 0 < room < 200
    assert done["connections"] == 3
    assert done["commits"] >= 1
    assert done["deadlocks"] == 0
    assert done["cpu_seconds"] > 0.0
