"""A stream on its way out: speech, silence and digits under one numbering; any one thread."""

from __future__ import annotations

from telephony.rtp.digits.sender import DigitSender
from telephony.rtp.packet.rtp import RtpPacket

_SEQUENCE_MODULUS = 1 << 16
_TIMESTAMP_MODULUS = 1 << 32


class SentStream:
    """One source's packets, at most one a tick.

    digits: what is queued there takes the place of the speech (RFC 4733 s. 2.5.1).
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
    ) -> None:
        """Send as ``source``; it and both first numbers are to be drawn (RFC 3550 s. 5.1, 8).

        event_type, noise_type: payload types of digits and comfort noise, None when the peer
        takes none.
        """
        self.digits = DigitSender(frame_units)
        self._source = source
        self._payload_type = payload_type
        self._event_type = event_type
        self._noise_type = noise_type
        self._frame_units = frame_units
        self._sequence = first_sequence
        self._timestamp = first_timestamp
        self._spoke = False

    def tick(self, speech: bytes | None, noise: bytes | None = None) -> RtpPacket | None:
        """Return the packet of this tick, if any; time goes on in any case.

        speech: the coded frame, None while nothing is said. noise: then a description of the
        room, to be given once and whenever it changes (RFC 3389 s. 4).
        """
        timestamp = self._timestamp
        self._timestamp = (timestamp + self._frame_units) % _TIMESTAMP_MODULUS
        if self._event_type is not None and self.digits.is_busy:
            self._spoke = False
            report = self.digits.tick(timestamp)
            if report is None:
                return None
            return self._packet(self._event_type, report.timestamp, report.payload, report.marker)
        began, self._spoke = speech is not None and not self._spoke, speech is not None
        if speech is not None:
            return self._packet(self._payload_type, timestamp, speech, began)
        if noise is not None and self._noise_type is not None:
            return self._packet(self._noise_type, timestamp, noise, marker=False)
        return None

    def _packet(self, kind: int, timestamp: int, payload: bytes, marker: bool) -> RtpPacket:
        sequence = self._sequence
        self._sequence = (sequence + 1) % _SEQUENCE_MODULUS
        return RtpPacket(
            payload_type=kind,
            sequence_number=sequence,
            timestamp=timestamp,
            source=self._source,
            payload=payload,
            marker=marker,
        )
