"""A simulated line: what a peer sends, what the network does to it, and what is heard each tick."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from telephony.rtp.playout.jitter_buffer import FRAME_SECONDS, JitterBuffer
from telephony.rtp.playout.outcome import Conceal, PlayFrame, Playout, ReceivedFrame

UNITS = 160
Arrival = tuple[float, ReceivedFrame]


def frame(index: int, *, first: int = 0, is_noise: bool = False) -> ReceivedFrame:
    """Return the frame number ``index`` of a stream whose timestamps begin at ``first``."""
    return ReceivedFrame(
        timestamp=first + index * UNITS,
        payload_type=13 if is_noise else 0,
        payload=b"\x40" if is_noise else index.to_bytes(4),
        is_noise=is_noise,
    )


def sent(
    indexes: Iterable[int],
    *,
    loss: float = 0.0,
    jitter_seconds: float = 0.0,
    late_seconds: float = 0.030,
    drift: float = 0.0,
    first: int = 0,
    seed: int = 1,
) -> Iterator[Arrival]:
    """Yield the arrivals of frames that leave every 20 ms.

    jitter_seconds: even spread on top of ``late_seconds``, so that frames overtake each other.
    drift: how much slower the sender's clock goes than ours, as a share.
    """
    chance = random.Random(seed)
    for index in indexes:
        shaken = chance.uniform(0, jitter_seconds)
        if chance.random() >= loss:
            at = index * FRAME_SECONDS * (1 + drift) + late_seconds + shaken
            yield at, frame(index, first=first)


@dataclass(slots=True)
class Heard:
    """What was heard, tick by tick, and how long after the fastest arrival each frame was."""

    outcomes: list[Playout] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)

    @property
    def indexes(self) -> list[int]:
        """Return the numbers of the frames that were heard."""
        return [
            int.from_bytes(each.frame.payload)
            for each in self.outcomes
            if isinstance(each, PlayFrame)
        ]

    @property
    def longest_gap(self) -> int:
        """Return the most ticks in a row without a real frame, once the first was heard."""
        longest = run = 0
        begun = False
        for each in self.outcomes:
            is_real = isinstance(each, PlayFrame)
            begun = begun or is_real
            run = 0 if is_real or not begun else run + 1
            longest = max(longest, run)
        return longest

    def share(self, *kinds: type[Playout]) -> float:
        """Return the share of ticks that gave one of ``kinds``, from the first frame on."""
        begin = next(i for i, each in enumerate(self.outcomes) if isinstance(each, PlayFrame))
        heard = self.outcomes[begin:]
        return sum(isinstance(each, kinds) for each in heard) / len(heard)

    @property
    def real(self) -> float:
        """Return the share of real frames."""
        return self.share(PlayFrame)

    @property
    def real_or_concealed(self) -> float:
        """Return the share of ticks that were not left silent."""
        return self.share(PlayFrame, Conceal)


def listen(
    buffer: JitterBuffer,
    arrivals: Iterable[Arrival],
    *,
    until: float,
    since: float = 0.007,
    late_seconds: float = 0.030,
    drift: float = 0.0,
) -> Heard:
    """Play ``arrivals`` into ``buffer`` and tick it every 20 ms; return what was heard."""
    queue = sorted(arrivals, key=lambda arrival: arrival[0])
    heard = Heard()
    position = 0
    for number in range(round((until - since) / FRAME_SECONDS)):
        now = since + number * FRAME_SECONDS
        while position < len(queue) and queue[position][0] <= now:
            buffer.put(queue[position][1], queue[position][0])
            position += 1
        outcome = buffer.tick(now)
        heard.outcomes.append(outcome)
        if isinstance(outcome, PlayFrame):
            left = int.from_bytes(outcome.frame.payload) * FRAME_SECONDS * (1 + drift)
            heard.delays.append(now - left - late_seconds)
    return heard
