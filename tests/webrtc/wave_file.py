"""A recording by the standard library's `wave`, to try an engine without any other."""

from __future__ import annotations

import wave
from array import array
from pathlib import Path

from agent_desk.domain.sound import SoundFileFormat
from telephony.webrtc.errors import MediaError
from telephony.webrtc.sound_card import CARD_HZ
from telephony.webrtc.sound_file import SoundFile


class WaveFile:
    """Two channels at the card's rate."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("xb")
        self._wave = wave.Wave_write(self._stream)
        self._wave.setnchannels(2)
        self._wave.setsampwidth(2)
        self._wave.setframerate(CARD_HZ)

    def write(self, ours: array[int], theirs: array[int]) -> None:
        both = array("h", bytes(2 * (len(ours) + len(theirs))))
        both[::2], both[1::2] = ours, theirs
        self._wave.writeframesraw(both.tobytes())

    def close(self) -> None:
        self._wave.close()
        self._stream.close()


def make_wave_file(file: Path, format: SoundFileFormat) -> SoundFile:
    """Return a new file; only WAV."""
    if format is not SoundFileFormat.WAV:
        raise MediaError(f"{format} is not written here")
    return WaveFile(file)


def read_channels(file: Path) -> tuple[array[int], array[int]]:
    """Return both sides of a recording."""
    with wave.open(str(file), "rb") as read:
        assert (read.getnchannels(), read.getframerate()) == (2, CARD_HZ)
        both = array("h", read.readframes(read.getnframes()))
    return both[::2], both[1::2]
