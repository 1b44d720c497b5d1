"""Starts one window in a process of its own and prints when it was painted.

``python -m tests.benchmarks.start_probe empty|desk [FOLDER]``: one line of JSON with seconds since
this module was run: window (first paint), and for the desk also ready (the database is open and
the page talks to it) and resident_bytes.
"""

from __future__ import annotations

import json
import sys
import time

BEGAN = time.perf_counter()

SETTLE_MS = 4000
"""Time in which the desk takes its first calls before its memory is read."""


def _empty() -> None:
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    class Empty(QWidget):
        def paintEvent(self, event: QPaintEvent) -> None:
            _report(window=time.perf_counter() - BEGAN)
            QTimer.singleShot(0, QApplication.quit)

    application = QApplication([])
    window = Empty()
    window.resize(1440, 900)
    window.show()
    application.exec()


def _desk(folder: str) -> None:
    from pathlib import Path

    from agent_desk.bootstrap.desk import make_session
    from tests.benchmarks.paint_watch import PaintWatch

    session = make_session(demo=True, base=Path(folder))
    marks: dict[str, float] = {}

    def ready(desk: object) -> None:
        marks["ready"] = time.perf_counter() - BEGAN
        QTimer.singleShot(SETTLE_MS, leave)

    def leave() -> None:
        marks["resident_bytes"] = resident_bytes()
        _report(**marks)
        session.stop()

    from PySide6.QtCore import QTimer

    PaintWatch(session.view.window, lambda: marks.setdefault("window", _elapsed()))
    session.when_attached(ready)
    session.run()


def _elapsed() -> float:
    return time.perf_counter() - BEGAN


def resident_bytes() -> float:
    """Return the resident memory of this process; 0.0 where the system does not tell."""
    from pathlib import Path

    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return float(pages * 4096)


def _report(**marks: float) -> None:
    print(json.dumps(marks), flush=True)


if __name__ == "__main__":
    _empty() if sys.argv[1] == "empty" else _desk(sys.argv[2])
