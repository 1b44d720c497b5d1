"""How many desks are in each state, as far as there is room; Qt main thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.floor.rows import STATE_KINDS, STATES, state_text
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.widgets.pill import Pill


class StateCounts(QWidget):
    """A pill per state that somebody is in; those at the end give way in a narrow window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._numbers: dict[str, int] = {}
        self._pills = {
            state: Pill(kind=STATE_KINDS[state], dot=True, parent=self) for state in STATES
        }
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self._place)
        self._place()

    def show_counts(self, numbers: Mapping[str, int]) -> None:
        """Show ``numbers`` by state; none where there is nobody."""
        self._numbers = dict(numbers)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text anew."""
        for state, pill in self._pills.items():
            number = self._numbers.get(state, 0)
            pill.setText(tr("floor.count", state=state_text(state), number=number))
        self._place()

    def sizeHint(self) -> QSize:
        """Return the height of a pill; the width is what is left over."""
        return QSize(px(80), next(iter(self._pills.values())).sizeHint().height())

    def changeEvent(self, event: QEvent, /) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        """Show as many as fit."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        left = 0
        for state, pill in self._pills.items():
            size = pill.sizeHint()
            fits = self._numbers.get(state, 0) > 0 and left + size.width() <= self.width()
            pill.setVisible(fits)
            if fits:
                pill.setGeometry(left, (self.height() - size.height()) // 2, *size.toTuple())
                left += size.width() + px(8)
        self.updateGeometry()
