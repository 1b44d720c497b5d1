"""The cache of customer cards and lists in a small SQLite file beside the journal.

Its methods run on `desk-loop`, the work on one thread of its own, through the standard library's
``sqlite3``: it must answer while SQLAlchemy's threads wait for a dead server. The file can be
lost at any time, so nothing waits for the disk; it is readable for its owner alone, and what is
evicted is overwritten.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from agent_desk.domain.cached_card import CachedCard, matches, same_ending, searched_text
from agent_desk.domain.catalogue import Catalogue
from agent_desk.domain.customer import ContactKind, CustomerCard
from agent_desk.domain.errors import DatabaseUnavailableError
from agent_desk.domain.event_log import from_payload, to_payload
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.last_known import MOST_LISTS, LastKnown
from db.error_translation import translating
from db.executor_call import finished

_log = logging.getLogger(__name__)

T = TypeVar("T")

_VERSION = 3
_COMPANIONS = ("", "-wal", "-shm", "-journal")
_TABLES = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS cards (
    customer_id TEXT PRIMARY KEY,
    turn INTEGER NOT NULL,
    as_of TEXT NOT NULL,
    sole_numbers TEXT NOT NULL,
    searched TEXT NOT NULL,
    card TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS catalogue (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    catalogue TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS lists (
    name TEXT PRIMARY KEY,
    turn INTEGER NOT NULL,
    as_of TEXT NOT NULL,
    left_out INTEGER NOT NULL,
    list TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS numbers (
    customer_id TEXT NOT NULL REFERENCES cards (customer_id) ON DELETE CASCADE,
    suffix TEXT NOT NULL,
    PRIMARY KEY (customer_id, suffix)
);
PRAGMA user_version = {_VERSION};
COMMIT;
"""
_COLUMNS = "cards.card, cards.as_of, cards.sole_numbers"
_PUT = (
    "INSERT INTO cards (customer_id, turn, as_of, sole_numbers, searched, card) "
    "VALUES (?, (SELECT coalesce(max(turn), 0) + 1 FROM cards), ?, ?, ?, ?)"
)
_KEEP_LIST = (
    "INSERT OR REPLACE INTO lists (name, turn, as_of, left_out, list) "
    "VALUES (?, (SELECT coalesce(max(turn), 0) + 1 FROM lists), ?, ?, ?)"
)
_OLD_LISTS = (
    "DELETE FROM lists WHERE name IN (SELECT name FROM lists ORDER BY turn DESC LIMIT -1 OFFSET ?)"
)
_OLDEST = "SELECT customer_id FROM cards ORDER BY turn DESC LIMIT -1 OFFSET ?"


class FileLocalCache:
    """``ports.local_cache.LocalCache`` in the file at ``path``."""

    def __init__(self, *, path: Path) -> None:
        """Prepare the cache; nothing is touched before ``open``."""
        self._path = path
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None

    async def open(self) -> None:
        """Open the cache, making it when it is missing or broken."""
        if self._thread is not None:
            return
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="cache")
        try:
            await self._run(self._open)
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

    async def put(self, cached: CachedCard) -> None:
        """Keep a card instead of the customer's former one; the newest put is the last evicted."""
        await self._run(lambda: self._put(cached))

    async def get(self, customer_id: CustomerId) -> CachedCard | None:
        """Return the customer's card, None when there is none."""
        found = await self._cards("WHERE cards.customer_id = ?", customer_id)
        return found[0] if found else None

    async def by_suffix(self, suffix: str) -> Sequence[CachedCard]:
        """Return cards with a number that ends as ``suffix`` does."""
        return await self._run(lambda: self._by_suffix(suffix))

    async def search(self, query: str, *, most: int) -> Sequence[CachedCard]:
        """Return up to ``most`` cards that match, the newest put first."""
        return await self._run(lambda: self._search(query, most))

    async def keep_catalogue(self, catalogue: Catalogue) -> None:
        """Keep the catalogue instead of the former one."""
        payload = json.dumps(to_payload(catalogue), separators=(",", ":"))

        def work() -> None:
            with self._opened() as connection:
                connection.execute("INSERT OR REPLACE INTO catalogue VALUES (1, ?)", (payload,))

        await self._run(work)

    async def catalogue(self) -> Catalogue | None:
        """Return the kept catalogue, None when there is none."""
        statement = "SELECT catalogue FROM catalogue"
        row = await self._run(lambda: self._opened().execute(statement).fetchone())
        return None if row is None else from_payload(Catalogue, json.loads(row[0]))

    async def keep_list(self, name: str, known: LastKnown[Any]) -> None:
        """Keep a list instead of the former of its name."""

        def work() -> None:
            assert known.as_of is not None, "a list is kept with its age"
            payload = json.dumps(to_payload(known.value), separators=(",", ":"))
            row = (name, known.as_of.isoformat(), known.left_out, payload)
            with self._opened() as connection:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(_KEEP_LIST, row)
                connection.execute(_OLD_LISTS, (MOST_LISTS,))

        await self._run(work)

    async def kept_list(self, name: str, kind: type[T]) -> LastKnown[T] | None:
        """Return the list of that name; None when there is none, or one that is no ``kind``."""
        statement = "SELECT as_of, left_out, list FROM lists WHERE name = ?"

        def work() -> LastKnown[T] | None:
            row = self._opened().execute(statement, (name,)).fetchone()
            return None if row is None else _list_from(kind, row)

        return await self._run(work)

    async def forget_lists(self, *, but: str | None = None) -> None:
        """Forget every list; those whose names begin with ``but`` stay."""

        def work() -> None:
            with self._opened() as connection:
                statement = (
                    "DELETE FROM lists WHERE ?1 IS NULL OR substr(name, 1, length(?1)) <> ?1"
                )
                connection.execute(statement, (but,))

        await self._run(work)

    async def ages(self) -> Mapping[CustomerId, datetime]:
        """Return since when each card is as it is."""
        rows = await self._run(
            lambda: self._opened().execute("SELECT customer_id, as_of FROM cards").fetchall()
        )
        return {CustomerId(id_): datetime.fromisoformat(as_of) for id_, as_of in rows}

    async def evict(self, most: int) -> None:
        """Forget the oldest cards until ``most`` are left."""
        await self._delete(f"customer_id IN ({_OLDEST})", most)

    async def forget(self, customer_id: CustomerId) -> None:
        """Forget the card of a customer who is gone; unknown ids change nothing."""
        await self._delete("customer_id = ?", customer_id)

    async def _delete(self, condition: str, value: object) -> None:
        def work() -> None:
            with self._opened() as connection:
                connection.execute(f"DELETE FROM cards WHERE {condition}", (value,))

        await self._run(work)

    async def _cards(self, condition: str, value: object) -> list[CachedCard]:
        statement = f"SELECT {_COLUMNS} FROM cards {condition}"
        return await self._run(
            lambda: [_card_from(row) for row in self._opened().execute(statement, (value,))]
        )

    def _put(self, cached: CachedCard) -> None:
        card = cached.card
        payload = json.dumps(to_payload(card), separators=(",", ":"))
        sole = json.dumps(sorted(cached.sole_numbers))
        id_ = card.customer.id
        phones = {p.suffix for p in card.contact_points if p.kind is ContactKind.PHONE}
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM cards WHERE customer_id = ?", (id_,))
            row = (id_, cached.as_of.isoformat(), sole, searched_text(card), payload)
            connection.execute(_PUT, row)
            connection.executemany(
                "INSERT INTO numbers VALUES (?, ?)", [(id_, suffix) for suffix in phones]
            )

    def _by_suffix(self, suffix: str) -> list[CachedCard]:
        # A few hundred numbers: looking at each is quicker than an index for all lengths.
        rows = self._opened().execute("SELECT customer_id, suffix FROM numbers").fetchall()
        ids = dict.fromkeys(id_ for id_, known in rows if same_ending(known, suffix))
        return [self._card(id_) for id_ in ids]

    def _search(self, query: str, most: int) -> list[CachedCard]:
        # A few hundred short texts: the domain's own words decide, not those of SQL's LIKE.
        statement = "SELECT customer_id, searched FROM cards ORDER BY turn DESC"
        rows = self._opened().execute(statement).fetchall()
        ids = [id_ for id_, searched in rows if matches(searched, query)][:most]
        return [self._card(id_) for id_ in ids]

    def _card(self, customer_id: str) -> CachedCard:
        statement = f"SELECT {_COLUMNS} FROM cards WHERE customer_id = ?"
        return _card_from(self._opened().execute(statement, (customer_id,)).fetchone())

    async def _run(self, work: Callable[[], T]) -> T:
        if self._thread is None:
            raise DatabaseUnavailableError(path=str(self._path), reason="it is not open")

        def translated() -> T:
            with translating(self._path):
                return work()

        return await finished(self._thread, translated)

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise DatabaseUnavailableError(path=str(self._path), reason="it is not open")
        return self._connection

    def _open(self) -> None:
        try:
            self._connection = self._connected()
        except sqlite3.DatabaseError as error:
            _log.info("the cache %s is begun anew: %s", self._path, error)
            remove_cache(self._path)
            self._connection = self._connected()

    def _connected(self) -> sqlite3.Connection:
        self._make_private()
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            found = connection.execute("PRAGMA user_version").fetchone()[0]
            if found not in (0, _VERSION):
                raise sqlite3.DatabaseError(f"version {found}")
            for pragma in ("secure_delete = ON", "foreign_keys = ON", "synchronous = OFF"):
                connection.execute(f"PRAGMA {pragma}").fetchall()
            connection.executescript(_TABLES)
        except BaseException:
            connection.close()
            raise
        return connection

    def _make_private(self) -> None:
        """Make the file for its owner alone before anything is in it; its companions follow it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            self._path.chmod(0o600)
        except OSError as error:
            raise DatabaseUnavailableError(path=str(self._path), reason=str(error)) from error

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _stop(self) -> None:
        if self._thread is not None:
            self._thread.shutdown(wait=False)
        self._thread = None


def remove_cache(path: Path) -> None:
    """Remove the cache's file, as somebody wants who turns it off; a missing one is no error."""
    for companion in _COMPANIONS:
        path.with_name(path.name + companion).unlink(missing_ok=True)


def _list_from(kind: type[T], row: tuple[Any, ...]) -> LastKnown[T] | None:
    as_of, left_out, payload = row
    try:
        value = from_payload(kind, json.loads(payload))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        # An older program wrote it; the next reading brings it anew.
        _log.info("a kept list is passed over: %s", error)
        return None
    return LastKnown(value=value, as_of=datetime.fromisoformat(as_of), left_out=left_out)


def _card_from(row: tuple[Any, ...]) -> CachedCard:
    card, as_of, sole = row
    return CachedCard(
        card=from_payload(CustomerCard, json.loads(card)),
        as_of=datetime.fromisoformat(as_of),
        sole_numbers=frozenset(json.loads(sole)),
    )
