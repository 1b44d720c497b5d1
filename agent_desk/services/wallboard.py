"""The desk's own queue strip: figures of its queues once a second; on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from agent_desk.domain.acd import QueueStatus
from agent_desk.ports.switch import Switch
from agent_desk.services.event_bus import EventBus

REFRESH_SECONDS = 1.0
"""Pause between two looks at the queues, in seconds of real time: people read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuesChangedEvent:
    """The queues of this desk as they are now."""

    queues: tuple[QueueStatus, ...]


class Wallboard:
    """Publishes the queues' figures when they changed."""

    def __init__(self, *, switch: Switch, bus: EventBus) -> None:
        """Nothing is published before ``start``."""
        self._switch = switch
        self._bus = bus
        self._last: tuple[QueueStatus, ...] | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="wallboard")

    async def stop(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def tell(self) -> None:
        """Publish the figures once more, for a listener that came late; nothing before `start`."""
        if self._task is not None:
            self._last = None
            self.refresh()

    def refresh(self) -> None:
        """Publish the figures if they differ from those published last."""
        queues = tuple(self._switch.queue_statuses())
        if queues != self._last:
            self._last = queues
            self._bus.publish(QueuesChangedEvent(queues=queues))

    async def _run(self) -> None:
        while True:
            self.refresh()
            await asyncio.sleep(REFRESH_SECONDS)
