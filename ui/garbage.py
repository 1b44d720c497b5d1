"""Garbage is collected on the main thread alone; started and stopped there.

Python looks for cycles on whichever thread allocates, so the desk-loop or a database worker would
come to destroy fonts, laid-out texts and widgets that a dead panel left behind. Qt allows that on
the thread that made them only, and everywhere else it corrupts or ends the program now and then.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 100
"""Pause between two looks: a hundred times as long as a young collection takes."""

_DUE = ((2, 60), (1, 10), (0, 700))
"""Generation and the count above which it is collected: Python's own, but the oldest, which takes
longest, once a minute at most."""


class MainThreadGarbage(QObject):
    """Collects in Python's own rhythm between `start` and `stop`, from Qt's event loop."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Leave Python as it is until `start`."""
        super().__init__(parent)
        self._was_enabled = False
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(collect_due)

    def start(self) -> None:
        """Stop Python from collecting by itself; do so here instead."""
        self._was_enabled = gc.isenabled()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Let Python collect as it did before."""
        if not self._timer.isActive():
            return
        self._timer.stop()
        if self._was_enabled:
            gc.enable()


def collect_due() -> None:
    """Collect the oldest generation that is due.

    Objects are counted while Python does not collect by itself, too.
    """
    counts = gc.get_count()
    for generation, most in _DUE:
        if counts[generation] > most:
            gc.collect(generation)
            return
