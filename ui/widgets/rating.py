"""A score from 1 to 5, or none; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from agent_desk.domain.verification import MOST_SATISFIED
from ui.widgets.segments import Segments

_NONE: Final = "0"


class Rating(Segments):
    """Tab reaches it; 1 to 5 score, 0 takes the score back, arrows move.

    accepted: Enter was pressed.
    """

    accepted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin without a score."""
        options = [(str(n), f"verification.rating.{n}") for n in range(MOST_SATISFIED + 1)]
        super().__init__(options, "verification.rating", parent)

    def score(self) -> int | None:
        """Return the score, None for none."""
        return None if self.value() == _NONE else int(self.value())

    def clear(self) -> None:
        """Take the score back."""
        self.set_value(_NONE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Score by the digit itself."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accepted.emit()
        elif event.text().isdecimal() and event.text().isascii():
            self.set_value(event.text())
        else:
            super().keyPressEvent(event)
