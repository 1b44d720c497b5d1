"""Samples into PyAV's frames and out of them; any one thread.

Importing this loads FFmpeg: only modules that themselves are imported late do.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable

from av.audio.frame import AudioFrame


def to_frame(samples: array[int], sample_hz: int) -> AudioFrame:
    """Return ``samples``, 16 bits in one channel, as FFmpeg has them."""
    frame = AudioFrame(format="s16", layout="mono", samples=len(samples))
    frame.sample_rate = sample_hz
    frame.planes[0].update(samples.tobytes())
    return frame


def to_samples(frames: Iterable[AudioFrame]) -> array[int]:
    """Return what is in ``frames`` of 16 bits in one channel."""
    samples = array("h")
    for frame in frames:
        # The plane may be longer: FFmpeg rounds its room up.
        samples.frombytes(memoryview(frame.planes[0])[: 2 * frame.samples])
    return samples
