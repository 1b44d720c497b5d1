"""The rail with more pages than fit: it draws together, scrolls, and hides nothing that waits."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.shell.main_window import LEAST_SIZE
from ui.shell.nav_rail import NavButton, NavRail
from ui.shell.rail_column import MoreMark

PAGES = ("agent", "tickets", "department", "floor", "p5", "p6", "p7", "p8", "p9", "p10")


@pytest.fixture
def rail(qtbot: QtBot) -> NavRail:
    rail = NavRail()
    qtbot.addWidget(rail)
    for page in PAGES:
        rail.add(page, "inbox", "nav.department")
    rail.add("settings", "settings", "nav.settings", bottom=True)
    rail.show()
    rail.activateWindow()
    qtbot.waitUntil(rail.isActiveWindow)
    return rail


def be_tall(qtbot: QtBot, rail: NavRail, height: int) -> None:
    rail.resize(rail.width(), height)
    qtbot.waitUntil(lambda: rail.size() == QSize(rail.width(), height))
    QApplication.processEvents()


def focused() -> NavButton:
    button = QApplication.focusWidget()
    assert isinstance(button, NavButton)
    return button


def marks(rail: NavRail) -> list[MoreMark]:
    """Return the marks that can be seen, the upper one first."""
    shown = [mark for mark in rail.findChildren(MoreMark) if mark.isVisible()]
    return sorted(shown, key=lambda mark: mark.y())


def place(rail: NavRail, page: str) -> QRect:
    button = rail.button(page)
    return QRect(button.mapTo(rail, QPoint(0, 0)), button.size())


def is_seen(rail: NavRail, page: str) -> bool:
    covered = [QRect(mark.mapTo(rail, QPoint(0, 0)), mark.size()) for mark in marks(rail)]
    here = place(rail, page)
    return rail.rect().contains(here) and not any(here.intersects(mark) for mark in covered)


def test_eleven_pages_fit_at_1280x720_without_scrolling(rail: NavRail, qtbot: QtBot) -> None:
    be_tall(qtbot, rail, 720)

    assert all(is_seen(rail, page) for page in (*PAGES, "settings"))
    assert marks(rail) == []


def test_what_does_not_fit_is_reached_by_tab(rail: NavRail, qtbot: QtBot) -> None:
    be_tall(qtbot, rail, LEAST_SIZE.height())
    rail.button("agent").setFocus(Qt.FocusReason.TabFocusReason)

    for _ in range(len(PAGES) + 3):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
        assert rail.rect().contains(QRect(focused().mapTo(rail, QPoint(0, 0)), focused().size()))

    assert focused() is rail.button("settings")
    assert is_seen(rail, "settings")


def test_a_page_shown_by_its_key_comes_into_sight(rail: NavRail, qtbot: QtBot) -> None:
    be_tall(qtbot, rail, LEAST_SIZE.height())

    rail.select("p10")
    assert is_seen(rail, "p10")
    rail.select("agent")
    assert is_seen(rail, "agent")


def test_a_hidden_count_is_told_at_the_end_beyond_which_it_is(rail: NavRail, qtbot: QtBot) -> None:
    be_tall(qtbot, rail, LEAST_SIZE.height())
    assert [mark.waits() for mark in marks(rail)] == [False]

    rail.button("p10").set_count(2)

    assert [mark.waits() for mark in marks(rail)] == [True]
    assert marks(rail)[0].accessibleName() == "More below: something waits there"
    rail.select("p10")
    assert [mark.waits() for mark in marks(rail)] == [False, False]
    rail.button("agent").set_count(1)
    assert [mark.waits() for mark in marks(rail)] == [True, False]


def test_a_mark_leads_on_by_mouse(rail: NavRail, qtbot: QtBot) -> None:
    be_tall(qtbot, rail, LEAST_SIZE.height())

    QTest.mouseClick(marks(rail)[0], Qt.MouseButton.LeftButton)
    assert not is_seen(rail, "agent")
    QTest.mouseClick(marks(rail)[0], Qt.MouseButton.LeftButton)
    assert is_seen(rail, "agent")


def test_pages_that_are_not_offered_take_no_room(rail: NavRail, qtbot: QtBot) -> None:
    be_tall(qtbot, rail, LEAST_SIZE.height())

    for page in PAGES[3:]:
        rail.button(page).hide()

    qtbot.waitUntil(lambda: marks(rail) == [])
