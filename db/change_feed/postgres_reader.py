"""One connection that reads the log of a PostgreSQL database by snapshots; on a feed's thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType, TracebackType
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen

from agent_desk.domain.change import MAX_BATCH, RECORD_STREAMS, Change
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import EventId
from db.change_feed.page import Page, Row
from db.change_feed.snapshot import Snapshot
from db.postgres_engine import connect

CHANNEL = "agent_desk_changes"
"""Name of the bell (https://www.postgresql.org/docs/15/sql-notify.html); it carries no data."""

ANSWER_SECONDS = 3.0
"""Longest wait for any answer: a server that hangs acknowledges packets for ever."""

RELAY_FRESH_SECONDS = 15
"""Age of the last sign of life beyond which a relay counts as gone."""

# Planning takes longer than reading nothing new, and the only good plan is the index's.
_SETTINGS: Mapping[str, str] = MappingProxyType({"plan_cache_mode": "force_generic_plan"})

_LIFE = """
SELECT control.system_identifier, present.oid,
       left(pg_walfile_name(pg_current_wal_insert_lsn()), 8),
       epoch.number, epoch.epoch::text, epoch.first_seq
FROM pg_control_system() control,
     (SELECT oid FROM pg_database WHERE datname = current_database()) present,
     (SELECT number, epoch, first_seq FROM feed_epochs ORDER BY number DESC LIMIT 1) epoch
"""

# Written out, not given: only so does the planner know the partial index.
_KINDS = ", ".join(f"'{stream}'" for stream in sorted(RECORD_STREAMS))

# Of the whole log, not only of what this role may see: a dealer's feed must not read the same
# thousands of rows of others each time.
_NOW = """
SELECT pg_current_snapshot()::text, coalesce(access.newest_transaction(%(first_seq)s), 0)
"""

_ROW = (
    "e.txid::text, e.seq, e.id::text, e.stream, e.stream_id, e.kind, e.at, e.actor, "
    "e.payload->>'customer_id', e.payload->>'owner'"
)
_NAMES = "txid, seq, id, stream, stream_id, kind, at, actor, customer_id, owner"

# Each open transaction is looked up by itself and everything new by one range: both touch the
# index on (txid, seq) where the unseen rows are and nowhere else, however long a transaction runs.
_UNSEEN = f"""
SELECT {_ROW}
FROM unnest(%(open)s::xid8[]) AS running(txid)
CROSS JOIN LATERAL (
    SELECT * FROM event_log WHERE txid = running.txid AND seq > %(first_seq)s
    AND stream IN ({_KINDS}) ORDER BY txid, seq LIMIT %(rows)s
) e
UNION ALL
(SELECT {_ROW} FROM event_log e
 WHERE txid >= %(xmax)s::xid8 AND txid < pg_snapshot_xmax(pg_current_snapshot())
 AND seq > %(first_seq)s AND stream IN ({_KINDS}) ORDER BY e.txid, e.seq LIMIT %(rows)s)
"""

_PAGE = f"""
WITH present AS MATERIALIZED (
    SELECT pg_current_snapshot()::text AS snapshot, (SELECT max(number) FROM feed_epochs) AS life,
           access.newest_transaction_since(%(xmax)s::xid8, %(first_seq)s) AS newest
)
SELECT present.life, present.snapshot, coalesce(present.newest, 0), found.*
FROM present
LEFT JOIN LATERAL (
    SELECT * FROM ({_UNSEEN}) AS unseen({_NAMES})
    ORDER BY txid::xid8, seq LIMIT %(rows)s
) found ON true
"""

_REST = f"""
SELECT {_ROW} FROM event_log e
WHERE txid = %(transaction)s::xid8 AND seq > %(after)s AND stream IN ({_KINDS})
ORDER BY e.txid, e.seq LIMIT %(rows)s
"""

_IS_MORE = f"SELECT count(*) = %(rows)s FROM (SELECT 1 FROM ({_UNSEEN}) u LIMIT %(rows)s) counted"

# Asked first: a statement that is refused fills the server's log, every ten seconds for each desk.
_MAY_SEE_RELAYS = "SELECT has_table_privilege('public.feed_relays', 'SELECT')"

_RELAY = """
SELECT address, token FROM feed_relays
WHERE beat_at > now() - make_interval(secs => %(fresh)s) ORDER BY beat_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where a relay listens (host:port), and the secret that it shares with the desks."""

    address: str
    token: str


class _ImpatientConnection(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which every wait for the server ends."""

    def wait(
        self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = ANSWER_SECONDS
    ) -> RV:
        """Return what the server answers; raises OperationalError when it does not."""
        return super().wait(gen, interval, timeout)


class PostgresReader:
    """Reads pages, hears and rings the bell; a context manager.

    Every method raises ``psycopg.Error`` when the database is away; the reader is then of no use
    any more. Autocommit: each statement sees what was committed before it.
    """

    def __init__(self, url: str, *, password: str | None) -> None:
        """Connect and look whose log this is."""
        self._connection = connect(
            url, password=password, settings=_SETTINGS, connection_class=_ImpatientConnection
        )
        self._connection.autocommit = True
        self._is_rung = False
        try:
            self.life, self._life_number, self._first_seq = self._read_life()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> PostgresReader:
        """Return the reader."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        self.close()

    def close(self) -> None:
        """Disconnect, without waiting for the server."""
        self._connection.close()

    def fileno(self) -> int:
        """Return the socket, readable when `is_rung` is worth asking."""
        return self._connection.fileno()

    def listen(self) -> None:
        """Hear the bell from now on."""
        self._connection.add_notify_handler(self._heard)
        self._connection.execute(f"LISTEN {CHANNEL}")

    def ring(self) -> None:
        """Ring the bell of every desk that listens."""
        self._connection.execute(f"NOTIFY {CHANNEL}")

    def is_rung(self) -> bool:
        """Return whether another desk rang since this was asked last."""
        pgconn = self._connection.pgconn
        pgconn.consume_input()
        while (notification := pgconn.notifies()) is not None:
            self._heard_from(notification.be_pid)
        rung, self._is_rung = self._is_rung, False
        return rung

    def now(self) -> Snapshot:
        """Return where a reader begins that wants only what is committed from now on."""
        row = self._connection.execute(_NOW, {"first_seq": self._first_seq}).fetchone()
        assert row is not None
        return Snapshot.parse(row[0]).up_to(row[1])

    def page(self, since: Snapshot) -> Page:
        """Return the next rows that are committed and not seen in ``since``."""
        if since.partial is not None:
            return self._rest(since, since.partial)
        found = self._connection.execute(_PAGE, self._asked(since, MAX_BATCH)).fetchall()
        number, snapshot, newest = found[0][:3]
        if number != self._life_number:
            raise psycopg.OperationalError("the log has begun a new life")
        now = Snapshot.parse(snapshot)
        rows = [_row(columns) for _, _, _, *columns in found if columns[0] is not None]
        if len(rows) < MAX_BATCH:
            return Page(since, now.up_to(max(since.xmax - 1, newest)), _by_seq(rows))
        last = rows[-1]
        until = since.after_page(now, last=(last.transaction, last.change.seq))
        return Page(since, until, _by_seq(rows), is_last=False)

    def is_behind(self, since: Snapshot, changes: int) -> bool:
        """Return whether more than ``changes`` were committed and are not seen in ``since``."""
        row = self._connection.execute(_IS_MORE, self._asked(since, changes + 1)).fetchone()
        assert row is not None
        return bool(row[0])

    def relay(self) -> RelayAddress | None:
        """Return the relay that is there, None when there is none or it is not for this role."""
        allowed = self._connection.execute(_MAY_SEE_RELAYS).fetchone()
        if allowed is None or not allowed[0]:
            return None
        row = self._connection.execute(_RELAY, {"fresh": RELAY_FRESH_SECONDS}).fetchone()
        return RelayAddress(*row) if row is not None else None

    def _rest(self, since: Snapshot, partial: tuple[int, int]) -> Page:
        transaction, seq = partial
        asked = {
            "transaction": str(transaction),
            "after": seq,
            "rows": MAX_BATCH,
        }
        rows = [_row(columns) for columns in self._connection.execute(_REST, asked)]
        if len(rows) < MAX_BATCH:
            return Page(since, since.after_rest(), _by_seq(rows), is_last=False)
        until = Snapshot(since.xmax, since.open, (transaction, rows[-1].change.seq))
        return Page(since, until, _by_seq(rows), is_last=False)

    def _asked(self, since: Snapshot, rows: int) -> dict[str, Any]:
        return {
            "open": [str(number) for number in since.open],
            "xmax": str(since.xmax),
            "first_seq": self._first_seq,
            "rows": rows,
        }

    def _read_life(self) -> tuple[str, int, int]:
        """Return the name and number of the log's present life, and the last row before it.

        Also another server, another database in it, and another timeline make another life: after
        a failover, numbers of lost transactions are given out once more.
        """
        row = self._connection.execute(_LIFE).fetchone()
        if row is None:
            raise psycopg.OperationalError("the table feed_epochs is empty")
        system, database, timeline, number, epoch, first_seq = row
        return f"{system}/{database}/{timeline}/{epoch}", number, first_seq

    def _heard(self, notification: psycopg.Notify) -> None:
        self._heard_from(notification.pid)

    def _heard_from(self, process: int) -> None:
        # One's own bell says nothing new.
        if process != self._connection.pgconn.backend_pid:
            self._is_rung = True


def _row(columns: Collection[Any]) -> Row:
    transaction, seq, id_, stream, stream_id, kind, at, actor, customer_id, owner = columns
    change = Change(
        seq=seq,
        id=EventId(id_),
        stream=Stream(stream),
        stream_id=stream_id,
        kind=kind,
        at=at.astimezone(UTC),
        actor=actor,
        customer_id=customer_id,
        owner=owner,
    )
    return Row(int(transaction), change)


def _by_seq(rows: Collection[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.change.seq))
