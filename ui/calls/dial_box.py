"""The dial box: takes a number written in any way, or a name, for a call service; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListView, QVBoxLayout, QWidget

from agent_desk.domain.call import CallService
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.identifiers import asks_for_protection
from ui.calls.directory import (
    MOST_RECENT,
    ROW_HEIGHT,
    DirectoryDelegate,
    DirectoryEntry,
    DirectoryModel,
)
from ui.language import error_text, tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import S
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.label import Label

WIDTH: Final = 340
SHOWN_ROWS: Final = 6
SEND_AT_ONCE_KEY: Final = "Shift+Return"


class DialBox(QWidget):
    """Number entry with completion; keeps what was typed until it was taken.

    ``submitted`` carries the service and the number as it shall be dialled.
    """

    submitted = Signal(str, str)

    def __init__(self, *, validate: Callable[[str], str], parent: QWidget | None = None) -> None:
        """``validate`` returns the number to dial or raises InvalidNumberError."""
        super().__init__(parent)
        self._validate = validate
        self._purpose = CallService.MAKE_CALL
        self._prefers_at_once = False
        self._dialled: tuple[str, ...] = ()
        self._recalled = -1
        self._title = Label("dial_box.title.make_call", role="heading")
        self._edit = QLineEdit()
        self._edit.setClearButtonEnabled(True)
        self._edit.textEdited.connect(self._on_edited)
        self._edit.installEventFilter(self)
        self._field = FormField("dial_box.number", self._edit)
        self._model = DirectoryModel()
        self._list = QListView()
        self._no_entry = Label("dial_box.no_entry", role="muted")
        self._first = Button("dial_box.make_call", "phone-outgoing", "primary")
        self._at_once = Button(
            "dial_box.send_at_once",
            "phone-forwarded",
            tooltip_key="dial_box.send_at_once_tip",
            shortcut_hint=SEND_AT_ONCE_KEY,
        )
        self._first.clicked.connect(self.submit_asking_first)
        self._at_once.clicked.connect(self.submit_at_once)
        self._prepare_list()
        self._lay_out()
        self.setFocusProxy(self._edit)
        theme_signals().changed.connect(self._rescale)
        self._rescale()
        self.retranslate()

    def begin(self, purpose: CallService, *, at_once: bool = False) -> None:
        """Ask for the number of ``purpose``; what was typed before stays, selected.

        ``at_once``: Enter shall transfer without asking first.
        """
        transfer = purpose is CallService.SINGLE_STEP_TRANSFER_CALL
        self._purpose, self._prefers_at_once = purpose, at_once and transfer
        self._title.set_key(f"dial_box.title.{purpose.value}")
        self._first.set_text_key(
            "dial_box.ask_first" if transfer else f"dial_box.{purpose.value}",
            "split" if transfer else "phone-outgoing",
        )
        self._first.setToolTip(tr("dial_box.ask_first_tip") if transfer else self._first.text())
        self._first.set_role("plain" if self._prefers_at_once else "primary")
        self._at_once.set_role("primary" if self._prefers_at_once else "plain")
        self._at_once.setVisible(transfer)
        self.show_error("")
        self._edit.selectAll()
        self._search()

    def purpose(self) -> CallService:
        """Return the service that a number is asked for."""
        return self._purpose

    def text(self) -> str:
        """Return what is typed."""
        return self._edit.text()

    def set_text(self, text: str) -> None:
        """Put ``text`` into the field, as if it had been typed."""
        self._edit.setText(text)
        self._on_edited()

    def clear(self) -> None:
        """Forget what was typed; it has been taken."""
        self._edit.clear()
        self._on_edited()

    def set_directory(self, entries: Sequence[DirectoryEntry]) -> None:
        """Offer these colleagues and queues."""
        self._model.set_directory(entries)
        self._search()

    def set_recent(self, entries: Sequence[DirectoryEntry]) -> None:
        """Offer these numbers as recent ones, newest first; at most eight."""
        self._model.set_recent(entries)
        self._search()

    def set_dialled(self, numbers: Sequence[str]) -> None:
        """Let Up in the empty field bring ``numbers`` back, the last dialled first."""
        self._dialled = tuple(numbers)
        self._recalled = -1
        self.retranslate()

    def show_error(self, text: str) -> None:
        """Say ``text`` under the field; ``""`` takes it away."""
        self._field.set_error(text)

    def error(self) -> str:
        """Return the complaint under the field, ``""`` for none."""
        return self._field.error()

    def entries(self) -> QListView:
        """Return the list of what can be chosen."""
        return self._list

    def submit(self) -> None:
        """Take the number for the purpose; of the two ways to transfer, the one of `begin`."""
        if self._prefers_at_once:
            self.submit_at_once()
        else:
            self.submit_asking_first()

    def submit_asking_first(self) -> None:
        """Take the number for a consultation when it is about a transfer, else for the purpose."""
        transfer = self._purpose is CallService.SINGLE_STEP_TRANSFER_CALL
        self._submit(CallService.CONSULTATION_CALL if transfer else self._purpose)

    def submit_at_once(self) -> None:
        """Take the number for a transfer without asking, else for the purpose."""
        self._submit(self._purpose)

    def retranslate(self) -> None:
        """Set every text in the current language."""
        hint = "dial_box.placeholder_redial" if self._dialled else "dial_box.placeholder"
        self._edit.setPlaceholderText(tr(hint))
        self._list.setAccessibleName(tr("dial_box.entries"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow the language; a complaint in the former one goes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self.show_error("")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows move in the list and Enter submit while the field keeps the focus."""
        if watched is self._edit and event.type() == QEvent.Type.KeyPress:
            return isinstance(event, QKeyEvent) and self._on_key(event)
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            if not self._recall(-step):
                self._move(step)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.submit_at_once()
            else:
                self.submit()
            return True
        return False

    def _recall(self, back: int) -> bool:
        """Bring an earlier (1) or later (-1) number back; return False where arrows mean the list.

        That is so once something was typed, and for Down in the empty field.
        """
        is_recalling = 0 <= self._recalled < len(self._dialled)
        begins = back > 0 and not self._edit.text() and bool(self._dialled)
        if not is_recalling and not begins:
            return False
        self._recalled = min(max(self._recalled, -1) + back, len(self._dialled) - 1)
        # Setting the text is no editing: the next arrow goes on from here.
        self._edit.setText(self._dialled[self._recalled] if self._recalled >= 0 else "")
        self.show_error("")
        self._search()
        return True

    def _move(self, step: int) -> None:
        rows = self._model.rowCount()
        if rows == 0:
            return
        current = self._list.currentIndex().row()
        row = (current + step) % rows if current >= 0 else (0 if step > 0 else rows - 1)
        self._list.setCurrentIndex(self._model.index(row))

    def _on_edited(self) -> None:
        self._recalled = -1
        self.show_error("")
        self._search()

    def _search(self) -> None:
        typed = self._edit.text()
        self._model.search(typed)
        rows = self._model.rowCount()
        named = any(letter.isalpha() for letter in typed) and not asks_for_protection(typed)
        # A name means the first who has it; a number means itself, whatever the list offers.
        self._list.setCurrentIndex(self._model.index(0) if named and rows else QModelIndex())
        self._list.setVisible(rows > 0)
        self._no_entry.setVisible(rows == 0 and named)

    def _submit(self, service: CallService) -> None:
        chosen = self._model.entry(self._list.currentIndex().row())
        text = chosen.number if chosen else self._edit.text()
        if not text.strip():
            self.show_error(tr("dial_box.empty"))
            return
        try:
            number = self._validate(text)
        except AgentDeskError as error:
            self.show_error(error_text(error))
            return
        self.show_error("")
        self._model.add_recent(chosen.number if chosen else number)
        self.submitted.emit(service.value, number)

    def _on_row_clicked(self, index: QModelIndex) -> None:
        entry = self._model.entry(index.row())
        if entry is not None:
            self._list.setCurrentIndex(index)
            self._edit.setFocus()

    def _prepare_list(self) -> None:
        self._list.setModel(self._model)
        self._list.setItemDelegate(DirectoryDelegate(self._list))
        self._list.setUniformItemSizes(True)
        self._list.setMouseTracking(True)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.clicked.connect(self._on_row_clicked)
        self._list.doubleClicked.connect(self.submit)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addStretch(1)
        buttons.addWidget(self._at_once)
        buttons.addWidget(self._first)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(S)
        layout.addWidget(self._title)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        layout.addWidget(self._no_entry)
        layout.addLayout(buttons)

    def _rescale(self) -> None:
        self.setFixedWidth(px(WIDTH))
        rows = min(SHOWN_ROWS, MOST_RECENT)
        self._list.setFixedHeight(px(ROW_HEIGHT) * rows + 2)
