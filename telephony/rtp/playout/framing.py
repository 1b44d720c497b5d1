"""Payloads of any length as frames of one; pure, any one thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from telephony.rtp.playout.outcome import ReceivedFrame


class PayloadFramer(Protocol):
    """Cuts and joins the payloads of one codec."""

    def take(self, frame: ReceivedFrame) -> Iterator[ReceivedFrame]:
        """Yield the frames that are whole with this payload; nothing for what it cannot read."""
        ...


class Framer:
    """For codecs with an octet a tick of their clock, G.711 and G.722 (RFC 3551 s. 4.5).

    Long payloads are cut, short ones joined: peers send 10, 30 or 60 ms whatever was agreed.

    Half a frame whose other half does not follow is dropped: it is concealed with the rest.
    """

    def __init__(self, frame_octets: int) -> None:
        """Give out frames of ``frame_octets``."""
        self._frame_octets = frame_octets
        self._part: ReceivedFrame | None = None

    def take(self, frame: ReceivedFrame) -> Iterator[ReceivedFrame]:
        """Yield the frames that are whole with this payload."""
        part, self._part = self._part, None
        whole = frame if part is None else _joined(part, frame)
        octets = self._frame_octets
        for begin in range(0, len(whole.payload), octets):
            piece = replace(
                whole,
                timestamp=whole.timestamp + begin,
                payload=whole.payload[begin : begin + octets],
            )
            if len(piece.payload) == octets:
                yield piece
            else:
                self._part = piece


def _joined(part: ReceivedFrame, frame: ReceivedFrame) -> ReceivedFrame:
    """Return ``frame`` with ``part`` before it if it follows, else ``frame`` alone."""
    follows = part.timestamp + len(part.payload) == frame.timestamp
    if not follows or part.payload_type != frame.payload_type:
        return frame
    return replace(part, payload=part.payload + frame.payload)
