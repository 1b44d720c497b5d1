"""Samples as a device wants or gives them, and as the card has them; Qt's thread."""

from __future__ import annotations

from array import array
from collections.abc import Callable

from PySide6.QtMultimedia import QAudioDevice, QAudioFormat

from ui.audio.frames import CARD_HZ
from ui.audio.resampler import Resampler

_Samples = QAudioFormat.SampleFormat


def format_for(device: QAudioDevice) -> QAudioFormat:
    """Return the card's own format where ``device`` does it, else the one it likes best."""
    wanted = QAudioFormat()
    wanted.setSampleFormat(_Samples.Int16)
    wanted.setSampleRate(CARD_HZ)
    wanted.setChannelCount(1)
    return wanted if device.isFormatSupported(wanted) else device.preferredFormat()


def from_device(shape: QAudioFormat) -> Callable[[bytes], array[int]]:
    """Return what makes the card's samples of octets of a device of ``shape``."""
    read = _reader(shape.sampleFormat())
    channels = shape.channelCount()
    resampler = _resampler(shape.sampleRate(), CARD_HZ)
    size = shape.bytesPerFrame()
    rest = b""

    def convert(octets: bytes) -> array[int]:
        nonlocal rest
        octets = rest + octets
        whole = len(octets) - len(octets) % size
        rest = octets[whole:]
        # The first channel alone: a headset's microphone is the same in both, or in this one.
        samples = read(octets[:whole])[::channels]
        return samples if resampler is None else resampler.convert(samples)

    return convert


def to_device(shape: QAudioFormat) -> Callable[[array[int]], bytes]:
    """Return what makes octets for a device of ``shape`` of the card's samples."""
    write = _writer(shape.sampleFormat())
    channels = shape.channelCount()
    resampler = _resampler(CARD_HZ, shape.sampleRate())

    def convert(samples: array[int]) -> bytes:
        if resampler is not None:
            samples = resampler.convert(samples)
        if channels > 1:
            frames = array("h", bytes(2 * len(samples) * channels))
            for channel in range(channels):
                frames[channel::channels] = samples
            samples = frames
        return write(samples)

    return convert


def _resampler(source_hz: int, target_hz: int) -> Resampler | None:
    return None if source_hz == target_hz else Resampler(source_hz, target_hz)


def _reader(kind: QAudioFormat.SampleFormat) -> Callable[[bytes], array[int]]:
    if kind == _Samples.Int16:
        return lambda octets: array("h", octets)
    if kind == _Samples.Float:
        return lambda octets: array(
            "h", [max(-32768, min(32767, round(x * 32767))) for x in array("f", octets)]
        )
    if kind == _Samples.Int32:
        return lambda octets: array("h", [x >> 16 for x in array("i", octets)])
    return lambda octets: array("h", [(x - 128) << 8 for x in octets])


def _writer(kind: QAudioFormat.SampleFormat) -> Callable[[array[int]], bytes]:
    if kind == _Samples.Int16:
        return lambda samples: samples.tobytes()
    if kind == _Samples.Float:
        return lambda samples: array("f", [x / 32768 for x in samples]).tobytes()
    if kind == _Samples.Int32:
        return lambda samples: array("i", [x << 16 for x in samples]).tobytes()
    return lambda samples: bytes([(x >> 8) + 128 for x in samples])
