"""The list of all shortcuts, laid over the window; main thread."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.language import tr
from ui.shortcuts import SHORTCUTS, Shortcut
from ui.theme.theme import colour, px, theme_signals
from ui.theme.tokens import XL, L, M, S
from ui.widgets.buttons import IconButton
from ui.widgets.keycap import Keycap
from ui.widgets.label import Label

_VEIL_ALPHA: Final = 150
_COLUMNS: Final = (("state", "record"), ("call",), ("move", "desk"))
_WIDTH: Final = 1040
_COLUMN_WIDTH: Final = 310


class ShortcutOverlay(QWidget):
    """A card in the middle of ``window`` over a veil; Esc, F1, ? or a click beside it closes it.

    It is made when it is first asked for; calls can be taken while it is open.
    """

    closed = Signal()

    def __init__(self, window: QWidget) -> None:
        """Cover ``window``; hidden until `toggle`."""
        super().__init__(window)
        self._window = window
        self._former_focus: QWidget | None = None
        self._card = QFrame(self)
        self._card.setObjectName("popup")
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._content = QWidget()
        self._content.setObjectName("scrolled")
        self._grid = QGridLayout(self._content)
        self._columns = [_column(groups) for groups in _COLUMNS]
        self._fill()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.retranslate()
        self.hide()
        window.installEventFilter(self)
        theme_signals().changed.connect(self._fit)

    def toggle(self) -> None:
        """Open the list, or close it when it is open."""
        if self.isVisible():
            self.close_list()
            return
        self._former_focus = QApplication.focusWidget()
        self._fit()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_list(self) -> None:
        """Hide the list and give the focus back to where it was."""
        self.hide()
        if self._former_focus is not None and self._former_focus.isVisible():
            self._former_focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self._former_focus = None
        self.closed.emit()

    def card_rect(self) -> QRect:
        """Return where the card is; the rest is veil."""
        return self._card.geometry()

    def retranslate(self) -> None:
        """Name the list for screen readers in the current language."""
        self.setAccessibleName(tr("shortcuts.title"))

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        scrollbar = self._scroll.verticalScrollBar()
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8}
        steps[Qt.Key.Key_PageUp] = -8
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.close_list()
        elif key in steps:
            scrollbar.setValue(scrollbar.value() + steps[key] * px(XL))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent, /) -> None:
        if not self._card.geometry().contains(event.position().toPoint()):
            self.close_list()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def eventFilter(self, watched: QObject, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._fit()
        return False

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        veil = QColor(colour("nav"))
        veil.setAlpha(_VEIL_ALPHA)
        painter.fillRect(self.rect(), veil)
        painter.end()

    def _fill(self) -> None:
        close = IconButton("x", "shortcuts.close", shortcut_hint="Esc")
        close.clicked.connect(self.close_list)
        head = QHBoxLayout()
        head.addWidget(Label("shortcuts.title", role="title"))
        head.addStretch(1)
        head.addWidget(close)
        hint = Label("shortcuts.hint", role="muted")
        hint.setWordWrap(True)
        self._scroll.setWidget(self._content)
        layout = QVBoxLayout(self._card)
        layout.setContentsMargins(XL, L, XL, L)
        layout.setSpacing(M)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(hint)

    def _fit(self) -> None:
        """Lay the columns side by side as far as the window is wide, and centre the card."""
        self.setGeometry(self._window.rect())
        width = min(px(_WIDTH), self.width() - 2 * L)
        fitting = max(1, (width - 2 * XL) // px(_COLUMN_WIDTH))
        self._grid.setContentsMargins(0, 0, px(S), 0)
        self._grid.setHorizontalSpacing(px(XL))
        self._grid.setVerticalSpacing(px(M))
        for index, column in enumerate(self._columns):
            self._grid.addWidget(
                column, index // fitting, index % fitting, Qt.AlignmentFlag.AlignTop
            )
            self._grid.setColumnStretch(index, 1 if index < fitting else 0)
        self._content.adjustSize()
        wanted = self._content.sizeHint().height() + px(130)
        height = min(wanted, self.height() - 2 * L)
        x, y = (self.width() - width) // 2, (self.height() - height) // 2
        self._card.setGeometry(x, y, width, height)


def _column(groups: tuple[str, ...]) -> QWidget:
    column = QWidget()
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(S)
    by_group = groupby(SHORTCUTS, key=lambda shortcut: shortcut.group)
    rows = {group: list(shortcuts) for group, shortcuts in by_group}
    for index, group in enumerate(groups):
        if index:
            layout.addSpacing(M)
        layout.addWidget(Label(f"shortcut_group.{group}", role="heading"))
        for shortcut in rows[group]:
            layout.addLayout(_row(shortcut))
    layout.addStretch(1)
    return column


def _row(shortcut: Shortcut) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(S)
    row.addWidget(Label(f"shortcut.{shortcut.action}"), 1)
    shown = [keys for keys in shortcut.keys if not keys.endswith("Enter")]
    for keys in shown:
        row.addWidget(Keycap(keys))
    return row
