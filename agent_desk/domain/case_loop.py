"""The loop: from the first ring to the confirmed closure of a case; pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from agent_desk.domain.interaction import Interaction
from agent_desk.domain.kpi import percentile
from agent_desk.domain.ticket import Ticket, TicketState


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLoop:
    """closed: tickets whose loop is known. without_call: closed ones that no known call opened.

    median_seconds, p90_seconds: from the first ring to the closure; None when none was closed.
    """

    closed: int = 0
    without_call: int = 0
    median_seconds: float | None = None
    p90_seconds: float | None = None


def case_loop(
    tickets: Iterable[Ticket],
    interactions: Mapping[str, Interaction],
    *,
    since: datetime,
    until: datetime,
) -> CaseLoop:
    """Return the loop of the tickets closed from ``since`` up to, not including, ``until``.

    interactions: by id, those in which the tickets were opened. A ticket is CLOSED only by the
    customer's word or a supervisor's override, so its closure is the confirmed one; a ticket that
    was reopened counts when it is closed again.
    """
    closed = [(t, t.closed_at) for t in tickets if t.state is TicketState.CLOSED and t.closed_at]
    booked = [(ticket, at) for ticket, at in closed if since <= at < until]
    lengths = sorted(
        (at - interactions[ticket.opened_in].began_at).total_seconds()
        for ticket, at in booked
        if ticket.opened_in is not None and ticket.opened_in in interactions
    )
    return CaseLoop(
        closed=len(lengths),
        without_call=len(booked) - len(lengths),
        median_seconds=percentile(lengths, 50),
        p90_seconds=percentile(lengths, 90),
    )
