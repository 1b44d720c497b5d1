"""The sound of a call: packets parsed, ticks of the jitter buffer, and what a call costs."""

from __future__ import annotations

import json
import random
from array import array
from collections.abc import Callable
from math import pi, sin
from time import perf_counter
from typing import Any

from telephony.rtp.packet.description import CNAME, DescriptionItem, SourceDescription, SourceItems
from telephony.rtp.packet.report import Report, ReportBlock, SenderInformation
from telephony.rtp.packet.rtcp import encode_rtcp, parse_rtcp
from telephony.rtp.packet.rtp import RtpPacket, parse_rtp
from telephony.rtp.playout.outcome import Conceal
from telephony.rtp.playout.stream import ReceivedStream
from telephony.rtp.sound.concealment import Concealer
from telephony.rtp.sound.g711 import Law, decode, encode
from telephony.rtp.sound.player import Player
from tests.benchmarks.rounds import percentile

_ROUNDS = 7
_FRAMES = 3000
_FRAME_SECONDS = 0.020
_PCMU = 0


def run() -> dict[str, Any]:
    """Return how much is done a second, medians of rounds on one core.

    ``calls_per_core``: how many received calls at 3 % loss and 30 ms of jitter one core would
    carry from datagram to samples, concealment included, if nothing else ran.
    """
    speech = array("h", [round(8000 * sin(2 * pi * 100 * i / 8000)) for i in range(160)])
    datagrams = _datagrams(encode(Law.PCMU, speech))
    line = _line(datagrams)
    call_seconds = _median(lambda: _play(line))
    return {
        "rtp_parsed_per_second": _rate(lambda: _each(parse_rtp, datagrams), len(datagrams)),
        "rtcp_parsed_per_second": _rate(lambda: _each(parse_rtcp, [_compound()] * 1000), 1000),
        "buffer_ticks_per_second": _rate(lambda: _tick(line), _FRAMES),
        "g711_frames_per_second": _rate(lambda: _code(speech), 1000),
        "concealed_frames_per_second": _rate(lambda: _conceal(speech), 300),
        "call_us_per_tick": round(1e6 * call_seconds / _FRAMES, 1),
        "calls_per_core": int(_FRAMES * _FRAME_SECONDS / call_seconds),
    }


def _datagrams(payload: bytes) -> list[bytes]:
    return [
        RtpPacket(
            payload_type=_PCMU,
            sequence_number=index % 65536,
            timestamp=index * 160,
            source=7,
            payload=payload,
        ).encode()
        for index in range(_FRAMES)
    ]


def _line(datagrams: list[bytes]) -> list[list[tuple[float, bytes]]]:
    """Return what arrives before each tick at 3 % loss and 30 ms of jitter."""
    chance = random.Random(1)
    ticks: list[list[tuple[float, bytes]]] = [[] for _ in range(len(datagrams) + 3)]
    for index, datagram in enumerate(datagrams):
        at = index * _FRAME_SECONDS + chance.uniform(0, 0.030)
        if chance.random() >= 0.03:
            ticks[int(at / _FRAME_SECONDS) + 1].append((at, datagram))
    return [sorted(each) for each in ticks]


def _tick(line: list[list[tuple[float, bytes]]]) -> None:
    stream = ReceivedStream(speech=frozenset({_PCMU}))
    for number, arrived in enumerate(line):
        for at, datagram in arrived:
            stream.receive(parse_rtp(datagram), at)
        stream.buffer.tick(number * _FRAME_SECONDS)


def _play(line: list[list[tuple[float, bytes]]]) -> None:
    stream = ReceivedStream(speech=frozenset({_PCMU}))
    player = Player({_PCMU: Law.PCMU}, random.Random(1).randbytes)
    concealed = 0
    for number, arrived in enumerate(line):
        for at, datagram in arrived:
            stream.receive(parse_rtp(datagram), at)
        outcome = stream.buffer.tick(number * _FRAME_SECONDS)
        concealed += isinstance(outcome, Conceal)
        player.play(outcome)
    # A line that loses nothing would measure something else.
    assert concealed > _FRAMES / 100


def _compound() -> bytes:
    sent = SenderInformation(ntp_time=1 << 32, timestamp=160, packets=1, octets=160)
    report = Report(source=7, sent=sent, blocks=(ReportBlock(source=9, jitter=12),))
    items = (DescriptionItem(kind=CNAME, text="desk@example"),)
    return encode_rtcp((report, SourceDescription(sources=(SourceItems(source=7, items=items),))))


def _code(speech: array[int]) -> None:
    for _ in range(1000):
        decode(Law.PCMA, encode(Law.PCMA, speech))


def _conceal(speech: array[int]) -> None:
    """Lose a frame after each heard one, so that every loss looks for its pitch."""
    concealer = Concealer()
    for _ in range(300):
        concealer.hear(speech)
        concealer.conceal()


def _each(parse: Callable[[bytes], object], datagrams: list[bytes]) -> None:
    for datagram in datagrams:
        parse(datagram)


def _rate(work: Callable[[], None], count: int) -> int:
    return int(count / _median(work))


def _median(work: Callable[[], None]) -> float:
    return percentile([_seconds(work) for _ in range(_ROUNDS)], 0.5)


def _seconds(work: Callable[[], None]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
