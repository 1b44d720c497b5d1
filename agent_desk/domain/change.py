"""What a desk hears of the changes that others make; pure values, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import AgentId, CustomerId, EventId

RECORD_STREAMS: frozenset[Stream] = frozenset(
    {Stream.INTERACTION, Stream.CUSTOMER, Stream.TICKET, Stream.WORK_ORDER, Stream.ARTICLE}
)
"""What is shown from the database; calls and agents of other desks are told by presence."""

MAX_BATCH = 200
"""Most changes that are handed over at once: more would stall the other threads."""

MAX_CATCH_UP = 10_000
"""Most changes that a desk reads after having been away; beyond, reloading is cheaper."""


class FeedState(StrEnum):
    """How soon this desk learns of changes.

    LIVE: at once. POLLING: nobody rings, it looks about once a second. AWAY: the database cannot
    be read; nothing is lost, what happens meanwhile is told when it is back.
    """

    LIVE = "LIVE"
    POLLING = "POLLING"
    AWAY = "AWAY"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedStateChangedEvent:
    """The change feed came into ``state``."""

    state: FeedState


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One event of the log: what tells whom it concerns, and nothing of what was written.

    seq: its number in the log; a later number may have been committed earlier. id: the event's.
    stream, stream_id: which record changed. kind: past participle. at: aware UTC.
    actor: agent or "system". customer_id, owner: of the record, as its payload names them; None
    where it does not.
    """

    seq: int
    id: EventId
    stream: Stream
    stream_id: str
    kind: str
    at: datetime
    actor: str
    customer_id: CustomerId | None = None
    owner: AgentId | None = None

    @property
    def about(self) -> CustomerId | None:
        """Whose card or history it changes, None when nobody's."""
        if self.stream is Stream.CUSTOMER:
            return CustomerId(self.stream_id)
        return self.customer_id


def change_of(event: LoggedEvent, seq: int) -> Change:
    """Return what a feed tells of ``event`` once the log has numbered it ``seq``."""
    return Change(
        seq=seq,
        id=event.id,
        stream=event.stream,
        stream_id=event.stream_id,
        kind=event.kind,
        at=event.at,
        actor=event.actor,
        customer_id=event.payload.get("customer_id"),
        owner=event.payload.get("owner"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBatch:
    """At most MAX_BATCH changes in the order of their numbers, and where the reader is now.

    position: opaque; a feed opened there goes on after this batch. reset: what happened before
    ``position`` is not told one by one (away for too long, or a backup was restored); whatever is
    shown must be read again.
    """

    changes: tuple[Change, ...]
    position: str
    reset: bool = False
