"""What the desks of one process believe to be saved, and how long everything took."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from time import monotonic
from typing import TYPE_CHECKING

from agent_desk.domain.identifiers import (
    AgentId,
    CommandId,
    EventId,
    InteractionId,
    TicketId,
    WorkOrderId,
)

if TYPE_CHECKING:
    from db.stored_work import Opening


class Operation(StrEnum):
    """What is timed, each as the person at the desk waits for it."""

    POP = "pop"
    TICKET = "ticket"
    NOTE = "note"
    ORDER_STEP = "order_step"
    BEAT = "presence_beat"
    LOOP_DELAY = "loop_delay"
    """Not of a desk: how late a process that carries many desks serves them."""


@dataclass(slots=True)
class Belief:
    """What one desk was told to be saved, and heard of the others.

    orders: the version that the desk left each with. heard: tickets that others opened, told one by
    one. reloads: positions of the feed at which the desk was told to read everything again. reread:
    tickets of others that it was told in this way alone.
    """

    login: AgentId
    hears_all: bool
    commands: set[CommandId] = field(default_factory=set)
    tickets: set[TicketId] = field(default_factory=set)
    orders: dict[WorkOrderId, int] = field(default_factory=dict)
    calls: set[InteractionId] = field(default_factory=set)
    heard: set[EventId] = field(default_factory=set)
    heard_twice: int = 0
    reloads: list[str] = field(default_factory=list)
    reread: set[EventId] = field(default_factory=set)


@dataclass(slots=True)
class Tally:
    """Everything that one process counts; handed to the parent when the work is done.

    seconds: of each operation. committing: monotonic time just before the commit of each event
    that opened a ticket. heard_at: when each of the other desks heard of it. kept: commands that
    waited in a journal. troubles: errors of the desks and what was logged from WARNING on.
    """

    beliefs: list[Belief] = field(default_factory=list)
    seconds: dict[Operation, array[float]] = field(
        default_factory=lambda: {kind: array("d") for kind in Operation}
    )
    committing: dict[EventId, float] = field(default_factory=dict)
    heard_at: defaultdict[EventId, array[float]] = field(
        default_factory=lambda: defaultdict(_no_times)
    )
    kept: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    cpu_seconds: float = 0.0

    @contextmanager
    def timed(self, operation: Operation) -> Iterator[None]:
        """Count the block as one ``operation`` when it succeeds."""
        began = monotonic()
        yield
        self.seconds[operation].append(monotonic() - began)

    def hear(self, belief: Belief, event_id: EventId) -> None:
        """Note that the desk of ``belief`` heard of a ticket now."""
        if event_id in belief.heard:
            belief.heard_twice += 1
        belief.heard.add(event_id)
        self.heard_at[event_id].append(monotonic())


def note_reread(belief: Belief, openings: Sequence[Opening]) -> int:
    """Note what the desk of ``belief`` was told by a reload alone; return how much it was not told.

    A reload stands for whatever was committed before its position in the feed.
    """
    missing = [
        opening
        for opening in openings
        if opening.ticket_id not in belief.tickets and opening.event_id not in belief.heard
    ]
    belief.reread = {
        opening.event_id
        for opening in missing
        if any(opening.is_before(position) for position in belief.reloads)
    }
    return len(missing) - len(belief.reread)


def _no_times() -> array[float]:
    return array("d")


def merged(tallies: Sequence[Tally]) -> Tally:
    """Return the tallies of all processes as one."""
    whole = Tally()
    for tally in tallies:
        whole.beliefs += tally.beliefs
        for operation, seconds in tally.seconds.items():
            whole.seconds[operation].extend(seconds)
        whole.committing |= tally.committing
        for event_id, times in tally.heard_at.items():
            whole.heard_at[event_id].extend(times)
        whole.kept += tally.kept
        whole.troubles += tally.troubles
        whole.cpu_seconds += tally.cpu_seconds
    return whole


def latencies(seconds: Sequence[float]) -> dict[str, float]:
    """Return count, median, p95, p99 and the longest of ``seconds``, in milliseconds."""
    ordered = sorted(seconds)
    figures: dict[str, float] = {"count": len(ordered)}
    if ordered:
        last = len(ordered) - 1
        for name, share in (("median", 0.5), ("p95", 0.95), ("p99", 0.99), ("longest", 1.0)):
            figures[f"{name}_ms"] = round(1000 * ordered[round(share * last)], 2)
    return figures


def delivery_seconds(tally: Tally) -> array[float]:
    """Return how long each desk waited for each ticket of another, from just before its commit."""
    delays = array("d")
    for event_id, times in tally.heard_at.items():
        began = tally.committing.get(event_id)
        if began is not None:
            delays.extend(at - began for at in times)
    return delays
