"""RTP and RTCP packets: what is written is read again, and garbage is refused and nothing worse."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.rtp.errors import PacketError, SizeLimitError
from telephony.rtp.packet.description import (
    DescriptionItem,
    Goodbye,
    SourceDescription,
    SourceItems,
)
from telephony.rtp.packet.limits import MOST_OCTETS
from telephony.rtp.packet.report import Report, ReportBlock, SenderInformation
from telephony.rtp.packet.rtcp import ControlPacket, OtherControl, encode_rtcp, parse_rtcp
from telephony.rtp.packet.rtp import HeaderExtension, RtpPacket, is_rtcp, parse_rtp
from tests.rtp.packets import COMPOUNDS, RTP

PLAIN = RtpPacket(payload_type=0, sequence_number=1, timestamp=160, source=7, payload=b"\xff" * 4)
EMPTY_REPORT = Report(source=7)


@given(RTP)
def test_an_rtp_packet_is_read_as_it_was_written(packet: RtpPacket) -> None:
    data = packet.encode()
    assert parse_rtp(data) == packet
    assert parse_rtp(data).encode() == data


def test_an_rtp_packet_has_the_octets_of_the_standard() -> None:
    packet = RtpPacket(
        payload_type=8,
        marker=True,
        sequence_number=0x1234,
        timestamp=0x01020304,
        source=0xAABBCCDD,
        contributors=(1,),
        extension=HeaderExtension(profile=0xBEDE, content=b"\x10\x05\0\0"),
        payload=b"\xd5\xd5",
        padding=2,
    )
    assert packet.encode() == bytes.fromhex(
        "b188 1234 01020304 aabbccdd 00000001 bede0001 10050000 d5d5 0002"
    )


@given(COMPOUNDS)
def test_a_compound_is_read_as_it_was_written(packets: tuple[ControlPacket, ...]) -> None:
    data = encode_rtcp(packets)
    assert parse_rtcp(data) == packets
    assert is_rtcp(data)


def test_reports_have_the_octets_of_the_standard() -> None:
    block = ReportBlock(source=2, fraction_lost=64, packets_lost=-1, highest_sequence=0x1FFFF)
    sent = SenderInformation(ntp_time=1 << 32, timestamp=160, packets=2, octets=320)
    data = encode_rtcp(
        (
            Report(source=1, sent=sent, blocks=(block,)),
            SourceDescription(
                sources=(SourceItems(source=1, items=(DescriptionItem(kind=1, text="a@b"),)),)
            ),
            Goodbye(sources=(1,), reason="end"),
        )
    )
    assert data == bytes.fromhex(
        "81c8000c 00000001 0000000100000000 000000a0 00000002 00000140"
        "00000002 40ffffff 0001ffff 00000000 00000000 00000000"
        "81ca0003 00000001 0103614062000000"
        "81cb0002 00000001 03656e64"
    )


@given(st.binary(max_size=200) | st.binary(max_size=120).map(lambda rest: b"\x80\xc8" + rest))
def test_garbage_is_refused_and_nothing_worse(data: bytes) -> None:
    for parse in (parse_rtp, parse_rtcp):
        with suppress(PacketError):
            parse(data)


@given(COMPOUNDS, st.data())
def test_a_bent_compound_is_read_or_refused(
    packets: tuple[ControlPacket, ...], draw: st.DataObject
) -> None:
    data = bytearray(encode_rtcp(packets))
    for _ in range(draw.draw(st.integers(1, 4))):
        data[draw.draw(st.integers(0, len(data) - 1))] = draw.draw(st.integers(0, 255))
    cut = bytes(data[: draw.draw(st.integers(0, len(data)))])
    with suppress(PacketError):
        # What is read can be written; padding alone is left out.
        read = parse_rtcp(cut)
        assert parse_rtcp(encode_rtcp(read)) == read


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"", "octets"),
        (bytes(11), "octets"),
        (b"\x40" + bytes(11), "version"),
        (b"\x81" + bytes(11), "octets"),
        (b"\x90" + bytes(13), "octets"),
        (b"\x90" + bytes(11) + b"\xbe\xde\0\x02" + bytes(4), "octets"),
        (b"\xa0" + bytes(11), "padding"),
        (b"\xa0" + bytes(11) + b"\x05", "padding"),
        (b"\x80" + bytes(MOST_OCTETS), "octets"),
    ],
)
def test_an_rtp_packet_that_contradicts_itself_is_refused(data: bytes, field: str) -> None:
    with pytest.raises(PacketError) as refusal:
        parse_rtp(data)
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("80c9", "octets"),
        ("40c90001 00000001", "version"),
        ("80c90002 00000001", "octets"),
        ("81c90001 00000001", "report"),
        ("80c80001 00000001", "report"),
        ("80cb0000 80c90001 00000001", "first packet"),
        ("80010001 00000001", "packet type"),
        ("a0c90001 00000001 80c90001 00000001", "padding"),
        ("a0c90002 00000001 00000003", "padding"),
        ("80c90001 00000001 81ca0001 00000001", "description"),
        ("80c90001 00000001 81ca0002 00000001 01ff6161", "text"),
        ("80c90001 00000001 81ca0002 00000001 01026161", "description"),
        ("80c90001 00000001 81cb0000", "goodbye"),
        ("80c90001 00000001 81cb0002 00000001 09616161", "text"),
    ],
)
def test_a_compound_that_contradicts_itself_is_refused(text: str, field: str) -> None:
    with pytest.raises(PacketError) as refusal:
        parse_rtcp(bytes.fromhex(text))
    assert refusal.value.field == field


def test_padding_behind_the_last_packet_is_left_out() -> None:
    assert parse_rtcp(bytes.fromhex("80c90001 00000007 a0cc0002 00000001 00000004")) == (
        EMPTY_REPORT,
        OtherControl(packet_type=204, content=b"\0\0\0\1"),
    )


@pytest.mark.parametrize(
    "packet",
    [
        RtpPacket(payload_type=128, sequence_number=0, timestamp=0, source=0),
        RtpPacket(payload_type=0, sequence_number=-1, timestamp=0, source=0),
        RtpPacket(payload_type=0, sequence_number=0, timestamp=1 << 32, source=0),
        RtpPacket(payload_type=0, sequence_number=0, timestamp=0, source=0, padding=256),
        RtpPacket(payload_type=0, sequence_number=0, timestamp=0, source=0, contributors=(0,) * 16),
        RtpPacket(
            payload_type=0,
            sequence_number=0,
            timestamp=0,
            source=0,
            extension=HeaderExtension(profile=0, content=b"\0"),
        ),
    ],
)
def test_what_has_no_room_cannot_be_written(packet: RtpPacket) -> None:
    with pytest.raises(PacketError):
        packet.encode()


def test_more_than_one_datagram_holds_is_refused() -> None:
    with pytest.raises(SizeLimitError):
        RtpPacket(
            payload_type=0, sequence_number=0, timestamp=0, source=0, payload=bytes(MOST_OCTETS)
        ).encode()
    with pytest.raises(SizeLimitError):
        parse_rtcp(encode_rtcp((EMPTY_REPORT,)) * 40)
    with pytest.raises(PacketError):
        encode_rtcp((Goodbye(sources=(7,)),))


def test_rtp_and_rtcp_are_told_apart_on_one_port() -> None:
    assert not is_rtcp(PLAIN.encode())
    assert is_rtcp(encode_rtcp((EMPTY_REPORT,)))
    assert not is_rtcp(b"\x80")
