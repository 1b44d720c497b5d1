"""Opus in one channel at 48 kHz, each frame copied into the next (RFC 6716); any one thread."""

from __future__ import annotations

import ctypes
import weakref
from array import array
from ctypes import byref, c_int, c_int32

from telephony.rtp.errors import PayloadError
from telephony.rtp.sound.samples import silence
from telephony.rtp.sound.seam import cross_faded
from telephony.webrtc.codecs.opus_library import SPEECH_COMPLEXITY, OpusConstant, check_opus
from telephony.webrtc.codecs.opus_wish import OpusWish

OPUS_HZ = 48_000
OPUS_FRAME = OPUS_HZ // 50
"""Samples of 20 ms."""

_LONGEST = 6 * OPUS_FRAME
_MOST_OCTETS = 1275
"""RFC 6716 s. 3.2 and 3.4: of one packet, and of one frame."""

_BANDWIDTHS = ((8_000, 1101), (12_000, 1102), (16_000, 1103), (24_000, 1104), (48_000, 1105))
_LEAST_LOSS, _MOST_LOSS = 0.06, 0.30
"""Above 5 % libopus narrows the band until a copy has room; below, it leaves the copies out of
wide sound at our rate. The first report may come seconds late, and a word is lost by then.
"""

_FORGETTING = 0.25
_QUIET_OCTETS = 2
"""RFC 7587 s. 3.1.3: a shorter payload only says that nobody speaks (DTX)."""

_SKIP_SEAM = OPUS_HZ // 200
_NOISE_SEAM = OPUS_HZ // 100


class OpusEncoder:
    """The way out of one stream."""

    sample_hz = OPUS_HZ

    def __init__(self, library: ctypes.CDLL, wish: OpusWish) -> None:
        """Speak as ``wish`` says; raises MediaError when libopus refuses."""
        self._library = library
        error = c_int()
        self._encoder = library.opus_encoder_create(
            OPUS_HZ, 1, OpusConstant.APPLICATION_VOIP, byref(error)
        )
        check_opus(library, error.value)
        weakref.finalize(self, library.opus_encoder_destroy, self._encoder)
        self._room = ctypes.create_string_buffer(_MOST_OCTETS)
        self._loss = _LEAST_LOSS
        for request, value in (
            (OpusConstant.SET_BITRATE, wish.bits_per_second),
            (OpusConstant.SET_MAX_BANDWIDTH, _bandwidth(wish.highest_hz)),
            (OpusConstant.SET_VBR, not wish.is_constant),
            (OpusConstant.SET_COMPLEXITY, SPEECH_COMPLEXITY),
            (OpusConstant.SET_SIGNAL, OpusConstant.SIGNAL_VOICE),
            (OpusConstant.SET_INBAND_FEC, wish.takes_copies),
            (OpusConstant.SET_PACKET_LOSS, round(100 * _LEAST_LOSS)),
        ):
            self._set(request, value)

    def encode(self, samples: array[int]) -> bytes:
        """Return the payload of the next 20 ms."""
        if len(samples) != OPUS_FRAME:
            raise ValueError(f"{len(samples)} samples are not 20 ms at {OPUS_HZ} Hz")
        taken, _ = samples.buffer_info()
        count = self._library.opus_encode(
            self._encoder, taken, OPUS_FRAME, self._room, _MOST_OCTETS
        )
        return ctypes.string_at(self._room, check_opus(self._library, count))

    def expect_loss(self, share: float) -> None:
        """Spend more on the copies when the peer loses more; go back to less bit by bit."""
        forgotten = self._loss + _FORGETTING * (share - self._loss)
        self._loss = max(_LEAST_LOSS, min(_MOST_LOSS, max(share, forgotten)))
        self._set(OpusConstant.SET_PACKET_LOSS, round(100 * self._loss))

    def _set(self, request: int, value: int) -> None:
        code = self._library.opus_encoder_ctl(self._encoder, request, c_int32(value))
        check_opus(self._library, code)


class OpusDecoder:
    """The ear of one stream; two channels become one.

    An empty payload is the next 20 ms of a longer frame that `OpusFramer` could not cut.
    """

    sample_hz = OPUS_HZ

    def __init__(self, library: ctypes.CDLL) -> None:
        """Begin in silence; raises MediaError when libopus refuses."""
        self._library = library
        error = c_int()
        self._decoder = library.opus_decoder_create(OPUS_HZ, 1, byref(error))
        check_opus(library, error.value)
        weakref.finalize(self, library.opus_decoder_destroy, self._decoder)
        self._room = silence(_LONGEST)
        self._rest: array[int] = array("h")
        self._hears_frames = False
        self._blends = True
        self._is_quiet = False

    def decode(self, payload: bytes, *, joins: bool = True) -> array[int]:
        """Return what ``payload`` says; raises PayloadError for one that libopus cannot read."""
        if not payload:
            return self._continued()
        # A frame that was left out is a loss to libopus: what comes after it begins elsewhere.
        leap = self._made(OPUS_FRAME) if self._hears_frames and not joins else None
        samples = self._run(payload, _LONGEST, copy=False)
        if len(samples) < OPUS_FRAME:
            samples += self._made(OPUS_FRAME - len(samples))
        self._rest = samples[OPUS_FRAME:]
        self._hears_frames, self._blends = True, False
        self._is_quiet = len(payload) <= _QUIET_OCTETS
        heard = samples[:OPUS_FRAME]
        return heard if leap is None else cross_faded(leap, heard, _SKIP_SEAM)

    def conceal(self, next_payload: bytes | None = None) -> array[int]:
        """Return the copy in ``next_payload``, or what libopus makes up."""
        self._rest = array("h")
        self._hears_frames = self._blends = False
        if not next_payload:
            return self._made(OPUS_FRAME)
        try:
            return self._run(next_payload, OPUS_FRAME, copy=True)
        except PayloadError:
            return self._made(OPUS_FRAME)

    def blend(self, samples: array[int]) -> array[int]:
        """Return ``samples``; silence after DTX is the noise that the decoder remembers."""
        self._rest = array("h")
        self._hears_frames = False
        if self._is_quiet and not any(samples):
            return self._made(OPUS_FRAME)
        began, self._blends = not self._blends, True
        return cross_faded(self._made(OPUS_FRAME), samples, _NOISE_SEAM) if began else samples

    def _continued(self) -> array[int]:
        """Return the next 20 ms of the last payload, made up if its beginning was not heard."""
        heard, self._rest = self._rest[:OPUS_FRAME], self._rest[OPUS_FRAME:]
        return heard if len(heard) == OPUS_FRAME else self.conceal()

    def _made(self, count: int) -> array[int]:
        return self._run(None, count, copy=False)

    def _run(self, payload: bytes | None, count: int, *, copy: bool) -> array[int]:
        """Return at most ``count`` samples, whole 2.5 ms."""
        room, _ = self._room.buffer_info()
        length = 0 if payload is None else len(payload)
        code = self._library.opus_decode(self._decoder, payload, length, room, count, copy)
        if code < 0:
            said = self._library.opus_strerror(code).decode()
            raise PayloadError(field="Opus", value=said, accepted="RFC 6716")
        return self._room[:code]


def _bandwidth(highest_hz: int) -> int:
    """Return the widest band that a rate can hold."""
    return [name for hz, name in _BANDWIDTHS if hz <= highest_hz][-1]
