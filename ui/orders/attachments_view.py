"""The files of an order: those that are there, those on their way, and how to add more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QMimeData, Signal
from PySide6.QtGui import QImage, QImageWriter
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.attachment import MEDIA_TYPES, Attachment
from ui.language import tr
from ui.orders.attachment_row import AttachmentRow, PendingRow
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.reason_part import ReasonPart, ReasonWords
from ui.widgets.record_detail import plain_label

_WORDS: Final = ReasonWords(
    hint="attachments.why_void",
    missing="attachments.why_missing",
    confirm="attachments.void_confirm",
    cancel="department_page.cancel",
    icon="circle-x",
)
_PATTERNS: Final = " ".join(f"*.{ending}" for ending in (*MEDIA_TYPES, "jpeg", "heif"))


class AttachmentsView(QFrame):
    """files_added: paths. picture_added: PNG bytes. open_wanted, save_wanted: an Attachment, and
    where to. withdraw_wanted: id and reason. given_up, retry_wanted: key of what is on its way.
    """

    files_added = Signal(list)
    picture_added = Signal(bytes)
    open_wanted = Signal(object)
    save_wanted = Signal(object, str)
    withdraw_wanted = Signal(str, str)
    given_up = Signal(str)
    retry_wanted = Signal(str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._may_withdraw: Callable[[Attachment], bool] = lambda _: True
        self._about = ""
        self._rows: list[AttachmentRow] = []
        self._pending: dict[str, PendingRow] = {}
        self._add = Button("attachments.add", "plus")
        self._hint = Label(role="muted")
        self._hint.setWordWrap(True)
        self._hint.setMinimumWidth(1)
        self._note = plain_label("muted")
        self._note.hide()
        self._list = QVBoxLayout()
        self._waiting = QVBoxLayout()
        self.reason = ReasonPart(_WORDS)
        self._lay_out()
        self._add.clicked.connect(self.choose_files)
        self.reason.confirmed.connect(self._on_reason)
        self.retranslate()

    def offer(self, *, adds: bool, withdraws: Callable[[Attachment], bool]) -> None:
        """Offer to add files, and to mark those as void for which ``withdraws`` says yes."""
        self._add.setVisible(adds)
        self._hint.setVisible(adds)
        self._may_withdraw = withdraws

    def takes_files(self) -> bool:
        """Return whether files can be added here."""
        return not self._add.isHidden()

    def show_attachments(self, attachments: Sequence[Attachment]) -> None:
        """Show an order's files."""
        self._note.hide()
        if [row.attachment for row in self._rows] == list(attachments):
            return
        for row in self._rows:
            self._remove(self._list, row)
        self._rows = [self._row(attachment) for attachment in attachments]

    def show_unavailable(self, text: str) -> None:
        """Say why the files are not to be had; those on screen stay."""
        self._note.setText(text)
        self._note.show()

    def attachments(self) -> list[Attachment]:
        """Return the files that are shown."""
        return [row.attachment for row in self._rows]

    def show_image(self, attachment_id: str, image: QImage) -> None:
        """Show a small picture of a file."""
        for row in self._rows:
            if row.attachment.id == attachment_id:
                row.show_image(image)

    def show_pending(self, uploads: Iterable[tuple[str, str]]) -> None:
        """Show what is on its way, each a key and the file's name."""
        for row in self._pending.values():
            self._remove(self._waiting, row)
        self._pending.clear()
        for key, name in uploads:
            self._pending[key] = row = PendingRow(name)
            row.given_up.connect(lambda key=key: self.given_up.emit(key))
            row.retry_wanted.connect(lambda key=key: self.retry_wanted.emit(key))
            self._waiting.addWidget(row)

    def show_progress(self, key: str, sent: int, size: int) -> None:
        """Show how much of an upload is safe."""
        if key in self._pending:
            self._pending[key].show_progress(sent, size)

    def show_failed(self, key: str, text: str, *, retry: bool) -> None:
        """Say why an upload did not get there."""
        if key in self._pending:
            self._pending[key].show_failed(text, retry=retry)

    def choose_files(self) -> None:
        """Ask which files to add; nothing waits for the answer."""
        dialog = QFileDialog(self, tr("attachments.add"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([f"{tr('attachments.title')} ({_PATTERNS})", "* (*)"])
        dialog.filesSelected.connect(self.files_added)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def take(self, data: QMimeData) -> bool:
        """Add what was dropped or pasted; return whether there was anything to add."""
        paths = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if paths:
            self.files_added.emit(paths)
            return True
        image = data.imageData() if data.hasImage() else None
        if not isinstance(image, QImage) or image.isNull():
            return False
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        self.picture_added.emit(bytes(buffer.data().data()))
        return True

    def retranslate(self) -> None:
        """Set every text anew."""
        self._hint.setText(tr("attachments.hint", kinds=", ".join(MEDIA_TYPES)))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _row(self, attachment: Attachment) -> AttachmentRow:
        row = AttachmentRow(attachment, now=self._now)
        row.offer_withdrawal(self._may_withdraw(attachment))
        row.open_wanted.connect(lambda: self.open_wanted.emit(attachment))
        row.save_wanted.connect(lambda: self._ask_where(attachment))
        row.withdraw_wanted.connect(lambda: self._ask_why(attachment))
        self._list.addWidget(row)
        return row

    def _ask_where(self, attachment: Attachment) -> None:
        dialog = QFileDialog(self, tr("attachments.save"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(attachment.name)
        dialog.fileSelected.connect(lambda path: self.save_wanted.emit(attachment, path))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_why(self, attachment: Attachment) -> None:
        self._about = attachment.id
        self.reason.turn_to(attachment.id)
        self.reason.ask()

    def _on_reason(self, reason: str) -> None:
        self.withdraw_wanted.emit(self._about, reason)
        self.reason.forget(self._about)

    @staticmethod
    def _remove(column: QVBoxLayout, row: QWidget) -> None:
        column.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(Label("attachments.title", role="heading"))
        top.addStretch(1)
        top.addWidget(self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(12))
        layout.setSpacing(px(8))
        layout.addLayout(top)
        layout.addWidget(self._note)
        for column in (self._list, self._waiting):
            column.setSpacing(px(6))
            layout.addLayout(column)
        layout.addWidget(self.reason)
        layout.addWidget(self._hint)
