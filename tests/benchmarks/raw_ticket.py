"""A new ticket that is settled at once, statement by statement: what a desk sends, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

import psycopg
from psycopg.types.json import Jsonb

from agent_desk.domain.event_log import to_payload
from agent_desk.domain.identifiers import AgentId, TicketId, new_uuid7
from agent_desk.domain.ticket import Ticket, TicketForm, TicketState
from db.repositories.tickets import ticket_row
from db.search_text import ticket_texts

_NUMBER: LiteralString = "SELECT nextval('ticket_numbers')"
_READS: tuple[LiteralString, ...] = (
    "SELECT * FROM applied_commands WHERE id = %(command)s",
    "SELECT * FROM tickets WHERE id = %(id)s",
    """
SELECT c.*, o.name FROM customers c LEFT JOIN companies o ON o.id = c.company_id
WHERE c.id = %(customer_id)s
""",
    "SELECT * FROM categories ORDER BY position, id",
    """
SELECT * FROM tickets WHERE customer_id = %(customer_id)s AND category_id = %(category_id)s
    AND fcr_claimed AND fcr_withdrawn_at IS NULL AND resolved_at >= %(since)s
ORDER BY resolved_at DESC, number DESC LIMIT 200
""",
)
_OPEN: tuple[LiteralString, ...] = (
    """
INSERT INTO tickets VALUES (%(id)s, %(number)s, %(customer_id)s, %(category_id)s, %(subject)s,
    %(description)s, %(priority)s, %(state)s, %(owner)s, %(opened_at)s, %(opened_in)s,
    %(follow_up_at)s, %(resolved_at)s, %(closed_at)s, %(fcr_claimed)s, %(fcr_withdrawn_at)s,
    %(fcr_confirmed)s, %(version)s)
""",
    """
INSERT INTO search_texts (subject_id, name, pinyin, spelled, company, subject)
VALUES (%(id)s, '', '', '', '', %(found_by)s)
""",
    """
UPDATE work_items SET finished_at = statement_timestamp()
WHERE subject_id = %(id)s AND kind = 'CALLBACK' AND finished_at IS NULL
""",
)
_RESOLVE: LiteralString = """
UPDATE tickets SET category_id = %(category_id)s, subject = %(subject)s,
    description = %(description)s, priority = %(priority)s, state = %(state)s, owner = %(owner)s,
    follow_up_at = %(follow_up_at)s, resolved_at = %(resolved_at)s, closed_at = %(closed_at)s,
    fcr_claimed = %(fcr_claimed)s, version = %(version)s
WHERE id = %(id)s AND version = %(version)s - 1
"""
_EVENT: LiteralString = """
INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload)
VALUES (%(event)s, 'TICKET', %(id)s, %(kind)s, %(opened_at)s, %(owner)s, %(payload)s)
ON CONFLICT (id) DO NOTHING
"""
_APPLIED: LiteralString = """
INSERT INTO applied_commands
VALUES (%(command)s, 'LogTicket', %(owner)s, %(opened_at)s, %(opened_at)s, %(result)s)
"""


class RawTicket:
    """Saves tickets of one agent on a connection; each statement is prepared."""

    def __init__(self, connection: psycopg.Connection[Any], *, actor: AgentId) -> None:
        """Work on ``connection``, whose login is the agent's."""
        self._connection = connection
        self._actor = actor

    def save(self, form: TicketForm) -> None:
        """Send the statements one by one and commit."""
        now = datetime.now(UTC)
        asked = {
            "id": form.new_id,
            "command": new_uuid7(now),
            "customer_id": form.customer_id,
            "category_id": form.category_id,
            "since": now - timedelta(days=7),
        }
        for statement in _READS:
            self._run(statement, asked).fetchall()
        ((number,),) = self._run(_NUMBER, {}).fetchall()
        opened = _row(form, number, self._actor, now, TicketState.OPEN, version=1)
        settled = _row(form, number, self._actor, now, TicketState.RESOLVED, version=2)
        found_by = ticket_texts(subject=form.subject).subject
        for statement in _OPEN:
            self._run(statement, {**opened, "found_by": found_by})
        self._run(_RESOLVE, settled)
        for kind, row in (("TicketOpened", opened), ("TicketResolved", settled)):
            self._run(_EVENT, {**row, "event": new_uuid7(now), "kind": kind})
        result = Jsonb({"id": form.new_id, "version": 2})
        self._run(_APPLIED, {**settled, "command": asked["command"], "result": result})
        self._connection.commit()

    def _run(self, statement: LiteralString, values: Mapping[str, Any]) -> psycopg.Cursor[Any]:
        return self._connection.execute(statement, values, prepare=True)


def _row(
    form: TicketForm,
    number: int,
    owner: AgentId,
    now: datetime,
    state: TicketState,
    *,
    version: int,
) -> dict[str, Any]:
    is_settled = state is TicketState.RESOLVED
    assert form.new_id is not None
    ticket = Ticket(
        id=TicketId(form.new_id),
        number=number,
        customer_id=form.customer_id,
        category_id=form.category_id,
        subject=form.subject,
        description=form.description,
        priority=form.priority,
        state=state,
        owner=owner,
        opened_at=now,
        resolved_at=now if is_settled else None,
        fcr_claimed=is_settled,
        version=version,
    )
    return {**ticket_row(ticket), "payload": Jsonb(to_payload(ticket))}
