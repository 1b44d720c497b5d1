"""What is in a recorded file, read by the standard library and by FFmpeg."""

from __future__ import annotations

import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

import av

from tests.webrtc.codecs.sounds import strength


@dataclass(frozen=True, slots=True)
class Heard:
    """Both channels of a file."""

    left: array[int]
    right: array[int]
    sample_hz: int

    @property
    def seconds(self) -> float:
        """Return how long it is."""
        return len(self.left) / self.sample_hz

    def strengths(self, side: str, *hz: float, since: float = 0.0, until: float = 1e9) -> list[int]:
        """Return how loud each tone is in a part of a channel, in whole samples."""
        samples = self.left if side == "left" else self.right
        part = samples[int(since * self.sample_hz) : int(min(until, 1e5) * self.sample_hz)]
        return [round(strength(part, each, self.sample_hz)) for each in hz]


def listen(file: Path) -> Heard:
    """Return what is in a WAV or Ogg file."""
    return _wav(file) if file.suffix == ".wav" else _ogg(file)


def _wav(file: Path) -> Heard:
    with wave.open(str(file), "rb") as reader:
        assert (reader.getnchannels(), reader.getsampwidth()) == (2, 2)
        both = array("h", reader.readframes(reader.getnframes()))
        return Heard(both[0::2], both[1::2], reader.getframerate())


def _ogg(file: Path) -> Heard:
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=48_000)
    both = array("h")
    with av.open(str(file)) as container:
        for frame in container.decode(audio=0):
            for part in resampler.resample(frame):
                both.frombytes(bytes(part.planes[0])[: 4 * part.samples])
    return Heard(both[0::2], both[1::2], 48_000)
