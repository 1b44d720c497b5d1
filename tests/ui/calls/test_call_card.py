"""The card of a call: its size, and what it does not lay out anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.identifiers import CallId
from tests.ui.calls.samples import SetClock, a_call, ringing
from ui.calls.call_bar import CallBar
from ui.calls.call_card import CallCard
from ui.calls.presentation import CallView, idle_view
from ui.language import Language, set_language
from ui.theme.theme import ThemeName, apply_theme


class LayoutCount(QObject):
    """Counts how often a widget is asked to lay itself out anew."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count layout requests."""
        self.count += event.type() == QEvent.Type.LayoutRequest
        return False


def view(title: str, state: str) -> CallView:
    return replace(idle_view(), state=state, title=title, since=SetClock()())


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("language", list(Language))
def test_the_headline_wants_the_same_room_for_every_call(
    qtbot: QtBot, language: Language, scale: int
) -> None:
    set_language(language)
    apply_theme(ThemeName.LIGHT, scale)
    card = CallCard(now=SetClock(), headline=True)
    qtbot.addWidget(card)
    sizes = {(card.sizeHint().toTuple(), card.minimumSizeHint().toTuple())}
    for state in ("ringing", "talking", "consulting", "in_queue", "failed"):
        for title in ("Li", "Anna Katharina Müller-Lüdenscheidt"):
            card.show_view(view(title, state))
            sizes.add((card.sizeHint().toTuple(), card.minimumSizeHint().toTuple()))
    assert len(sizes) == 1


def test_a_chip_is_as_wide_as_its_words(qtbot: QtBot) -> None:
    card = CallCard(now=SetClock(), headline=False)
    qtbot.addWidget(card)
    card.show_view(view("Li", "on_hold"))
    short = card.sizeHint().width()
    card.show_view(view("Anna Katharina Müller", "on_hold"))
    assert card.sizeHint().width() > short


def test_a_call_that_rings_and_gets_a_name_moves_nothing(qtbot: QtBot) -> None:
    window = QWidget()
    bar = CallBar(now=SetClock(), validate=lambda text: text)
    QVBoxLayout(window).addWidget(bar)
    qtbot.addWidget(window)
    window.resize(1500, 200)
    with qtbot.waitExposed(window):
        window.show()
    bar.show_calls((a_call(),), CallId("c1"))
    QCoreApplication.sendPostedEvents()

    requests = LayoutCount(window)
    bar.show_calls((ringing(),), CallId("c1"))
    bar.set_names({CallId("c1"): "Anna Katharina Müller-Lüdenscheidt"})
    QCoreApplication.sendPostedEvents()
    assert requests.count == 0
    assert bar.headline().view().title == "Anna Katharina Müller-Lüdenscheidt"
