"""Calls on lines that lose and shake: what is heard, how late, and how it is coloured."""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from statistics import fmean
from typing import Any, TypeAlias

from aiortc.jitterbuffer import JitterBuffer as AiortcBuffer
from aiortc.rtp import RtpPacket as AiortcPacket

from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.playout.outcome import Conceal, PlayFrame
from telephony.rtp.playout.stream import ReceivedStream
from telephony.rtp.sound.samples import silence
from telephony.sip.sdp.codec import Codec
from telephony.sip.sdp.policy import G722, OPUS, PCMA
from telephony.webrtc.codec import FRAMES_PER_SECOND, SpeechDecoder
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from tests.benchmarks.rounds import percentile
from tests.benchmarks.spectrum import distance_db
from tests.servers.lossy_relay import Fate, Weather
from tests.webrtc.codecs.voice import speak

_FRAME_SECONDS = 1 / FRAMES_PER_SECOND
_CALL_FRAMES = 10 * 60 * FRAMES_PER_SECOND
_TICK_SINCE = 0.007
"""The beat of a receiver has nothing to do with that of its sender."""

_LINES = {
    "loss_1": Weather(loss=0.01, delay_ms=30),
    "loss_1_jitter_30": Weather(loss=0.01, delay_ms=30, jitter_ms=30),
    "loss_3_jitter_30": Weather(loss=0.03, delay_ms=30, jitter_ms=30),
    "loss_3_in_bursts_jitter_30": Weather(loss=0.03, burst=2.5, delay_ms=30, jitter_ms=30),
}
_SPOKEN_SECONDS = 20.0
_SPOKEN_LOSS = 0.05
Arrival = tuple[float, int]


def run() -> dict[str, Any]:
    """Return what ten minutes of each line sound like, and what a loss of 5 % does to a voice.

    ``longest_gap_ms``: without a real frame. ``delay_ms``: of frames, beyond the line's least.
    ``heard``: share of time that was a real frame or made up for one. aiortc: its own buffer with
    the same arrivals, each frame played as soon as the one before it has ended.

    ``distance_db``: of the frames lost and those right behind them, to what the same codec gives
    without loss. ``silenced``: the same codec without any repair.
    """
    return {
        **{name: _compare(weather) for name, weather in _LINES.items()},
        "distance_db": {codec.name: _distances(codec) for codec in (OPUS, G722, PCMA)},
    }


@dataclass(slots=True)
class _Listener:
    """What a line gave. gaps, delays: in seconds."""

    gaps: list[float] = field(default_factory=lambda: [0.0])
    delays: list[float] = field(default_factory=list)
    heard: float = 0.0

    def report(self) -> dict[str, float]:
        """Return the figures of a line."""
        return {
            "longest_gap_ms": round(1000 * max(self.gaps)),
            "delay_ms_p50": round(1000 * percentile(self.delays, 0.5)),
            "delay_ms_p95": round(1000 * percentile(self.delays, 0.95)),
            "heard": round(self.heard, 4),
        }


def _compare(weather: Weather) -> dict[str, dict[str, float]]:
    arrivals = _arrivals(weather)
    least = weather.delay_ms / 1000
    return {
        "ours": _ours(arrivals, least).report(),
        "aiortc": _aiortcs(arrivals, least).report(),
    }


def _arrivals(weather: Weather) -> list[Arrival]:
    """Return when which frame arrives; one line, one fate."""
    fate = Fate(weather, seed=7)
    return sorted(
        (at, index) for index in range(_CALL_FRAMES) for at in fate.arrivals(index * _FRAME_SECONDS)
    )


def _ours(arrivals: Sequence[Arrival], least: float) -> _Listener:
    stream = ReceivedStream(speech=frozenset({PCMA.payload_type}))
    listener, waiting = _Listener(), iter(arrivals)
    next_at, index = next(waiting)
    gap, heard = 0, 0
    ticks = range(_begin(arrivals), _CALL_FRAMES)
    for tick in ticks:
        now = _TICK_SINCE + tick * _FRAME_SECONDS
        while next_at <= now:
            stream.receive(_packet(index), next_at)
            next_at, index = next(waiting, (float("inf"), 0))
        outcome = stream.buffer.tick(now)
        heard += isinstance(outcome, PlayFrame | Conceal)
        if isinstance(outcome, PlayFrame):
            listener.gaps.append(gap * _FRAME_SECONDS)
            gap = 0
            sent = outcome.frame.timestamp // _units() * _FRAME_SECONDS
            listener.delays.append(now - sent - least)
        elif listener.delays:
            gap += 1
    listener.heard = heard / len(ticks)
    return listener


def _begin(arrivals: Sequence[Arrival]) -> int:
    """Return the tick from which on something can be heard: after the shortest buffer."""
    return round((arrivals[0][0] + 0.040) / _FRAME_SECONDS)


def _units() -> int:
    return PCMA.clock_hz // FRAMES_PER_SECOND


def _packet(index: int) -> RtpPacket:
    return RtpPacket(
        payload_type=PCMA.payload_type,
        sequence_number=index % 65536,
        timestamp=index * _units(),
        source=7,
        payload=bytes(_units()),
    )


def _aiortcs(arrivals: Sequence[Arrival], least: float) -> _Listener:
    """Play what aiortc's buffer lets go; it makes up nothing for what is lost."""
    # As RTCRtpReceiver has it for sound.
    buffer = AiortcBuffer(capacity=16, prefetch=4)
    listener, played = _Listener(), [0.0]
    for at, index in arrivals:
        packet = AiortcPacket(sequence_number=index % 65536, timestamp=index * _units())
        packet._data = b"sound"  # type: ignore[attr-defined]  # its receiver sets this
        _, frame = buffer.add(packet)
        if frame is None:
            continue
        plays = max(at, played[-1] + _FRAME_SECONDS) if listener.delays else at
        played.append(plays)
        listener.delays.append(plays - frame.timestamp // _units() * _FRAME_SECONDS - least)
    gaps = [later - earlier - _FRAME_SECONDS for earlier, later in pairwise(played[1:])]
    listener.gaps += gaps
    listener.heard = len(listener.delays) * _FRAME_SECONDS / (played[-1] - played[1])
    return listener


def _distances(codec: Codec) -> dict[str, float]:
    """Return the mean distance of each way to do with a loss."""
    catalogue = CodecCatalogue()
    encoder = catalogue.make_encoder(codec)
    encoder.expect_loss(_SPOKEN_LOSS)
    said = speak(_SPOKEN_SECONDS, sample_hz=encoder.sample_hz)
    payloads = [encoder.encode(each) for each in said]
    chance = Random(3)
    lost = {i for i in range(50, len(payloads) - 1) if chance.random() < _SPOKEN_LOSS}
    meant = list(_decoded(catalogue.make_decoder(codec), payloads, set(), _conceal))
    ways = {"silenced": _silence, "concealed": _conceal}
    if codec is OPUS:
        ways["by_copies"] = _copy
    judged = sorted(lost | {index + 1 for index in lost})
    distances: dict[str, float] = {}
    for name, way in ways.items():
        heard = list(_decoded(catalogue.make_decoder(codec), payloads, lost, way))
        each = [distance_db(heard[i], meant[i], encoder.sample_hz) for i in judged]
        distances[name] = round(fmean(each), 2)
    return distances


Way: TypeAlias = "Callable[[SpeechDecoder, bytes | None], array[int]]"


def _decoded(
    decoder: SpeechDecoder, payloads: Sequence[bytes], lost: set[int], way: Way
) -> Iterator[array[int]]:
    for index, payload in enumerate(payloads):
        if index not in lost:
            yield decoder.decode(payload)
            continue
        behind = None if index + 1 in lost else payloads[index + 1]
        yield way(decoder, behind)


def _silence(decoder: SpeechDecoder, behind: bytes | None) -> array[int]:
    return silence(decoder.sample_hz // FRAMES_PER_SECOND)


def _conceal(decoder: SpeechDecoder, behind: bytes | None) -> array[int]:
    return decoder.conceal()


def _copy(decoder: SpeechDecoder, behind: bytes | None) -> array[int]:
    return decoder.conceal(behind)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
