"""Opus payloads of any length become frames of 20 ms, and nothing in them can break that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.errors import PayloadError
from telephony.rtp.playout.outcome import ReceivedFrame
from telephony.webrtc.codecs.opus_framer import OpusFramer
from telephony.webrtc.codecs.opus_packet import OpusPacket, parse_opus

SILK_20, SILK_60, CELT_10, CELT_5 = 1 << 3, 3 << 3, 30 << 3, 29 << 3
UNITS = {SILK_20: 960, SILK_60: 2880, CELT_10: 480, CELT_5: 240}


def _packet(configuration: int, *contents: bytes) -> OpusPacket:
    return OpusPacket(
        configuration=configuration, frame_units=UNITS[configuration], frames=contents
    )


def _frame(timestamp: int, payload: bytes) -> ReceivedFrame:
    return ReceivedFrame(timestamp=timestamp, payload_type=111, payload=payload)


def _taken(framer: OpusFramer, timestamp: int, payload: bytes) -> list[tuple[int, bytes]]:
    return [(each.timestamp, each.payload) for each in framer.take(_frame(timestamp, payload))]


@given(
    st.sampled_from(sorted(UNITS)),
    st.lists(st.binary(max_size=1275), min_size=1, max_size=2),
)
def test_a_packet_survives_the_round_trip(configuration: int, contents: list[bytes]) -> None:
    packet = _packet(configuration, *contents)
    assert parse_opus(packet.encode()) == packet


@given(st.binary(max_size=300))
def test_any_octets_are_a_packet_or_refused(payload: bytes) -> None:
    framer = OpusFramer()
    try:
        packet = parse_opus(payload)
    except PayloadError:
        assert _taken(framer, 0, payload) == []
        return
    assert parse_opus(packet.encode()) == packet
    assert len(_taken(framer, 0, payload)) <= 6


@pytest.mark.parametrize(
    ("payload", "contents"),
    [
        (bytes([SILK_20]) + b"one", (b"one",)),
        (bytes([SILK_20 | 1]) + b"onetwo", (b"one", b"two")),
        (bytes([SILK_20 | 2, 2]) + b"ab" + b"cde", (b"ab", b"cde")),
        (bytes([SILK_20 | 3, 3]) + b"aabbcc", (b"aa", b"bb", b"cc")),
        (bytes([SILK_20 | 3, 0x80 | 2, 1]) + b"abc", (b"a", b"bc")),
        (bytes([SILK_20 | 3, 0x40 | 2, 2]) + b"aabb" + b"\0\0", (b"aa", b"bb")),
    ],
)
def test_all_four_forms_are_read(payload: bytes, contents: tuple[bytes, ...]) -> None:
    assert parse_opus(payload).frames == contents


def test_a_payload_of_several_frames_is_cut() -> None:
    payload = _packet(SILK_20, b"a" * 300, b"b", b"c").encode()
    cut = _taken(OpusFramer(), 5000, payload)
    assert [at for at, _ in cut] == [5000, 5960, 6920]
    assert [each[1:] for _, each in cut] == [b"a" * 300, b"b", b"c"]


def test_a_frame_of_60_ms_has_its_rest_in_frames_without_octets() -> None:
    payload = _packet(SILK_60, b"long").encode()
    assert _taken(OpusFramer(), 0, payload) == [(0, payload), (960, b""), (1920, b"")]


def test_payloads_of_10_ms_are_joined_by_two() -> None:
    framer = OpusFramer()
    assert _taken(framer, 0, _packet(CELT_10, b"a").encode()) == []
    whole = _packet(CELT_10, b"a", b"bb").encode()
    assert _taken(framer, 480, _packet(CELT_10, b"bb").encode()) == [(0, whole)]


def test_half_a_frame_whose_other_half_is_lost_is_dropped() -> None:
    framer = OpusFramer()
    short = [_packet(CELT_10, each).encode() for each in (b"a", b"b", b"c")]
    assert _taken(framer, 0, short[0]) == []
    assert _taken(framer, 960, short[1]) == []
    assert len(_taken(framer, 1440, short[2])) == 1


def test_frames_of_another_kind_are_not_joined() -> None:
    framer = OpusFramer()
    assert _taken(framer, 0, _packet(CELT_10, b"a").encode()) == []
    assert _taken(framer, 480, _packet(CELT_5, b"b").encode()) == []
    rest = [_taken(framer, 720 + 240 * n, _packet(CELT_5, b"b").encode()) for n in range(3)]
    assert [len(each) for each in rest] == [0, 0, 1]
