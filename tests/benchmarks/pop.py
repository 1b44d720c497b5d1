"""From the ringing event to the painted record, beside a bare loop in the same run.

The baseline does the least that shows the same rows: one raw sqlite3 connection in a worker thread,
one queued signal, and a plain widget that draws every text with QPainter. Ours is the whole desk:
switch event, services, storage, bridge, window. Both use the same file and take turns.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from PySide6.QtCore import QEventLoop, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from db.engine import sqlite_driver
from db.sqlite_storage import SqliteStorage
from tests.benchmarks.lookup import HISTORY_CUSTOMERS, number_of, prepared_database
from tests.benchmarks.pop_desk import SWITCH_SECONDS, PopDatabase, PopDesk
from tests.benchmarks.rounds import median_ms, percentile_ms
from ui.application import create_application
from ui.session import keep_for_good

REQUIRED_RATIO = 2.5
REQUIRED_MEDIAN_MS = 20
POPS = 300
WARM_UP = 20
_RAW_CUSTOMER = """
SELECT c.name, co.name, c.city, c.tier, p.value FROM contact_points p
JOIN customers c ON c.id = p.customer_id LEFT JOIN companies co ON co.id = c.company_id
WHERE p.kind = 'PHONE' AND p.value = ?
"""
_RAW_HISTORY = """
SELECT i.began_at, i.direction, i.reason, i.agent_id, i.disposition, i.ended_at
FROM contact_points p JOIN interactions i ON i.customer_id = p.customer_id
WHERE p.kind = 'PHONE' AND p.value = ? ORDER BY i.began_at DESC LIMIT 50
"""


class _Bare(QWidget):
    """The bare loop: a worker thread asks, a signal brings the rows, paintEvent draws them."""

    fetched = Signal(object)

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._rows: list[tuple[Any, ...]] = []
        self._asked = threading.Event()
        self._number = ""
        self._is_over = False
        self.painted: Callable[[], None] = lambda: None
        self.fetched.connect(self._show, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()
        self.resize(1440, 900)

    def ask(self, number: str) -> None:
        self._number = number
        self._asked.set()

    def leave(self) -> None:
        self._is_over = True
        self._asked.set()
        self._thread.join()

    def _work(self) -> None:
        with closing(sqlite_driver().connect(str(self._path))) as connection:
            while True:
                self._asked.wait()
                self._asked.clear()
                if self._is_over:
                    return
                rows = connection.execute(_RAW_CUSTOMER, (self._number,)).fetchall()
                rows += connection.execute(_RAW_HISTORY, (self._number,)).fetchall()
                self.fetched.emit(rows)

    def _show(self, rows: list[tuple[Any, ...]]) -> None:
        self._rows = rows
        self.repaint()
        self.painted()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        for line, row in enumerate(self._rows):
            for column, value in enumerate(row):
                painter.drawText(20 + column * 220, 20 + line * 17, str(value))
        painter.end()


def run(customers: int = 1_000_000) -> dict[str, Any]:
    """Return medians and p99 of both in milliseconds, and the ratio of the p99."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    create_application(["bench"])
    path = prepared_database(customers)
    sys.setswitchinterval(SWITCH_SECONDS)
    with tempfile.TemporaryDirectory() as folder:
        storage = SqliteStorage(path=path, calling_code="86")
        desk, bare = PopDesk(PopDatabase(storage=storage), Path(folder)), _Bare(path)
        bare.show()
        desk.open()
        keep_for_good()
        ours, theirs = [], []
        for turn in range(WARM_UP + POPS):
            number = number_of(turn % HISTORY_CUSTOMERS).e164
            ours.append(desk.pop(f"bench-{turn}", number))
            theirs.append(_bare_pop(bare, number))
        desk.close()
        bare.leave()
    return _report(ours[WARM_UP:], theirs[WARM_UP:], customers)


def _bare_pop(bare: _Bare, number: str) -> float:
    wait = QEventLoop()
    bare.painted = wait.quit
    began = perf_counter()
    bare.ask(number)
    wait.exec()
    return perf_counter() - began


def _report(ours: list[float], theirs: list[float], customers: int) -> dict[str, Any]:
    return {
        "baseline": "raw sqlite3 in a thread and a plain painted widget",
        "customers": customers,
        "pops": len(ours),
        "median_ms": median_ms(ours),
        "p99_ms": percentile_ms(ours, 0.99),
        "baseline_median_ms": median_ms(theirs),
        "baseline_p99_ms": percentile_ms(theirs, 0.99),
        "ratio_of_p99": round(percentile_ms(ours, 0.99) / percentile_ms(theirs, 0.99), 2),
        "ratio_of_medians": round(median_ms(ours) / median_ms(theirs), 2),
        "required_ratio": REQUIRED_RATIO,
        "required_median_ms": REQUIRED_MEDIAN_MS,
    }
