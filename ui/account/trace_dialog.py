"""The last SIP messages of the line: to be read, filtered, copied and saved; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.sip_trace import TracedMessage, as_text
from ui.icons import icon
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.save_file import ask_for_file

_SIZE: Final = (960, 600)
_REFRESH_MS: Final = 1000
_MESSAGE: Final = Qt.ItemDataRole.UserRole
_MOST: Final = 2000
"""Rows that are shown; older ones go, as they do at the line itself."""


class TraceDialog(QDialog):
    """Opens with ``open()`` and deletes itself when it is closed.

    more_wanted carries the number of the newest message shown; what is newer goes to
    `add_messages`. save_wanted: the path, and the words that filter.
    """

    more_wanted = Signal(int)
    save_wanted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Begin empty; `more_wanted` follows from the event loop."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._messages: list[TracedMessage] = []
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setUniformItemSizes(True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setTabChangesFocus(True)
        self.note = Label("sip_trace.note", role="muted")
        self.note.setWordWrap(True)
        self.copy = Button("sip_trace.copy", "copy")
        self.save = Button("sip_trace.save", "save")
        self.leave = Button("sip_trace.close", "check", "primary")
        self._timer = QTimer(self)
        self._lay_out()
        self._connect()
        self._measure()
        self.retranslate()

    def add_messages(self, messages: Sequence[TracedMessage]) -> None:
        """Show ``messages``, all of them newer than what is there; the newest stays in sight."""
        if not messages:
            return
        bar = self.list.verticalScrollBar()
        follows = bar.value() == bar.maximum()
        self._messages = [*self._messages, *messages][-_MOST:]
        for message in messages:
            self._append(message)
        while self.list.count() > _MOST:
            self.list.takeItem(0)
        if follows:
            self.list.scrollToBottom()
        self._offer()

    def shown(self) -> list[TracedMessage]:
        """Return the messages that the filter leaves, oldest first."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [item.data(_MESSAGE) for item in items if not item.isHidden()]

    def show_saved(self, path: Path) -> None:
        """Say where the trace is now."""
        self.note.set_key("sip_trace.saved", path=str(path))
        self.note.set_role("muted")

    def show_error(self, text: str) -> None:
        """Say why it was not saved."""
        self.note.setText(text)
        self.note.set_role("error")

    def retranslate(self) -> None:
        """Show the texts that are no labels in the current language."""
        self.setWindowTitle(tr("sip_trace.title"))
        self.filter.setPlaceholderText(tr("sip_trace.filter"))
        self.filter.setAccessibleName(tr("sip_trace.filter"))
        self.list.setAccessibleName(tr("sip_trace.messages"))
        self.text.setAccessibleName(tr("sip_trace.message"))
        self._offer()
        for row in range(self.list.count()):
            self._name(self.list.item(row))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _append(self, message: TracedMessage) -> None:
        item = QListWidgetItem()
        item.setData(_MESSAGE, message)
        arrow = "arrow-right" if message.sent else "arrow-left"
        item.setIcon(icon(arrow, "info" if message.sent else "success"))
        self._name(item)
        self.list.addItem(item)
        item.setHidden(not message.has(self.filter.text()))

    def _name(self, item: QListWidgetItem) -> None:
        message: TracedMessage = item.data(_MESSAGE)
        moment = f"{message.at.astimezone():%H:%M:%S}.{message.at.microsecond // 1000:03d}"
        way = tr("sip_trace.sent" if message.sent else "sip_trace.received", peer=message.peer)
        item.setText(f"{moment}  {message.first_line}")
        item.setToolTip(way)

    def _on_filter(self) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(not item.data(_MESSAGE).has(self.filter.text()))
        self._offer()

    def _on_row(self) -> None:
        row = self.list.currentRow()
        text = self.list.item(row).data(_MESSAGE).text if row >= 0 else ""
        self.text.setPlainText(text.replace("\r\n", "\n"))

    def _on_copy(self) -> None:
        chosen = [item.data(_MESSAGE) for item in self.list.selectedItems()]
        QGuiApplication.clipboard().setText(as_text(chosen or self.shown()))
        self.note.set_key("sip_trace.copied")
        self.note.set_role("muted")

    def _on_save(self) -> None:
        ask_for_file(
            self,
            title=tr("sip_trace.save"),
            name="sip-trace",
            kinds=[(tr("sip_trace.kind"), "txt")],
            chosen=lambda path: self.save_wanted.emit(path, self.filter.text()),
        )

    def _ask_for_more(self) -> None:
        self.more_wanted.emit(self._messages[-1].number if self._messages else 0)

    def _offer(self) -> None:
        some = bool(self.shown())
        self.text.setPlaceholderText(tr(f"sip_trace.{self._hint()}"))
        self.copy.setEnabled(some)
        self.save.setEnabled(some)

    def _hint(self) -> str:
        """Return which text stands where no message is read."""
        if not self._messages:
            return "nothing_yet"
        return "empty" if self.shown() else "none_fits"

    def _connect(self) -> None:
        self.filter.textChanged.connect(self._on_filter)
        self.list.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.list.currentItemChanged.connect(self._on_row)
        self.copy.clicked.connect(self._on_copy)
        self.save.clicked.connect(self._on_save)
        self.leave.clicked.connect(self.accept)
        self._timer.timeout.connect(self._ask_for_more)
        self._timer.start(_REFRESH_MS)
        QTimer.singleShot(0, self, self._ask_for_more)
        theme_signals().changed.connect(self._measure)

    def _lay_out(self) -> None:
        parts = QSplitter(Qt.Orientation.Horizontal)
        parts.setChildrenCollapsible(False)
        parts.addWidget(self.list)
        parts.addWidget(self.text)
        parts.setSizes([2, 3])
        parts.setStretchFactor(0, 2)
        parts.setStretchFactor(1, 3)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self.note, 1)
        for button in (self.copy, self.save, self.leave):
            buttons.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(M)
        self._column.addWidget(self.filter)
        self._column.addWidget(parts, 1)
        self._column.addLayout(buttons)

    def _measure(self) -> None:
        self._column.setContentsMargins(px(L), px(L), px(L), px(L))
        screen = QGuiApplication.primaryScreen().availableGeometry()
        width, height = (px(side) for side in _SIZE)
        self.resize(min(width, screen.width() - 40), min(height, screen.height() - 60))
