"""A media process without calls: it plays a tone, says what it hears, and does as lines tell it.

Run as ``python -m tests.ui.audio.puppet``. Lines in are lists of JSON: a method of the card, or
"tone", and an argument; lines out are objects of JSON.
"""

from __future__ import annotations

import asyncio
import json
import math
import sys
from array import array
from dataclasses import asdict
from typing import Any, Final

from agent_desk.domain.sound import AudioChoice, AudioDevices
from ui.audio.beside import run_beside_qt
from ui.audio.card import QtSoundCard
from ui.audio.frames import CARD_HZ, FRAME, silence

TONES_HZ: Final = (440, 659, 880)
"""659 is the first note of the ring."""
_LISTEN: Final = 5
"""Frames, 100 ms, after which it says what was heard."""

_LOUD: Final = 8000


def main() -> int:
    """Serve until the lines end."""
    return run_beside_qt(lambda card: asyncio.run(_Puppet(card).run()))


class _Puppet:
    def __init__(self, card: QtSoundCard) -> None:
        self._card = card
        self._tone_hz = 0
        self._played = 0
        self._heard = array("h")
        self._since: int | None = None
        """Where the tone began, in samples played, until it is heard."""

    async def run(self) -> int:
        self._card.start(self._tell)
        reader = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
        )
        ticking = asyncio.create_task(self._tick())
        async for line in reader:
            self._obey(*json.loads(line))
        ticking.cancel()
        self._card.stop()
        return 0

    def _obey(self, what: str, argument: Any = None) -> None:
        if what == "tone":
            self._tone_hz, self._since = argument, self._played
        elif what == "choose":
            self._card.choose(AudioChoice(microphone=argument[0], speaker=argument[1]))
        else:
            getattr(self._card, what)()

    def _tell(self, devices: AudioDevices, failed: str) -> None:
        _say({"devices": asdict(devices), "failed": failed})

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            self._frame()
            due += FRAME / CARD_HZ
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _frame(self) -> None:
        self._card.play(tone(self._tone_hz, self._played) if self._tone_hz else silence())
        self._played += FRAME
        frame = self._card.take()
        loud = next((place for place, value in enumerate(frame) if abs(value) > _LOUD // 4), None)
        if self._since is not None and loud is not None and self._tone_hz:
            _say({"delay_ms": (self._played - FRAME + loud - self._since) * 1000 / CARD_HZ})
            self._since = None
        self._heard.extend(frame)
        if len(self._heard) >= _LISTEN * FRAME:
            _say({"heard": {hz: round(level(self._heard, hz)) for hz in TONES_HZ}})
            self._heard = array("h")


def tone(hz: int, start: int) -> array[int]:
    """Return a frame of a tone, beginning at sample ``start`` of it."""
    step = 2 * math.pi * hz / CARD_HZ
    return array("h", [round(_LOUD * math.sin(step * (start + i))) for i in range(FRAME)])


def level(samples: array[int], hz: int) -> float:
    """Return the amplitude of a tone in ``samples``, by Goertzel's algorithm."""
    turn = 2 * math.cos(2 * math.pi * hz / CARD_HZ)
    last = before = 0.0
    for sample in samples:
        last, before = sample + turn * last - before, last
    power = last * last + before * before - turn * last * before
    return 2 * math.sqrt(max(0.0, power)) / len(samples)


def _say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    sys.exit(main())
