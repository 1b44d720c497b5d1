"""Says when what is being typed is to be kept: soon, and also while typing goes on; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

PULSE_MS: Final = 150
"""Longest time from a keystroke to ``due``; half of what the journal is allowed (300 ms)."""


class DraftPulse(QObject):
    """Emits ``due`` at most PULSE_MS after the first ``touch`` since the last one.

    Further touches do not put it off: who types without a pause loses no more than one pulse.
    """

    due = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(PULSE_MS)
        self._timer.timeout.connect(self.due)

    def touch(self) -> None:
        """Say that something was typed."""
        if not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Emit ``due`` now if anything was typed since."""
        if self._timer.isActive():
            self._timer.stop()
            self.due.emit()

    def drop(self) -> None:
        """Forget what was typed: it was saved or thrown away."""
        self._timer.stop()
