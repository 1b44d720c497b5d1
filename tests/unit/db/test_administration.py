"""Upgrade, check, backup and restore: the same on both engines."""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from agent_desk.domain.errors import (
    DatabaseInUseError,
    InputError,
    MissingProgramError,
    NotADatabaseError,
    RightsError,
    StorageError,
)
from agent_desk.domain.event_log import Stream
from db import postgres_administration
from db.administration import Place, backup, check, restore, upgrade
from db.feed_tables import feed_epochs
from db.postgres_database import PostgresDatabase
from db.schema import HEAD
from db.sqlite_database import SqliteDatabase
from tests.contracts.storage_samples import a_customer, an_event
from tests.fakes.desk_file import new_desk_file
from tests.servers.fixtures import Floor

EVENT = an_event("call-1", n=1)


@dataclass(frozen=True)
class House:
    """A place with a database, and another one to restore into."""

    place: Place
    other: Place
    password: str | None = None

    def opened(self, place: Place) -> SqliteDatabase | PostgresDatabase:
        if isinstance(place, Path):
            return SqliteDatabase(path=place)
        return PostgresDatabase(url=place, password=self.password)

    def run(self, statement: str) -> None:
        with self.opened(self.place) as database, database.transaction() as connection:
            connection.exec_driver_sql(statement)


@pytest.fixture
def file_house(tmp_path: Path) -> House:
    return House(new_desk_file(tmp_path), tmp_path / "other.sqlite")


@pytest.fixture
def server_house(floor: Floor, empty_floor: Floor) -> House:
    return House(floor.url, empty_floor.url, floor.password)


@pytest.fixture(params=["file_house", "server_house"])
def house(request: pytest.FixtureRequest) -> House:
    house: House = request.getfixturevalue(request.param)
    with house.opened(house.place) as database:
        database.write(lambda unit: unit.customers.add(a_customer("王小明"), []))
        database.write(lambda unit: unit.events.append([EVENT]))
    return house


def epochs(house: House, place: Place) -> list[tuple[str, int]]:
    with house.opened(place) as database, database.transaction() as connection:
        rows = connection.execute(feed_epochs.select().order_by(feed_epochs.c.number))
        return [(row.epoch, row.first_seq) for row in rows]


def test_a_new_database_is_made_and_sound(house: House) -> None:
    assert upgrade(house.other, password=house.password) == HEAD

    report = check(house.other, password=house.password)

    assert report.is_sound, report.problems
    assert report.revision == HEAD
    assert report.rows["departments"] == 6
    assert report.rows["customers"] == 0


def test_upgrading_again_changes_nothing(house: House) -> None:
    assert upgrade(house.place, password=house.password) == HEAD

    assert check(house.place, password=house.password).rows["customers"] == 1


def test_a_backup_comes_back_whole_and_begins_a_new_life_of_the_log(
    house: House, tmp_path: Path
) -> None:
    target = tmp_path / "desk.backup"
    backup(house.place, target, password=house.password)
    house.run("DELETE FROM search_texts")

    restore(target, house.other, password=house.password)

    report = check(house.other, password=house.password)
    assert report.is_sound, report.problems
    with house.opened(house.other) as database:
        assert [hit.title for hit in database.read(lambda unit: unit.customers.search("王小"))]
        assert database.read(lambda unit: unit.events.of(Stream.CALL, "call-1")) == [EVENT]
        database.write(lambda unit: unit.events.append([an_event("call-1", n=2)]))
    (former,), (kept, new) = epochs(house, house.place), epochs(house, house.other)
    assert kept == former
    assert new[0] != former[0]
    assert new[1] >= 1


def test_a_backup_overwrites_nothing(house: House, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    target.write_text("an earlier one")

    with pytest.raises(InputError) as refused:
        backup(house.place, target, password=house.password)

    assert refused.value.details["field"] == "target"
    assert target.read_text() == "an earlier one"


def test_a_backup_needs_a_folder(house: House, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        backup(house.place, tmp_path / "missing" / "desk.backup", password=house.password)


def test_a_failed_backup_leaves_nothing_behind(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()

    with pytest.raises(StorageError):
        backup(house.other, folder / "desk.backup", password=house.password)

    assert list(folder.iterdir()) == []


def test_what_is_no_backup_is_refused(house: House, tmp_path: Path) -> None:
    source = tmp_path / "letter.txt"
    source.write_text("Dear customer")

    with pytest.raises(NotADatabaseError):
        restore(source, house.other, password=house.password)
    with pytest.raises(InputError):
        restore(tmp_path / "missing", house.other, password=house.password)


def test_an_unprotected_log_is_found(house: House) -> None:
    on = "" if isinstance(house.place, Path) else " ON event_log"
    house.run(f"DROP TRIGGER event_log_no_delete{on}")

    report = check(house.place, password=house.password)

    assert not report.is_sound
    assert "event_log_no_delete" in report.problems[0]


# Files


def test_an_orphan_in_a_file_is_found(file_house: House) -> None:
    with closing(sqlite3.connect(str(file_house.place))) as other, other:
        other.execute("INSERT INTO products (id, customer_id, name) VALUES ('p', 'nobody', 'x')")

    assert "products" in check(file_house.place).problems[0]


def test_a_file_that_is_replaced_is_backed_up_first(file_house: House, tmp_path: Path) -> None:
    file_house.run("INSERT INTO companies (id, name) VALUES ('c', 'Kept')")
    target = tmp_path / "desk.backup"
    backup(file_house.place, target)
    file_house.run("DELETE FROM companies")

    restore(target, file_house.place)

    assert check(file_house.place).rows["companies"] == 1
    assert list(tmp_path.glob("desk.sqlite.schema-*.backup"))


def test_a_file_that_a_desk_has_open_is_not_replaced(file_house: House, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    with file_house.opened(file_house.place):
        backup(file_house.place, target)
        with pytest.raises(DatabaseInUseError):
            restore(target, file_house.place)


# Servers


def test_a_database_with_rows_is_not_restored_into(server_house: House, tmp_path: Path) -> None:
    target = tmp_path / "desk.backup"
    backup(server_house.place, target, password=server_house.password)

    with pytest.raises(InputError) as refused:
        restore(target, server_house.place, password=server_house.password)

    assert refused.value.details["accepted"] == "an empty database"


def test_an_extension_is_no_part_of_a_backup(
    floor: Floor, server_house: House, tmp_path: Path
) -> None:
    """Most take a superuser to make, and a restore is the owner's work."""
    with floor.server.connect(floor.name) as superuser:
        superuser.execute("CREATE EXTENSION pg_stat_statements SCHEMA public")
    target = tmp_path / "desk.backup"
    backup(server_house.place, target, password=server_house.password)

    restore(target, server_house.other, password=server_house.password)

    assert check(server_house.place, password=server_house.password).is_sound
    assert check(server_house.other, password=server_house.password).is_sound


@pytest.fixture
def spied_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A pg_dump that writes down how it was called."""
    program = tmp_path / "pg_dump"
    program.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > "$0.arguments"\nenv > "$0.environment"\n'
        'cp "$PGPASSFILE" "$0.passwords"\nstat -c %a "$PGPASSFILE" > "$0.mode"\nexit 1\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(postgres_administration, "_DEBIANS_PROGRAMS", tmp_path / "missing")
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return program


def test_the_password_is_in_no_argument_and_no_environment(
    server_house: House, spied_program: Path, tmp_path: Path
) -> None:
    assert server_house.password is not None
    with pytest.raises(StorageError) as failed:
        backup(server_house.place, tmp_path / "desk.backup", password=server_house.password)

    told = {
        suffix: Path(f"{spied_program}.{suffix}").read_text()
        for suffix in ("arguments", "environment", "passwords", "mode")
    }
    assert server_house.password not in told["arguments"] + told["environment"] + str(failed.value)
    assert told["passwords"] == f"*:*:*:*:{server_house.password}\n"
    assert told["mode"] == "600\n"
    assert not list(tmp_path.glob("desk.backup*"))


def test_a_missing_program_names_its_package(
    server_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_administration, "_DEBIANS_PROGRAMS", tmp_path / "missing")
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingProgramError) as missing:
        backup(server_house.place, tmp_path / "desk.backup", password=server_house.password)

    assert missing.value.details == {"program": "pg_dump", "package": "postgresql-client"}


def test_a_pg_dump_that_is_older_than_the_server_names_what_to_install(
    server_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs = tmp_path / "15" / "bin"
    programs.mkdir(parents=True)
    script = programs / "pg_dump"
    script.write_text(
        "#!/bin/sh\n"
        "echo 'pg_dump: error: aborting because of server version mismatch' >&2\n"
        "echo 'pg_dump: detail: server version: 18.6; pg_dump version: 15.18' >&2\n"
        "exit 1\n"
    )
    script.chmod(0o755)
    monkeypatch.setattr(postgres_administration, "_DEBIANS_PROGRAMS", tmp_path)

    with pytest.raises(MissingProgramError) as caught:
        backup(server_house.place, tmp_path / "floor.dump", password=server_house.password)

    assert "server version: 18.6; pg_dump version: 15.18" in str(caught.value)
    assert caught.value.details["package"] == "postgresql-client"


def test_an_index_and_rows_that_are_broken_are_found(floor: Floor) -> None:
    with floor.server.connect(floor.name) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute(
            "INSERT INTO products (id, customer_id, name) "
            "VALUES (gen_random_uuid(), gen_random_uuid(), 'x')"
        )
        superuser.execute(
            "UPDATE pg_index SET indisvalid = false "
            "WHERE indexrelid = 'ix_products_customer_id'::regclass"
        )

    problems = check(floor.url, password=floor.password).problems

    assert any("ix_products_customer_id" in problem for problem in problems)
    assert any("fk_products_customer_id_customers" in problem for problem in problems)


def test_a_login_without_rights_upgrades_nothing(floor: Floor) -> None:
    floor.server.create_role("stranger")
    try:
        with psycopg.connect(floor.url, password=floor.password) as owner:
            owner.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC")
        with pytest.raises(RightsError):
            upgrade(floor.server.url(floor.name, user="stranger"), password=floor.password)
    finally:
        floor.server.drop_role("stranger")
