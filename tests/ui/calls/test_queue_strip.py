"""The queue strip: figures, service level by more than colour, and many updates at once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.acd import QueueStatus
from tests.ui.calls.samples import BEGIN, SetClock, a_queue
from ui.language import Language, set_language
from ui.queues.queue_strip import QueueStrip
from ui.queues.queue_tile import QueueTile
from ui.queues.waiting_history import STEP_SECONDS, WINDOW_SECONDS, WaitingHistory
from ui.theme.theme import ThemeName, apply_theme


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def strip(qtbot: QtBot, clock: SetClock) -> QueueStrip:
    strip = QueueStrip(now=clock)
    qtbot.addWidget(strip)
    strip.resize(1184, 96)
    strip.show()
    qtbot.waitExposed(strip)
    return strip


def five() -> tuple[QueueStatus, ...]:
    return tuple(
        a_queue(
            f"q{n}", waiting=n, longest_wait_seconds=41.0 * n, answered=50, answered_in_target=40
        )
        for n in range(5)
    )


def only_tile(strip: QueueStrip) -> QueueTile:
    (tile,) = strip.tiles()
    return tile


def test_a_tile_says_who_waits_how_long_and_how_well(strip: QueueStrip) -> None:
    strip.show_queues(
        (a_queue(waiting=12, longest_wait_seconds=202.0, answered=100, answered_in_target=92),)
    )
    tile = only_tile(strip)
    assert tile.texts() == ("Technical", "12", "waiting · longest 03:22")
    assert tile.level().text() == "SLA 92%"
    assert tile.accessibleName() == ("Technical: 12 waiting, longest 03:22, SLA 92%, on target")


def test_a_low_strip_says_the_same_in_less_height(strip: QueueStrip, qtbot: QtBot) -> None:
    strip.show_queues(five())
    full, texts = strip.sizeHint().height(), [tile.texts() for tile in strip.tiles()]
    strip.set_brief(True)
    qtbot.waitUntil(lambda: strip.sizeHint().height() <= full - 20)
    assert [tile.texts() for tile in strip.tiles()] == texts
    assert all(tile.is_whole() for tile in strip.tiles())
    strip.show_queues((*five(), a_queue("q9", waiting=3, longest_wait_seconds=12.0)))
    qtbot.waitUntil(lambda: len(strip.tiles()) == 6)
    assert len({tile.sizeHint().height() for tile in strip.tiles()}) == 1
    strip.set_brief(False)
    qtbot.waitUntil(lambda: strip.sizeHint().height() >= full)


def test_a_tile_of_own_calls_alone_claims_nothing_about_who_waits(strip: QueueStrip) -> None:
    strip.show_queues((a_queue(is_own_share=True, offered=9, answered=7, abandoned=1),))
    tile = only_tile(strip)
    assert tile.texts() == ("Technical", "7", "answered here today")
    assert tile.level().text() == "SLA —"
    assert tile.sparkline().points() == ()
    assert "7 of 9" in tile.accessibleName()
    assert "exchange alone" in tile.toolTip()
    assert "ready:" not in tile.toolTip()


@pytest.mark.parametrize(
    ("in_target", "kind", "words"),
    [
        (1000, "success", "on target"),
        (800, "success", "on target"),
        (799, "warning", "close to target"),
        (700, "warning", "close to target"),
        (699, "danger", "below target"),
        (0, "danger", "below target"),
    ],
)
def test_the_service_level_is_told_by_colour_and_by_words(
    strip: QueueStrip, in_target: int, kind: str, words: str
) -> None:
    strip.show_queues((a_queue(answered=1000, answered_in_target=in_target),))
    tile = only_tile(strip)
    assert tile.level().kind == kind
    assert words in tile.accessibleName()
    assert words in tile.toolTip()


def test_a_queue_without_calls_has_no_service_level(strip: QueueStrip) -> None:
    strip.show_queues((a_queue(),))
    tile = only_tile(strip)
    assert (tile.level().text(), tile.level().kind) == ("SLA —", "neutral")
    assert tile.texts()[2] == "waiting"


def test_updates_that_come_fast_are_shown_together_and_none_is_lost(
    strip: QueueStrip, qtbot: QtBot
) -> None:
    strip.show_queues((a_queue(waiting=1),))
    for waiting in range(2, 50):
        strip.show_queues((a_queue(waiting=waiting),))
    assert only_tile(strip).texts()[1] == "1"
    qtbot.waitUntil(lambda: only_tile(strip).texts()[1] == "49")


def test_the_line_keeps_what_was_missed_between_two_updates(
    strip: QueueStrip, qtbot: QtBot, clock: SetClock
) -> None:
    for waiting in (1, 9, 2):
        strip.show_queues((a_queue(waiting=waiting),))
        clock.forward(1)
    clock.forward(STEP_SECONDS)
    strip.show_queues((a_queue(waiting=3),))
    qtbot.waitUntil(lambda: len(only_tile(strip).sparkline().points()) == 2)
    assert [count for _, count in only_tile(strip).sparkline().points()] == [9, 3]


def test_queues_that_come_and_go_are_followed(strip: QueueStrip, qtbot: QtBot) -> None:
    strip.show_queues(five())
    assert len(strip.tiles()) == 5
    strip.show_queues((*five()[3:], a_queue("new")))
    qtbot.waitUntil(lambda: len(strip.tiles()) == 3)
    strip.show_queues(())
    qtbot.waitUntil(strip.is_empty)
    strip.show_queues(five())
    qtbot.waitUntil(lambda: not strip.is_empty())


def test_five_tiles_fit_where_the_window_is_small(strip: QueueStrip) -> None:
    strip.show_queues(five())
    QApplication.processEvents()
    assert strip.horizontalScrollBar().maximum() == 0


def test_a_tile_is_shown_to_its_foot(qtbot: QtBot, clock: SetClock) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    layout.addStretch(1)
    strip = QueueStrip(now=clock)
    layout.addWidget(strip)
    page.resize(1184, 400)
    page.show()
    strip.show_queues(five())
    qtbot.waitUntil(lambda: strip.viewport().height() == strip.tiles()[0].height())
    assert strip.tiles()[0].height() >= strip.tiles()[0].sizeHint().height()


def test_more_tiles_scroll_and_tab_brings_each_into_view(strip: QueueStrip) -> None:
    strip.show_queues(tuple(a_queue(f"q{n}") for n in range(9)))
    QApplication.processEvents()
    assert strip.horizontalScrollBar().maximum() > 0
    strip.tiles()[8].setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    assert strip.horizontalScrollBar().value() == strip.horizontalScrollBar().maximum()


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scale", [100, 200])
def test_no_figure_is_cut_in_the_narrowest_tile(
    strip: QueueStrip, language: Language, scale: int
) -> None:
    apply_theme(ThemeName.DARK, scale)
    set_language(language)
    strip.show_queues(
        tuple(
            a_queue(
                f"q{n}", waiting=88, longest_wait_seconds=3599.0, answered=9, answered_in_target=9
            )
            for n in range(9)
        )
    )
    QApplication.processEvents()
    tile = strip.tiles()[0]
    assert tile.width() == tile.minimumSizeHint().width()
    assert tile.level().width() >= tile.level().sizeHint().width()
    assert tile.is_whole()


def test_the_name_follows_the_language(strip: QueueStrip) -> None:
    strip.show_queues((a_queue(waiting=3, longest_wait_seconds=41.0),))
    set_language(Language.ZH)
    QApplication.processEvents()
    assert only_tile(strip).texts() == ("技术支持", "3", "等待 · 最长 00:41")


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 99)), max_size=200))
def test_a_history_is_ordered_bounded_and_ends_now(seen: list[tuple[int, int]]) -> None:
    history = WaitingHistory()
    for after, waiting in sorted(seen):
        history.record(BEGIN + timedelta(seconds=after), waiting)
    points = history.points()
    places = [place for place, _ in points]
    assert places == sorted(places)
    assert len(points) <= WINDOW_SECONDS / STEP_SECONDS
    assert all(0.0 <= place <= 1.0 for place in places)
    assert not seen or places[-1] == 1.0
    assert {count for _, count in points} <= {waiting for _, waiting in seen}


def test_a_history_forgets_what_is_older_than_its_window() -> None:
    history = WaitingHistory()
    history.record(BEGIN, 50)
    history.record(BEGIN + timedelta(seconds=WINDOW_SECONDS), 1)
    assert [count for _, count in history.points()] == [1]
