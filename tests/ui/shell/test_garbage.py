"""Which thread destroys what a panel left behind."""

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from ui.garbage import MainThreadGarbage


class Cycle:
    """Refers to itself, and notes the thread on which it is destroyed."""

    def __init__(self, died_on: list[threading.Thread]) -> None:
        self.me = self
        self.died_on = died_on

    def __del__(self) -> None:
        self.died_on.append(threading.current_thread())


@pytest.fixture
def garbage(qtbot: QtBot) -> Iterator[MainThreadGarbage]:
    """Started over Python's own collector."""
    gc.enable()
    made = MainThreadGarbage()
    made.start()
    yield made
    made.stop()
    gc.disable()


def leave_cycles(died_on: list[threading.Thread], many: int = 20_000) -> None:
    """Do on another thread what makes Python collect there."""

    def leave() -> None:
        for _ in range(many):
            Cycle(died_on)

    thread = threading.Thread(target=leave)
    thread.start()
    thread.join()


def test_a_worker_thread_destroys_nothing(garbage: MainThreadGarbage, qtbot: QtBot) -> None:
    died_on: list[threading.Thread] = []

    leave_cycles(died_on)

    assert died_on == []
    qtbot.waitUntil(lambda: len(died_on) == 20_000)
    assert set(died_on) == {threading.main_thread()}


def test_python_collects_by_itself_again_afterwards(garbage: MainThreadGarbage) -> None:
    garbage.stop()
    died_on: list[threading.Thread] = []

    leave_cycles(died_on)

    assert gc.isenabled()
    assert threading.main_thread() not in died_on
    assert died_on
