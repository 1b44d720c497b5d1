"""The floor: who sits where, what they do, and which desk is gone; pure, any thread.

A desk reports ages in seconds, never times; every time of a `DeskPresence` is the database's. So
a desk whose clock is an hour wrong shows nothing wrong, and is not taken for dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentState, BusyKind, NotReadyReason
from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.identifiers import AgentId, CallId, DeskId, QueueId

BEAT_SECONDS = 3.0
"""Pause between two heartbeats of a desk."""

GONE_AFTER_SECONDS = 6.5
"""Silence after which a desk is gone: two lost beats. With the beat of whoever notices it, its
calls are closed within 10 s."""

SHOWN_SECONDS = 3600.0
"""How long a desk that is gone stays on the floor, so that somebody sees it and looks."""

MAX_DESKS = 1000
"""Most desks that one floor shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """This run of a desk, and the name of who sits at it."""

    desk_id: DeskId
    agent_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentCall:
    """A call at a desk as the floor may see it: no number and no name.

    queue_id: the queue it came through, None when direct. seconds: its age when reported.
    """

    call_id: CallId
    direction: CallDirection
    state: LocalConnectionState
    queue_id: QueueId | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskReport:
    """What a desk says of itself.

    desk_id: of this run of the desk. state_seconds: how long the agent's state has lasted.
    queues: the figures of the desk's queues as its wallboard has them.
    """

    desk_id: DeskId
    agent_id: AgentId
    agent_name: str
    state: AgentState
    state_seconds: float = 0.0
    reason: NotReadyReason = NotReadyReason.NONE
    busy_kind: BusyKind | None = None
    calls: tuple[PresentCall, ...] = ()
    queues: tuple[QueueStatus, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatAnswer:
    """What the database answers to a heartbeat.

    is_known: it has a report of this desk. closings: how often the desk was given up so far; a
    desk that sees this grow was cut off, and its calls were closed behind its back.
    """

    is_known: bool
    closings: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a desk sees of the others at a glance.

    desks: how many there are whose calls nobody has closed. gone: how many of these fell silent.
    """

    desks: int
    gone: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPresence:
    """A desk as the database knows it.

    reported_at: when ``report`` came. heartbeat_at: the last sign of life. left: it stopped in good
    order. gone: it was silent for GONE_AFTER_SECONDS and had not left. All times are the
    database's, aware UTC.
    """

    report: DeskReport
    reported_at: datetime
    heartbeat_at: datetime
    left: bool = False
    gone: bool = False

    @property
    def state_since(self) -> datetime:
        """Beginning of the agent's state."""
        return self.reported_at - timedelta(seconds=self.report.state_seconds)

    def call_since(self, call: PresentCall) -> datetime:
        """Return when ``call`` reached the desk."""
        return self.reported_at - timedelta(seconds=call.seconds)

    def lasted(self, call_id: CallId) -> timedelta | None:
        """Return how long a call lasted until the last sign of life; None when not reported."""
        for call in self.report.calls:
            if call.call_id == call_id:
                return self.heartbeat_at - self.call_since(call)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """Every desk that is there or was lost lately, at the database's time ``at``."""

    at: datetime
    desks: tuple[DeskPresence, ...] = ()
    queues: tuple[QueueStatus, ...] = ()


def is_gone(heartbeat_at: datetime, now: datetime) -> bool:
    """Return whether a desk last heard of at ``heartbeat_at`` is gone; both the database's."""
    return (now - heartbeat_at).total_seconds() >= GONE_AFTER_SECONDS


def floor_of(desks: Iterable[DeskPresence], at: datetime) -> Floor:
    """Return the floor at ``at``: by name, the dead only while nobody took their agent over."""
    known = tuple(desks)
    taken_over = {desk.report.agent_id for desk in known if not desk.gone}
    shown = [desk for desk in known if not desk.gone or desk.report.agent_id not in taken_over]
    shown.sort(key=lambda desk: (desk.report.agent_name.casefold(), desk.report.desk_id))
    return Floor(at=at, desks=tuple(shown), queues=newest_queues(known))


def newest_queues(desks: Sequence[DeskPresence]) -> tuple[QueueStatus, ...]:
    """Return the newest figures of every queue that a living desk serves, by the queue's name.

    Where desks know their own calls of a queue alone, these are added up.
    """
    newest: dict[QueueId, QueueStatus] = {}
    for desk in sorted(desks, key=lambda desk: desk.reported_at):
        if not desk.gone:
            for queue in desk.report.queues:
                newest[queue.queue_id] = _joined(newest.get(queue.queue_id), queue)
    return tuple(sorted(newest.values(), key=lambda queue: (queue.name, queue.queue_id)))


def _joined(known: QueueStatus | None, newer: QueueStatus) -> QueueStatus:
    if known is None or not (known.is_own_share and newer.is_own_share):
        return newer
    return replace(
        newer,
        offered=known.offered + newer.offered,
        answered=known.answered + newer.answered,
        answered_in_target=known.answered_in_target + newer.answered_in_target,
        abandoned=known.abandoned + newer.abandoned,
        abandoned_in_target=known.abandoned_in_target + newer.abandoned_in_target,
    )
