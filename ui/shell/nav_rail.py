"""The rail at the left: one icon per page, and what concerns the desk itself; main thread."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QSizePolicy, QVBoxLayout, QWidget

from ui.icons import pixmap
from ui.language import Language, current_language, tr
from ui.shell.rail_column import RailColumn
from ui.shortcuts import keys_of
from ui.theme.theme import ThemeName, colour, current_theme, px, text_font, theme_signals
from ui.theme.tokens import FOCUS_WIDTH, RADIUS
from ui.widgets.buttons import with_shortcut

_WIDTH: Final = 64
_BUTTON: Final = 44
_ICON: Final = 20
_BADGE: Final = 16
_MOST_COUNTED: Final = 99


class NavButton(QAbstractButton):
    """One icon of the rail; the page shown now has a filled button.

    focused: it has the keyboard now. counted: something waits on its page, or no more.
    """

    focused = Signal()
    counted = Signal()

    def __init__(self, icon_name: str, title_key: str, action: str = "") -> None:
        """Show ``icon_name``; the text of ``title_key`` is tooltip and accessible name."""
        super().__init__()
        self._icon_name = icon_name
        self._title_key = title_key
        self._keys = keys_of(action) if action else ""
        self._count = 0
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self._resize)
        self.retranslate()

    def set_icon(self, icon_name: str, title_key: str) -> None:
        """Show another icon with another name."""
        self._icon_name = icon_name
        self._title_key = title_key
        self.retranslate()
        self.update()

    def set_count(self, count: int) -> None:
        """Show how many things wait on the page; none when 0."""
        self._count = count
        self.retranslate()
        self.update()
        self.counted.emit()

    def count(self) -> int:
        """Return how many things wait on the page."""
        return self._count

    def retranslate(self) -> None:
        """Show the tooltip in the current language."""
        text = tr(self._title_key)
        if self._count:
            text = tr("nav.with_count", title=text, number=self._count)
        self.setAccessibleName(text)
        self.setToolTip(with_shortcut(text, self._keys))

    def sizeHint(self) -> QSize:
        return QSize(px(_BUTTON), px(_BUTTON))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent, /) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent, /) -> None:
        super().leaveEvent(event)
        self.update()

    def focusInEvent(self, event: QFocusEvent, /) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_surface(painter)
        side = px(_ICON)
        token = "nav_selected_icon" if self.isChecked() else "nav_icon"
        drawn = pixmap(self._icon_name, token, side)
        painter.drawPixmap((self.width() - side) // 2, (self.height() - side) // 2, drawn)
        if self._count:
            self._paint_count(painter)
        painter.end()

    def _paint_surface(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setBrush(colour("nav_selected"))
        elif self.underMouse() or self.isDown():
            painter.setBrush(colour("nav_hover"))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()), px(RADIUS), px(RADIUS))
        if self.hasFocus():
            ring = FOCUS_WIDTH / 2
            token = "nav_selected_icon" if self.isChecked() else "nav_icon"
            painter.setPen(QPen(colour(token), FOCUS_WIDTH))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            rect = QRectF(self.rect()).adjusted(2 + ring, 2 + ring, -2 - ring, -2 - ring)
            painter.drawRoundedRect(rect, px(RADIUS) - 2, px(RADIUS) - 2)

    def _paint_count(self, painter: QPainter) -> None:
        text = str(self._count) if self._count <= _MOST_COUNTED else f"{_MOST_COUNTED}+"
        height = px(_BADGE)
        width = max(height, height // 2 + px(7) * len(text))
        rect = QRectF(self.width() - width - 1, 1, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("danger"))
        painter.drawRoundedRect(rect, height / 2, height / 2)
        painter.setFont(text_font(10, QFont.Weight.DemiBold))
        painter.setPen(colour("on_danger"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), text)

    def _resize(self) -> None:
        self.updateGeometry()
        self.update()


class NavRail(QFrame):
    """Emits ``chosen`` with a page's name, and the wishes for another theme or language."""

    chosen = Signal(str)
    theme_toggled = Signal()
    language_toggled = Signal()
    shortcuts_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a rail without pages."""
        super().__init__(parent)
        self.setObjectName("navRail")
        self._buttons: dict[str, NavButton] = {}
        self._shortcuts = NavButton("keyboard", "nav.shortcuts", "desk.shortcuts")
        self._language = NavButton("languages", "nav.to_chinese", "desk.language")
        self._theme = NavButton("moon", "nav.to_dark", "desk.theme")
        self._shortcuts.clicked.connect(self.shortcuts_requested)
        self._language.clicked.connect(self.language_toggled)
        self._theme.clicked.connect(self.theme_toggled)
        self._column = RailColumn(waits=_is_waiting)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._column)
        for button in (self._shortcuts, self._language, self._theme):
            self._hold(button, bottom=True)
        theme_signals().changed.connect(self._refresh)
        self._refresh()

    def add(
        self, name: str, icon_name: str, title_key: str, action: str = "", *, bottom: bool = False
    ) -> None:
        """Add the button of page ``name``; ``action`` is its shortcut's id."""
        button = NavButton(icon_name, title_key, action)
        button.setCheckable(True)
        button.clicked.connect(lambda: self._choose(name))
        self._buttons[name] = button
        self._hold(button, bottom=bottom)
        self._order_tabs()

    def select(self, name: str) -> None:
        """Show ``name`` as the page shown now, without a signal."""
        for other, button in self._buttons.items():
            button.setChecked(other == name)
        if name in self._buttons:
            self._column.show_widget(self._buttons[name])

    def button(self, name: str) -> NavButton:
        """Return the button of page ``name``."""
        return self._buttons[name]

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._refresh()

    def _order_tabs(self) -> None:
        """Let Tab go down the rail as the eye does."""
        found = self._column.widgets()
        buttons = [button for button in found if isinstance(button, NavButton)]
        for former, following in pairwise(buttons):
            QWidget.setTabOrder(former, following)

    def _hold(self, button: NavButton, *, bottom: bool) -> None:
        """Keep ``button`` in sight while it has the keyboard, and its mark when it has not."""
        button.focused.connect(lambda: self._column.show_widget(button))
        button.counted.connect(self._column.mark_more)
        self._column.add(button, bottom=bottom)

    def _choose(self, name: str) -> None:
        self.select(name)
        self.chosen.emit(name)

    def _refresh(self) -> None:
        dark = current_theme() is ThemeName.DARK
        self._theme.set_icon("sun" if dark else "moon", "nav.to_light" if dark else "nav.to_dark")
        chinese = current_language() is Language.ZH
        self._language.set_icon("languages", "nav.to_english" if chinese else "nav.to_chinese")
        self.setAccessibleName(tr("nav.name"))
        self.setFixedWidth(px(_WIDTH))
        self._column.draw_together()


def _is_waiting(button: QWidget) -> bool:
    return isinstance(button, NavButton) and button.count() > 0
