"""What this desk had of each queue today: all that a SIP telephone can know; on `desk-loop`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.agent import AgentStateChangedEvent
from agent_desk.domain.call_events import (
    CallEvent,
    ConnectionClearedEvent,
    DeliveredEvent,
    DivertedEvent,
    EstablishedEvent,
)
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, QueueId
from agent_desk.ports.switch import SwitchEvent


class QueueCounts:
    """Counts calls that rang here by queue; a new day of this machine begins at 0.

    Who waits and who is ready is the exchange's knowledge, so `QueueStatus.is_own_share` is set.
    """

    def __init__(self, names: Mapping[str, str], *, now: Callable[[], datetime]) -> None:
        """names: queue as the exchange calls it -> its name on the desk."""
        self._names = names
        self._now = now
        self._day = self._today()
        self._counts: dict[QueueId, QueueStatus] = {}
        self._ringing: dict[CallId, DeliveredEvent] = {}
        self._begin_day()

    def take(self, event: SwitchEvent) -> None:
        """Count what the switch reports."""
        if isinstance(event, AgentStateChangedEvent):
            return
        self._look_at_day()
        if isinstance(event, DeliveredEvent) and event.alerting == event.device:
            if event.queue_id is not None:
                self._ringing[event.call_id] = event
                self._add(event.queue_id, offered=1)
        elif event.call_id in self._ringing:
            self._settled(event, self._ringing[event.call_id])

    def statuses(self) -> tuple[QueueStatus, ...]:
        """Return the account's queues in its order, then others whose calls rang here."""
        self._look_at_day()
        return tuple(self._counts.values())

    def _settled(self, event: CallEvent, offered: DeliveredEvent) -> None:
        queue = offered.queue_id
        assert queue is not None
        waited = offered.queue_wait_seconds + (event.at - offered.at).total_seconds()
        in_target = int(waited <= self._counts[queue].target_seconds)
        if isinstance(event, EstablishedEvent):
            self._add(queue, answered=1, answered_in_target=in_target)
        elif isinstance(event, ConnectionClearedEvent) and event.cause is EventCause.ABANDONED:
            self._add(queue, abandoned=1, abandoned_in_target=in_target)
        elif not isinstance(event, ConnectionClearedEvent | DivertedEvent):
            return
        del self._ringing[event.call_id]

    def _add(self, queue: QueueId, **more: int) -> None:
        former = self._counts.get(queue) or _nothing_of(queue, queue)
        counts = {name: getattr(former, name) + count for name, count in more.items()}
        self._counts[queue] = replace(former, **counts)

    def _look_at_day(self) -> None:
        if (today := self._today()) != self._day:
            self._day = today
            self._begin_day()

    def _begin_day(self) -> None:
        self._counts = {
            QueueId(queue): _nothing_of(QueueId(queue), name) for queue, name in self._names.items()
        }
        for event in self._ringing.values():
            if event.queue_id is not None:
                self._add(event.queue_id, offered=1)

    def _today(self) -> date:
        return self._now().astimezone().date()


def _nothing_of(queue: QueueId, name: str) -> QueueStatus:
    return QueueStatus(queue_id=queue, name=name, is_own_share=True)
