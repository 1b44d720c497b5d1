"""A card: the surface that a panel stands on; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.theme.theme import px
from ui.theme.tokens import L, S
from ui.widgets.label import Label


class Card(QFrame):
    """A bordered surface with an optional heading.

    ``header`` is the row of the heading, free for pills and buttons at its right end (it is there
    only with a title). ``body`` takes the content.
    """

    def __init__(self, title_key: str = "", parent: QWidget | None = None) -> None:
        """Make a card headed by the text ``title_key``; no heading when it is empty."""
        super().__init__(parent)
        self.setObjectName("card")
        self._outer = QVBoxLayout(self)
        self._outer.setSpacing(S)
        self.header = QHBoxLayout()
        self.header.setSpacing(S)
        self.body = QVBoxLayout()
        self.body.setSpacing(S)
        if title_key:
            self.title = Label(title_key, role="heading")
            self.header.addWidget(self.title)
            self.header.addStretch(1)
            self._outer.addLayout(self.header)
        self._outer.addLayout(self.body, 1)
        self._set_margins()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._set_margins()

    def _set_margins(self) -> None:
        self._outer.setContentsMargins(px(L), px(S + 4), px(L), px(S + 4))
