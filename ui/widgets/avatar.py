"""A round picture of a person made of initials; main thread."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.icons import pixmap
from ui.theme.theme import colour, heading_weight, px, text_font, theme_signals
from ui.widgets.grounds import round_ground


class Avatar(QWidget):
    """Shows up to two Latin initials or up to two Chinese characters; an icon without a name."""

    def __init__(self, size: int = 52, parent: QWidget | None = None) -> None:
        """Make a circle of ``size`` pixels at 100 %."""
        super().__init__(parent)
        self._size = size
        self._name = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self._resize)

    def set_name(self, name: str) -> None:
        """Show the initials of ``name``."""
        if name != self._name:
            self._name = name
            self.setAccessibleName(name)
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(px(self._size), px(self._size))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = (self.width(), self.height())
        painter.drawPixmap(0, 0, round_ground(painter, "accent_soft", size, self.width() / 2))
        letters = initials(self._name)
        if letters:
            painter.setFont(text_font(round(self._size * 0.36), heading_weight()))
            painter.setPen(colour("accent"))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), letters)
        else:
            side = px(self._size) // 2
            offset = (self.width() - side) // 2
            painter.drawPixmap(offset, offset, pixmap("user-round", "accent", side))
        painter.end()

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()


def initials(name: str) -> str:
    """Return what stands for ``name``: its first two Chinese characters or Latin initials."""
    chinese = [letter for letter in name if is_chinese(letter)]
    if chinese:
        return "".join(chinese[:2])
    words = [word for word in name.split() if word[0].isalnum()]
    picked = words if len(words) < 3 else [words[0], words[-1]]
    return "".join(word[0].upper() for word in picked)


def is_chinese(letter: str) -> bool:
    """Return whether ``letter`` is a Chinese character."""
    return unicodedata.name(letter, "").startswith("CJK UNIFIED IDEOGRAPH")
