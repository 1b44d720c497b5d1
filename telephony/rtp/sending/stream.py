"""A stream on its way out: speech, silence and digits under one numbering; any one thread."""

from __future__ import annotations

from telephony.rtp.digits.sender import DigitSender
from telephony.rtp.packet.rtp import RtpPacket

_SEQUENCE_MODULUS = 1 << 16
_TIMESTAMP_MODULUS = 1 << 32


class SentStream:
    """One source's packets, at most one a tick.

    source: the SSRC. digits: what is queued there takes the place of the speech (RFC 4733
    s. 2.5.1).
    """

    def __init__(
        self,
        *,
        source: int,
        payload_type: int,
        first_sequence: int,
        first_timestamp: int,
        event_type: int | None = None,
        noise_type: int | None = None,
        frame_units: int = 160,
        event_units: int | None = None,
        frames_per_packet: int = 1,
    ) -> None:
        """Send as ``source``; it and both first numbers are to be drawn (RFC 3550 s. 5.1, 8).

        event_type, noise_type: payload types of digits and comfort noise, None when the peer
        takes none. frame_units, event_units: 20 ms by the clock of the speech and of the digits,
        None for the same. frames_per_packet: of a codec whose payloads may be joined end to end.
        """
        self.source = source
        self.digits = DigitSender(event_units or frame_units)
        self._payload_type = payload_type
        self._event_type = event_type
        self._noise_type = noise_type
        self._frame_units = frame_units
        self._sequence = first_sequence
        self._timestamp = first_timestamp
        self._spoke = False
        self._frames_per_packet = frames_per_packet
        self._part: list[bytes] = []
        self._part_began = first_timestamp

    @property
    def takes_digits(self) -> bool:
        """Return whether the peer listens for digits."""
        return self._event_type is not None

    @property
    def next_numbers(self) -> tuple[int, int]:
        """Return sequence number and timestamp of what comes next, for a stream that goes on."""
        return self._sequence, self._timestamp

    def skip(self, ticks: int) -> None:
        """Let time go on over ticks in which nothing could be sent."""
        if ticks:
            self._part.clear()
            passed = self._timestamp + ticks * self._frame_units
            self._timestamp = passed % _TIMESTAMP_MODULUS

    def tick(self, speech: bytes | None, noise: bytes | None = None) -> RtpPacket | None:
        """Return the packet of this tick, if any; time goes on in any case.

        speech: the coded frame, None while nothing is said. noise: then a description of the
        room, to be given once and whenever it changes (RFC 3389 s. 4).
        """
        timestamp = self._timestamp
        self._timestamp = (timestamp + self._frame_units) % _TIMESTAMP_MODULUS
        if self._event_type is not None and self.digits.is_busy:
            self._spoke = False
            self._part.clear()
            report = self.digits.tick(timestamp)
            if report is None:
                return None
            return self._packet(self._event_type, report.timestamp, report.payload, report.marker)
        if speech is not None:
            return self._speak(speech, timestamp)
        self._spoke = False
        self._part.clear()
        if noise is not None and self._noise_type is not None:
            return self._packet(self._noise_type, timestamp, noise, marker=False)
        return None

    def _speak(self, speech: bytes, timestamp: int) -> RtpPacket | None:
        if not self._part:
            self._part_began = timestamp
        self._part.append(speech)
        if len(self._part) < self._frames_per_packet:
            return None
        payload = b"".join(self._part)
        self._part.clear()
        began, self._spoke = not self._spoke, True
        return self._packet(self._payload_type, self._part_began, payload, began)

    def _packet(self, kind: int, timestamp: int, payload: bytes, marker: bool) -> RtpPacket:
        sequence = self._sequence
        self._sequence = (sequence + 1) % _SEQUENCE_MODULUS
        return RtpPacket(
            payload_type=kind,
            sequence_number=sequence,
            timestamp=timestamp,
            source=self.source,
            payload=payload,
            marker=marker,
        )
