"""Queues of the automatic call distributor and their figures; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.identifiers import DeviceId, QueueId

DEFAULT_TARGET_SECONDS = 20.0
"""Answer target T of a queue, unless it says otherwise (`docs/glossary.md`, service level)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryNumber:
    """Somebody or something inside the house that can be dialled: a colleague or a queue."""

    number: DeviceId
    name: str
    name_zh: str = ""
    is_queue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueStatus:
    """A queue at one moment; counts are since the start of the day.

    waiting: callers in queue. longest_wait_seconds: of those waiting now, 0.0 when none.
    offered, answered, abandoned: settled calls. answered_in_target, abandoned_in_target: those
    settled within target_seconds. waiting_over_target: callers still waiting beyond it.
    agents_ready, agents_busy: agents with the queue's skill. is_own_share: only this desk's own
    calls are known here, so that nobody can tell who waits and who is ready.
    """

    queue_id: QueueId
    name: str
    name_zh: str = ""
    waiting: int = 0
    longest_wait_seconds: float = 0.0
    target_seconds: float = DEFAULT_TARGET_SECONDS
    offered: int = 0
    answered: int = 0
    answered_in_target: int = 0
    abandoned: int = 0
    abandoned_in_target: int = 0
    waiting_over_target: int = 0
    agents_ready: int = 0
    agents_busy: int = 0
    is_own_share: bool = False
