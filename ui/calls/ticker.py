"""One clock tick for every running timer on screen; main thread."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal

TICK_MS: Final = 500
"""Two ticks a second: no second is ever skipped, and a pulse stays at 1 Hz."""


class Ticker(QObject):
    """Emits ``ticked`` with a running number twice a second."""

    ticked = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._advance)
        self._timer.start()

    def _advance(self) -> None:
        self._count += 1
        self.ticked.emit(self._count)


@lru_cache(maxsize=1)
def ticker() -> Ticker:
    """Return the application's one ticker."""
    return Ticker(QCoreApplication.instance())
