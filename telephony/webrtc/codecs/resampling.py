"""From one sample rate to another by FFmpeg's libswresample; any one thread.

It costs 10 microseconds for 20 ms. Pure Python needs a hundred times that, `audioop` interpolates
by straight lines (its images of speech are audible) and is gone from Python 3.13.
"""

from __future__ import annotations

from array import array

from av.audio.resampler import AudioResampler

from telephony.rtp.sound.samples import silence
from telephony.webrtc.codec import FRAMES_PER_SECOND
from telephony.webrtc.codecs.av_sound import to_frame, to_samples


class RateChange:
    """One stream between two rates, 20 ms for 20 ms from the first on.

    The filter needs to have seen 16 samples of the lower rate (1 or 2 ms) before it answers: that
    much silence comes first, and everything as much later.
    """

    def __init__(self, from_hz: int, to_hz: int) -> None:
        """Begin in silence."""
        self._from_hz = from_hz
        self._resampler = AudioResampler(format="s16", layout="mono", rate=to_hz)
        self._frame = to_hz // FRAMES_PER_SECOND
        self._ready: array[int] | None = None

    def resample(self, samples: array[int]) -> array[int]:
        """Return 20 ms at the new rate."""
        made = to_samples(self._resampler.resample(to_frame(samples, self._from_hz)))
        if self._ready is None:
            self._ready = silence(self._frame - len(made))
        ready = self._ready + made
        given, self._ready = ready[: self._frame], ready[self._frame :]
        return given
