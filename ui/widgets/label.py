"""A label that speaks the language on screen; main thread."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel, QWidget

from ui.language import tr

LabelRole = Literal["plain", "muted", "heading", "title", "number", "error"]


class Label(QLabel):
    """Shows the text of a key and follows the language; ``role`` picks size and colour."""

    def __init__(
        self, text_key: str = "", *, role: LabelRole = "plain", parent: QWidget | None = None
    ) -> None:
        """Show the text of ``text_key``; with an empty key use ``setText`` as ever."""
        super().__init__(parent)
        self._text_key = text_key
        self._values: dict[str, object] = {}
        self.setProperty("role", role)
        self.retranslate()

    def set_key(self, text_key: str, /, **values: object) -> None:
        """Show another text from now on, placeholders filled by ``values``."""
        self._text_key = text_key
        self._values = values
        self.retranslate()

    def set_role(self, role: LabelRole) -> None:
        """Look like ``role`` from now on."""
        if self.property("role") != role:
            self.setProperty("role", role)
            self.style().unpolish(self)
            self.style().polish(self)

    def retranslate(self) -> None:
        """Show the text in the current language."""
        if self._text_key:
            self.setText(tr(self._text_key, **self._values))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
