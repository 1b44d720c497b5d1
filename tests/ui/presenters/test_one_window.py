"""Nothing but the desk's window is ever shown while it is made: a stray one takes the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

from tests.e2e.stage import ScriptedStage
from ui.offers import PAGES
from ui.shell.main_window import MainWindow


class WindowWatch(QObject):
    """Notes every widget that is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        is_shown = event.type() == QEvent.Type.Show
        if is_shown and isinstance(watched, QWidget) and watched.isWindow():
            self.shown.append(type(watched).__name__)
        return False


@pytest.fixture
def watch(qapp: QApplication) -> Iterator[WindowWatch]:
    made = WindowWatch()
    qapp.installEventFilter(made)
    yield made
    qapp.removeEventFilter(made)


def test_the_desk_and_its_pages_open_in_one_window(
    watch: WindowWatch, make_stage: Callable[[], ScriptedStage]
) -> None:
    stage = make_stage()
    for page in PAGES:
        stage.view.window.show_page(page)
        QApplication.processEvents()

    assert set(watch.shown) == {MainWindow.__name__}
