"""Tables of the change feed; immutable, any thread.

The log itself is what is read. On PostgreSQL it has a column ``txid`` more, which only the feed
asks for and which the tables of this program therefore do not name.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Table, Text, func, insert, select

from agent_desk.domain.identifiers import new_uuid7
from db.columns import UtcDateTime, sequence_number, uuid_text
from db.tables import event_log, metadata

feed_epochs = Table(
    "feed_epochs",
    metadata,
    Column("number", sequence_number(), primary_key=True, autoincrement=True),
    Column("epoch", uuid_text(), nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
)
"""The newest row names the present life of the log; a position of another one is worth nothing.

first_seq: rows up to this one belong to former lives, and their ``txid`` to another server maybe.
"""

feed_relays = Table(
    "feed_relays",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("address", Text, nullable=False),
    Column("token", Text, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
)
"""Relays that desks may ask (host:port), and the secret by which both know each other."""


def begin_epoch(connection: Connection, now: datetime) -> str:
    """Begin a new life of the log, after a restore; return its name.

    Desks that kept a position then read everything again instead of skipping what they think
    they have seen.
    """
    epoch = new_uuid7(now)
    newest = select(func.coalesce(func.max(event_log.c.seq), 0)).scalar_subquery()
    row = {"epoch": epoch, "first_seq": newest, "began_at": now}
    connection.execute(insert(feed_epochs).values(row))
    return epoch
