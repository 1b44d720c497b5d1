"""Opus payloads of any length as frames of 20 ms; pure, any one thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from telephony.rtp.errors import PayloadError
from telephony.rtp.playout.outcome import ReceivedFrame
from telephony.webrtc.codecs.opus_packet import OpusPacket, is_whole_frame, parse_opus

_UNITS = 960
"""20 ms of the RTP clock, which is 48 kHz whatever the band (RFC 7587 s. 4.1)."""


class OpusFramer:
    """Cuts payloads of several frames, joins those of 10 ms and less.

    A single frame of 40 or 60 ms cannot be cut: its further 20 ms are frames without octets, for
    which `OpusDecoder` gives what is left of the first. What cannot be read is left out.
    """

    def __init__(self) -> None:
        """Begin with nothing in hand."""
        self._short: list[tuple[ReceivedFrame, OpusPacket]] = []

    def take(self, frame: ReceivedFrame) -> Iterator[ReceivedFrame]:
        """Yield the frames that are whole with this payload."""
        if is_whole_frame(frame.payload):
            # What nearly every peer sends needs no cutting.
            self._short.clear()
            yield frame
            return
        try:
            packet = parse_opus(frame.payload)
        except PayloadError:
            return
        if packet.frame_units >= _UNITS:
            self._short.clear()
            yield from _cut(frame, packet)
            return
        for index, octets in enumerate(packet.frames):
            piece = replace(frame, timestamp=frame.timestamp + index * packet.frame_units)
            yield from self._join(piece, replace(packet, frames=(octets,)))

    def _join(self, frame: ReceivedFrame, packet: OpusPacket) -> Iterator[ReceivedFrame]:
        if self._short and not _follows(*self._short[-1], frame, packet):
            self._short.clear()
        self._short.append((frame, packet))
        if len(self._short) * packet.frame_units < _UNITS:
            return
        frames = tuple(each.frames[0] for _, each in self._short)
        first = self._short[0][0]
        self._short.clear()
        yield replace(first, payload=replace(packet, frames=frames).encode())


def _follows(
    former: ReceivedFrame, packet: OpusPacket, frame: ReceivedFrame, next_packet: OpusPacket
) -> bool:
    """Return whether both can be in one packet: they touch, and are coded the same way."""
    return (
        former.timestamp + packet.frame_units == frame.timestamp
        and former.payload_type == frame.payload_type
        and packet.configuration == next_packet.configuration
    )


def _cut(frame: ReceivedFrame, packet: OpusPacket) -> Iterator[ReceivedFrame]:
    timestamp = frame.timestamp
    for octets in packet.frames:
        payload = replace(packet, frames=(octets,)).encode()
        for _ in range(packet.frame_units // _UNITS):
            yield replace(frame, timestamp=timestamp, payload=payload)
            timestamp, payload = timestamp + _UNITS, b""
