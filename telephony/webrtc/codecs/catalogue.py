"""Every codec of this desk, made when a call needs it; any thread, each stream on one.

Nothing is loaded with this module: FFmpeg and libopus come with the first call that needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec

from telephony.rtp.playout.framing import Framer, PayloadFramer
from telephony.rtp.sound.g711 import Law
from telephony.sip.sdp.codec import Codec
from telephony.webrtc.codec import Resampler, SpeechDecoder, SpeechEncoder
from telephony.webrtc.codecs.g711 import G711Decoder, G711Encoder
from telephony.webrtc.codecs.opus_framer import OpusFramer
from telephony.webrtc.codecs.opus_library import load_opus
from telephony.webrtc.codecs.opus_wish import parse_opus_wish
from telephony.webrtc.errors import MediaError

OPUS, G722, PCMA, PCMU = "opus", "g722", "pcma", "pcmu"
_OCTETS = 160
"""Of 20 ms, G.711 and G.722 alike."""


class CodecCatalogue:
    """The desk's `telephony.webrtc.codec.Codecs`."""

    def load(self) -> None:
        """Load every library that is there now, so that no call waits for it (60 ms at first)."""
        for name in available_codecs((OPUS, G722)):
            self.make_decoder(Codec(payload_type=0, name=name))

    def make_encoder(self, codec: Codec) -> SpeechEncoder:
        """Return a new encoder for what the peer wants to hear."""
        if codec.name == OPUS:
            from telephony.webrtc.codecs.opus import OpusEncoder

            return OpusEncoder(load_opus(), parse_opus_wish(codec.parameters))
        if codec.name == G722:
            from telephony.webrtc.codecs.g722 import G722Encoder

            return G722Encoder()
        return G711Encoder(_law(codec))

    def make_decoder(self, codec: Codec) -> SpeechDecoder:
        """Return a new decoder of ``codec``."""
        if codec.name == OPUS:
            from telephony.webrtc.codecs.opus import OpusDecoder

            return OpusDecoder(load_opus())
        if codec.name == G722:
            from telephony.webrtc.codecs.g722 import G722Decoder

            return G722Decoder()
        return G711Decoder(_law(codec))

    def make_framer(self, codec: Codec) -> PayloadFramer:
        """Return what brings the payloads of ``codec`` to 20 ms."""
        return OpusFramer() if codec.name == OPUS else Framer(_OCTETS)

    def make_resampler(self, from_hz: int, to_hz: int) -> Resampler:
        """Return a resampler between two of 8000, 16,000 and 48,000 samples a second."""
        from telephony.webrtc.codecs.resampling import RateChange

        return RateChange(from_hz, to_hz)


def available_codecs(wanted: Sequence[str] = (OPUS, G722, PCMA, PCMU)) -> tuple[str, ...]:
    """Return which of ``wanted`` can be spoken on this machine, in their order."""
    return tuple(name for name in wanted if _is_available(name))


def _is_available(name: str) -> bool:
    if name == OPUS:
        try:
            load_opus()
        except MediaError:
            return False
        return True
    return find_spec("av") is not None if name == G722 else name in {PCMA, PCMU}


def _law(codec: Codec) -> Law:
    try:
        return Law(codec.name)
    except ValueError as error:
        raise MediaError(f"{codec.name} is not spoken here") from error
