"""Two years of calls of an invented customer, drawn at random; any thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from agent_desk.domain.call import CallDirection
from agent_desk.domain.identifiers import AgentId, CustomerId
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrderState
from db.demo_data.cases import ORDER_STEPS, Call, CaseWriter
from db.demo_data.remarks import DISPOSITIONS_WITHOUT_TICKET, TOPICS

SPAN = timedelta(days=730)
"""How far back the history goes."""

_UNFINISHED_FOR = timedelta(days=21)
"""Older cases are finished."""

_OFFICE_HOURS = 14
"""People call from 0:00 to 13:59 UTC."""

_OUTBOUND = 0.12
_ABANDONED = 0.20
_WITHOUT_TICKET = 0.60
"""Bounds of one draw in 0..1; above the last one the call has a ticket."""

_STILL_OPEN = 0.3
_LATEST_SECONDS_AGO = 900


class HistoryGenerator:
    """Draws the histories of customers."""

    def __init__(
        self, *, cases: CaseWriter, random: Random, agents: Sequence[AgentId], now: datetime
    ) -> None:
        """Give what happens to ``cases``; nothing happens after ``now``."""
        self._cases = cases
        self._random = random
        self._agents = agents
        self._now = now
        self._dispositions = [disposition for disposition, _ in DISPOSITIONS_WITHOUT_TICKET]
        self._weights = [weight for _, weight in DISPOSITIONS_WITHOUT_TICKET]

    def add(self, customer: CustomerId, number: str, calls: int) -> None:
        """Add ``calls`` calls of ``customer`` from ``number``, and what came of them."""
        seconds = int(SPAN.total_seconds())
        ages = (self._random.randrange(_LATEST_SECONDS_AGO, seconds) for _ in range(calls))
        moments = (self._now - timedelta(seconds=age) for age in ages)
        resolved: dict[str, Ticket] = {}
        for at in sorted(self._in_office_hours(at) for at in moments):
            self._add_call(self._call(customer, number, at), resolved)
        for ticket in resolved.values():
            self._cases.settle(ticket)

    def add_exactly(self, customer: CustomerId, number: str, entries: int) -> None:
        """Add calls and settled tickets that make exactly ``entries`` lines of a timeline."""
        step = SPAN / (entries + 1)
        at = self._now - SPAN
        left = entries
        while left > 0:
            at += step
            call = self._call(customer, number, at)
            if left > 1 and self._random.random() < 0.08:
                self._cases.settle(self._cases.resolved_ticket(call))
                left -= 2
            else:
                self._cases.add_answered(call, Disposition.INFORMATION)
                left -= 1

    def _call(self, customer: CustomerId, number: str, at: datetime) -> Call:
        return Call(
            customer=customer,
            number=number,
            at=at,
            agent=self._random.choice(self._agents),
            topic=self._random.choice(TOPICS),
        )

    def _add_call(self, call: Call, resolved: dict[str, Ticket]) -> None:
        draw = self._random.random()
        if draw < _OUTBOUND:
            self._add_outbound(call)
        elif draw < _ABANDONED:
            self._cases.add_abandoned(call)
        elif draw < _WITHOUT_TICKET:
            disposition = self._random.choices(self._dispositions, self._weights)[0]
            self._cases.add_answered(call, disposition)
        else:
            self._add_ticket(call, resolved)

    def _add_outbound(self, call: Call) -> None:
        if self._random.random() < 0.4:
            self._cases.add_not_reached(call)
            return
        outbound = replace(call, direction=CallDirection.OUTBOUND)
        self._cases.add_answered(outbound, Disposition.INFORMATION)

    def _add_ticket(self, call: Call, resolved: dict[str, Ticket]) -> None:
        """Add a call with a ticket; a repeat about the same takes the earlier one's FCR."""
        category = call.topic.category
        earlier = resolved.get(category)
        if earlier is not None:
            resolved[category] = self._cases.withdraw_fcr(earlier, call.at)
        recent = self._now - call.at < _UNFINISHED_FOR
        if call.topic.field_work and self._random.random() < 0.5:
            stage = self._random.choice(ORDER_STEPS)[0] if recent else WorkOrderState.CLOSED
            self._cases.add_order_story(call, stage)
        elif recent and self._random.random() < _STILL_OPEN:
            self._cases.add_open_ticket(call)
        else:
            if category in resolved:
                self._cases.settle(resolved.pop(category))
            resolved[category] = self._cases.resolved_ticket(call)

    def _in_office_hours(self, at: datetime) -> datetime:
        """Return ``at``, moved earlier on its day when nobody calls then."""
        if at.hour < _OFFICE_HOURS:
            return at
        return at - timedelta(hours=at.hour - self._random.randrange(_OFFICE_HOURS))
