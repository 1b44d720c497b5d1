"""The bar at the top: the search gives way before the buttons of a call lose their words."""

from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.agent.agent_state import AgentStateButton
from ui.calls.call_bar import CallBar
from ui.language import Language, set_language
from ui.shell.search_box import SearchBox
from ui.shell.top_bar import TopBar
from ui.theme.theme import ThemeName, apply_theme

RAIL = 64
"""What the rail of pages takes of the window's width, in pixels."""


class Bar:
    """A top bar with its real parts."""

    def __init__(self, qtbot: QtBot) -> None:
        def now() -> datetime:
            return datetime(2026, 11, 21, 10, 0, tzinfo=UTC)

        self.widget = TopBar()
        self.calls = CallBar(now=now, validate=str)
        self.search = SearchBox()
        state = AgentStateButton(now=now)
        self.widget.set_parts(state=state, calls=self.calls, search=self.search)
        qtbot.addWidget(self.widget)
        self.widget.show()

    def resize(self, window_width: int) -> None:
        self.widget.resize(window_width - RAIL, self.widget.sizeHint().height())
        QApplication.processEvents()

    def words(self) -> set[str]:
        """The places of the call bar whose button has its word."""
        buttons = self.calls.row().buttons()
        return {name for name, b in buttons.items() if b.isVisible() and not b.is_collapsed()}


@pytest.fixture
def bar(qtbot: QtBot) -> Bar:
    return Bar(qtbot)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("width", [1440, 1600, 1920])
def test_hold_mute_and_transfer_have_their_words(bar: Bar, width: int, language: Language) -> None:
    set_language(language)
    bar.resize(width)
    assert {"answer", "hold", "mute", "transfer", "hang_up"} <= bar.words()
    assert bar.search.width() >= 160


def test_the_search_gives_way_only_where_that_brings_the_words(bar: Bar) -> None:
    bar.resize(1366)
    assert bar.words() == {"answer", "hang_up"}
    assert bar.search.width() == 300
    bar.resize(1440)
    assert bar.search.width() < 300
    bar.resize(1600)
    assert bar.search.width() == 300


def test_a_bar_without_room_for_both_is_folded(bar: Bar) -> None:
    apply_theme(ThemeName.LIGHT, 200)
    bar.resize(1280)
    assert bar.widget.is_folded
    assert bar.calls.y() > bar.search.y()
