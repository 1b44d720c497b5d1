"""The schema's history: complete, whole or not at all, and with a backup first."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from agent_desk.domain.errors import DatabaseUnavailableError
from db.engine import migrating_engine, sqlite_driver
from db.migrate import migrate, migration_config, upgrade
from db.schema import APPLICATION_ID, HEAD, REVISIONS, FoundSchema, inspect
from db.sqlite_database import SqliteDatabase
from db.tables import metadata

BUSY_SECONDS = 1.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "desk.sqlite"


@pytest.fixture
def old_path(path: Path) -> Path:
    """A file as the first version made it, with a row in it."""
    with migrating_engine(path).begin() as connection:
        upgrade(connection, REVISIONS[0])
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.exec_driver_sql("INSERT INTO companies (id, name) VALUES ('c1', 'Kept')")
    return path


def open_and_close(path: Path) -> None:
    with SqliteDatabase(path=path, busy_timeout_seconds=BUSY_SECONDS):
        pass


def values(path: Path, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite_driver().connect(str(path))) as connection:
        return list(connection.execute(statement))


def test_the_known_revisions_are_those_of_the_scripts() -> None:
    scripts = ScriptDirectory.from_config(migration_config())

    assert tuple(s.revision for s in reversed(list(scripts.walk_revisions()))) == REVISIONS
    assert scripts.get_current_head() == HEAD


def test_a_migrated_file_has_exactly_the_tables_of_the_metadata(path: Path) -> None:
    open_and_close(path)

    with migrating_engine(path).connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: (
                    not (kind == "table" and name.startswith(("search_index", "article_index")))
                ),
            },
        )
        assert compare_metadata(context, metadata) == []


def test_check_constraints_and_partial_indexes_are_migrated_too(path: Path, tmp_path: Path) -> None:
    open_and_close(path)
    plain = tmp_path / "plain.sqlite"
    with migrating_engine(plain).begin() as connection:
        metadata.create_all(connection)
    statement = "SELECT name, sql FROM sqlite_master WHERE type IN ('table', 'index')"

    def normal(sql: object) -> list[str]:
        # A table that was rebuilt says the same with more quotation marks and brackets.
        plainly = str(sql).replace('"', "").replace("DEFAULT ('')", "DEFAULT ''")
        # A column that was added stands in the line of the one before it.
        plainly = plainly.replace(" NOT NULL, ", " NOT NULL,\n")
        return sorted(filter(None, (part.strip(" ,\t") for part in plainly.splitlines())))

    migrated = {name: normal(sql) for name, sql in values(path, statement)}

    for name, sql in values(plain, statement):
        assert migrated[name] == normal(sql), name


def test_every_step_can_be_taken_back(path: Path) -> None:
    open_and_close(path)

    with migrating_engine(path).begin() as connection:
        config = migration_config()
        config.attributes["connection"] = connection
        command.downgrade(config, "base")

    left = values(path, "SELECT name FROM sqlite_master WHERE type = 'table'")
    assert {name for (name,) in left} <= {"alembic_version", "sqlite_sequence"}


def test_an_older_file_is_migrated_and_its_rows_stay(old_path: Path) -> None:
    open_and_close(old_path)

    assert values(old_path, "SELECT version_num FROM alembic_version") == [(HEAD,)]
    assert values(old_path, "SELECT name FROM companies") == [("Kept",)]
    assert values(old_path, "SELECT count(*) > 0 FROM categories") == [(1,)]


def test_an_older_file_is_backed_up_first_and_no_backup_is_overwritten(old_path: Path) -> None:
    taken = old_path.with_name("desk.sqlite.schema-0001.backup")
    taken.write_text("an earlier one")

    open_and_close(old_path)

    backup = old_path.with_name("desk.sqlite.schema-0001.backup-2")
    assert taken.read_text() == "an earlier one"
    assert values(backup, "SELECT version_num FROM alembic_version") == [(REVISIONS[0],)]
    assert values(backup, "SELECT name FROM companies") == [("Kept",)]


def test_a_backup_has_what_is_still_in_the_wal(old_path: Path) -> None:
    with closing(sqlite_driver().connect(str(old_path), isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL").fetchall()
        other.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
        other.execute("INSERT INTO companies (id, name) VALUES ('c2', 'In the WAL')")
        open_and_close(old_path)

    backup = old_path.with_name("desk.sqlite.schema-0001.backup")
    assert ("In the WAL",) in values(backup, "SELECT name FROM companies")


def test_a_new_or_current_file_needs_no_backup(path: Path) -> None:
    open_and_close(path)
    open_and_close(path)

    assert list(path.parent.glob("*.backup*")) == []


def test_a_migration_that_would_orphan_rows_changes_nothing(old_path: Path) -> None:
    with closing(sqlite3.connect(old_path)) as other, other:
        other.execute("INSERT INTO products (id, customer_id, name) VALUES ('p', 'nobody', 'x')")
    found = inspect(old_path, busy_timeout_seconds=BUSY_SECONDS)

    with pytest.raises(DatabaseUnavailableError, match="products"):
        migrate(old_path, found, busy_timeout_seconds=BUSY_SECONDS)

    assert inspect(old_path, busy_timeout_seconds=BUSY_SECONDS) == FoundSchema(REVISIONS[0])


def test_a_current_file_is_opened_without_alembic(path: Path) -> None:
    open_and_close(path)
    script = (
        "import pathlib, sys\n"
        "from db.sqlite_database import SqliteDatabase\n"
        "with SqliteDatabase(path=pathlib.Path(sys.argv[1])) as database:\n"
        "    assert database.read(lambda unit: unit.catalogue.departments())\n"
        "assert 'alembic' not in sys.modules\n"
    )

    subprocess.run([sys.executable, "-c", script, str(path)], check=True)


def test_nothing_heavy_is_loaded_with_the_module_that_bootstrap_imports() -> None:
    script = (
        "import sys, db.sqlite_storage, db.journal\n"
        "heavy = {'sqlalchemy', 'alembic', 'pypinyin', 'phonenumbers', 'pysqlite3'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )

    subprocess.run([sys.executable, "-c", script], check=True)
