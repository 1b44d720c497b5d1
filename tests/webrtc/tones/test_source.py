"""Tones as they are heard: cadence, no click, and a headset that is let go of afterwards."""

from __future__ import annotations

import itertools
from array import array
from pathlib import Path

import pytest

from agent_desk.domain.sound import SoundFileFormat
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ
from telephony.webrtc.ticker import SteadyTicker
from telephony.webrtc.tones.national import tone_plan
from telephony.webrtc.tones.source import ToneSource
from telephony.webrtc.tones.tone import PEAK, SOFT_PEAK, CallTone, Tone
from tests.fakes.scripted_card import ScriptedCard
from tests.webrtc.beats import Time
from tests.webrtc.ends import End, join, local_end, strength
from tests.webrtc.plain_codecs import PlainCodecs
from tests.webrtc.wave_file import make_wave_file, read_channels

CHINA = tone_plan("CN")


def heard(tone: Tone, frames: int) -> array[int]:
    """Return the first frames of a tone, silence where it pauses."""
    source = ToneSource(tone)
    samples = array("h")
    for _ in range(frames):
        frame = source.take()
        samples += array("h", bytes(2 * CARD_FRAME)) if frame is None else frame
    return samples


@pytest.mark.parametrize(
    ("kind", "on", "period"), [(CallTone.RINGING, 50, 250), (CallTone.ATTENTION, 6, 16)]
)
def test_a_tone_sounds_and_pauses_in_its_own_rhythm(kind: CallTone, on: int, period: int) -> None:
    source = ToneSource(CHINA.tone(kind))
    sounds = [source.take() is not None for _ in range(2 * period)]
    assert sounds == ([True] * on + [False] * (period - on)) * 2


def test_a_rhythm_need_not_lie_on_frames() -> None:
    samples = heard(CHINA.busy, 70)
    edge = CARD_HZ * 350 // 1000
    assert any(samples[edge - CARD_FRAME // 2 : edge])
    assert not any(samples[edge : 2 * edge])
    assert samples[2 * edge : 3 * edge] == samples[:edge]


def test_frames_of_a_tone_follow_each_other_without_a_click() -> None:
    samples = heard(CHINA.ringing, 52)
    assert strength(samples[CARD_FRAME : 6 * CARD_FRAME], 450) == pytest.approx(PEAK, rel=0.01)
    steps = [abs(one - other) for one, other in itertools.pairwise(samples)]
    assert max(steps) < 250


def test_a_wave_that_is_longer_than_a_second_of_sound_goes_on() -> None:
    tone = Tone(frequencies_hz=(413, 438), cadence_ms=(3000, 1000))
    samples = heard(tone, 150)
    assert samples[CARD_HZ : CARD_HZ + 4800] == samples[2 * CARD_HZ - 48000 + CARD_HZ :][:4800]
    for hz in (413, 438):
        assert strength(samples[: 2 * CARD_HZ], hz) == pytest.approx(PEAK / 2**0.5, rel=0.02)


async def test_a_tone_needs_no_call_and_lets_go_of_the_headset() -> None:
    card = ScriptedCard()
    engine = LocalEngine(card=card, codecs=PlainCodecs(), ticker=SteadyTicker())
    await engine.start()
    await engine.play_tone(CHINA.busy)
    assert is_open(card)
    await engine.play_tone(None)
    assert not is_open(card)
    await engine.stop()


async def test_a_waiting_call_is_heard_under_the_talk_and_by_nobody_else(
    time: Time, there: End, tmp_path: Path
) -> None:
    here, file = local_end(time, 400, sound_files=make_wave_file), tmp_path / "call.wav"
    await here.engine.start()
    await join(here, there)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(0.4)
    await here.engine.start_recording("call", file, SoundFileFormat.WAV)
    await here.engine.play_tone(CHINA.waiting)
    await time.wait(0.36)
    assert strength(here.heard(10), 450) == pytest.approx(SOFT_PEAK, rel=0.05)
    assert strength(here.heard(10), 1000) > 6000
    assert strength(there.heard(10), 450) < 50
    await here.engine.play_tone(None)
    await time.wait(0.2)
    assert strength(here.heard(5), 450) < 50
    await here.engine.stop()
    for side in read_channels(file):
        assert strength(side[: 15 * CARD_FRAME], 450) < 50


def is_open(card: ScriptedCard) -> bool:
    return card.is_open
