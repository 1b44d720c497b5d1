"""How good a call sounds, and what spoils it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent_desk.domain.sound import LineQuality
from agent_desk.domain.sound_grade import SoundFault, SoundGrade, fault_of, grade_of, opinion_of

CLEAR = LineQuality(here=4.3, there=None, loss=0.0, jitter_ms=4.0, round_trip_ms=None)


@pytest.mark.parametrize(
    ("here", "there", "grade"),
    [
        (4.3, None, SoundGrade.GOOD),
        (4.03, 4.4, SoundGrade.GOOD),
        (4.4, 3.9, SoundGrade.FAIR),
        (3.1, 4.4, SoundGrade.FAIR),
        (3.0, None, SoundGrade.BAD),
        (4.4, 1.0, SoundGrade.BAD),
    ],
)
def test_the_side_that_hears_worse_gives_the_grade(
    here: float, there: float | None, grade: SoundGrade
) -> None:
    quality = replace(CLEAR, here=here, there=there)
    assert grade_of(quality) is grade
    assert opinion_of(quality) == min(x for x in (here, there) if x is not None)


@pytest.mark.parametrize(
    ("quality", "fault"),
    [
        (replace(CLEAR, loss=0.04), SoundFault.NONE),
        (replace(CLEAR, here=2.0, loss=0.04, jitter_ms=90.0), SoundFault.GAPS),
        (replace(CLEAR, here=3.5, jitter_ms=45.0), SoundFault.UNEVEN),
        (replace(CLEAR, here=3.5, round_trip_ms=420.0), SoundFault.LATE),
        (replace(CLEAR, there=2.0), SoundFault.THERE),
        (replace(CLEAR, here=3.5), SoundFault.NONE),
    ],
)
def test_what_a_person_hears_most_is_named_and_nothing_in_a_good_call(
    quality: LineQuality, fault: SoundFault
) -> None:
    assert fault_of(quality) is fault
