"""Two voices in one Opus stream, each coded for itself (RFC 7845 s. 5.1.1); any one thread.

Coupled as left and right of one room, a voice would be heard faintly in the other's channel.
"""

from __future__ import annotations

import ctypes
import weakref
from array import array
from ctypes import byref, c_int, c_int32, c_ubyte

from telephony.webrtc.codecs.opus import OPUS_FRAME, OPUS_HZ
from telephony.webrtc.codecs.opus_library import SPEECH_COMPLEXITY, OpusConstant, check_opus

PAIR = 2
_BITS_PER_SECOND = 48_000
"""Of both; the silent one leaves its share to the other."""

_MOST_OCTETS = 4000


class OpusPairEncoder:
    """lookahead: samples at 48 kHz that a decoder gives before the first."""

    def __init__(self, library: ctypes.CDLL) -> None:
        """Begin in silence; raises MediaError when libopus refuses."""
        self._library = library
        error = c_int()
        mapping = (c_ubyte * PAIR)(*range(PAIR))
        self._encoder = library.opus_multistream_encoder_create(
            OPUS_HZ, PAIR, PAIR, 0, mapping, OpusConstant.APPLICATION_VOIP, byref(error)
        )
        check_opus(library, error.value)
        weakref.finalize(self, library.opus_multistream_encoder_destroy, self._encoder)
        self._room = ctypes.create_string_buffer(_MOST_OCTETS)
        for request, value in (
            (OpusConstant.SET_BITRATE, _BITS_PER_SECOND),
            (OpusConstant.SET_COMPLEXITY, SPEECH_COMPLEXITY),
            (OpusConstant.SET_SIGNAL, OpusConstant.SIGNAL_VOICE),
        ):
            self._control(request, c_int32(value))
        lookahead = c_int32()
        self._control(OpusConstant.GET_LOOKAHEAD, byref(lookahead))
        self.lookahead = lookahead.value

    def encode(self, interleaved: array[int]) -> bytes:
        """Return the packet of 20 ms: left, right, left and so on."""
        if len(interleaved) != PAIR * OPUS_FRAME:
            raise ValueError(f"{len(interleaved)} samples are not 20 ms of two channels")
        taken, _ = interleaved.buffer_info()
        count = self._library.opus_multistream_encode(
            self._encoder, taken, OPUS_FRAME, self._room, _MOST_OCTETS
        )
        return ctypes.string_at(self._room, check_opus(self._library, count))

    def _control(self, request: OpusConstant, value: object) -> None:
        code = self._library.opus_multistream_encoder_ctl(self._encoder, request, value)
        check_opus(self._library, code)
