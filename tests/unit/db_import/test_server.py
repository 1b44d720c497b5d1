"""What only happens on a server: others work there too, and not everybody may import."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Connection

from agent_desk.domain.errors import (
    MissingRoleError,
    OlderSchemaError,
    SignInError,
    StorageError,
)
from db.customer_import import importer
from db.customer_import.matching import match
from db.customer_import.refusals import Refusals
from tests.servers.fixtures import Floor
from tests.servers.postgres import OWNER
from tests.unit.db_import.conftest import Desk

WAIT_SECONDS = 30.0
FILE = "name,phone,company,customer number\n王芳,13800138000,Nordlicht,K1\n李伟,13800138001,,K2\n"


@pytest.fixture
def server(floor: Floor, tmp_path: Path) -> Desk:
    desk = Desk(tmp_path, floor.url, floor.password)
    desk.write(FILE)
    return desk


def as_login(desk: Desk, floor: Floor, login: str, password: str | None = None) -> Desk:
    """Return the same floor for another login."""
    other = Desk(desk.folder, floor.server.url(floor.name, user=login))
    other.password = password or floor.password
    return other


@pytest.fixture
def importer_login(floor: Floor) -> Iterator[str]:
    """A person who may import, and owns nothing."""
    login = f"t_importer_{floor.name}"
    floor.server.create_role(login, "LOGIN IN ROLE agent_desk_campaign_manager")
    yield login
    floor.server.drop_role(login)


@pytest.mark.parametrize("attempts", [1, 3])
def test_a_customer_whom_somebody_stores_meanwhile_is_recognised(
    server: Desk, floor: Floor, monkeypatch: pytest.MonkeyPatch, attempts: int
) -> None:
    stored: list[str] = []

    def overtaken(
        connection: Connection, refusals: Refusals, *, after: int, until: int, is_last: bool
    ) -> None:
        match(connection, refusals, after=after, until=until, is_last=is_last)
        if not stored:
            stored.append(str(uuid4()))
            with floor.server.connect(floor.name) as other:
                other.execute(
                    "INSERT INTO customers (id, name, external_key) VALUES (%s, 'Wang', 'K1')",
                    (stored[0],),
                )
                other.execute(
                    "INSERT INTO search_texts (subject_id, name) VALUES (%s, 'wang')", (stored[0],)
                )

    monkeypatch.setattr(importer, "match", overtaken)
    monkeypatch.setattr(importer, "_ATTEMPTS", attempts)
    if attempts == 1:
        with pytest.raises(StorageError):
            server.run()
        assert server.names() == ["Wang"]
        return
    report = server.run()
    assert (report.added, report.changed) == (1, 1)
    assert server.names() == ["李伟", "王芳"]


def test_others_save_while_an_import_stores(server: Desk, floor: Floor) -> None:
    server.run()
    with floor.server.connect(floor.name) as other:
        other.execute("SET lock_timeout = '1s'")

        def work(done: int, total: int) -> None:
            if done > total / 2:
                other.execute("UPDATE companies SET city = 'Hamburg'")
                other.execute(
                    "INSERT INTO customers (id, name) VALUES (%s, 'Colleague')", (uuid4(),)
                )

        server.write("name,phone,city,customer number\n王芳,13800138000,Kiel,K1\n")
        importer.import_customers(
            server.place, server.csv, password=server.password, region="CN", progress=work
        )
    assert server.names() == ["Colleague", "Colleague", "李伟", "王芳"]


def test_a_person_with_the_right_imports_in_their_own_name(
    server: Desk, floor: Floor, importer_login: str
) -> None:
    manager = as_login(server, floor, importer_login)
    assert manager.run().added == 2
    manager.write(FILE.replace("王芳", "王方"))
    assert manager.run().changed == 1
    assert set(server.query("SELECT actor FROM event_log")) == {(importer_login,)}


def test_a_person_without_the_right_is_told_so(
    server: Desk, floor: Floor, importer_login: str
) -> None:
    with floor.server.connect(floor.name) as owner:
        owner.execute(f"REVOKE TEMPORARY ON DATABASE {floor.name} FROM PUBLIC")
    with pytest.raises(MissingRoleError, match="GRANT TEMPORARY ON DATABASE"):
        as_login(server, floor, importer_login).run()
    assert server.names() == []


@pytest.fixture
def confined(floor: Floor) -> Floor:
    """The floor as a migration or a restore leaves it; privileges on a database are not copied."""
    with floor.server.connect(floor.name, user=OWNER) as owner:
        owner.execute("SELECT access.confine()")
    return floor


@pytest.mark.parametrize("role", ["campaign_manager", "administrator"])
def test_the_role_alone_lets_a_person_import(server: Desk, confined: Floor, role: str) -> None:
    with person(confined, role) as login:
        assert as_login(server, confined, login).run().added == 2


@pytest.mark.parametrize("role", ["agent", "supervisor", "dealer", "auditor"])
def test_who_has_no_such_role_is_told_which_and_who_gives_it(
    server: Desk, confined: Floor, role: str
) -> None:
    with person(confined, role) as login, pytest.raises(MissingRoleError) as refused:
        as_login(server, confined, login).run()
    for word in (login, "campaign-manager or administrator", "agent-desk-cli user role"):
        assert word in str(refused.value)
    assert server.names() == []


@contextmanager
def person(floor: Floor, role: str) -> Iterator[str]:
    """Yield a login of that role, which may enter the database."""
    login = f"t_{role}_{floor.name}"
    floor.server.create_role(login, f"LOGIN IN ROLE agent_desk_{role}")
    database = sql.Identifier(floor.name), sql.Identifier(login)
    with floor.server.connect(floor.name) as superuser:
        superuser.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(*database))
        try:
            yield login
        finally:
            wait_for_end(superuser, login)
            superuser.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(*database))
            floor.server.drop_role(login)


def wait_for_end(superuser: psycopg.Connection, login: str) -> None:
    """Return when the server has cleaned up behind the last session of ``login``."""
    until = time.monotonic() + WAIT_SECONDS
    there = "SELECT 1 FROM pg_stat_activity WHERE usename = %s"
    while superuser.execute(there, (login,)).fetchone():
        assert time.monotonic() < until, "a session has not ended"


def test_a_wrong_password_is_told_and_not_shown(server: Desk, floor: Floor) -> None:
    with pytest.raises(SignInError) as refusal:
        as_login(server, floor, "floor_owner", "guessed").run()
    assert "guessed" not in str(refusal.value)


def test_a_floor_that_was_never_upgraded_is_not_made_by_the_way(
    empty_floor: Floor, tmp_path: Path
) -> None:
    desk = Desk(tmp_path, empty_floor.url, empty_floor.password)
    desk.write(FILE)
    with pytest.raises(OlderSchemaError):
        desk.run()
