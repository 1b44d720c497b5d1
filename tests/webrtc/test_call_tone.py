"""The tones of a telephone: cadence, no click, and a headset that is let go of afterwards."""

from __future__ import annotations

import itertools
from array import array

import pytest

from telephony.webrtc.call_tone import TONE_HZ, ToneSource
from telephony.webrtc.engine import CallTone
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.sound_card import CARD_FRAME
from telephony.webrtc.ticker import SteadyTicker
from tests.fakes.scripted_card import ScriptedCard
from tests.webrtc.ends import strength
from tests.webrtc.plain_codecs import PlainCodecs


@pytest.mark.parametrize(
    ("tone", "on", "period"),
    [(CallTone.RINGING, 50, 250), (CallTone.BUSY, 18, 35), (CallTone.ATTENTION, 6, 16)],
)
def test_a_tone_sounds_and_pauses_in_its_own_rhythm(tone: CallTone, on: int, period: int) -> None:
    source = ToneSource(tone)
    sounds = [source.take() is not None for _ in range(2 * period)]
    assert sounds == ([True] * on + [False] * (period - on)) * 2


def test_frames_of_a_tone_follow_each_other_without_a_click() -> None:
    source = ToneSource(CallTone.RINGING)
    samples = array("h")
    for _ in range(5):
        frame = source.take()
        assert frame is not None
        assert len(frame) == CARD_FRAME
        samples += frame
    assert strength(samples, TONE_HZ) == pytest.approx(4000, rel=0.01)
    steps = [abs(one - other) for one, other in itertools.pairwise(samples)]
    assert max(steps) < 250


async def test_a_tone_needs_no_call_and_lets_go_of_the_headset() -> None:
    card = ScriptedCard()
    engine = LocalEngine(card=card, codecs=PlainCodecs(), ticker=SteadyTicker())
    await engine.start()
    await engine.play_tone(CallTone.BUSY)
    assert is_open(card)
    await engine.play_tone(None)
    assert not is_open(card)
    await engine.stop()


def is_open(card: ScriptedCard) -> bool:
    return card.is_open
