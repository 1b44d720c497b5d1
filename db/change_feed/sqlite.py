"""The change feed of an SQLite file: a look at its version number twenty times a second.

A number of the log is handed out under the write lock, so on SQLite the order of numbers is the
order of commits, and the last number read is the whole position.
"""

from __future__ import annotations

import logging
from contextlib import closing
from pathlib import Path
from typing import Any

from agent_desk.domain.change import (
    MAX_BATCH,
    MAX_CATCH_UP,
    RECORD_STREAMS,
    Change,
    ChangeBatch,
    FeedState,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import EventId
from db.change_feed.threaded_feed import ThreadedFeed

_log = logging.getLogger(__name__)

LOOK_SECONDS = 0.05
"""Pause between two looks: a look costs 3 us and tells in 27 ms on average."""

_RETRY_SECONDS = 1.0

_LIFE = "SELECT epoch FROM feed_epochs ORDER BY number DESC LIMIT 1"
_NEWEST = "SELECT coalesce(max(seq), 0) FROM event_log"
_KINDS = ", ".join(f"'{stream}'" for stream in sorted(RECORD_STREAMS))
_UNREAD = (
    "SELECT seq, id, stream, stream_id, kind, at, actor, json_extract(payload, '$.customer_id'), "
    "json_extract(payload, '$.owner') FROM event_log "
    f"WHERE seq > ? AND stream IN ({_KINDS}) ORDER BY seq LIMIT ?"
)
_IS_MORE = (
    f"SELECT count(*) FROM (SELECT 1 FROM event_log WHERE seq > ? AND stream IN ({_KINDS}) LIMIT ?)"
)


class SqliteChangeFeed(ThreadedFeed):
    """``ports.change_feed.ChangeFeed`` on the file at ``path``, through a connection of its own.

    max_catch_up: most changes that are told after having been away.
    """

    def __init__(self, *, path: Path, max_catch_up: int = MAX_CATCH_UP) -> None:
        """Nothing is touched before ``open``."""
        super().__init__()
        self._path = path
        self._max_catch_up = max_catch_up

    def ring(self) -> None:
        """Do nothing: every reader of a file looks by itself."""

    def _follow(self, position: str | None) -> None:
        # Imported here, off the loop and after the first paint: it loads SQLAlchemy.
        from db.engine import sqlite_driver

        driver = sqlite_driver()
        reader = _Reader(position)
        while not self._closing.is_set():
            try:
                # Read-only by URI: a missing file must not be made.
                address = f"{self._path.absolute().as_uri()}?mode=ro"
                with closing(driver.connect(address, uri=True, isolation_level=None)) as file:
                    self._watch(reader, file)
            except driver.Error as error:
                _log.info("the change feed cannot read %s: %s", self._path, error)
                reader.was_away()
                self._become(FeedState.AWAY)
                self._open_returns()
                self._alarm.wait(_RETRY_SECONDS)

    def _watch(self, reader: _Reader, file: Any) -> None:
        version = None
        while not self._closing.is_set():
            # Asked before reading: what is committed meanwhile changes it once more.
            present = file.execute("PRAGMA data_version").fetchone()[0]
            if present != version:
                if not self._read_on(reader, file):
                    return
                version = present
                self._become(FeedState.LIVE)
                self._open_returns()
            self._alarm.wait(LOOK_SECONDS)

    def _read_on(self, reader: _Reader, file: Any) -> bool:
        """Hand over everything unread; False when the feed is closing."""
        while (batch := reader.next_batch(file, self._max_catch_up)) is not None:
            if not self._hand_over(batch):
                return False
            reader.position = batch.position
            if len(batch.changes) < MAX_BATCH:
                break
        return True


class _Reader:
    """Where the feed is in the file; position is ``epoch|seq``."""

    def __init__(self, position: str | None) -> None:
        self.position = position
        self._has_missed = False

    def was_away(self) -> None:
        """Note that a feed without a position has missed what it cannot know."""
        self._has_missed = self.position is None

    def next_batch(self, file: Any, max_catch_up: int) -> ChangeBatch | None:
        """Return the next changes, None when there are none and the position stays."""
        epoch = file.execute(_LIFE).fetchone()[0]
        newest = int(file.execute(_NEWEST).fetchone()[0])
        if self.position is None:
            missed, self._has_missed = self._has_missed, False
            return ChangeBatch(changes=(), position=f"{epoch}|{newest}", reset=missed)
        life, _, number = self.position.partition("|")
        # A restored file may have lost rows without having been told so.
        if life != epoch or not number.isdecimal() or int(number) > newest:
            return ChangeBatch(changes=(), position=f"{epoch}|{newest}", reset=True)
        rows = file.execute(_UNREAD, (int(number), MAX_BATCH)).fetchall()
        if not rows:
            return None
        if len(rows) == MAX_BATCH and self._is_behind(file, int(number), max_catch_up):
            return ChangeBatch(changes=(), position=f"{epoch}|{newest}", reset=True)
        changes = tuple(_change(row) for row in rows)
        return ChangeBatch(changes=changes, position=f"{epoch}|{changes[-1].seq}")

    def _is_behind(self, file: Any, number: int, max_catch_up: int) -> bool:
        (count,) = file.execute(_IS_MORE, (number, max_catch_up + 1)).fetchone()
        return int(count) > max_catch_up


def _change(row: tuple[Any, ...]) -> Change:
    from db.columns import from_microseconds

    seq, id_, stream, stream_id, kind, at, actor, customer_id, owner = row
    return Change(
        seq=seq,
        id=EventId(id_),
        stream=Stream(stream),
        stream_id=stream_id,
        kind=kind,
        at=from_microseconds(at),
        actor=actor,
        customer_id=customer_id,
        owner=owner,
    )
