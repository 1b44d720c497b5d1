"""What hangs at the mouse while cards are carried over the board; main thread."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui.language import tr
from ui.theme.theme import px


class CarriedCards(QLabel):
    """A small label beside the mouse: which order, or how many."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(px(10), px(6), px(10), px(6))
        self.setProperty("role", "carried")
        self.hide()

    def take(self, titles: list[str]) -> None:
        """Hang ``titles`` at the mouse: the only one, or how many they are."""
        text = titles[0] if len(titles) == 1 else tr("board.several", count=len(titles))
        self.setText(text)
        self.adjustSize()
        self.raise_()
        self.show()

    def carry(self, place: QPoint) -> None:
        """Follow the mouse to ``place`` of the screen, staying inside the page."""
        page = self.parentWidget()
        assert page is not None
        spot = page.mapFromGlobal(place) + QPoint(px(12), px(12))
        x = max(0, min(spot.x(), page.width() - self.width()))
        y = max(0, min(spot.y(), page.height() - self.height()))
        self.move(x, y)
