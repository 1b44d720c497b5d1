"""What this side says in a call: from samples to packets; the engine's loop."""

from __future__ import annotations

from array import array

from telephony.rtp.errors import PayloadError
from telephony.rtp.packet.rtp import RtpPacket
from telephony.rtp.sending.stream import SentStream
from telephony.rtp.sound.samples import silence
from telephony.sip.sdp.agreement import Agreement
from telephony.webrtc.call.card_rate import from_card
from telephony.webrtc.codec import FRAMES_PER_SECOND, Codecs
from telephony.webrtc.errors import MediaError

_FRAME_MS = 1000 // FRAMES_PER_SECOND
_JOINABLE = frozenset({"pcma", "pcmu", "g722"})
"""Payloads without a beginning of their own, so that frames may stand end to end in a packet."""


class Mouth:
    """One call's mouth under one agreement."""

    def __init__(
        self, *, codecs: Codecs, agreement: Agreement, source: int, numbers: tuple[int, int]
    ) -> None:
        """Speak as the peer wants to hear; numbers: first sequence number and timestamp."""
        codec, digits = agreement.codec, agreement.digits
        self.speaks = speech_terms(agreement)
        self._encoder = codecs.make_encoder(codec)
        self._rate = from_card(codecs, self._encoder.sample_hz)
        self._silence = silence(self._encoder.sample_hz // FRAMES_PER_SECOND)
        frames = agreement.ptime_ms // _FRAME_MS if codec.name in _JOINABLE else 1
        self.stream = SentStream(
            source=source,
            payload_type=codec.payload_type,
            event_type=digits.payload_type if digits else None,
            noise_type=agreement.noise.payload_type if agreement.noise else None,
            first_sequence=numbers[0],
            first_timestamp=numbers[1],
            frame_units=codec.clock_hz // FRAMES_PER_SECOND,
            event_units=digits.clock_hz // FRAMES_PER_SECOND if digits else None,
            frames_per_packet=max(1, frames),
        )

    def say(self, samples: array[int] | None) -> RtpPacket | None:
        """Return the packet of this tick, if any; None says 20 ms of silence."""
        spoken = self._silence if samples is None else self._rate.take(samples)
        return self.stream.tick(self._encoder.encode(spoken))

    def send_digits(self, digits: str) -> None:
        """Queue digits; raises MediaError when the peer takes none, or for what is none."""
        if not self.stream.takes_digits:
            raise MediaError("the peer takes no digits beside its sound")
        try:
            self.stream.digits.send(digits)
        except PayloadError as error:
            raise MediaError(str(error)) from error

    def expect_loss(self, share: float) -> None:
        """Spend more on repair; the peer has reported this loss."""
        self._encoder.expect_loss(share)


def speech_terms(agreement: Agreement) -> tuple[object, ...]:
    """Return everything of an agreement that a mouth depends on."""
    return agreement.codec, agreement.digits, agreement.noise, agreement.ptime_ms
