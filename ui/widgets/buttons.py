"""Buttons with a text or an icon that follow language and theme; main thread."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from ui.icons import icon
from ui.language import in_all_languages, tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import CONTROL_HEIGHT, ICON_SIZE

ButtonRole = Literal["primary", "danger", "plain", "ghost"]

_ICON_GAP: Final = 3
"""Qt puts icon and text 4 px apart; the look wants a little more."""

_ICON_TOKENS: Final[dict[str, str]] = {
    "primary": "on_accent",
    "danger": "on_danger",
    "plain": "text",
    "ghost": "text_muted",
}


def with_shortcut(text: str, shortcut: str) -> str:
    """Return a tooltip that ends in its shortcut, as "Answer (F4)"."""
    if not shortcut:
        return text
    native = QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
    return f"{text} ({native or shortcut})"


class Button(QPushButton):
    """A button with a text and an optional icon; as wide as its longest language.

    A click never takes the focus from a text field; Tab reaches it.
    """

    def __init__(
        self,
        text_key: str,
        icon_name: str = "",
        role: ButtonRole = "plain",
        *,
        tooltip_key: str = "",
        shortcut_hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Show the text of ``text_key``; ``shortcut_hint`` (as "F4") ends the tooltip."""
        super().__init__(parent)
        self._text_key = text_key
        self._tooltip_key = tooltip_key
        self._icon_name = icon_name
        self._shortcut_hint = shortcut_hint
        self._role: ButtonRole = role
        self._widest = 0
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        theme_signals().changed.connect(self._remake)
        self.retranslate()
        self._remake()

    def set_text_key(self, text_key: str, icon_name: str | None = None) -> None:
        """Show another text, and another icon when ``icon_name`` is given."""
        if text_key == self._text_key and icon_name in (None, self._icon_name):
            return
        self._text_key = text_key
        if icon_name is not None:
            self._icon_name = icon_name
        self.retranslate()
        self._remake()

    def set_role(self, role: ButtonRole) -> None:
        """Look like ``role`` from now on."""
        if role == self._role:
            return
        self._role = role
        self.setProperty("role", role)
        self.style().unpolish(self)
        self.style().polish(self)
        self._remake()

    def retranslate(self) -> None:
        """Show the texts in the current language."""
        text = tr(self._text_key)
        self.setText(text)
        self.setAccessibleName(text)
        tip = tr(self._tooltip_key) if self._tooltip_key else text
        self.setToolTip(with_shortcut(tip, self._shortcut_hint))
        self._widest = 0

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        if not self._widest:
            metrics = QFontMetrics(self.font())
            own = metrics.horizontalAdvance(self.text())
            texts = in_all_languages(self._text_key)
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            self._widest = size.width() + widest - own
        return QSize(max(self._widest, size.width()), size.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._widest = 0

    def _remake(self) -> None:
        self._widest = 0
        if self._icon_name:
            self.setIcon(icon(self._icon_name, _ICON_TOKENS[self._role]))
            self.setIconSize(QSize(px(ICON_SIZE + _ICON_GAP), px(ICON_SIZE)))
        self.updateGeometry()


class IconButton(QToolButton):
    """A square button with an icon alone; its tooltip is its accessible name."""

    def __init__(
        self,
        icon_name: str,
        tooltip_key: str,
        *,
        role: Literal["plain", "ghost"] = "ghost",
        token: str = "",
        shortcut_hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Show ``icon_name`` in the colour ``token`` (by default that of the role)."""
        super().__init__(parent)
        self._icon_name = icon_name
        self._tooltip_key = tooltip_key
        self._token = token or _ICON_TOKENS[role]
        self._shortcut_hint = shortcut_hint
        self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme_signals().changed.connect(self._remake)
        self.retranslate()
        self._remake()

    def set_icon(self, icon_name: str, tooltip_key: str = "", token: str = "") -> None:
        """Show another icon, and another tooltip and colour when they are given."""
        self._icon_name = icon_name
        self._tooltip_key = tooltip_key or self._tooltip_key
        self._token = token or self._token
        self.retranslate()
        self._remake()

    def retranslate(self) -> None:
        """Show the tooltip in the current language."""
        text = tr(self._tooltip_key)
        self.setAccessibleName(text)
        self.setToolTip(with_shortcut(text, self._shortcut_hint))

    def sizeHint(self) -> QSize:
        return QSize(px(CONTROL_HEIGHT), px(CONTROL_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _remake(self) -> None:
        self.setIcon(icon(self._icon_name, self._token))
        self.setIconSize(QSize(px(ICON_SIZE), px(ICON_SIZE)))
