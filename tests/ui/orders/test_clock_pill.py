"""What a service clock says, and that its colour is not all that says it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.orders.clocks import at, deadline
from ui.language import Language, set_language
from ui.orders.clock_pill import ClockPill, clock_face, format_working_time


@pytest.mark.parametrize(
    ("after", "text", "kind"),
    [
        (0, "4 h left", "neutral"),
        (30.5, "3 h 29 min left", "neutral"),
        (252.1, "Only 47 min left", "warning"),
        (299, "Only 1 min left", "warning"),
        (300.1, "0 min late", "danger"),
        (335, "35 min late", "danger"),
    ],
)
def test_a_clock_says_what_is_left_in_working_time(after: float, text: str, kind: str) -> None:
    """The office has lunch from twelve to one: that hour is nobody's."""
    face = clock_face(deadline(), at(after))
    assert face is not None
    assert (face.text, face.kind) == (text, kind)


def test_a_paused_clock_says_so_before_and_after_its_target() -> None:
    paused = clock_face(deadline("IN_PROGRESS", held_after=60), at(100))
    over = clock_face(deadline("IN_PROGRESS", held_after=330), at(500))
    assert paused is not None
    assert over is not None
    assert (paused.text, paused.kind) == ("Paused, 3 h left", "neutral")
    assert paused.about == "Report: the clock is paused"
    assert (over.text, over.kind) == ("Paused, 30 min late", "danger")


def test_where_no_clock_runs_nothing_is_shown(qtbot: QtBot) -> None:
    assert clock_face(None, at(0)) is None
    pill = ClockPill()
    qtbot.addWidget(pill)
    pill.show_face(clock_face(deadline(), at(0)))
    assert not pill.isHidden()
    assert pill.accessibleName().startswith("4 h left · Acceptance: due ")
    pill.show_face(None)
    assert pill.isHidden()


def test_long_times_leave_the_minutes_out_in_both_languages() -> None:
    assert format_working_time(timedelta(hours=9, minutes=59)) == "9 h 59 min"
    assert format_working_time(timedelta(hours=26, minutes=59)) == "26 h"
    set_language(Language.ZH)
    face = clock_face(deadline(), at(260))
    assert face is not None
    assert face.text == "仅剩 40 分"
    assert face.about.startswith("接单：应于")
