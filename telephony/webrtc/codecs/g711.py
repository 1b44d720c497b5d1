"""PCMA and PCMU as the engine speaks them (ITU-T G.711); any one thread."""

from __future__ import annotations

from array import array

from telephony.rtp.errors import PayloadError
from telephony.rtp.sound.concealment import Concealer
from telephony.rtp.sound.g711 import Law, decode, encode
from telephony.rtp.sound.samples import FRAME_SAMPLES, silence

G711_HZ = 8000


class G711Encoder:
    """The way out of one stream."""

    sample_hz = G711_HZ

    def __init__(self, law: Law) -> None:
        """Speak by ``law``."""
        self._law = law

    def encode(self, samples: array[int]) -> bytes:
        """Return an octet for each sample."""
        return encode(self._law, samples)

    def expect_loss(self, share: float) -> None:
        """Do nothing: this format has no room for repair."""


class G711Decoder:
    """The ear of one stream."""

    sample_hz = G711_HZ

    def __init__(self, law: Law) -> None:
        """Begin in silence."""
        self._law = law
        self._concealer = Concealer(G711_HZ)

    def decode(self, payload: bytes, *, joins: bool = True) -> array[int]:
        """Return 20 ms; raises PayloadError for none at all."""
        if not payload:
            raise PayloadError(field=self._law.name, value=0, accepted="an octet a sample")
        samples = decode(self._law, payload[:FRAME_SAMPLES])
        return self._concealer.hear(samples + silence(FRAME_SAMPLES - len(samples)), joins=joins)

    def conceal(self, next_payload: bytes | None = None) -> array[int]:
        """Return the former sound carried on."""
        return self._concealer.conceal(FRAME_SAMPLES)

    def blend(self, samples: array[int]) -> array[int]:
        """Return ``samples``, smoothed where they begin."""
        return self._concealer.hear(samples)
