"""G.722 at 64 kbit/s by FFmpeg (ITU-T G.722): 16,000 samples a second; any one thread.

FFmpeg's coder is in PyAV, which aiortc brings anyway (LGPL); PyPI's `g722` costs the same 10 to
20 microseconds for 20 ms and would be one library more.
"""

from __future__ import annotations

from array import array
from typing import Literal

from av import AudioCodecContext, CodecContext, Packet

from telephony.rtp.errors import PayloadError
from telephony.rtp.sound.concealment import Concealer
from telephony.rtp.sound.samples import silence
from telephony.webrtc.codecs.av_sound import to_frame, to_samples

G722_HZ = 16_000
G722_FRAME = G722_HZ // 50
_FRAME_OCTETS = G722_FRAME // 2
"""RFC 3551 s. 4.5.2: an octet holds two samples, and counts one on the RTP clock of 8000."""


class G722Encoder:
    """The way out of one stream."""

    sample_hz = G722_HZ

    def __init__(self) -> None:
        """Begin in silence."""
        self._context = _context("w")
        self._context.open()

    def encode(self, samples: array[int]) -> bytes:
        """Return 160 octets for 320 samples."""
        return b"".join(map(bytes, self._context.encode(to_frame(samples, G722_HZ))))

    def expect_loss(self, share: float) -> None:
        """Do nothing: this format has no room for repair."""


class G722Decoder:
    """The ear of one stream."""

    sample_hz = G722_HZ

    def __init__(self) -> None:
        """Begin in silence."""
        self._context = _context("r")
        self._concealer = Concealer(G722_HZ)

    def decode(self, payload: bytes, *, joins: bool = True) -> array[int]:
        """Return 20 ms; raises PayloadError for none at all."""
        if not payload:
            raise PayloadError(field="G722", value=0, accepted="an octet for two samples")
        samples = to_samples(self._context.decode(Packet(payload[:_FRAME_OCTETS])))
        return self._concealer.hear(samples + silence(G722_FRAME - len(samples)), joins=joins)

    def conceal(self, next_payload: bytes | None = None) -> array[int]:
        """Return the former sound carried on; the coder waits where it was."""
        return self._concealer.conceal(G722_FRAME)

    def blend(self, samples: array[int]) -> array[int]:
        """Return ``samples``, smoothed where they begin."""
        return self._concealer.hear(samples)


def _context(mode: Literal["r", "w"]) -> AudioCodecContext:
    context = CodecContext.create("g722", mode)
    context.format, context.layout, context.sample_rate = "s16", "mono", G722_HZ
    return context
