"""Hypothesis strategies for packets."""

from __future__ import annotations

from hypothesis import strategies as st

from telephony.rtp.packet.description import (
    DescriptionItem,
    Goodbye,
    SourceDescription,
    SourceItems,
)
from telephony.rtp.packet.report import Report, ReportBlock, SenderInformation
from telephony.rtp.packet.rtcp import ControlPacket, OtherControl
from telephony.rtp.packet.rtp import HeaderExtension, RtpPacket

BITS_16 = st.integers(0, 2**16 - 1)
BITS_32 = st.integers(0, 2**32 - 1)
_WORDS = st.lists(st.binary(min_size=4, max_size=4), max_size=8).map(b"".join)
_TEXTS = st.binary(max_size=40).map(lambda octets: octets.decode("utf-8", "surrogateescape"))

RTP = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence_number=BITS_16,
    timestamp=BITS_32,
    source=BITS_32,
    payload=st.binary(max_size=200),
    marker=st.booleans(),
    contributors=st.lists(BITS_32, max_size=15).map(tuple),
    extension=st.none() | st.builds(HeaderExtension, profile=BITS_16, content=_WORDS),
    padding=st.integers(0, 255),
)
_BLOCKS = st.builds(
    ReportBlock,
    source=BITS_32,
    fraction_lost=st.integers(0, 255),
    packets_lost=st.integers(-(2**23), 2**23 - 1),
    highest_sequence=BITS_32,
    jitter=BITS_32,
    last_report=BITS_32,
    delay_since_last_report=BITS_32,
)
_SENT = st.builds(
    SenderInformation,
    ntp_time=st.integers(0, 2**64 - 1),
    timestamp=BITS_32,
    packets=BITS_32,
    octets=BITS_32,
)
REPORTS = st.builds(
    Report,
    source=BITS_32,
    sent=st.none() | _SENT,
    blocks=st.lists(_BLOCKS, max_size=5).map(tuple),
    more=_WORDS,
)
_ITEMS = st.builds(DescriptionItem, kind=st.integers(1, 255), text=_TEXTS)
_SOURCES = st.builds(SourceItems, source=BITS_32, items=st.lists(_ITEMS, max_size=4).map(tuple))
_OTHER_TYPES = st.integers(192, 223).filter(lambda number: not 200 <= number <= 203)
_CONTROL: st.SearchStrategy[ControlPacket] = st.one_of(
    REPORTS,
    st.builds(SourceDescription, sources=st.lists(_SOURCES, max_size=3).map(tuple)),
    st.builds(Goodbye, sources=st.lists(BITS_32, max_size=5).map(tuple), reason=_TEXTS),
    st.builds(OtherControl, packet_type=_OTHER_TYPES, count=st.integers(0, 31), content=_WORDS),
)
COMPOUNDS = st.tuples(REPORTS, st.lists(_CONTROL, max_size=2)).map(
    lambda parts: (parts[0], *parts[1])
)
