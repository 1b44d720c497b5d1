"""A forestalled step in the place of its record, until it is decided; main thread."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.conflict.late_step import Late, LateStepPanel


class LateStepCard(LateStepPanel):
    """decided: another panel is to stand here; redone and dropped follow it.

    focus_left comes before that, when the keys were here: the list takes them.
    """

    decided = Signal()
    focus_left = Signal()

    def __init__(self, *, shown: Callable[[str, Any], str], parent: QWidget | None = None) -> None:
        """Belong to no record yet; see LateStepPanel for ``shown``."""
        super().__init__(shown=shown, parent=parent)
        self.setObjectName("card")
        self._record = ""
        # The first to hear of it: when the page tells others, the step is no longer shown.
        self.redone.connect(self._leave)
        self.dropped.connect(self._leave)

    def show_at(self, record: str, late: Late, now: datetime) -> None:
        """Show ``late`` in the place of ``record`` from now on."""
        self._record = record
        self.show_step(late, now)

    def stands_for(self, marked: str, listed: Container[str]) -> bool:
        """Return whether a step is to be decided here: of ``marked``, or of one that left."""
        return bool(self._record) and (self._record == marked or self._record not in listed)

    def _leave(self) -> None:
        self._record = ""
        if self.isAncestorOf(self.focusWidget()):
            self.focus_left.emit()
        self.decided.emit()
