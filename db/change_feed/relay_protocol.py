"""What a relay and a desk say to each other over TCP; pure, any thread.

Lines of UTF-8 that end with a line feed, at most MAX_LINE octets::

    relay  agent-desk-relay 1 LIFE NONCE        at once; LIFE names the database and its epoch
    desk   hello PROOF                          HMAC-SHA256 of NONCE, keyed with the shared token
    relay  welcome                              or it closes the connection
    relay  changes SINCE UNTIL ROWS             snapshots, and a JSON array of rows
    relay  beat LIVE|POLLING|AWAY               about every second while nothing else is said
    relay  desks NUMBER                         before each of these two: how many it serves
    desk   ring                                 this desk has committed something

A row is ``[transaction, seq, id, stream, stream_id, kind, microseconds since 1970, actor, customer
id, owner]``, the last two null where the record has none: names, never what was written. A desk
whose own snapshot does not include SINCE has missed something and reads the database. Snapshots of
one server are ordered, so a row that both have read is recognised by its transaction. Unknown lines
are passed over.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent_desk.domain.change import Change, FeedState
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import EventId
from db.change_feed.page import Page, Row
from db.change_feed.snapshot import Snapshot

GREETING = "agent-desk-relay 1"
WELCOME = "welcome"
RING = b"ring\n"

MAX_LINE = 256 * 1024
"""Longest line in octets: 200 rows take less than 80 kB."""

BEAT_SECONDS = 1.0
"""Pause between two signs of life; half as much longer when a line came in between."""

SILENT_SECONDS = 3.0
"""Silence after which a relay is taken for dead."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Beat:
    """The relay lives, and its database is in ``state``."""

    state: FeedState


@dataclass(frozen=True, slots=True)
class Audience:
    """The relay serves so many desks, which all turn to the database when it is lost."""

    desks: int


def proof(token: str, nonce: str) -> str:
    """Return what shows that one knows ``token`` without saying it."""
    return hmac.new(token.encode(), nonce.encode(), hashlib.sha256).hexdigest()


def is_proof(given: str, *, token: str, nonce: str) -> bool:
    """Return whether ``given`` is the `proof`, in constant time."""
    return hmac.compare_digest(given.encode(), proof(token, nonce).encode())


def beat_line(state: FeedState) -> bytes:
    """Return a sign of life."""
    return f"beat {state.value}\n".encode()


def audience_line(desks: int) -> bytes:
    """Return how many desks the relay serves."""
    return f"desks {desks}\n".encode()


def page_line(page: Page) -> bytes:
    """Return the line that hands ``page`` on."""
    rows = json.dumps(
        [_values(row) for row in page.rows], ensure_ascii=False, separators=(",", ":")
    )
    return f"changes {page.since} {page.until} {rows}\n".encode()


def message(line: bytes) -> Page | Beat | Audience | None:
    """Return what a relay says, None for a line of a later protocol.

    Raises ValueError for a known line with a mistake.
    """
    word, _, rest = line.decode().strip().partition(" ")
    if word == "beat":
        return Beat(FeedState(rest))
    if word == "desks":
        return Audience(int(rest))
    if word != "changes":
        return None
    since, until, rows = rest.split(" ", 2)
    return Page(
        since=Snapshot.parse(since),
        until=Snapshot.parse(until),
        rows=tuple(_row(values) for values in json.loads(rows)),
    )


def _values(row: Row) -> list[object]:
    change = row.change
    return [
        row.transaction,
        change.seq,
        change.id,
        change.stream.value,
        change.stream_id,
        change.kind,
        (change.at - _EPOCH) // _MICROSECOND,
        change.actor,
        change.customer_id,
        change.owner,
    ]


def _row(values: object) -> Row:
    if not isinstance(values, list) or len(values) != 10:
        raise ValueError(f"a row of ten values is expected, not {values!r}")
    transaction, seq, id_, stream, stream_id, kind, at, actor, customer_id, owner = values
    change = Change(
        seq=int(seq),
        id=EventId(id_),
        stream=Stream(stream),
        stream_id=stream_id,
        kind=kind,
        at=_EPOCH + int(at) * _MICROSECOND,
        actor=actor,
        customer_id=customer_id,
        owner=owner,
    )
    return Row(int(transaction), change)
