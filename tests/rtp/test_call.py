"""Two ends of a call on one bad line: speech, digits, silence and reports together."""

from __future__ import annotations

import random
from array import array
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.control.session import ControlSession
from telephony.rtp.digits.event import parse_event
from telephony.rtp.digits.receiver import DigitReceiver
from telephony.rtp.errors import RtpError
from telephony.rtp.packet.rtcp import parse_rtcp
from telephony.rtp.packet.rtp import RtpPacket, is_rtcp, parse_rtp
from telephony.rtp.playout.framing import Framer
from telephony.rtp.playout.stream import ReceivedStream
from telephony.rtp.quality.call_quality import call_quality
from telephony.rtp.quality.loss_meter import LossMeter
from telephony.rtp.reception.sequence import TimestampUnwrapper
from telephony.rtp.sending.stream import SentStream
from telephony.rtp.sound.g711 import Law, encode
from telephony.rtp.sound.player import Player
from tests.rtp.tones import strength, tone

PCMA, NOISE, EVENT = 8, 13, 101
TICK = 0.020
WALL = 1_800_000_000.0


def _stream(source: int = 1) -> SentStream:
    return SentStream(
        source=source,
        payload_type=PCMA,
        event_type=EVENT,
        noise_type=NOISE,
        first_sequence=65_530,
        first_timestamp=2**32 - 500,
    )


@dataclass(slots=True)
class End:
    """One telephone: a tone goes out, what comes in is heard."""

    source: int
    hz: float
    sent: SentStream = field(init=False)
    received: ReceivedStream = field(init=False)
    control: ControlSession = field(init=False)
    player: Player = field(init=False)
    heard: array[int] = field(default_factory=lambda: array("h"))
    digits: str = ""
    _receiver: DigitReceiver = field(default_factory=DigitReceiver)
    _timestamps: TimestampUnwrapper = field(default_factory=TimestampUnwrapper)

    def __post_init__(self) -> None:
        self.sent = _stream(self.source)
        self.received = ReceivedStream(
            speech=frozenset({PCMA}), noise=frozenset({NOISE}), framers={PCMA: Framer(160)}
        )
        self.control = ControlSession(
            source=self.source, name="end", clock_hz=8000, now=0.0, chance=0.5
        )
        self.player = Player({PCMA: Law.PCMA}, random.Random(self.source).randbytes)

    def tick(self, number: int, now: float) -> list[bytes]:
        """Hear 20 ms; return what goes out."""
        self.heard += self.player.play(self.received.buffer.tick(now))
        self.digits += "".join(each.digit for each in self._receiver.handle_time(now))
        out = []
        packet = self.sent.tick(encode(Law.PCMA, tone(self.hz, 160, since=number * 160)))
        if packet is not None:
            self.control.note_sent(packet, now)
            out.append(packet.encode())
        if now >= self.control.due_at:
            statistics = self.received.statistics
            out.append(self.control.make_report(statistics, now=now, wall=WALL + now, chance=0.5))
        return out

    def receive(self, data: bytes, now: float) -> None:
        """Take in a datagram."""
        if is_rtcp(data):
            self.control.receive(parse_rtcp(data), now=now, wall=WALL + now)
            return
        packet = parse_rtp(data)
        if self.received.receive(packet, now) and packet.payload_type == EVENT:
            timestamp = self._timestamps.take(packet.timestamp)
            ended = self._receiver.take(packet.payload, timestamp, now)
            self.digits += "".join(each.digit for each in ended)


def _talk(here: End, there: End, *, seconds: float, loss: float, one_way: float) -> None:
    chance = random.Random(5)
    on_the_way: list[tuple[float, End, bytes]] = []
    for number in range(round(seconds / TICK)):
        now = number * TICK
        arrived = sorted((each for each in on_the_way if each[0] <= now), key=lambda each: each[0])
        on_the_way = [each for each in on_the_way if each[0] > now]
        for at, end, data in arrived:
            end.receive(data, at)
        for end, other in ((here, there), (there, here)):
            for data in end.tick(number, now):
                if chance.random() >= loss:
                    at = now + one_way + chance.uniform(0, 0.010)
                    on_the_way.append((at, other, data))


def test_a_call_on_a_bad_line_is_heard_dialled_reported_and_rated() -> None:
    here, there = End(1, 400), End(2, 1000)
    here.sent.digits.send("159#")
    _talk(here, there, seconds=30, loss=0.03, one_way=0.040)

    assert there.digits == "159#"
    assert strength(here.heard[80_000:], 1000) == pytest.approx(8000, rel=0.05)
    assert strength(there.heard[80_000:], 400) == pytest.approx(8000, rel=0.05)
    view = here.control.peer_view
    assert view is not None
    assert view.round_trip_seconds is not None
    assert view.packets_lost / 1500 == pytest.approx(0.03, abs=0.015)
    assert view.round_trip_seconds == pytest.approx(0.090, abs=0.030)
    assert here.received.statistics is not None
    buffer = here.received.buffer
    loss = LossMeter().take(here.received.statistics, buffer.counts)
    assert loss.share == pytest.approx(0.03, abs=0.015)
    quality = call_quality(loss=loss, codec="pcma", buffer_seconds=buffer.target_seconds, view=view)
    assert quality.there is not None
    assert 3.8 < quality.here < 4.41
    assert 3.8 < quality.there < 4.41


def test_numbers_go_on_and_timestamps_tell_the_time_through_silence() -> None:
    stream = _stream()
    packets = [
        stream.tick(b"a"),
        stream.tick(b"b"),
        stream.tick(None, b"\x40"),
        stream.tick(None),
        stream.tick(b"c"),
    ]
    said = [
        (each.payload_type, each.sequence_number, each.timestamp, each.marker)
        for each in packets
        if each is not None
    ]
    assert said == [
        (PCMA, 65_530, 2**32 - 500, True),
        (PCMA, 65_531, 2**32 - 340, False),
        (NOISE, 65_532, 2**32 - 180, False),
        (PCMA, 65_533, 140, True),
    ]


def test_digits_take_the_place_of_speech_and_speech_comes_back_with_a_marker() -> None:
    stream = _stream()
    stream.digits.send("1")
    packets: list[RtpPacket | None] = [stream.tick(b"speech") for _ in range(9)]
    kinds = [None if each is None else each.payload_type for each in packets]
    assert kinds == [EVENT] * 7 + [PCMA] * 2
    assert len({each.timestamp for each in packets[:7] if each is not None}) == 1
    assert [each.marker for each in packets[7:] if each is not None] == [True, False]


def test_a_peer_that_takes_no_events_or_noise_gets_none() -> None:
    stream = SentStream(source=1, payload_type=PCMA, first_sequence=0, first_timestamp=0)
    stream.digits.send("1")
    packet = stream.tick(b"speech")
    assert packet is not None
    assert packet.payload_type == PCMA
    assert stream.tick(None, b"\x40") is None


_STRANGE = st.builds(
    RtpPacket,
    payload_type=st.sampled_from([PCMA, PCMA, NOISE, EVENT, 18]),
    sequence_number=st.integers(0, 9) | st.integers(0, 65_535),
    timestamp=st.integers(0, 9).map(lambda index: index * 160) | st.integers(0, 2**32 - 1),
    source=st.sampled_from([2, 2, 2, 3]),
    payload=st.binary(max_size=5) | st.sampled_from([bytes(80), bytes(160), bytes(1400)]),
)


@given(st.lists(st.tuples(st.floats(0, 0.5), _STRANGE | st.binary(max_size=40)), max_size=40))
def test_whatever_a_stranger_sends_every_tick_is_20_ms_of_sound(
    arrivals: list[tuple[float, RtpPacket | bytes]],
) -> None:
    end, now = End(1, 400), 0.0
    for number, (pause, sent) in enumerate(arrivals):
        now += pause
        with suppress(RtpError):
            end.receive(sent if isinstance(sent, bytes) else sent.encode(), now)
        end.tick(number, now)
        assert len(end.heard) == (number + 1) * 160


def test_frames_are_joined_into_longer_packets_and_time_goes_on_over_what_was_skipped() -> None:
    stream = SentStream(
        source=1, payload_type=PCMA, first_sequence=0, first_timestamp=0, frames_per_packet=2
    )
    packets = [stream.tick(b"a"), stream.tick(b"b"), stream.tick(b"c")]
    stream.skip(3)
    packets += [stream.tick(b"d"), stream.tick(b"e")]
    assert stream.next_numbers == (2, 8 * 160)
    assert [(each.payload, each.timestamp) for each in packets if each is not None] == [
        (b"ab", 0),
        (b"de", 6 * 160),
    ]


def test_a_digit_by_a_faster_clock_lasts_as_long() -> None:
    stream = SentStream(
        source=1,
        payload_type=111,
        event_type=EVENT,
        first_sequence=0,
        first_timestamp=0,
        frame_units=960,
    )
    stream.digits.send("1")
    kinds = [stream.tick(b"speech") for _ in range(8)]
    assert [None if each is None else each.payload_type for each in kinds] == [EVENT] * 7 + [111]


def test_digits_by_a_slower_clock_than_the_speech_last_as_long() -> None:
    stream = SentStream(
        source=1,
        payload_type=111,
        event_type=EVENT,
        first_sequence=0,
        first_timestamp=0,
        frame_units=960,
        event_units=160,
    )
    stream.digits.send("1")
    packets = [stream.tick(b"speech") for _ in range(8)]
    events = [each for each in packets if each is not None and each.payload_type == EVENT]
    assert [parse_event(each.payload).duration for each in events] == [
        *(160, 320, 480, 640, 800, 800, 800)
    ]
    last = packets[-1]
    assert last is not None
    assert (last.payload_type, last.timestamp) == (111, 7 * 960)
