"""An icon in a label of its own; main thread."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from ui.icons import pixmap
from ui.theme.theme import px, theme_signals


class IconLabel(QLabel):
    """An icon that follows the theme."""

    def __init__(self, name: str, token: str = "text_muted", size: int = 16) -> None:
        super().__init__()
        self._look = (name, token, size)
        theme_signals().changed.connect(self._remake)
        self._remake()

    def show_icon(self, name: str, token: str) -> None:
        """Show another icon or colour."""
        look = (name, token, self._look[2])
        if look != self._look:
            self._look = look
            self._remake()

    def _remake(self) -> None:
        name, token, size = self._look
        self.setPixmap(pixmap(name, token, px(size)))
