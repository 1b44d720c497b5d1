"""From a tick of the jitter buffer to samples for the ear; any one thread."""

from __future__ import annotations

from array import array
from collections.abc import Mapping

from telephony.rtp.errors import PayloadError
from telephony.rtp.playout.outcome import Conceal, PlayFrame, Playout, ReceivedFrame
from telephony.rtp.sound.comfort_noise import NoiseMaker, RandomBytes, parse_noise
from telephony.rtp.sound.concealment import Concealer
from telephony.rtp.sound.g711 import Law, decode
from telephony.rtp.sound.samples import FRAME_SAMPLES, silence


class Player:
    """The ear of one G.711 stream: every tick gives 20 ms, whatever came."""

    def __init__(self, laws: Mapping[int, Law], random_bytes: RandomBytes) -> None:
        """Decode the payload types of ``laws``; draw noise from ``random_bytes(count)``."""
        self._laws = dict(laws)
        self._concealer = Concealer()
        self._noise = NoiseMaker(random_bytes)
        self._described: bytes | None = None

    def play(self, outcome: Playout) -> array[int]:
        """Return 160 samples."""
        if isinstance(outcome, PlayFrame):
            samples = self._decoded(outcome.frame)
            if samples is not None:
                return self._concealer.hear(samples, joins=outcome.joins)
            return self._concealer.conceal(FRAME_SAMPLES)
        if isinstance(outcome, Conceal):
            return self._concealer.conceal(FRAME_SAMPLES)
        if outcome.description != self._described:
            self._describe(outcome.description)
        return self._concealer.hear(self._noise.make(FRAME_SAMPLES))

    def _decoded(self, frame: ReceivedFrame) -> array[int] | None:
        """Return whole 20 ms, None for a payload that none of the laws can have made."""
        law = self._laws.get(frame.payload_type)
        if law is None or not frame.payload:
            return None
        samples = decode(law, frame.payload[:FRAME_SAMPLES])
        return samples + silence(FRAME_SAMPLES - len(samples))

    def _describe(self, payload: bytes | None) -> None:
        self._described = payload
        try:
            self._noise.describe(None if payload is None else parse_noise(payload))
        except PayloadError:
            # An empty description says that there is noise but not which: none is made.
            self._noise.describe(None)
