"""Occupancy: how much of their time on queue agents spend on contacts; pure, any thread.

Formula: (talk + hold + after-call work) / (the same + ready). On-queue time only: breaks, and
calls that an agent makes or takes out of a break, are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from agent_desk.domain.agent import AgentState, AgentStateChangedEvent
from agent_desk.domain.identifiers import AgentId

_OFF_QUEUE = frozenset({AgentState.NOT_READY, AgentState.LOGGED_OFF})


@dataclass(frozen=True, slots=True, kw_only=True)
class Occupancy:
    """handling_seconds: talk, hold and after-call work. ready_seconds: waiting for a contact."""

    handling_seconds: float = 0.0
    ready_seconds: float = 0.0

    @property
    def share(self) -> float | None:
        """Occupancy from 0.0 to 1.0, None when nobody was on queue."""
        on_queue = self.handling_seconds + self.ready_seconds
        return self.handling_seconds / on_queue if on_queue else None


def occupancy(
    changes: Iterable[AgentStateChangedEvent], *, since: datetime, until: datetime
) -> Occupancy:
    """Return the occupancy of all agents in ``changes`` from ``since`` to ``until``.

    An agent stays in the last state until ``until``; before the first change nothing is known and
    nothing counts. Times of several agents are added up.
    """
    handling = ready = 0.0
    for own in _by_agent(changes).values():
        for state, begin, end in _on_queue(own, until):
            length = (min(end, until) - max(begin, since)).total_seconds()
            if length > 0 and state is AgentState.READY:
                ready += length
            elif length > 0:
                handling += length
    return Occupancy(handling_seconds=handling, ready_seconds=ready)


def _by_agent(
    changes: Iterable[AgentStateChangedEvent],
) -> dict[AgentId, list[AgentStateChangedEvent]]:
    own: dict[AgentId, list[AgentStateChangedEvent]] = defaultdict(list)
    for change in sorted(changes, key=lambda change: change.at):
        own[change.status.agent_id].append(change)
    return own


def _on_queue(
    changes: Sequence[AgentStateChangedEvent], until: datetime
) -> Iterator[tuple[AgentState, datetime, datetime]]:
    """Return the stretches on queue: from READY, through calls, until a break."""
    on_queue = False
    ends = [later.at for _, later in pairwise(changes)] + [until]
    for change, end in zip(changes, ends, strict=True):
        state = change.status.state
        on_queue = state is AgentState.READY or (on_queue and state not in _OFF_QUEUE)
        if on_queue:
            yield state, change.at, end
