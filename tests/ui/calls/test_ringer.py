"""The ringer: the tone itself, and a desk that has no sound or shall be silent."""

import logging
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtMultimedia import QMediaDevices
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.calls.ring_tone import RING_SECONDS, interleaved, ring_samples
from ui.calls.ringer import Ringer

RATE_HZ = 16_000
LOUDEST_STEP = 0.35
"""A jump of more than this share of full scale between two samples would be heard as a click."""


@pytest.fixture
def ringer(qtbot: QtBot) -> Ringer:
    window = QWidget()
    qtbot.addWidget(window)
    return Ringer(window)


def test_a_ring_lasts_its_time_and_is_neither_clipped_nor_faint() -> None:
    samples = ring_samples(RATE_HZ)
    assert len(samples) == RATE_HZ * RING_SECONDS
    assert 0.4 * 32767 < max(abs(sample) for sample in samples) <= 32767


def test_a_ring_begins_and_ends_in_silence_and_never_clicks() -> None:
    samples = ring_samples(RATE_HZ)
    steps = (abs(b - a) for a, b in pairwise(samples))
    assert max(steps) < LOUDEST_STEP * 32767
    assert max(abs(samples[0]), abs(samples[-1])) < 33


def test_a_ring_has_two_notes() -> None:
    samples = ring_samples(RATE_HZ)
    length = len(samples) // 4
    heard = []
    for note in range(2):
        part = samples[note * length : (note + 1) * length]
        rising = sum(1 for a, b in pairwise(part) if a < 0 <= b)
        heard.append(rising / (length / RATE_HZ))
    assert [math.isclose(heard[0], 659.26, rel_tol=0.02), heard[1] < heard[0] * 0.85] == [True] * 2


@given(st.lists(st.integers(-32768, 32767), max_size=50), st.integers(1, 6))
def test_every_channel_gets_the_same_samples(mono: list[int], channels: int) -> None:
    samples = ring_samples(1000)[:0]
    samples.extend(mono)
    frames = interleaved(samples, channels)
    assert len(frames) == len(mono) * channels
    assert all(list(frames[channel::channels]) == mono for channel in range(channels))


def test_starting_and_stopping_are_safe_to_repeat(ringer: Ringer) -> None:
    ringer.stop()
    ringer.start("Anna Müller")
    ringer.start("Anna Müller")
    assert (ringer.is_ringing(), ringer.is_sounding()) == (True, True)
    ringer.stop()
    ringer.stop()
    assert (ringer.is_ringing(), ringer.is_sounding()) == (False, False)


@pytest.mark.skipif(
    not QMediaDevices.defaultAudioOutput().isNull(), reason="this machine has a sound output"
)
def test_without_a_sound_output_it_stays_silent_and_says_so_once(
    ringer: Ringer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            ringer.start("Anna Müller")
            ringer.stop()
        ringer.play_sample(percent=60, output="")
    said = [record for record in caplog.records if "no usable sound output" in record.message]
    assert [record.levelno for record in said] == [logging.INFO]


def test_silent_leaves_out_the_tone_only(ringer: Ringer) -> None:
    ringer.set_silent(True)
    ringer.start("Anna Müller")
    assert (ringer.is_ringing(), ringer.is_sounding()) == (True, False)
    ringer.set_silent(False)
    assert ringer.is_sounding()
    ringer.set_silent(True)
    assert not ringer.is_sounding()


@pytest.mark.parametrize("percent", [-5, 0, 40, 100, 400])
def test_any_volume_is_taken(ringer: Ringer, percent: int) -> None:
    ringer.set_volume(percent)
    ringer.start("Anna Müller")
    assert ringer.is_sounding()


@pytest.mark.parametrize("raises", [False, True])
def test_the_window_comes_to_the_front_only_when_set_so(qtbot: QtBot, raises: bool) -> None:
    window, typed_in = _Window(), QWidget()
    qtbot.addWidget(window)
    qtbot.addWidget(typed_in)
    ringer = Ringer(window)
    ringer.set_raises_window(raises)
    ringer.start("Anna Müller")
    assert window.raised == raises


class _Window(QWidget):
    """Remembers that it was raised."""

    def __init__(self) -> None:
        super().__init__()
        self.raised = False

    def raise_(self) -> None:
        self.raised = True
