"""A recording as WAV, 16 bits at 16 kHz (RIFF, Microsoft 1991); any one thread.

16 kHz is what a telephone's wide band has, and a third of what the card's rate would take: 230 MB
an hour. The sizes in its head are brought up to date every second, after the sound that they
count, so that the file can be read whenever its writer dies.
"""

from __future__ import annotations

import errno
import os
import struct
from array import array

from telephony.webrtc.codec import FRAMES_PER_SECOND
from telephony.webrtc.codecs.resampling import RateChange
from telephony.webrtc.recording.interleaving import interleaved
from telephony.webrtc.recording.new_file import SYNC_FRAMES, NewFile
from telephony.webrtc.sound_card import CARD_HZ

WAV_HZ = 16_000
_CHANNELS = 2
_SAMPLE_OCTETS = 2
_HEAD = struct.Struct("<4sI4s4sIHHIIHH4sI")
_PCM = 1
_FORMAT_OCTETS = 16
_BEFORE_SIZE = 8
"""Octets of a chunk that its size does not count."""

_RIFF_SIZE_AT, _DATA_SIZE_AT = 4, 40
_MOST_OCTETS = 2**32 - 2**16
"""The sizes have 32 bits: 18 hours."""


class WavFile:
    """A `telephony.webrtc.sound_file.SoundFile`."""

    def __init__(self, file: NewFile) -> None:
        """Begin with a head that counts nothing; raises OSError."""
        self._file = file
        self._ways = (RateChange(CARD_HZ, WAV_HZ), RateChange(CARD_HZ, WAV_HZ))
        self._frames = 0
        file.append(_head(0))

    def write(self, ours: array[int], theirs: array[int]) -> None:
        """Append 20 ms, count them once a second and wait for the disk every five."""
        if self._file.size > _MOST_OCTETS:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        sides = [way.resample(side) for way, side in zip(self._ways, (ours, theirs), strict=True)]
        self._file.append(interleaved(*sides).tobytes())
        self._frames += 1
        if self._frames % FRAMES_PER_SECOND == 0:
            self._count()
        if self._frames % SYNC_FRAMES == 0:
            self._file.sync()

    def close(self) -> None:
        """Count everything and let go."""
        try:
            self._count()
            self._file.sync()
        finally:
            self._file.close()

    def _count(self) -> None:
        """Bring the sizes up to date: first the outer, so that it never ends within the inner."""
        for at, before in ((_RIFF_SIZE_AT, _BEFORE_SIZE), (_DATA_SIZE_AT, _HEAD.size)):
            self._file.patch(at, (self._file.size - before).to_bytes(4, "little"))


def _head(count: int) -> bytes:
    """Return the head of a file with ``count`` octets of sound."""
    block = _CHANNELS * _SAMPLE_OCTETS
    return _HEAD.pack(
        *(b"RIFF", _HEAD.size - _BEFORE_SIZE + count, b"WAVE", b"fmt ", _FORMAT_OCTETS, _PCM),
        *(_CHANNELS, WAV_HZ, WAV_HZ * block, block, 8 * _SAMPLE_OCTETS, b"data", count),
    )
