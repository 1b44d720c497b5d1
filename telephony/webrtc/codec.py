"""Codecs and resampling as the media engine uses them; any one thread.

Everything is 20 ms of 16-bit samples in one channel at the codec's own rate. An encoder or a
decoder belongs to one stream and remembers what came before. A factory imports what it needs when
it is first asked, so that a desk starts without it.
"""

from __future__ import annotations

from array import array
from typing import Protocol

from telephony.rtp.playout.framing import PayloadFramer
from telephony.sip.sdp.codec import Codec

FRAMES_PER_SECOND = 50
"""Of 20 ms each, whatever the codec."""


class SpeechEncoder(Protocol):
    """The way out of one stream. sample_hz: of what it takes."""

    @property
    def sample_hz(self) -> int:
        """Return samples a second; `encode` takes a fiftieth of them."""
        ...

    def encode(self, samples: array[int]) -> bytes:
        """Return the payload of the next 20 ms."""
        ...

    def expect_loss(self, share: float) -> None:
        """Spend more on repair: the peer has reported this loss, 0.0 to 1.0."""
        ...


class SpeechDecoder(Protocol):
    """The ear of one stream. sample_hz: of what it gives.

    Each tick of the stream calls exactly one of `decode`, `conceal` and `blend`, and gets 20 ms.
    """

    @property
    def sample_hz(self) -> int:
        """Return samples a second; every method gives a fiftieth of them."""
        ...

    def decode(self, payload: bytes, *, joins: bool = True) -> array[int]:
        """Return what ``payload`` says; raises PayloadError for what the format does not allow.

        joins: whether it follows what was heard before; if not, the seam is smoothed.
        """
        ...

    def conceal(self, next_payload: bytes | None = None) -> array[int]:
        """Return something in place of a frame that is not there.

        next_payload: the frame behind it when that has come already: it may hold a copy (FEC).
        """
        ...

    def blend(self, samples: array[int]) -> array[int]:
        """Return ``samples`` (comfort noise, silence) with a beginning that smooths the seam."""
        ...


class Resampler(Protocol):
    """One stream from one rate to another, without a seam between frames."""

    def resample(self, samples: array[int]) -> array[int]:
        """Return 20 ms at the new rate for 20 ms at the old one."""
        ...


class Codecs(Protocol):
    """Everything that can be spoken here, by its name in SDP (`telephony.sip.sdp.policy`).

    A codec that is not known raises telephony.webrtc.errors.MediaError.
    """

    def make_encoder(self, codec: Codec) -> SpeechEncoder:
        """Return a new encoder for what the peer wants to hear; ``codec.parameters`` say how."""
        ...

    def make_decoder(self, codec: Codec) -> SpeechDecoder:
        """Return a new decoder of ``codec``."""
        ...

    def make_framer(self, codec: Codec) -> PayloadFramer:
        """Return what brings the payloads of ``codec`` to 20 ms."""
        ...

    def make_resampler(self, from_hz: int, to_hz: int) -> Resampler:
        """Return a resampler between two of 8000, 16,000 and 48,000 samples a second."""
        ...
