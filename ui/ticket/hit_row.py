"""One line about an article: its title, and at the right its category and merits; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui.theme.theme import colour, px, theme_signals
from ui.theme.tokens import RADIUS
from ui.widgets.row_painting import FontRole, RowPainter

_HEIGHT: Final = 26
_OPENS: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class HitRow(QAbstractButton):
    """Opens by click, Enter or Space. A click takes no focus from a text field; Tab reaches it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._abouts: tuple[str, ...] = ()
        self._icon = ("book-open", "text_muted")
        self._draw = RowPainter(self)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        theme_signals().changed.connect(self.updateGeometry)

    def show_article(self, title: str, abouts: tuple[str, ...], icon: str, token: str) -> None:
        """Show ``title`` with the icon before it, and the longest of ``abouts`` that fits."""
        self.setText(title)
        self._abouts = abouts
        self._icon = (icon, token)
        self.setAccessibleName(" · ".join((title, *abouts[:1])))
        self.setToolTip(self.accessibleName())
        self.update()

    def sizeHint(self) -> QSize:
        """Return the height of one line."""
        return QSize(px(160), px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        """Return a width at which the title is elided but readable."""
        return QSize(px(80), px(_HEIGHT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Enter too; go to the neighbours by arrows."""
        if event.key() in _OPENS and not event.modifiers():
            self.click()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._draw.forget()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground, icon, title and what is at the right."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        middle = QPoint(px(6), self.rect().center().y())
        name, token = self._icon
        side = self._draw.icon(painter, middle, name, token, 15)
        line = self.rect().adjusted(px(6) + side + px(8), 0, -px(8), 0)
        about = self._fitting(line.width())
        role = FontRole.SMALL
        width = self._draw.width_of(about, role) + 2 if about else 0
        right = QRect(line.right() - width, line.top(), width, line.height())
        self._draw.text(painter, right, about, token="text_muted", role=role, right=True)
        self._draw.text(painter, line.adjusted(0, 0, -width - px(8), 0), self.text())
        painter.end()

    def _fitting(self, width: int) -> str:
        """Return the longest of what is to be said that leaves the title its room."""
        room = width - self._draw.width_of(self.text(), FontRole.BODY) - px(12)
        least = max(room, width // 4)
        fits = (a for a in self._abouts if self._draw.width_of(a, FontRole.SMALL) <= least)
        return next(fits, "")

    def _paint_ground(self, painter: QPainter) -> None:
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.underMouse() or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("hover"))
            painter.drawRoundedRect(frame, px(RADIUS), px(RADIUS))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus"), 2))
            painter.drawRoundedRect(frame, px(RADIUS), px(RADIUS))
