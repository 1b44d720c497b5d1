"""Tests of ui.widgets.gathering."""

from __future__ import annotations

from time import monotonic

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from ui.widgets.gathering import Gathering

PAUSE_MS = 60


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    return QObject()


def test_many_wishes_are_done_once(qtbot: QtBot, owner: QObject) -> None:
    done: list[float] = []
    gathering = Gathering(lambda: done.append(monotonic()), pause_ms=PAUSE_MS, owner=owner)
    for _ in range(5):
        gathering.wish()
    qtbot.waitUntil(lambda: bool(done))
    assert not gathering.isActive()
    assert len(done) == 1


def test_wishes_without_a_pause_do_not_put_it_off(qtbot: QtBot, owner: QObject) -> None:
    done: list[float] = []
    gathering = Gathering(lambda: done.append(monotonic()), pause_ms=PAUSE_MS, owner=owner)

    def wished_until_it_is_done() -> bool:
        gathering.wish()
        return bool(done)

    # The bot asks again every 10 ms: a pause that began anew each time would never end.
    qtbot.waitUntil(wished_until_it_is_done)


def test_what_came_while_it_was_done_waits_from_its_beginning(qtbot: QtBot, owner: QObject) -> None:
    gathering = Gathering(lambda: None, pause_ms=60_000, owner=owner)
    gathering.wish_again()
    assert gathering.remainingTime() > 59_000
    quick = Gathering(lambda: None, pause_ms=PAUSE_MS, owner=owner)
    with qtbot.waitSignal(quick.timeout):
        quick.wish()
    began = monotonic()
    qtbot.waitUntil(lambda: monotonic() - began > PAUSE_MS / 1000)
    quick.wish_again()
    assert quick.interval() == 0
