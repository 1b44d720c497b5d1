"""A password that is kept elsewhere: it can be typed anew or forgotten, never read; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.icons import icon
from ui.language import tr
from ui.theme.theme import theme_signals
from ui.widgets.buttons import with_shortcut

LONGEST: Final = 256


class PasswordEdit(QLineEdit):
    """What is typed can be looked at until it is saved; what is kept is only said to be there.

    changed: a person typed, or wants the kept one forgotten.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Know of no kept password."""
        super().__init__(parent)
        self.setMaxLength(LONGEST)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._is_kept = False
        self._can_keep = True
        self._forgets = False
        self._reveal = QAction(self)
        self._reveal.setCheckable(True)
        self._forget = QAction(self)
        for action in (self._forget, self._reveal):
            self.addAction(action, QLineEdit.ActionPosition.TrailingPosition)
        self._reveal.toggled.connect(self._on_reveal)
        self._forget.triggered.connect(self.forget)
        self.textChanged.connect(self._on_text)
        theme_signals().changed.connect(self._refresh)
        self._refresh()

    def show_kept(self, is_kept: bool, *, can_keep: bool = True) -> None:
        """Say that the keyring has one or not, or that there is no keyring; nothing is typed."""
        self._is_kept, self._can_keep, self._forgets = is_kept, can_keep, False
        self.blockSignals(True)
        self.clear()
        self.blockSignals(False)
        self._reveal.setChecked(False)
        self._refresh()

    def wish(self) -> str | None:
        """Return what to keep from now on, "" to forget what is kept, None to change nothing."""
        if self.text():
            return self.text()
        return "" if self._forgets else None

    def forget(self) -> None:
        """Let the kept password be forgotten when the settings are saved."""
        self._forgets = self._is_kept
        self._refresh()
        self.changed.emit()

    def retranslate(self) -> None:
        """Say in the current language what is kept."""
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Forget the kept password by Delete in the empty field; the mouse has its button."""
        deletes = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if deletes and not self.text() and self._is_kept and not self._forgets:
            self.forget()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._refresh()

    def _on_text(self) -> None:
        self._forgets = False
        self._refresh()
        self.changed.emit()

    def _on_reveal(self, shown: bool) -> None:
        modes = QLineEdit.EchoMode
        self.setEchoMode(modes.Normal if shown else modes.Password)
        self._refresh()

    def _refresh(self) -> None:
        self.setPlaceholderText(tr(f"account.password.{self._state()}"))
        self._reveal.setVisible(bool(self.text()))
        self._forget.setVisible(self._is_kept and not self._forgets and not self.text())
        shown = self._reveal.isChecked()
        self._reveal.setIcon(icon("eye-off" if shown else "eye", "text_muted"))
        self._reveal.setToolTip(tr("sign_in.hide" if shown else "sign_in.show"))
        self._forget.setIcon(icon("trash-2", "text_muted"))
        self._forget.setToolTip(with_shortcut(tr("account.password.forget"), "Del"))

    def _state(self) -> str:
        if not self._can_keep:
            return "no_keyring"
        if self._forgets:
            return "forgotten"
        return "kept" if self._is_kept else "none"
