"""Why an order is where it is, in one quiet line; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent_desk.domain.routing import RoutingDecision
from ui.orders.routing_text import RoutingWords
from ui.theme.theme import px
from ui.widgets.icon_label import IconLabel
from ui.widgets.record_detail import plain_label


class RouteLine(QWidget):
    """Shows a decision in words with its icon; hidden while there is none."""

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Times are said as seen from ``now``."""
        super().__init__(parent)
        self._now = now
        self._words = RoutingWords()
        self._decision: RoutingDecision | None = None
        self._icon = IconLabel("send")
        self._text = plain_label("muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    def set_words(self, words: RoutingWords) -> None:
        """Say decisions by ``words``."""
        self._words = words
        self.retranslate()

    def show_decision(self, decision: RoutingDecision | None) -> None:
        """Show why; ``None`` hides the line."""
        self._decision = decision
        self.setVisible(decision is not None)
        self.retranslate()

    def text(self) -> str:
        """Return what is shown."""
        return self._text.text()

    def retranslate(self) -> None:
        """Set the text anew."""
        decision = self._decision
        if decision is None:
            return
        self._text.setText(self._words.decision(decision, self._now()))
        found = decision.assignee is not None
        self._icon.show_icon("send" if found else "inbox", "text_muted" if found else "warning")

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
