"""A small panel that opens below a button, inside the window; main thread.

It is no window of its own: opening it takes nothing from the window manager, a click elsewhere
closes it and still does what it was meant for.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XS, L, S


class Flyout(QFrame):
    """Holds one panel; Escape or a click elsewhere closes it and gives the focus back."""

    closed = Signal()

    def __init__(self, content: QWidget, bar: QWidget) -> None:
        """Make it for ``content``; it opens below ``bar``, of which it hides nothing."""
        super().__init__(bar)
        self._content = content
        self._bar = bar
        self._anchor: QWidget | None = None
        self._before: QWidget | None = None
        self.setObjectName("popup")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(L), px(L), px(L), px(L))
        layout.addWidget(content)
        theme_signals().changed.connect(self._rescale)
        self.hide()

    def open_below(self, anchor: QWidget, *, take_focus: bool = True) -> None:
        """Open in line with ``anchor``; the content gets the focus when wanted."""
        window = anchor.window()
        if not self.isVisible():
            self._before = QApplication.focusWidget()
        self._anchor = anchor
        if self.parentWidget() is not window:
            self.setParent(window)
        self.show()
        self.place()
        self.raise_()
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]
        if take_focus:
            self._content.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_up(self) -> None:
        """Close; the focus returns to where it was when it is still in here."""
        if not self.isVisible():
            return
        QApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]
        inside = self._holds(QApplication.focusWidget())
        self.hide()
        if inside and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def place(self) -> None:
        """Stand below the bar, right edge in line with the anchor, as the window has room."""
        window = self.parentWidget()
        if self._anchor is None or window is None:
            return
        self.adjustSize()
        right = self._anchor.mapTo(window, QPoint(self._anchor.width(), 0)).x()
        floor = self._bar.mapTo(window, QPoint(0, self._bar.height())).y()
        left = min(right - self.width(), window.width() - self.width() - px(S))
        top = min(floor + px(XS), window.height() - self.height() - px(S))
        self.move(max(px(S), left), max(px(S), top))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close_up()
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Close at a click elsewhere, and stay in place when something is resized."""
        if event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            if isinstance(watched, QWidget) and self._is_outside(event.globalPosition().toPoint()):
                self.close_up()
        elif _moves(event) and watched in (self, self.parentWidget()):
            self.place()
        return False

    def _is_outside(self, at: QPoint) -> bool:
        near = [self] if self._anchor is None else [self, self._anchor]
        return not any(w.rect().contains(w.mapFromGlobal(at)) for w in near)

    def _holds(self, widget: QWidget | None) -> bool:
        return widget is not None and (widget is self or self.isAncestorOf(widget))

    def _rescale(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(px(L), px(L), px(L), px(L))
        if self.isVisible():
            self.place()


def _moves(event: QEvent) -> bool:
    return event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest)
