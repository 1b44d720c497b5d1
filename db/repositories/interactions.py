"""Records of calls; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, text, update

from agent_desk.domain.call import CallDirection
from agent_desk.domain.errors import NotFoundError
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CustomerId,
    InteractionId,
    QueueId,
    TicketId,
)
from agent_desk.domain.interaction import Disposition, Interaction, InteractionOutcome
from agent_desk.ports.storage import MAX_PAGE
from db.statement_types import AnyRow
from db.tables import interactions

_BY_ID = select(interactions).where(interactions.c.id == bindparam("interaction_id"))
_RECENT = (
    select(interactions)
    .where(interactions.c.agent_id == bindparam("agent_id"))
    .order_by(interactions.c.began_at.desc(), interactions.c.id.desc())
    .limit(bindparam("rows"))
)
_UNFINISHED = (
    select(interactions)
    .where(interactions.c.agent_id == bindparam("agent_id"), text("ended_at IS NULL"))
    .order_by(interactions.c.began_at, interactions.c.id)
)
_REPLACE = update(interactions).where(interactions.c.id == bindparam("interaction_id"))
_INSERT = insert(interactions)


class SqlInteractionRepository:
    """``ports.storage.InteractionRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def save(self, interaction: Interaction) -> None:
        """Store the record, replacing an earlier state of the same id."""
        row = interaction_row(interaction)
        replaced = self._connection.execute(_REPLACE, {**row, "interaction_id": interaction.id})
        if replaced.rowcount == 0:
            self._connection.execute(_INSERT, row)

    def get(self, interaction_id: InteractionId) -> Interaction:
        """Return the record; raises NotFoundError."""
        row = self._connection.execute(_BY_ID, {"interaction_id": interaction_id}).first()
        if row is None:
            raise NotFoundError(subject="Call record", id=interaction_id)
        return interaction_from(row)

    def recent(self, agent_id: AgentId, *, rows: int = 50) -> Sequence[Interaction]:
        """Return the agent's newest calls first."""
        page = {"agent_id": agent_id, "rows": min(rows, MAX_PAGE)}
        return [interaction_from(row) for row in self._connection.execute(_RECENT, page)]

    def unfinished(self, agent_id: AgentId) -> Sequence[Interaction]:
        """Return records without an end, oldest first."""
        found = self._connection.execute(_UNFINISHED, {"agent_id": agent_id})
        return [interaction_from(row) for row in found]


def interaction_row(interaction: Interaction) -> dict[str, Any]:
    """Return the row of a record."""
    return {
        "id": interaction.id,
        "call_id": interaction.call_id,
        "agent_id": interaction.agent_id,
        "direction": interaction.direction.value,
        "number": interaction.number,
        "began_at": interaction.began_at,
        "outcome": interaction.outcome.value,
        "customer_id": interaction.customer_id,
        "queue_id": interaction.queue_id,
        "queue_wait_seconds": interaction.queue_wait_seconds,
        "reason": interaction.reason,
        "answered_at": interaction.answered_at,
        "ended_at": interaction.ended_at,
        "wrap_up_ended_at": interaction.wrap_up_ended_at,
        "held_seconds": interaction.held_seconds,
        "transferred": interaction.transferred,
        "disposition": interaction.disposition and interaction.disposition.value,
        "ticket_id": interaction.ticket_id,
        "note": interaction.note,
    }


def interaction_from(row: AnyRow) -> Interaction:
    """Return the record of a row."""
    return Interaction(
        id=InteractionId(row.id),
        call_id=CallId(row.call_id),
        agent_id=AgentId(row.agent_id),
        direction=CallDirection(row.direction),
        number=row.number,
        began_at=row.began_at,
        outcome=InteractionOutcome(row.outcome),
        customer_id=CustomerId(row.customer_id) if row.customer_id else None,
        queue_id=None if row.queue_id is None else QueueId(row.queue_id),
        queue_wait_seconds=row.queue_wait_seconds,
        reason=row.reason,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        wrap_up_ended_at=row.wrap_up_ended_at,
        held_seconds=row.held_seconds,
        transferred=row.transferred,
        disposition=Disposition(row.disposition) if row.disposition else None,
        ticket_id=TicketId(row.ticket_id) if row.ticket_id else None,
        note=row.note,
    )
