"""Records of calls; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, or_, select, text, update

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
from db.columns import uuid_text
from db.prepared import PreparedSelect, PreparedWrite
from db.statement_types import AnyRow
from db.tables import interactions

_BY_ID = PreparedSelect(
    select(interactions).where(interactions.c.id == bindparam("interaction_id"))
)
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
_UNFINISHED_LOCKED = _UNFINISHED.with_for_update()
_REPLACE = PreparedWrite(
    update(interactions).where(interactions.c.id == bindparam("interaction_id"))
)
_INSERT = PreparedWrite(insert(interactions))
_LINK = PreparedWrite(
    update(interactions)
    .where(
        interactions.c.id == bindparam("interaction_id"),
        or_(interactions.c.customer_id.is_(None), interactions.c.ticket_id.is_(None)),
    )
    .values(
        customer_id=func.coalesce(
            interactions.c.customer_id, bindparam("customer", type_=uuid_text())
        ),
        ticket_id=func.coalesce(interactions.c.ticket_id, bindparam("ticket", type_=uuid_text())),
    )
)


class SqlInteractionRepository:
    """``ports.storage.InteractionRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def save(self, interaction: Interaction) -> None:
        """Store the record, replacing an earlier state of the same id."""
        row = interaction_row(interaction)
        if _REPLACE.run(self._connection, {**row, "interaction_id": interaction.id}) == 0:
            _INSERT.send(self._connection, row)

    def get(self, interaction_id: InteractionId) -> Interaction:
        """Return the record; raises NotFoundError."""
        row = _BY_ID.first(self._connection, {"interaction_id": interaction_id})
        if row is None:
            raise NotFoundError(subject="Call record", id=interaction_id)
        return interaction_from(row)

    def recent(self, agent_id: AgentId, *, rows: int = 50) -> Sequence[Interaction]:
        """Return the agent's newest calls first."""
        page = {"agent_id": agent_id, "rows": min(rows, MAX_PAGE)}
        return [interaction_from(row) for row in self._connection.execute(_RECENT, page)]

    def unfinished(self, agent_id: AgentId, *, for_update: bool = False) -> Sequence[Interaction]:
        """Return records without an end, oldest first; ``for_update`` locks them."""
        statement = _UNFINISHED_LOCKED if for_update else _UNFINISHED
        found = self._connection.execute(statement, {"agent_id": agent_id})
        return [interaction_from(row) for row in found]

    def link(
        self,
        interaction_id: InteractionId,
        *,
        customer_id: CustomerId,
        ticket_id: TicketId | None = None,
    ) -> None:
        """Fill in whom and what the call was about, where the record is there and lacks it."""
        known = {"interaction_id": interaction_id, "customer": customer_id, "ticket": ticket_id}
        _LINK.send(self._connection, known)


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
