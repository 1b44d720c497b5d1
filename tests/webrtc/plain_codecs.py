"""G.711 and the simplest resampler, so that the engine can be tried without any library."""

from __future__ import annotations

from array import array

from telephony.rtp.playout.framing import Framer, PayloadFramer
from telephony.rtp.sound.concealment import Concealer
from telephony.rtp.sound.g711 import Law, decode, encode
from telephony.rtp.sound.samples import silence
from telephony.sip.sdp.codec import Codec
from telephony.webrtc.codec import Resampler, SpeechDecoder, SpeechEncoder
from telephony.webrtc.errors import MediaError

FRAME = 160


class PlainEncoder:
    """A law on its way out. loss: what was last expected."""

    sample_hz = 8000

    def __init__(self, law: Law) -> None:
        self.loss = 0.0
        self._law = law

    def encode(self, samples: array[int]) -> bytes:
        assert len(samples) == FRAME
        return encode(self._law, samples)

    def expect_loss(self, share: float) -> None:
        self.loss = share


class PlainDecoder:
    """A law on its way in."""

    sample_hz = 8000

    def __init__(self, law: Law) -> None:
        self._law = law
        self._concealer = Concealer()

    def decode(self, payload: bytes, *, joins: bool = True) -> array[int]:
        samples = decode(self._law, payload[:FRAME])
        return self._concealer.hear(samples + silence(FRAME - len(samples)), joins=joins)

    def conceal(self, next_payload: bytes | None = None) -> array[int]:
        return self._concealer.conceal(FRAME)

    def blend(self, samples: array[int]) -> array[int]:
        return self._concealer.hear(samples)


class PlainResampler:
    """Repeats samples on the way up, takes every n-th on the way down: good enough for tones."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        self._from_hz = from_hz
        self._to_hz = to_hz

    def resample(self, samples: array[int]) -> array[int]:
        if self._from_hz >= self._to_hz:
            return samples[:: self._from_hz // self._to_hz]
        times = self._to_hz // self._from_hz
        return array("h", [sample for sample in samples for _ in range(times)])


class PlainCodecs:
    """PCMA and PCMU."""

    def make_encoder(self, codec: Codec) -> SpeechEncoder:
        return PlainEncoder(_law(codec))

    def make_decoder(self, codec: Codec) -> SpeechDecoder:
        return PlainDecoder(_law(codec))

    def make_framer(self, codec: Codec) -> PayloadFramer:
        return Framer(FRAME)

    def make_resampler(self, from_hz: int, to_hz: int) -> Resampler:
        return PlainResampler(from_hz, to_hz)


def _law(codec: Codec) -> Law:
    try:
        return Law(codec.name)
    except ValueError as error:
        raise MediaError(f"{codec.name} is not spoken here") from error
