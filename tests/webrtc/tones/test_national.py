"""The table of tones: every entry within the limits of the standard, and heard as it is written."""

from __future__ import annotations

from array import array
from math import sqrt

import pytest

from agent_desk.domain.identifiers import known_regions
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ
from telephony.webrtc.tones.national import NATIONAL, RECOMMENDED, tone_plan
from telephony.webrtc.tones.source import ToneSource
from telephony.webrtc.tones.tone import PEAK, SOFT_PEAK, CallTone, Tone
from tests.webrtc.ends import strength

EVERY = {**NATIONAL, "recommended": RECOMMENDED}
KINDS = (CallTone.RINGING, CallTone.BUSY, CallTone.CONGESTION, CallTone.WAITING)
ALL = [
    pytest.param(EVERY[region].tone(kind), id=f"{region}-{kind}")
    for region in EVERY
    for kind in KINDS
]


def test_every_country_is_one() -> None:
    assert NATIONAL.keys() <= known_regions()
    assert len(NATIONAL) == 35


def test_whoever_is_not_in_the_table_hears_the_recommended_tones() -> None:
    assert tone_plan("VN") is tone_plan("") is RECOMMENDED
    assert RECOMMENDED.ringing == Tone(frequencies_hz=(425,), cadence_ms=(1000, 4000))
    assert tone_plan("US").busy.frequencies_hz == (480, 620)


def total_ms(kind: CallTone, region: str) -> int:
    return sum(EVERY[region].tone(kind).cadence_ms)


@pytest.mark.parametrize("region", EVERY)
def test_cadences_are_those_of_their_kind(region: str) -> None:
    # ITU-T E.180 s. 3.2, 4.2 and 5.2, with room for the countries that keep to their own.
    assert 3000 <= total_ms(CallTone.RINGING, region) <= 6000
    assert 400 <= total_ms(CallTone.BUSY, region) <= 1500
    assert 330 <= total_ms(CallTone.CONGESTION, region) <= 2200
    assert total_ms(CallTone.WAITING, region) >= 1000
    plan = EVERY[region]
    assert sum(plan.congestion.cadence_ms[::2]) <= sum(plan.ringing.cadence_ms)
    assert sum(plan.waiting.cadence_ms[::2]) < 1000


@pytest.mark.parametrize("tone", ALL)
def test_a_cadence_is_sound_and_pause_in_turn(tone: Tone) -> None:
    assert len(tone.cadence_ms) % 2 == 0
    assert min(tone.cadence_ms) >= 40
    assert all(300 <= hz <= 3400 for hz in tone.frequencies_hz)
    source = ToneSource(tone)
    frames = [source.take() for _ in range(sum(tone.cadence_ms) // 20 + 2)]
    on_ms = sum(tone.cadence_ms[::2])
    edges = len(tone.cadence_ms)
    assert on_ms / 20 <= sum(frame is not None for frame in frames) <= on_ms / 20 + edges + 2


@pytest.mark.parametrize("tone", ALL)
def test_a_tone_has_its_frequencies_and_no_others(tone: Tone) -> None:
    peak = SOFT_PEAK if tone.peak == SOFT_PEAK else PEAK
    parts = len(tone.frequencies_hz)
    carrier = sqrt(2 / 3) if tone.modulation_hz else 1.0
    samples = steady_second(tone)
    for hz in tone.frequencies_hz:
        assert strength(samples, hz) == pytest.approx(peak * carrier / sqrt(parts), rel=0.01)
        for side in (hz - tone.modulation_hz, hz + tone.modulation_hz):
            if tone.modulation_hz:
                assert strength(samples, side) == pytest.approx(peak * carrier / 2, rel=0.01)
    for other in {hz + 7 for hz in tone.frequencies_hz}:
        assert strength(samples, other) < 0.01 * peak


def steady_second(tone: Tone) -> array[int]:
    """Return a second of the sound without its pauses."""
    source = ToneSource(Tone(
        frequencies_hz=tone.frequencies_hz,
        cadence_ms=(2000, 20),
        modulation_hz=tone.modulation_hz,
        peak=tone.peak,
    ))  # fmt: skip
    samples = array("h")
    for _ in range(60):
        frame = source.take()
        assert frame is not None
        samples += frame
    return samples[10 * CARD_FRAME : 10 * CARD_FRAME + CARD_HZ]
