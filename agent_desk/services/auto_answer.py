"""Answers calls of some queues for the agent, after a moment; runs on the `desk-loop` thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import DeliveredEvent
from agent_desk.domain.call_rules import CallRules
from agent_desk.domain.errors import SwitchError
from agent_desk.domain.identifiers import CallId
from agent_desk.ports.clock import Clock
from agent_desk.services.background import Background
from agent_desk.services.call_control import CallControl
from agent_desk.services.event_bus import EventBus

_log = logging.getLogger(__name__)

MOMENT_SECONDS = 0.8
"""From the ring to the answer: the pop is read by then, and the beep was heard."""

_TAKES_THE_AGENT = frozenset(
    {
        LocalConnectionState.CONNECTED,
        LocalConnectionState.INITIATED,
        LocalConnectionState.FAIL,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoAnswerAnnouncedEvent:
    """The desk is about to answer this call; a beep tells the agent that somebody will be there."""

    call_id: CallId


class AutoAnswer:
    """Answers what rings for an auto-answered queue, unless the agent is in another call."""

    def __init__(
        self, *, calls: CallControl, bus: EventBus, clock: Clock, rules: CallRules
    ) -> None:
        """Nothing is answered before `start`. rules: whose calls."""
        self._calls = calls
        self._bus = bus
        self._clock = clock
        self._rules = rules
        self._background = Background("auto-answer")
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to follow the calls."""
        self._unsubscribe = self._bus.subscribe(DeliveredEvent, self._on_delivered)

    async def stop(self) -> None:
        """Answer nothing more."""
        self._unsubscribe()
        await self._background.stop()

    def _on_delivered(self, event: DeliveredEvent) -> None:
        rings_here = event.alerting == event.device
        if rings_here and event.queue_id in self._rules.auto_answered and self._may_answer(event):
            self._bus.publish(AutoAnswerAnnouncedEvent(call_id=event.call_id))
            self._background.begin(self._answer(event))

    async def _answer(self, event: DeliveredEvent) -> None:
        await self._clock.sleep(MOMENT_SECONDS)
        if not self._may_answer(event):
            return
        try:
            await self._calls.answer_call(event.call_id)
        except SwitchError as error:
            _log.warning("call %s was not answered by itself: %s", event.call_id, error)

    def _may_answer(self, event: DeliveredEvent) -> bool:
        """Return whether it still rings and the agent is in no other call."""
        calls = self._calls.calls
        call = calls.get(event.call_id)
        is_free = not any(other.state in _TAKES_THE_AGENT for other in calls.values())
        return call is not None and call.state is LocalConnectionState.ALERTING and is_free
