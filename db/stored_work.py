"""What the database has of some people's work since a moment; synchronous, any thread.

Read by the owner of the tables, to be compared with what their desks believe.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Text, cast, column, select

from agent_desk.domain.identifiers import (
    AgentId,
    CommandId,
    EventId,
    InteractionId,
    TicketId,
    WorkOrderId,
)
from db.change_feed.snapshot import Snapshot
from db.command_tables import applied_commands
from db.postgres_engine import reading_engine
from db.postgres_errors import translating
from db.tables import event_log, interactions, tickets, work_orders

READ_SECONDS = 120.0
"""Longest that reading one table may take."""

# Only PostgreSQL has this column, and its type has no other way into Python.
_TRANSACTION = cast(column("txid"), Text).label("txid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """An event that says that a ticket was opened, and the transaction that wrote it."""

    event_id: EventId
    ticket_id: TicketId
    transaction: int
    seq: int

    def is_before(self, position: str) -> bool:
        """Return whether a change feed at ``position`` has it behind itself."""
        _, _, snapshot = position.partition("|")
        return Snapshot.parse(snapshot).has_seen(self.transaction, self.seq)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWork:
    """What is there.

    openings: the events that say that a ticket was opened. calls: whether each has ended. orders:
    the version of each order that somebody is working on or has worked on.
    """

    commands: frozenset[CommandId]
    tickets: frozenset[TicketId]
    openings: Sequence[Opening]
    calls: Mapping[InteractionId, bool]
    orders: Mapping[WorkOrderId, int]

    @property
    def opened(self) -> Mapping[TicketId, int]:
        """How many events say that each ticket was opened."""
        return Counter(opening.ticket_id for opening in self.openings)


def stored_work(
    url: str, *, password: str | None, logins: Sequence[AgentId], since: datetime
) -> StoredWork:
    """Return what ``logins`` have left behind since ``since``; raises StorageError."""
    with translating(url):
        engine = reading_engine(url, password=password, timeout_seconds=READ_SECONDS)
        with engine.connect() as connection:
            return _read(connection, list(logins), since)


def _read(connection: Connection, logins: list[AgentId], since: datetime) -> StoredWork:
    commands = select(applied_commands.c.id).where(
        applied_commands.c.actor.in_(logins), applied_commands.c.at >= since
    )
    opened = select(event_log.c.id, event_log.c.stream_id, _TRANSACTION, event_log.c.seq).where(
        event_log.c.kind == "TicketOpened",
        event_log.c.actor.in_(logins),
        event_log.c.at >= since,
    )
    calls = select(interactions.c.id, interactions.c.ended_at).where(
        interactions.c.agent_id.in_(logins), interactions.c.began_at >= since
    )
    owned = select(tickets.c.id).where(tickets.c.owner.in_(logins), tickets.c.opened_at >= since)
    orders = select(work_orders.c.id, work_orders.c.version)
    return StoredWork(
        commands=frozenset(map(CommandId, connection.execute(commands).scalars())),
        tickets=frozenset(map(TicketId, connection.execute(owned).scalars())),
        openings=[
            Opening(
                event_id=EventId(row.id),
                ticket_id=TicketId(row.stream_id),
                transaction=int(row.txid),
                seq=row.seq,
            )
            for row in connection.execute(opened)
        ],
        calls={
            InteractionId(row.id): row.ended_at is not None for row in connection.execute(calls)
        },
        orders={WorkOrderId(row.id): row.version for row in connection.execute(orders)},
    )
