"""The rail's column of buttons: it draws together, then scrolls; main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.icons import pixmap
from ui.language import tr
from ui.theme.theme import colour, px
from ui.theme.tokens import M, S

_TIGHT: Final = 2
"""Least distance of two buttons; below it the column scrolls."""

_MARK: Final = 20
_DOT: Final = 7


class MoreMark(QAbstractButton):
    """Says that buttons are hidden beyond this end, with a dot when something waits there."""

    def __init__(self, icon_name: str, text_key: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._text_key = text_key
        self._waits = False
        # The arrow keys and Tab reach every button by themselves.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()
        self.retranslate()

    def waits(self) -> bool:
        """Return whether a hidden button has a count."""
        return self._waits

    def set_waits(self, waits: bool) -> None:
        """Mark that something waits behind a hidden button."""
        self._waits = waits
        self.retranslate()
        self.update()

    def retranslate(self) -> None:
        """Name it in the current language."""
        text = tr(self._text_key)
        self.setAccessibleName(tr("nav.with_waiting", title=text) if self._waits else text)
        self.setToolTip(self.accessibleName())

    def sizeHint(self) -> QSize:
        return QSize(px(_MARK), px(_MARK))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("nav_hover" if self.underMouse() else "nav"))
        side = px(_MARK) - px(4)
        middle = QRectF(self.rect()).center()
        place = middle - QPointF(side / 2, side / 2)
        painter.drawPixmap(place, pixmap(self._icon_name, "nav_icon", side))
        if self._waits:
            dot = px(_DOT)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour("danger"))
            painter.drawEllipse(QRectF(middle.x() + side / 2, middle.y() - dot / 2, dot, dot))
        painter.end()


class RailColumn(QScrollArea):
    """Two groups of widgets, one at the top and one at the bottom, with marks where more is."""

    def __init__(self, *, waits: Callable[[QWidget], bool]) -> None:
        """Make an empty column; ``waits`` says of a widget whether it has something to tell."""
        super().__init__()
        self._waits = waits
        self._inner = QWidget()
        self._inner.setObjectName("scrolled")
        self._layout = QVBoxLayout(self._inner)
        self._top = QVBoxLayout()
        self._bottom = QVBoxLayout()
        self._layout.addLayout(self._top)
        self._layout.addStretch(1)
        self._layout.addLayout(self._bottom)
        self._above = MoreMark("chevron-up", "nav.more_above", self)
        self._below = MoreMark("chevron-down", "nav.more_below", self)
        self._above.clicked.connect(lambda: self._step(-1))
        self._below.clicked.connect(lambda: self._step(1))
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().valueChanged.connect(self.mark_more)
        self.verticalScrollBar().rangeChanged.connect(self.mark_more)

    def add(self, widget: QWidget, *, bottom: bool = False) -> None:
        """Put ``widget`` at the end of the group at the top, or of the one at the bottom."""
        place = self._bottom if bottom else self._top
        place.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        self.draw_together()

    def widgets(self) -> list[QWidget]:
        """Return what is in it, from top to bottom."""
        groups = (self._top, self._bottom)
        items = [group.itemAt(i) for group in groups for i in range(group.count())]
        found = [item.widget() for item in items if item is not None]
        return [widget for widget in found if widget is not None]

    def show_widget(self, widget: QWidget) -> None:
        """Scroll so far that ``widget`` can be seen whole, clear of the marks."""
        self.ensureWidgetVisible(widget, 0, px(_MARK) + px(_TIGHT))

    def draw_together(self) -> None:
        """Give every widget as much distance as there is room for, scrolling when there is none."""
        shown = [widget for widget in self.widgets() if not widget.isHidden()]
        heights = sum(widget.sizeHint().height() for widget in shown)
        spare = self.height() - heights - 2 * px(M)
        gap = max(px(_TIGHT), min(px(S), spare // max(1, len(shown))))
        margin = px(M) if spare >= 0 else px(S)
        self._layout.setContentsMargins(0, margin, 0, margin)
        for layout in (self._layout, self._top, self._bottom):
            layout.setSpacing(gap)

    def mark_more(self) -> None:
        """Show at each end whether something is hidden beyond it, and whether it waits."""
        bar = self.verticalScrollBar()
        top, bottom = bar.value(), bar.value() + self.height()
        rects = [(w, self._place(w)) for w in self.widgets() if not w.isHidden()]
        above = [w for w, rect in rects if rect.center().y() < top]
        below = [w for w, rect in rects if rect.center().y() > bottom]
        for mark, hidden, more in (
            (self._above, above, bar.value() > bar.minimum()),
            (self._below, below, bar.value() < bar.maximum()),
        ):
            mark.setVisible(more)
            mark.set_waits(any(self._waits(widget) for widget in hidden))

    def sizeHint(self) -> QSize:
        return QSize(self._inner.sizeHint().width(), self._inner.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 3 * px(_MARK))

    def event(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.draw_together()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        self.draw_together()
        super().resizeEvent(event)
        height = px(_MARK)
        self._above.setGeometry(0, 0, self.width(), height)
        self._below.setGeometry(0, self.height() - height, self.width(), height)
        self.mark_more()

    def _place(self, widget: QWidget) -> QRect:
        return QRect(widget.mapTo(self._inner, widget.rect().topLeft()), widget.size())

    def _step(self, direction: int) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + direction * (self.height() - 2 * px(_MARK)))
