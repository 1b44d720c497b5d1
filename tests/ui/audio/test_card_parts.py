"""The card without devices: rates, formats, two clocks, and which device is used."""

from __future__ import annotations

import math
from array import array
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtMultimedia import QAudioFormat

from tests.ui.audio.puppet import level, tone
from ui.audio.cushion import LEAST, MOST, QUICKEST, Cushion
from ui.audio.device_format import from_device, to_device
from ui.audio.frames import CARD_HZ, FRAME, fitted, silence
from ui.audio.heard import Heard
from ui.audio.played import Played
from ui.audio.resampler import Resampler

LOUD = 8000
A_MINUTE = 50 * 60


def tones(count: int, hz: int = 440) -> list[array[int]]:
    return [tone(hz, index * FRAME) for index in range(count)]


def joined(frames: list[array[int]]) -> array[int]:
    whole = array("h")
    for frame in frames:
        whole += frame
    return whole


def steepest(samples: array[int]) -> int:
    return max(abs(b - a) for a, b in pairwise(samples))


@given(st.integers(-QUICKEST, QUICKEST), st.integers(0, CARD_HZ))
def test_a_frame_is_fitted_by_samples_that_nobody_misses(surplus: int, start: int) -> None:
    frame = tone(440, start)
    assert len(fitted(frame, surplus)) == FRAME - surplus
    assert steepest(fitted(frame, surplus)) <= 2 * steepest(frame)


@pytest.mark.parametrize("hz", [8000, 16_000, 44_100, 96_000])
def test_a_tone_keeps_its_pitch_and_loudness_at_another_rate(hz: int) -> None:
    there, back = Resampler(CARD_HZ, hz), Resampler(hz, CARD_HZ)
    pieces = [back.convert(there.convert(frame)) for frame in tones(12)]
    whole = joined(pieces)
    assert len(whole) == pytest.approx(12 * FRAME, abs=8 * CARD_HZ / min(hz, CARD_HZ))
    assert level(whole[2 * FRAME : 10 * FRAME], 440) == pytest.approx(LOUD, rel=0.01)


@pytest.mark.parametrize("hz", [8000, 16_000])
def test_what_a_lower_rate_cannot_carry_is_left_out_and_not_folded(hz: int) -> None:
    down = Resampler(CARD_HZ, hz)
    whole = joined([down.convert(frame) for frame in tones(10, hz=hz * 3 // 4)])
    assert max(map(abs, whole[hz // 25 :])) < LOUD / 100


FORMATS = [
    (kind, rate, channels)
    for kind in (
        QAudioFormat.SampleFormat.UInt8,
        QAudioFormat.SampleFormat.Int16,
        QAudioFormat.SampleFormat.Int32,
        QAudioFormat.SampleFormat.Float,
    )
    for rate, channels in ((48_000, 1), (48_000, 2), (44_100, 2), (16_000, 1))
]


@pytest.mark.parametrize(("kind", "rate", "channels"), FORMATS)
def test_every_format_of_a_device_carries_the_tone_both_ways(
    kind: QAudioFormat.SampleFormat, rate: int, channels: int
) -> None:
    shape = QAudioFormat()
    shape.setSampleFormat(kind)
    shape.setSampleRate(rate)
    shape.setChannelCount(channels)
    play, hear = to_device(shape), from_device(shape)
    octets = b"".join(play(frame) for frame in tones(12))
    # Devices cut where they like, also within a sample.
    pieces = [hear(octets[place : place + 501]) for place in range(0, len(octets), 501)]
    assert level(joined(pieces)[2 * FRAME : 10 * FRAME], 440) == pytest.approx(LOUD, rel=0.02)


def test_loud_samples_of_a_float_device_are_clipped() -> None:
    shape = QAudioFormat()
    shape.setSampleFormat(QAudioFormat.SampleFormat.Float)
    shape.setSampleRate(CARD_HZ)
    shape.setChannelCount(1)
    heard = from_device(shape)(array("f", [0.0, 1.5, -1.5]).tobytes())
    assert list(heard) == [0, 32767, -32768]


def hear_from_a_clock(ppm: int, seconds: int) -> tuple[list[array[int]], list[int]]:
    """Let a device whose clock is ``ppm`` fast give pieces of 5 ms; return frames and delays."""
    heard = Heard()
    wave = array("h", [round(LOUD * math.sin(math.tau * i / 96)) for i in range(96)])
    given_out = 0
    frames: list[array[int]] = []
    delays: list[int] = []
    for tick in range(50 * seconds):
        due = (tick + 1) * FRAME * (1_000_000 + ppm) // 1_000_000
        while given_out + 240 <= due:
            start = given_out % 96
            heard.put((wave * 4)[start : start + 240])
            given_out += 240
        frames.append(heard.take())
        delays.append(given_out - len(frames) * FRAME)
    return frames, delays


@pytest.mark.parametrize("ppm", [-300, 0, 300])
def test_a_device_that_runs_by_another_clock_is_heard_without_a_gap(ppm: int) -> None:
    frames, _ = hear_from_a_clock(ppm, 60)
    flowing = frames[50:]
    assert all(any(frame) for frame in flowing)
    assert max(steepest(frame) for frame in flowing) < 2 * LOUD * math.tau / 96


def test_an_engine_that_stood_still_goes_on_with_the_newest() -> None:
    heard = Heard()
    frames = tones(204)
    for frame in frames[:4]:
        heard.put(frame)
    assert any(heard.take())
    for frame in frames[4:]:
        heard.put(frame)
    # 200 ms are the most that waits.
    assert heard.take() == frames[-10]


def test_a_microphone_without_sound_is_silence() -> None:
    heard = Heard()
    assert heard.take() == silence()
    heard.put(tone(440, 0))
    assert heard.take() == silence()
    heard.put(tone(440, FRAME))
    assert any(heard.take())


def test_another_device_begins_anew() -> None:
    heard = Heard()
    for frame in tones(4):
        heard.put(frame)
    heard.begin()
    assert heard.take() == silence()


def test_a_speaker_that_was_dry_gets_a_cushion_and_a_full_one_less() -> None:
    played = Played()
    played.play(tone(440, 0))
    first = played.next(0)
    assert first is not None
    assert len(first) == LEAST + FRAME
    assert played.next(LEAST) is None
    lengths = []
    for index in range(A_MINUTE):
        played.play(tone(440, index * FRAME))
        samples = played.next(LEAST + 2 * FRAME)
        assert samples is not None
        lengths.append(len(samples))
    assert sum(lengths) < A_MINUTE * FRAME
    assert min(lengths) >= FRAME - QUICKEST


def test_only_the_newest_frames_wait_for_a_speaker_that_stands_still() -> None:
    played = Played()
    for frame in tones(50):
        played.play(frame)
    waiting = []
    while (samples := played.next(LEAST)) is not None:
        waiting.append(samples)
    assert [list(samples) for samples in waiting] == [list(f) for f in tones(50)[-3:]]


def test_a_cushion_grows_with_lateness_and_never_beyond_its_most() -> None:
    cushion = Cushion()
    for _ in range(10):
        cushion.ran_dry()
    assert cushion.size == MOST


@given(st.lists(st.integers(0, 20 * FRAME), min_size=1, max_size=400))
def test_whatever_waits_a_frame_is_never_stretched_by_more_than_a_hundredth(
    levels: list[int],
) -> None:
    cushion = Cushion()
    changes = [cushion.surplus(level) for level in levels]
    assert all(change >= -QUICKEST for change in changes)
    assert all(change <= QUICKEST or change <= max(levels) for change in changes)
