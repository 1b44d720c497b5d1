"""A received stream: from packets to frames, through changes of source."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.playout.framing import Framer
from telephony.rtp.playout.outcome import PlayFrame, Playout, ReceivedFrame
from telephony.rtp.playout.stream import ReceivedStream

SPEECH, NOISE, DIGITS = 0, 13, 101


def _packet(
    index: int, *, source: int = 7, payload_type: int = SPEECH, shift: int = 0
) -> RtpPacket:
    return RtpPacket(
        payload_type=payload_type,
        sequence_number=(65_400 + shift + index) % 65_536,
        timestamp=(2**32 - 10_000 + shift * 977 + index * 160) % 2**32,
        source=source,
        payload=bytes((index % 256, source % 256)) * 80,
    )


def _stream() -> ReceivedStream:
    return ReceivedStream(
        speech=frozenset({SPEECH}), noise=frozenset({NOISE}), framers={SPEECH: Framer(160)}
    )


def _play(
    stream: ReceivedStream, packets: Iterable[tuple[float, RtpPacket]], ticks: int
) -> list[Playout]:
    waiting = sorted(packets, key=lambda each: each[0])
    heard: list[Playout] = []
    for tick in range(ticks):
        now = 0.007 + tick * 0.02
        while waiting and waiting[0][0] <= now:
            at, packet = waiting.pop(0)
            stream.receive(packet, at)
        heard.append(stream.buffer.tick(now))
    return heard


def _payloads(heard: list[Playout]) -> list[bytes]:
    return [each.frame.payload[:2] for each in heard if isinstance(each, PlayFrame)]


def test_a_stream_is_heard_from_its_first_packet_through_wraps_of_both_numbers() -> None:
    stream = _stream()
    heard = _play(stream, [(i * 0.02, _packet(i)) for i in range(250)], 250)
    assert _payloads(heard) == [bytes((i, 7)) for i in range(len(_payloads(heard)))]
    assert len(_payloads(heard)) > 245
    statistics = stream.statistics
    assert statistics is not None
    assert statistics.packets_lost == 0


def test_another_source_takes_over_after_two_packets() -> None:
    stream = _stream()
    packets = [(i * 0.02, _packet(i)) for i in range(100)]
    packets += [(i * 0.02, _packet(i, source=9, shift=5000)) for i in range(100, 200)]
    heard = _payloads(_play(stream, packets, 200))
    assert stream.source_changes == 1
    assert bytes((100, 9)) in heard
    assert heard[-1] == bytes((196, 9)) or heard[-1][1] == 9
    assert len(heard) > 190


def test_a_strangers_packet_changes_nothing() -> None:
    stream = _stream()
    packets = [(i * 0.02, _packet(i)) for i in range(200)]
    packets += [(i * 0.02 + 0.001, _packet(i * 3, source=5)) for i in range(0, 200, 2)]
    heard = _payloads(_play(stream, packets, 200))
    assert stream.source_changes == 0
    assert {each[1] for each in heard} == {7}


def test_sequence_numbers_that_begin_anew_are_followed() -> None:
    stream = _stream()
    packets = [(i * 0.02, _packet(i)) for i in range(100)]
    packets += [(i * 0.02, _packet(i, shift=20_000)) for i in range(100, 200)]
    heard = _payloads(_play(stream, packets, 200))
    assert stream.statistics is not None
    assert stream.statistics.sequence.restarts == 1
    assert len(heard) > 185


def test_digits_are_counted_and_not_heard() -> None:
    stream = _stream()
    packets = [(i * 0.02, _packet(i)) for i in range(50)]
    packets += [(i * 0.02, _packet(i, payload_type=DIGITS)) for i in range(50, 60)]
    heard = _play(stream, packets, 60)
    assert stream.statistics is not None
    assert stream.statistics.sequence.received == 59
    assert all(each.frame.payload_type == SPEECH for each in heard if isinstance(each, PlayFrame))


@pytest.mark.parametrize("milliseconds", [10, 20, 30, 40, 60])
def test_packets_of_any_length_are_heard_whole(milliseconds: int) -> None:
    octets = milliseconds * 8
    said = bytes(sample // 160 % 256 for sample in range(octets * 100))
    packets = [
        (
            number * milliseconds / 1000,
            RtpPacket(
                payload_type=SPEECH,
                sequence_number=number,
                timestamp=number * octets,
                source=7,
                payload=said[number * octets : (number + 1) * octets],
            ),
        )
        for number in range(100)
    ]
    heard = _payloads(_play(_stream(), packets, milliseconds * 5))
    assert heard == [bytes((index % 256,)) * 2 for index in range(len(heard))]
    assert len(heard) > milliseconds * 5 - 8


def test_half_a_frame_without_its_other_half_is_dropped() -> None:
    framer = Framer(160)
    halves = [
        ReceivedFrame(timestamp=timestamp, payload_type=kind, payload=bytes(80))
        for timestamp, kind in ((0, 0), (160, 0), (240, 0), (320, 0), (400, 8))
    ]
    whole = [each for half in halves for each in framer.take(half)]
    assert [(each.timestamp, len(each.payload)) for each in whole] == [(160, 160)]
