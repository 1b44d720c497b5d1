"""What an empty place says: an icon, a heading and one helpful line; main thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.icons import pixmap
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import XS, L, S
from ui.widgets.label import Label


class EmptyState(QWidget):
    """Centred icon, heading and line, instead of nothing."""

    def __init__(
        self, icon_name: str, title_key: str, text_key: str = "", parent: QWidget | None = None
    ) -> None:
        """Say the text ``title_key`` under the icon, and ``text_key`` as a muted line."""
        super().__init__(parent)
        self._icon_name = icon_name
        self._icon = QLabel()
        self._title = Label(title_key, role="heading")
        self._text = Label(text_key, role="muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(L, L, L, L)
        layout.setSpacing(XS)
        layout.addStretch(1)
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(label is not self._icon)
            layout.addWidget(label)
        # Only now: shown without a parent it would be a window of its own for a moment.
        self._text.setVisible(bool(text_key))
        layout.insertSpacing(2, S)
        layout.addStretch(1)
        theme_signals().changed.connect(self._remake)
        self._remake()

    def set_keys(self, icon_name: str, title_key: str, text_key: str = "") -> None:
        """Say something else."""
        self._icon_name = icon_name
        self._title.set_key(title_key)
        self._text.set_key(text_key)
        self._text.setVisible(bool(text_key))
        self._remake()

    def _remake(self) -> None:
        self._icon.setPixmap(pixmap(self._icon_name, "text_disabled", px(28)))
