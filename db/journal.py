"""The desk's own journal: drafts, spooled events and kept commands in a small SQLite file.

Its methods run on `desk-loop`, the work on one thread of its own. It uses the standard library's
``sqlite3`` directly, the one exception to SQLAlchemy: what a person types must be safe from the
first window on, before half a second of imports, and three tables need no toolkit.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from agent_desk.domain.command import command_payload
from agent_desk.domain.command_kinds import command_from
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.errors import DatabaseUnavailableError, NewerSchemaError
from agent_desk.domain.event_log import LoggedEvent, Stream, from_payload, to_payload
from agent_desk.domain.identifiers import CallId, CommandId, CustomerId, EventId
from agent_desk.domain.kept_command import KeptCommand, KeptState, Refusal
from db.error_translation import primary_code, translating
from db.executor_call import finished

_log = logging.getLogger(__name__)

T = TypeVar("T")

_BUSY_TIMEOUT_SECONDS = 5.0
_CORRUPT, _NOTADB = 11, 26
_VERSION = 2
_COMPANIONS = ("-wal", "-shm", "-journal")

# Each version only adds tables: making what is missing is the whole migration of an older file.
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS drafts (
    key TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    saved_at TEXT NOT NULL,
    fields TEXT NOT NULL,
    call_id TEXT,
    number TEXT NOT NULL,
    customer_id TEXT,
    customer_name TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS spooled_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    stream TEXT NOT NULL,
    stream_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    payload TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS kept_commands (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    kept_at TEXT NOT NULL,
    state TEXT NOT NULL,
    refusal TEXT
);
PRAGMA user_version = {_VERSION};
COMMIT;
"""


class FileJournal:
    """``ports.journal.Journal`` in the file at ``path``.

    A file that is damaged is kept under another name, which ``set_aside`` tells, and a new one
    is begun: the desk must be able to write, and nothing is thrown away.
    """

    def __init__(self, *, path: Path) -> None:
        """Prepare the journal; nothing is touched before ``open``."""
        self._path = path
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        self.set_aside: Path | None = None

    async def open(self) -> None:
        """Open the journal, making it when it is missing; raises StorageError."""
        if self._thread is not None:
            return
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="journal")
        try:
            await self._run(self._open_or_begin_anew)
        except BaseException:
            self._stop()
            raise

    async def close(self) -> None:
        """Finish what is running and release the file."""
        if self._thread is None:
            return
        try:
            await self._run(self._close)
        finally:
            self._stop()

    async def save_draft(self, draft: Draft) -> None:
        """Keep ``draft``, replacing an earlier state of the same key."""
        await self._execute(_SAVE_DRAFT, [_draft_row(draft)])

    async def discard_draft(self, key: str) -> None:
        """Forget a draft; unknown keys change nothing."""
        await self._execute("DELETE FROM drafts WHERE key = ?", [(key,)])

    async def drafts(self) -> Sequence[Draft]:
        """Return all drafts, newest first."""
        rows = await self._query(f"SELECT {_DRAFT_COLUMNS} FROM drafts")
        return sorted(map(_draft_from, rows), key=lambda draft: draft.saved_at, reverse=True)

    async def spool(self, events: Sequence[LoggedEvent]) -> None:
        """Keep events that the database could not take, in order; known ids change nothing."""
        await self._execute(_SPOOL, [_event_row(event) for event in events])

    async def spooled(self) -> Sequence[LoggedEvent]:
        """Return the kept events in the order in which they came."""
        rows = await self._query(f"SELECT {_EVENT_COLUMNS} FROM spooled_events ORDER BY seq")
        return [_event_from(row) for row in rows]

    async def forget_spooled(self, ids: Sequence[EventId]) -> None:
        """Forget events that the database has taken now."""
        await self._execute("DELETE FROM spooled_events WHERE id = ?", [(id_,) for id_ in ids])

    async def keep_command(self, kept: KeptCommand) -> None:
        """Keep a command behind those kept before; a known id changes in its place."""
        await self._execute(_KEEP, [_kept_row(kept)])

    async def kept_commands(self) -> Sequence[KeptCommand]:
        """Return the kept commands in the order in which they came."""
        rows = await self._query(f"SELECT {_KEPT_COLUMNS} FROM kept_commands ORDER BY seq")
        return [_kept_from(row) for row in rows]

    async def forget_commands(self, ids: Sequence[CommandId]) -> None:
        """Forget commands that were applied or discarded; unknown ids change nothing."""
        await self._execute("DELETE FROM kept_commands WHERE id = ?", [(id_,) for id_ in ids])

    async def _execute(self, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Run ``statement`` for all ``rows`` in one transaction; it is on the disk afterwards."""

        def work() -> None:
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            # Commits, or rolls back on any error.
            with connection:
                connection.executemany(statement, rows)

        await self._run(work)

    async def _query(self, statement: str) -> list[tuple[Any, ...]]:
        return await self._run(lambda: self._opened().execute(statement).fetchall())

    async def _run(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            raise DatabaseUnavailableError(path=str(self._path), reason="it is not open")

        def translated() -> T:
            with translating(self._path, waited_seconds=_BUSY_TIMEOUT_SECONDS):
                return work()

        return await finished(self._thread, translated)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise DatabaseUnavailableError(path=str(self._path), reason="it is not open")
        return self._connection

    def _open_or_begin_anew(self) -> None:
        try:
            self._connection = self._connected()
        except sqlite3.DatabaseError as error:
            if primary_code(error) not in (_CORRUPT, _NOTADB):
                raise
            self._move_aside(error)
            self._connection = self._connected()

    def _connected(self) -> sqlite3.Connection:
        self._make_folder()
        self._make_private()
        connection = sqlite3.connect(
            self._path,
            timeout=_BUSY_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            # Before anything is written, so that a damaged file is kept as it was found.
            _require_sound(connection)
            self._require_known(connection)
            connection.execute("PRAGMA journal_mode = WAL").fetchall()
            connection.execute("PRAGMA synchronous = FULL")
            connection.executescript(_TABLES)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_folder(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnavailableError(path=str(self._path), reason=str(error)) from error

    def _make_private(self) -> None:
        """Let nobody else of this machine read what customers said; SQLite says what fails."""
        with suppress(OSError):
            self._path.touch(mode=0o600)
            self._path.chmod(0o600)

    def _require_known(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > _VERSION:
            raise NewerSchemaError(path=str(self._path), found=found, known=_VERSION)

    def _move_aside(self, error: sqlite3.DatabaseError) -> None:
        kept = _free_name(self._path)
        self._path.rename(kept)
        for companion in _COMPANIONS:
            beside = self._path.with_name(self._path.name + companion)
            if beside.exists():
                beside.rename(kept.with_name(kept.name + companion))
        self.set_aside = kept
        _log.warning("the journal %s is damaged (%s); kept as %s", self._path, error, kept)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _stop(self) -> None:
        if self._thread is not None:
            self._thread.shutdown(wait=False)
        self._thread = None


def _require_sound(connection: sqlite3.Connection) -> None:
    """Raise DatabaseError when a page is damaged; the journal is small enough to look at it all."""
    complaint = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if complaint != "ok":
        error = sqlite3.DatabaseError(complaint)
        error.sqlite_errorcode = _CORRUPT
        raise error


def _free_name(path: Path) -> Path:
    number = 1
    while (candidate := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    return candidate


_DRAFT_COLUMNS = "key, kind, saved_at, fields, call_id, number, customer_id, customer_name"
_SAVE_DRAFT = f"INSERT OR REPLACE INTO drafts ({_DRAFT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_EVENT_COLUMNS = "id, stream, stream_id, kind, at, actor, payload"
_SPOOL = (
    f"INSERT INTO spooled_events ({_EVENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO NOTHING"
)

_KEPT_COLUMNS = "id, kind, payload, kept_at, state, refusal"
_KEEP = (
    f"INSERT INTO kept_commands ({_KEPT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, state = excluded.state, "
    "refusal = excluded.refusal"
)


def _draft_row(draft: Draft) -> tuple[Any, ...]:
    return (
        draft.key,
        draft.kind.value,
        draft.saved_at.isoformat(),
        _json(dict(draft.fields)),
        draft.call_id,
        draft.number,
        draft.customer_id,
        draft.customer_name,
    )


def _draft_from(row: tuple[Any, ...]) -> Draft:
    key, kind, saved_at, fields, call_id, number, customer_id, customer_name = row
    return Draft(
        key=key,
        kind=DraftKind(kind),
        saved_at=datetime.fromisoformat(saved_at),
        fields=json.loads(fields),
        call_id=None if call_id is None else CallId(call_id),
        number=number,
        customer_id=None if customer_id is None else CustomerId(customer_id),
        customer_name=customer_name,
    )


def _event_row(event: LoggedEvent) -> tuple[Any, ...]:
    return (
        event.id,
        event.stream.value,
        event.stream_id,
        event.kind,
        event.at.isoformat(),
        event.actor,
        _json(dict(event.payload)),
    )


def _event_from(row: tuple[Any, ...]) -> LoggedEvent:
    id_, stream, stream_id, kind, at, actor, payload = row
    return LoggedEvent(
        id=EventId(id_),
        stream=Stream(stream),
        stream_id=stream_id,
        kind=kind,
        at=datetime.fromisoformat(at),
        actor=actor,
        payload=json.loads(payload),
    )


def _kept_row(kept: KeptCommand) -> tuple[Any, ...]:
    return (
        kept.id,
        kept.command.kind,
        _json(command_payload(kept.command)),
        kept.kept_at.isoformat(),
        kept.state.value,
        None if kept.refusal is None else _json(to_payload(kept.refusal)),
    )


def _kept_from(row: tuple[Any, ...]) -> KeptCommand:
    _, kind, payload, kept_at, state, refusal = row
    return KeptCommand(
        command=command_from(kind, json.loads(payload)),
        kept_at=datetime.fromisoformat(kept_at),
        state=KeptState(state),
        refusal=None if refusal is None else from_payload(Refusal, json.loads(refusal)),
    )


def _json(value: dict[str, Any]) -> str:
    # Escaped, so that half a character from an input method cannot stop the writing.
    return json.dumps(value, separators=(",", ":"))
