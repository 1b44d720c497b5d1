"""Upgrade, check, backup and restore of a PostgreSQL database; on the command line's thread.

Copies are made by PostgreSQL's own pg_dump and pg_restore, which the password reaches through a
file that only this user can read: arguments and environments can be seen by others.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection, Engine, ForeignKeyConstraint, and_, exists, func, select, text

from agent_desk.domain.errors import (
    DatabaseUnavailableError,
    InputError,
    MissingProgramError,
    NotADatabaseError,
)
from agent_desk.domain.rights import Role
from db.access.guards import group_role
from db.access.needed_role import require_owner
from db.check_report import CheckReport
from db.feed_tables import begin_epoch
from db.postgres_engine import LOCK_TIMEOUT_SECONDS, writing_engine
from db.postgres_errors import translating
from db.postgres_schema import inspect, migrate
from db.schema import HEAD, FoundSchema
from db.shown_url import shown_url
from db.tables import APPEND_ONLY_TRIGGERS, metadata

_DEBIANS_PROGRAMS = Path("/usr/lib/postgresql")
_CLIENT_PACKAGE = "postgresql-client"
ACCEPTED_BACKUP = "a file that `agent-desk-cli db backup` wrote from a PostgreSQL database"

_OLDER = "server version mismatch"
"""What pg_dump says to a server of a newer major version."""

_GUARDS = text(
    "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass('event_log') AND tgenabled = 'A'"
)
_INVALID = text(
    "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE relnamespace = 'public'::regnamespace AND NOT (indisvalid AND indisready) ORDER BY 1"
)
_UNPROVEN = text(
    "SELECT conname FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace AND NOT convalidated ORDER BY 1"
)
_EXTENSION = re.compile(r"\d+; \d+ \d+ (COMMENT - )?EXTENSION ")
"""Lines of pg_restore's list that are about an extension."""

_THERE = text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")


class PostgresAdministration:
    """What an administrator does with the database at ``url``."""

    def __init__(self, url: str, password: str | None) -> None:
        """Prepare; nothing is touched yet."""
        self._url = url
        self._password = password

    def upgrade(self) -> str:
        """Migrate in one transaction, which waits for desks no longer than its lock timeout."""
        with self._connection("upgrade the database"):
            pass
        migrate(self._url, password=self._password)
        return HEAD

    def check(self) -> CheckReport:
        """Ask the catalogue and the tables what is wrong."""
        with self._connection("check the database") as connection:
            found = self._found(connection)
            there = set(connection.execute(_THERE).scalars())
            return CheckReport(
                revision=found.revision or "",
                rows={
                    name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                    for name, table in metadata.tables.items()
                    if name in there
                },
                problems=tuple(_problems(connection, found, there)),
            )

    def backup(self, target: Path) -> None:
        """Write an archive in pg_dump's custom format, of one snapshot."""
        with self._connection("back the database up") as connection:
            self._found(connection)
        self._run("pg_dump", "--format=custom", f"--file={target}", f"--dbname={self._address()}")

    def restore(self, source: Path) -> None:
        """Fill the empty database in one transaction, and begin a new life of the log."""
        _require_archive(source)
        with self._connection("restore the database") as connection:
            if inspect(connection, shown_url(self._url)).revision is not None:
                raise InputError(
                    field="database", value=shown_url(self._url), accepted="an empty database"
                )
            _make_group_roles(connection)
            connection.commit()
        with _contents_file(source) as contents:
            self._run(
                "pg_restore",
                *("--single-transaction", "--exit-on-error", "--no-owner"),
                f"--use-list={contents}",
                f"--dbname={self._address()}",
                str(source),
            )
        self.upgrade()
        with self._connection("restore the database") as connection:
            begin_epoch(connection, datetime.now(UTC))
            # Who may connect to the database is no part of a dump of it.
            connection.exec_driver_sql("SELECT access.confine()")
            connection.commit()
            # What the planner knows of the rows is not part of a backup.
            connection.exec_driver_sql("ANALYZE")
            connection.commit()

    def _found(self, connection: Connection) -> FoundSchema:
        found = inspect(connection, shown_url(self._url))
        if found.revision is None:
            raise NotADatabaseError(
                path=shown_url(self._url), accepted="one that `agent-desk-cli db upgrade` made"
            )
        return found

    @contextmanager
    def _connection(self, action: str) -> Iterator[Connection]:
        """Yield a connection of the owner; raises MissingRoleError for ``action`` by others."""
        with translating(self._url, seconds=LOCK_TIMEOUT_SECONDS):
            engine: Engine = writing_engine(self._url, password=self._password)
            with engine.connect() as connection:
                require_owner(connection, action)
                yield connection

    def _address(self) -> str:
        """Return what the programs may be told on their command line."""
        parameters = {k: v for k, v in conninfo_to_dict(self._url).items() if k != "password"}
        return make_conninfo("", **parameters)

    def _run(self, name: str, *arguments: str) -> None:
        with _password_file(self._password) as environment:
            done = subprocess.run(
                [str(_program(name)), "--no-password", *arguments],
                env={**os.environ, **environment, "LC_ALL": "C.UTF-8"},
                capture_output=True,
                text=True,
            )
        if done.returncode and _OLDER in done.stderr:
            told = "".join(re.findall(r"detail: (.+)", done.stderr)[:1])
            raise MissingProgramError(
                program=f"a {name} that is not older than the server ({told})",
                package=_CLIENT_PACKAGE,
            )
        if done.returncode:
            raise DatabaseUnavailableError(path=shown_url(self._url), reason=_why(done))


def _problems(connection: Connection, found: FoundSchema, there: set[str]) -> Iterator[str]:
    if not found.is_current:
        yield f"the schema is {found.revision}, this program's is {HEAD}: run db upgrade"
    guards = {*APPEND_ONLY_TRIGGERS, "event_log_no_truncate"}
    for missing in sorted(guards - set(connection.execute(_GUARDS).scalars())):
        yield f"the event log is not protected: the trigger {missing} is missing or off"
    for index in connection.execute(_INVALID).scalars():
        yield f"the index {index} is not usable: run REINDEX INDEX {index}"
    for constraint in connection.execute(_UNPROVEN).scalars():
        yield f"the constraint {constraint} was never proven for old rows"
    for table in metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if table.name in there and _has_orphans(connection, constraint):
                yield f"{table.name} has rows that refer to missing rows ({constraint.name})"


def _has_orphans(connection: Connection, constraint: ForeignKeyConstraint) -> bool:
    """Return whether a row refers to nothing: a disabled trigger once let it through."""
    child, parent = constraint.table.alias(), constraint.referred_table.alias()
    pairs = [
        (child.c[element.parent.name], parent.c[element.column.name])
        for element in constraint.elements
    ]
    orphan = select(1).where(
        and_(*(column.is_not(None) for column, _ in pairs)),
        ~exists().where(*(column == key for column, key in pairs)),
    )
    return connection.execute(orphan.limit(1)).first() is not None


def _make_group_roles(connection: Connection) -> None:
    """Make the roles that the archive grants to; they belong to the server, not to the database."""
    for role in Role:
        name = group_role(role)
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
        if connection.execute(known, {"name": name}).first() is None:
            connection.exec_driver_sql(f'CREATE ROLE "{name}" NOLOGIN')


def _require_archive(source: Path) -> None:
    if " TABLE public event_log " not in _contents(source):
        raise NotADatabaseError(path=str(source), accepted=ACCEPTED_BACKUP)


def _contents(source: Path) -> str:
    """Return the archive's list of contents, empty when it is none."""
    listed = subprocess.run(
        [str(_program("pg_restore")), "--list", str(source)],
        capture_output=True,
        text=True,
        errors="replace",
    )
    return "" if listed.returncode else listed.stdout


@contextmanager
def _contents_file(source: Path) -> Iterator[Path]:
    """Yield a file that lists what is restored: not extensions, which take a superuser to make."""
    with tempfile.TemporaryDirectory(prefix="agent-desk-") as folder:
        path = Path(folder) / "contents"
        lines = _contents(source).splitlines(keepends=True)
        path.write_text("".join(line for line in lines if not _EXTENSION.match(line)), "utf-8")
        yield path


def _program(name: str) -> Path:
    """Return the newest program of that name; pg_dump must not be older than the server."""
    found = {
        int(path.parent.parent.name): path
        for path in _DEBIANS_PROGRAMS.glob(f"*/bin/{name}")
        if path.parent.parent.name.isdigit()
    }
    if found:
        return found[max(found)]
    on_path = shutil.which(name)
    if on_path is None:
        raise MissingProgramError(program=name, package=_CLIENT_PACKAGE)
    return Path(on_path)


@contextmanager
def _password_file(password: str | None) -> Iterator[dict[str, str]]:
    """Yield the environment that makes libpq read the password from a file of this user's."""
    if password is None:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="agent-desk-") as folder:
        path = Path(folder) / "pgpass"
        path.touch(mode=0o600)
        path.write_text("*:*:*:*:" + re.sub(r"([\\:])", r"\\\1", password) + "\n", encoding="utf-8")
        yield {"PGPASSFILE": str(path)}


def _why(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in done.stderr.splitlines() if "error:" in line]
    return (lines or done.stderr.splitlines() or [f"it ended with {done.returncode}"])[0]
