"""A calm line for narrow columns: the text above, its button below; Qt main thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme.theme import colour, px
from ui.theme.tokens import RADIUS
from ui.widgets.banner import BannerKind
from ui.widgets.icon_label import IconLabel

_ICONS: dict[BannerKind, str] = {
    "info": "info",
    "success": "circle-check",
    "warning": "triangle-alert",
    "danger": "circle-alert",
}


class Notice(QFrame):
    """Hidden until it has something to say; it never takes the focus by itself."""

    action_requested = Signal()

    def __init__(self, *, beside: bool = False, parent: QWidget | None = None) -> None:
        """Put the button under the text, or ``beside`` it where height is dear."""
        super().__init__(parent)
        self._kind: BannerKind = "info"
        self._icon = IconLabel("info", "info")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setMinimumWidth(1)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self.button = QPushButton()
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(self.action_requested)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._text, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(10), px(8), px(10), px(8))
        layout.setSpacing(px(6))
        layout.addLayout(line)
        if beside:
            # The button is the higher of the two: its own padding is room enough.
            layout.setContentsMargins(px(10), px(4), px(4), px(4))
            line.setAlignment(self._icon, Qt.AlignmentFlag.AlignVCenter)
            line.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        else:
            layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignRight)
        self.hide()

    @property
    def kind(self) -> BannerKind:
        """The kind shown now."""
        return self._kind

    def text(self) -> str:
        """Return the line shown now."""
        return self._text.text()

    def show_text(
        self, text: str, kind: BannerKind = "info", action: str = "", tooltip: str = ""
    ) -> None:
        """Say ``text`` from now on; ``action`` is the text of the button, none when empty."""
        self._kind = kind
        self._icon.show_icon(_ICONS[kind], kind)
        self._text.setText(text)
        self.setAccessibleName(text)
        self.button.setText(action)
        self.button.setAccessibleName(action)
        self.button.setToolTip(tooltip or action)
        self.button.setVisible(bool(action))
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the soft ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(f"{self._kind}_soft"))
        painter.drawRoundedRect(QRectF(self.rect()), px(RADIUS), px(RADIUS))
        painter.end()
