"""The floor that a load is put on: a database with customers, and a login for each desk."""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

from agent_desk.bootstrap.database import open_people, upgrade_database
from agent_desk.bootstrap.load.plan import CONNECTIONS_PER_DESK, LoadPlan, LoadSeat
from agent_desk.bootstrap.records import make_demo_data
from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role
from agent_desk.domain.ticket import Department

DATABASE = "agent_desk"
LOGIN_PREFIX = "load-"
"""Logins of the desks are "load-1" and so on; a server that stays has them disabled at the end."""

SPARE_CONNECTIONS = 60
"""Beyond those of the desks: the relay, who looks at the server, and desks that listen."""

RESERVED_CONNECTIONS = 20
"""Of a server of its own: those that only a superuser gets, and the one that asks."""

MAX_CALLERS = 50_000


@contextmanager
def own_floor(plan: LoadPlan) -> Iterator[DatabaseTarget]:
    """Yield the database of a cluster that is there for the block alone, durable as a real one.

    Raises MissingProgramError without PostgreSQL's server, and StorageError.
    """
    from db.local_cluster import LocalCluster

    folder = Path(tempfile.gettempdir()) / f"agent-desk-load-{secrets.token_hex(4)}"
    settings = {
        "max_connections": str(_needed(plan) + RESERVED_CONNECTIONS),
        "shared_buffers": "512MB",
        "max_wal_size": "4GB",
    }
    with LocalCluster(folder=folder, settings=settings, keep=False) as cluster:
        owned = cluster.database(DATABASE)
        yield DatabaseTarget(place=owned.url, password=owned.password)


def prepare(target: DatabaseTarget, plan: LoadPlan) -> list[LoadSeat]:
    """Return the seats of ``plan``: the database is migrated, has customers and knows everybody.

    Raises InputError for a server with too few connections or customers, RightsError for a login
    that may not make people, and StorageError.
    """
    upgrade_database(target)
    _require_room(target, plan)
    numbers = _numbers(target, plan)
    return _give_passwords(target, _seats(plan, numbers, _departments(target)))


def retire(target: DatabaseTarget, seats: Sequence[LoadSeat]) -> None:
    """Let nobody sign in as one of ``seats`` any more; what they wrote stays."""
    with open_people(target) as people:
        for seat in seats:
            people.disable(seat.login)


def _require_room(target: DatabaseTarget, plan: LoadPlan) -> None:
    from db.server_load import ServerLoad

    needed = _needed(plan)
    with ServerLoad(target.url, password=target.password) as server:
        room = server.room()
    if room < needed:
        most = max(0, room - SPARE_CONNECTIONS) // CONNECTIONS_PER_DESK
        accepted = f"at most {most}: the server takes {room} more connections (max_connections)"
        raise InputError(field="desks", value=plan.desks, accepted=accepted)


def _needed(plan: LoadPlan) -> int:
    return plan.desks * CONNECTIONS_PER_DESK + SPARE_CONNECTIONS


def _numbers(target: DatabaseTarget, plan: LoadPlan) -> Sequence[str]:
    """Return the numbers of customers, made up when there are none."""
    found = _stored_numbers(target)
    if not found:
        print(f"making up {plan.customers:,} customers", file=sys.stderr, flush=True)
        make_demo_data(
            target,
            customers=plan.customers,
            seed=plan.seed,
            region=plan.region,
            now=datetime.now(UTC),
        )
        found = _stored_numbers(target)
    if len(found) < plan.desks:
        accepted = f"at least as many as desks ({plan.desks})"
        raise InputError(field="customers", value=len(found), accepted=accepted)
    return found


def _stored_numbers(target: DatabaseTarget) -> list[str]:
    from db.demo_data.callers import server_callers

    callers = server_callers(target.url, password=target.password, limit=MAX_CALLERS)
    return list(dict.fromkeys(caller.number for caller in callers))


def _departments(target: DatabaseTarget) -> Sequence[Department]:
    from db.postgres_database import PostgresDatabase

    with PostgresDatabase(url=target.url, password=target.password, readers=1) as database:
        return database.read(lambda unit: unit.catalogue.departments())


def _seats(
    plan: LoadPlan, numbers: Sequence[str], departments: Sequence[Department]
) -> list[LoadSeat]:
    """Return the agents' seats, then the departments'."""
    agents = plan.desks - plan.department_desks
    seats = [
        LoadSeat(
            login=AgentId(f"{LOGIN_PREFIX}{place + 1}"),
            password=secrets.token_urlsafe(12),
            role=Role.AGENT,
            numbers=numbers[place::agents],
        )
        for place in range(agents)
    ]
    names = [department.name for department in departments]
    chosen = [name for name, _ in zip(cycle(names), range(plan.department_desks), strict=False)]
    for place, name in enumerate(chosen):
        seats.append(
            LoadSeat(
                login=AgentId(f"{LOGIN_PREFIX}{agents + place + 1}"),
                password=secrets.token_urlsafe(12),
                role=Role.DEPARTMENT,
                department=name,
                share=(chosen[:place].count(name), chosen.count(name)),
            )
        )
    return seats


def _give_passwords(target: DatabaseTarget, seats: list[LoadSeat]) -> list[LoadSeat]:
    """Let everybody of ``seats`` sign in, who may have been here before."""
    with open_people(target) as people:
        known = {person.login: person for person in people.all()}
        for seat in seats:
            if seat.login not in known:
                people.add(
                    seat.login,
                    name=seat.login,
                    roles=[seat.role],
                    department=seat.department,
                    password=seat.password,
                )
                continue
            if known[seat.login].disabled_at is not None:
                people.enable(seat.login)
            people.change_roles(seat.login, [seat.role], department=seat.department)
            people.change_password(seat.login, seat.password)
    return seats
