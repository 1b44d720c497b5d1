"""Work that is handed out to one desk at a time: a callback, an order, a contact; pure, any thread.

A claim is a lease with a fencing token: who was asleep when the lease ran out holds a token that
the database refuses, so nothing is finished twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.identifiers import AgentId, DeskId, WorkItemId
from agent_desk.domain.ticket import Priority

LEASE_SECONDS = 60.0
"""How long a claim holds without being renewed."""

RESERVED_SECONDS = 1800.0
"""How long after it was due an item waits for the one it is reserved for before anybody gets it."""

AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""When work is due that need not wait: long ago by any clock. The oldest comes first."""


class WorkKind(StrEnum):
    """What kind of work is handed out; says what ``subject_id`` is."""

    CALLBACK = "CALLBACK"
    """Call a customer back: a ticket."""
    DISPATCH = "DISPATCH"
    """Find a department for a work order."""
    DIAL = "DIAL"
    """Dial the next contact of a campaign."""
    VERIFY = "VERIFY"
    """Ask a customer whether a work order solved it."""

    @property
    def words(self) -> str:
        """One such piece of work, in words."""
        return _WORDS[self]


_WORDS: Mapping[WorkKind, str] = MappingProxyType(
    {
        WorkKind.CALLBACK: "The callback",
        WorkKind.DISPATCH: "The order to dispatch",
        WorkKind.DIAL: "The contact to dial",
        WorkKind.VERIFY: "The verification call",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One piece of work that waits.

    subject_id: the record that it is about. due_at: not handed out before. reserved_for: the
    agent who gets it first, None for anybody. open_at: when others may have it although it is
    reserved, if that agent is not at a desk then; None for RESERVED_SECONDS after it was due.
    attempts: how often it was handed out so far. handed_to: to whom last, None for nobody yet.
    """

    id: WorkItemId
    kind: WorkKind
    subject_id: str
    due_at: datetime
    priority: Priority = Priority.P3
    reserved_for: AgentId | None = None
    open_at: datetime | None = None
    attempts: int = 0
    handed_to: AgentId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An item in the hands of one desk, for as long as the lease is renewed.

    token: grows each time the item is handed out; an older one is refused. until: end of the
    lease by the database's clock.
    """

    item: WorkItem
    desk_id: DeskId
    token: int
    until: datetime
