"""What the desk does by itself in calls of certain queues; pure, any thread."""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.identifiers import QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRules:
    """Queues whose calls are recorded (their callers have agreed), and answered by the desk."""

    recorded: frozenset[QueueId] = frozenset()
    auto_answered: frozenset[QueueId] = frozenset()


NO_RULES = CallRules()
