"""Streams and packets: where a message ends, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.sip.errors import FramingError
from telephony.sip.framing.packet import PacketKind, packet_kind, packet_octets
from telephony.sip.framing.stream import PING, PONG, Frame, KeepAlive, StreamFramer
from telephony.sip.message.limits import Limits

STUN = bytes.fromhex("000100002112a442") + bytes(12)


def message(body: bytes) -> bytes:
    return b"INFO sip:a@b SIP/2.0\r\nl :\r\n " + str(len(body)).encode() + b"\r\n\r\n" + body


def frames(found: list[Frame | KeepAlive]) -> list[bytes]:
    return [frame.data for frame in found if isinstance(frame, Frame)]


@given(
    st.lists(st.binary(max_size=20).map(message), max_size=4),
    st.lists(st.integers(1, 40), max_size=60),
    st.booleans(),
)
def test_messages_come_out_whole_however_they_are_cut(
    messages: list[bytes], cuts: list[int], dialled: bool
) -> None:
    stream = PONG.join(messages) + PING
    framer = StreamFramer(dialled=dialled)
    found: list[Frame | KeepAlive] = []
    position = 0
    for cut in [*cuts, len(stream)]:
        found += framer.feed(stream[position : position + cut])
        position += cut
    assert frames(found) == messages
    assert framer.is_idle


def test_the_side_that_was_called_hears_pings() -> None:
    framer = StreamFramer(dialled=False)
    assert list(framer.feed(b"\r\n")) == []
    assert list(framer.feed(b"\r\n")) == [KeepAlive.PING]
    assert list(framer.feed(PING + message(b"") + PING)) == [
        KeepAlive.PING,
        Frame(message(b"")),
        KeepAlive.PING,
    ]


def test_the_side_that_called_hears_pongs() -> None:
    framer = StreamFramer(dialled=True)
    assert list(framer.feed(b"\r")) == []
    assert list(framer.feed(b"\n" + message(b"x"))) == [KeepAlive.PONG, Frame(message(b"x"))]


def test_a_body_may_begin_with_line_ends() -> None:
    framer = StreamFramer(dialled=False)
    body = b"\r\n\r\nx"
    data = message(body)
    assert frames(list(framer.feed(data[:-5]))) == []
    assert frames(list(framer.feed(data[-5:]))) == [data]


@pytest.mark.parametrize(
    "data",
    [
        b"INFO sip:a@b SIP/2.0\r\n\r\n",
        b"INFO sip:a@b SIP/2.0\r\nContent-Length: -1\r\n\r\n",
        b"INFO sip:a@b SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\n",
        b"INFO sip:a@b SIP/2.0\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"INFO sip:a@b SIP/2.0\r\n" + b"X: y\r\n" * 9 + b"l: 0\r\n\r\n",
        b"a" * 200,
    ],
)
def test_a_stream_that_cannot_be_cut_is_given_up(data: bytes) -> None:
    framer = StreamFramer(dialled=True, limits=Limits(head_octets=150, body_octets=99, fields=8))
    with pytest.raises(FramingError):
        list(framer.feed(data))


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", PacketKind.KEEP_ALIVE),
        (b"\r\n\r\n", PacketKind.KEEP_ALIVE),
        (b"\0\0\0\0", PacketKind.KEEP_ALIVE),
        (STUN, PacketKind.STUN),
        (STUN + b"\0\0\0\0", PacketKind.SIP),
        (bytes([0x80]) + STUN[1:], PacketKind.SIP),
        (message(b""), PacketKind.SIP),
        (b"\r\n" + message(b""), PacketKind.SIP),
    ],
)
def test_a_packet_is_told_by_its_octets(data: bytes, kind: PacketKind) -> None:
    assert packet_kind(data) is kind


def test_a_websocket_message_may_be_text_or_binary() -> None:
    assert packet_octets(message(b"").decode()) == packet_octets(message(b"")) == message(b"")
