"""The floor's page: desks, filters, running times, and what it says when there is nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel
from pytestqt.qtbot import QtBot

from agent_desk.domain.agent import AgentState
from agent_desk.domain.presence import Floor
from tests.ui.floor import samples
from ui.floor.model import FloorColumn
from ui.floor.page import FloorPage
from ui.language import Language, set_language
from ui.theme.theme import ThemeName, apply_theme
from ui.widgets.pill import Pill


@pytest.fixture
def page(qtbot: QtBot) -> FloorPage:
    made = FloorPage(own_desk_id=samples.OWN, now=lambda: samples.AT)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made


def shown_texts(page: FloorPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def cell(page: FloorPage, row: int, column: FloorColumn) -> str:
    return str(page.table.desks.index(row, column).data())


def names(page: FloorPage) -> list[str]:
    rows = range(page.table.desks.rowCount())
    return [cell(page, row, FloorColumn.AGENT).split()[0] for row in rows]


def choose(box: QComboBox, value: str) -> None:
    """Choose as a person does, by keyboard."""
    box.setFocus()
    steps = box.findData(value) - box.currentIndex()
    for _ in range(abs(steps)):
        QTest.keyClick(box, Qt.Key.Key_Down if steps > 0 else Qt.Key.Key_Up)


def alone() -> Floor:
    floor = samples.full_floor()
    own = tuple(desk for desk in floor.desks if desk.report.desk_id == samples.OWN)
    return replace(floor, desks=own)


def test_every_cell_says_what_it_shows(page: FloorPage) -> None:
    page.show_floor(samples.full_floor())

    row = names(page).index("Chen")
    assert cell(page, row, FloorColumn.AGENT) == "Chen Jing 陈静 (chen)"
    assert cell(page, row, FloorColumn.STATE) == "Not ready"
    assert cell(page, row, FloorColumn.REASON) == "Lunch"
    assert cell(page, row, FloorColumn.SINCE).startswith("21:0")
    assert cell(page, row, FloorColumn.QUEUE) == ""
    assert cell(page, row, FloorColumn.CALL) == ""


def test_a_lost_desk_says_since_when(page: FloorPage) -> None:
    page.show_floor(samples.full_floor())

    row = names(page).index("Ma")
    local = (samples.AT - timedelta(minutes=3)).astimezone()
    assert cell(page, row, FloorColumn.STATE) == "Gone"
    assert cell(page, row, FloorColumn.REASON) == f"Gone since {local:%H:%M}"


def test_times_run_by_the_databases_clock_whatever_the_desks_says(page: FloorPage) -> None:
    page.show_floor(samples.full_floor())

    assert samples.AT <= page.floor_time() < samples.AT + timedelta(seconds=30)


def test_filters_and_order_are_chosen_by_keyboard(page: FloorPage) -> None:
    page.show_floor(samples.full_floor())

    choose(page.states, "BUSY")
    assert names(page) == ["Anna", "Liu", "Wu"]
    choose(page.order, "call")
    assert names(page) == ["Wu", "Anna", "Liu"]
    choose(page.queues, "support")
    assert names(page) == ["Anna"]
    choose(page.states, "")
    assert names(page) == ["Anna", "Li"]


def test_a_filter_that_nobody_matches_says_so_and_the_next_floor_may(page: FloorPage) -> None:
    floor = samples.full_floor()
    without = replace(floor, desks=tuple(desk for desk in floor.desks if not desk.gone))
    page.show_floor(without)
    choose(page.states, "GONE")
    assert "Nobody matches" in shown_texts(page)
    assert not page.table.isVisible()

    choose(page.states, "")
    assert page.table.isVisible()


def test_who_is_alone_is_told_so(page: FloorPage) -> None:
    page.show_floor(alone())

    assert "You are alone on this floor" in shown_texts(page)
    assert not page.table.isVisible()
    assert [pill for pill in page.counts.findChildren(Pill) if pill.isVisible()] == []


def test_a_colleague_ends_being_alone(qtbot: QtBot, page: FloorPage) -> None:
    page.show_floor(alone())
    page.show_floor(samples.full_floor())

    qtbot.waitUntil(page.table.isVisible)
    assert len(names(page)) == 9


def test_floors_that_come_fast_are_shown_together(qtbot: QtBot, page: FloorPage) -> None:
    page.show_floor(alone())
    resets: list[int] = []
    page.table.desks.modelReset.connect(lambda: resets.append(1))

    for _ in range(20):
        page.show_floor(samples.full_floor())

    assert resets == []
    qtbot.waitUntil(lambda: len(names(page)) == 9)
    assert len(resets) == 1


def test_a_change_repaints_its_row_and_nothing_else(qtbot: QtBot, page: FloorPage) -> None:
    floor = samples.full_floor()
    page.show_floor(floor)
    changed: list[tuple[int, int]] = []

    def note(first: QModelIndex, last: QModelIndex) -> None:
        changed.append((first.row(), last.row()))

    page.table.desks.dataChanged.connect(note)
    desks = list(floor.desks)
    desks[1] = samples.desk("Chen Jing 陈静", AgentState.READY, 1)
    page.show_floor(replace(floor, desks=tuple(desks)))

    qtbot.waitUntil(lambda: cell(page, 1, FloorColumn.STATE) == "Ready")
    assert changed == [(1, 1)]


def test_the_mark_stays_with_its_desk(qtbot: QtBot, page: FloorPage) -> None:
    floor = samples.full_floor()
    page.show_floor(floor)
    page.table.setFocus()
    for _ in range(4):
        QTest.keyClick(page.table, Qt.Key.Key_Down)
    marked = page.table.marked_id()
    assert marked

    page.show_floor(replace(floor, desks=floor.desks[2:]))

    qtbot.waitUntil(lambda: len(names(page)) == 7)
    assert page.table.marked_id() == marked


def test_what_cannot_be_seen_is_said_and_the_last_floor_stays(page: FloorPage) -> None:
    floor = samples.full_floor()
    page.show_unseen("The database is away", None)
    assert "The floor cannot be seen now" in shown_texts(page)

    page.show_floor(floor)
    assert "The database is away" not in shown_texts(page)
    page.show_unseen("The database is away", floor)
    local = samples.AT.astimezone()
    assert f"The database is away — this is the floor at {local:%H:%M}" in shown_texts(page)
    assert len(names(page)) == 9


def test_the_floor_is_watched_only_while_it_is_in_sight(qtbot: QtBot) -> None:
    page = FloorPage(own_desk_id=samples.OWN, now=lambda: samples.AT)
    qtbot.addWidget(page)
    asked: list[bool] = []
    page.watched.connect(asked.append)

    page.show()
    page.hide()

    assert asked == [True, False]


def test_a_narrow_page_keeps_name_and_state(qtbot: QtBot, page: FloorPage) -> None:
    page.show_floor(samples.full_floor())
    table = page.table
    assert not any(table.isColumnHidden(column) for column in FloorColumn)

    page.resize(page.minimumSizeHint().width(), 500)

    qtbot.waitUntil(lambda: table.isColumnHidden(FloorColumn.REASON))
    assert not table.isColumnHidden(FloorColumn.AGENT)
    assert not table.isColumnHidden(FloorColumn.STATE)
    assert table.columnWidth(FloorColumn.AGENT) >= 100
    assert page.width() <= 640


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("language", list(Language))
def test_it_paints_in_both_themes_and_languages(
    qtbot: QtBot, page: FloorPage, theme: ThemeName, language: Language
) -> None:
    page.show_floor(samples.full_floor())
    before = page.grab().toImage()

    set_language(language)
    apply_theme(theme, 150)

    after = page.grab().toImage()
    assert after != before
    expected = "失联" if language is Language.ZH else "Gone"
    assert cell(page, names(page).index("Ma"), FloorColumn.STATE) == expected
