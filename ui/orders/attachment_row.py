"""One file of an order, or one on its way there; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from agent_desk.domain.attachment import Attachment
from ui.formats import format_moment
from ui.icons import pixmap
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import ICON_SIZE
from ui.widgets.buttons import IconButton
from ui.widgets.elided_label import ElidedLabel

SIDE: Final = 44
"""Width and height of a picture at 100 %."""


def size_text(size_bytes: int) -> str:
    """Return "812 KB" or "3.4 MB"."""
    if size_bytes < 1 << 20:
        return f"{max(1, round(size_bytes / 1024))} KB"
    return f"{size_bytes / (1 << 20):.1f} MB"


class _Row(QWidget):
    """Picture, name, a line about it, and buttons at the right."""

    def __init__(self, icon_name: str, name: str) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._image: QImage | None = None
        self._picture = QLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = ElidedLabel(name)
        self.about = ElidedLabel(role="muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self.about)
        self.words = words
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(px(8))
        self.row.addWidget(self._picture)
        self.row.addLayout(words, 1)
        theme_signals().changed.connect(self._draw)
        self._draw()

    def show_image(self, image: QImage) -> None:
        """Show ``image`` in the icon's place; a null one changes nothing."""
        if not image.isNull():
            self._image = image
            self._draw()

    def show_icon(self, icon_name: str) -> None:
        """Show another icon from now on."""
        self._icon_name = icon_name
        self._draw()

    def _draw(self) -> None:
        side = px(SIDE)
        self._picture.setFixedSize(QSize(side, side))
        if self._image is None:
            self._picture.setPixmap(pixmap(self._icon_name, "text_muted", px(ICON_SIZE)))
            return
        ratio = self.devicePixelRatioF()
        drawn = QPixmap.fromImage(self._image).scaled(
            round(side * ratio),
            round(side * ratio),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        drawn.setDevicePixelRatio(ratio)
        self._picture.setPixmap(drawn)


class AttachmentRow(_Row):
    """A file that is there; void ones stay, and say why they are."""

    open_wanted = Signal()
    save_wanted = Signal()
    withdraw_wanted = Signal()

    def __init__(self, attachment: Attachment, *, now: Callable[[], datetime]) -> None:
        super().__init__("eye" if attachment.is_image else "file-text", attachment.name)
        self.attachment = attachment
        self._now = now
        self._buttons = {
            "open": IconButton("external-link", "attachments.open", token="text_muted"),
            "save": IconButton("save", "attachments.save", token="text_muted"),
            "withdraw": IconButton("circle-x", "attachments.withdraw", token="text_muted"),
        }
        signals = (self.open_wanted, self.save_wanted, self.withdraw_wanted)
        for button, signal in zip(self._buttons.values(), signals, strict=True):
            button.clicked.connect(signal)
            self.row.addWidget(button)
        self.retranslate()

    def offer_withdrawal(self, offered: bool) -> None:
        """Offer to mark it as void, unless it is."""
        is_void = self.attachment.withdrawn_at is not None
        self._buttons["withdraw"].setVisible(offered and not is_void)

    def retranslate(self) -> None:
        """Set every text anew."""
        made = self.attachment
        about = tr(
            "attachments.about",
            size=size_text(made.size_bytes),
            who=made.added_by,
            when=format_moment(made.added_at, self._now()),
        )
        if made.withdrawn_at is not None:
            about = tr("attachments.void", reason=made.reason) + " · " + about
        self.about.setText(about)
        font = self._name.font()
        font.setStrikeOut(made.withdrawn_at is not None)
        self._name.setFont(font)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


class PendingRow(_Row):
    """A file on its way, or one that did not get there. given_up: cancelled, or not wanted."""

    given_up = Signal()
    retry_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__("hourglass", name)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self.words.addWidget(self._bar)
        self._retry = IconButton("refresh-cw", "attachments.retry")
        self._cancel = IconButton("x", "attachments.cancel")
        for button, signal in ((self._retry, self.retry_wanted), (self._cancel, self.given_up)):
            button.clicked.connect(signal)
            self.row.addWidget(button)
        self.show_progress(0, 1)

    def show_progress(self, sent: int, size: int) -> None:
        """Show how much of it is safe."""
        percent = 100 * sent // max(1, size)
        self.show_icon("hourglass")
        self._bar.setValue(percent)
        self._bar.show()
        self._retry.hide()
        self._cancel.set_icon("x", "attachments.cancel")
        self.about.setText(tr("attachments.sending", percent=percent))

    def show_failed(self, text: str, *, retry: bool) -> None:
        """Say why it did not get there, and offer to try again where that may help."""
        self.show_icon("triangle-alert")
        self._bar.hide()
        self._retry.setVisible(retry)
        self._cancel.set_icon("x", "attachments.dismiss")
        self.about.setText(text)
