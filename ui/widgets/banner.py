"""A banner: one calm line about the desk itself, with an action when there is one; main thread."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ui.icons import pixmap
from ui.theme.theme import colour, px, theme_signals
from ui.theme.tokens import ICON_SIZE, RADIUS, M, S
from ui.widgets.buttons import IconButton

BannerKind = Literal["info", "success", "warning", "danger"]

_ICONS: Final[dict[BannerKind, str]] = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "circle-alert",
}


class Banner(QFrame):
    """A line with an icon in the colours of its kind; it never takes the focus by itself."""

    closed = Signal()
    action_requested = Signal()

    def __init__(
        self,
        text: str = "",
        kind: BannerKind = "info",
        *,
        action: str = "",
        closable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """Say ``text``; ``action`` is the text of a button that emits ``action_requested``."""
        super().__init__(parent)
        self._kind: BannerKind = kind
        self._icon = QLabel()
        self._text = QLabel(text)
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._action = QPushButton(action)
        self._action.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._action.clicked.connect(self.action_requested)
        self._close = IconButton("x", "banner.close")
        self._close.clicked.connect(self._on_close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(M), px(3), px(S), px(3))
        layout.setSpacing(px(S))
        layout.addWidget(self._icon)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._action)
        layout.addWidget(self._close)
        # Only now: shown without a parent they would be windows of their own for a moment.
        self._action.setVisible(bool(action))
        self._close.setVisible(closable)
        theme_signals().changed.connect(self._remake)
        self._remake()

    @property
    def kind(self) -> BannerKind:
        """The kind shown now."""
        return self._kind

    def text(self) -> str:
        """Return the line shown now."""
        return self._text.text()

    def show_text(self, text: str, kind: BannerKind = "info", action: str = "") -> None:
        """Say ``text`` from now on and be visible."""
        self._kind = kind
        self._text.setText(text)
        self.setAccessibleName(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._remake()
        self.show()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(f"{self._kind}_soft"))
        painter.drawRoundedRect(QRectF(self.rect()), px(RADIUS), px(RADIUS))
        painter.end()

    def _on_close(self) -> None:
        self.hide()
        self.closed.emit()

    def _remake(self) -> None:
        self._icon.setPixmap(pixmap(_ICONS[self._kind], self._kind, px(ICON_SIZE)))
        self.update()
