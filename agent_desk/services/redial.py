"""What was dialled last at this desk, for redial; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from agent_desk.domain.call_events import OriginatedEvent
from agent_desk.ports.dialled_numbers import DialledNumbers
from agent_desk.services.background import Background
from agent_desk.services.event_bus import EventBus

MOST: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DialledChangedEvent:
    """The numbers that were dialled, the last one first, each once."""

    numbers: tuple[str, ...]


class Redial:
    """Remembers each number that a call went out to, whoever and whatever dialled it."""

    def __init__(self, *, kept: DialledNumbers | None, bus: EventBus) -> None:
        """Keep them in ``kept``, None for this run alone."""
        self._kept = kept
        self._bus = bus
        self._numbers: tuple[str, ...] = ()
        self._background = Background("redial")
        self._writes_one_by_one = asyncio.Lock()
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Read what is kept, and follow the calls."""
        if self._kept is not None:
            self._numbers = tuple(await asyncio.to_thread(self._kept.read))[:MOST]
        self._unsubscribe = self._bus.subscribe(OriginatedEvent, self._on_originated)

    async def stop(self) -> None:
        """Write what is not written yet, and follow nothing any more."""
        self._unsubscribe()
        await self._background.settled()

    def numbers(self) -> Sequence[str]:
        """Return what was dialled, the last one first."""
        return self._numbers

    def tell(self) -> None:
        """Publish the numbers once more, for a listener that came late."""
        self._bus.publish(DialledChangedEvent(numbers=self._numbers))

    def _on_originated(self, event: OriginatedEvent) -> None:
        if event.calling != event.device or not event.called:
            return
        others = (number for number in self._numbers if number != event.called)
        self._numbers = (str(event.called), *others)[:MOST]
        self.tell()
        if self._kept is not None:
            self._background.begin(self._write(self._kept))

    async def _write(self, kept: DialledNumbers) -> None:
        async with self._writes_one_by_one:
            await asyncio.to_thread(kept.write, self._numbers)
