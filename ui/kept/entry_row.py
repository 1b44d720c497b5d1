"""One kept entry in the list, with its decisions; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from agent_desk.domain.command import Command, CustomerCommand, OrderCommand
from agent_desk.domain.identifiers import CustomerId
from agent_desk.domain.kept_command import KeptCommand, KeptState
from ui.command_words import what_of, words_of
from ui.formats import format_moment
from ui.icons import pixmap
from ui.kept.description import customer_of, draft_of
from ui.kept.mending import mending_of
from ui.language import error_text, tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import ICON_SIZE, XS, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.pill import Pill


class EntryRow(Card):
    """One entry; the decisions are there only for what was refused."""

    retry_requested = Signal()
    edit_requested = Signal()
    discard_requested = Signal(str)

    def __init__(self, entry: KeptCommand, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._entry = entry
        self._now = now
        self._is_held = False
        self._asking = False
        self._icon = QLabel()
        self._what = QLabel()
        self._what.setProperty("role", "heading")
        self._state = Pill()
        self._about = ElidedLabel(role="muted")
        self._words = ElidedLabel()
        self._why = QLabel()
        self._why.setWordWrap(True)
        self._why.setTextFormat(Qt.TextFormat.PlainText)
        self._retry = Button("kept.retry", "refresh-cw", "primary")
        self._edit = Button("kept.edit", "pencil", "plain")
        self._discard = Button("kept.discard", "trash-2", "ghost")
        self._reason = QLineEdit()
        self._keep = Button("kept.keep_it", "", "plain")
        self._confirm = Button("kept.confirm", "trash-2", "danger")
        self._lay_out()
        self._connect()
        theme_signals().changed.connect(self._remake)
        self._remake()
        self._ask(False)

    def ask_reason(self) -> None:
        """Ask why the entry is to be given up."""
        self._ask(True)

    def show_entry(self, entry: KeptCommand, *, is_held: bool) -> None:
        """Show ``entry``; is_held: a refused one has to be settled before it."""
        changed = entry.state is not self._entry.state or entry.refusal != self._entry.refusal
        self._entry, self._is_held = entry, is_held
        if changed:
            self._ask(False)
        self._show_buttons()

    def retranslate(self, names: Mapping[CustomerId, str]) -> None:
        """Show the lines in the current language."""
        entry = self._entry
        command = entry.command
        self._what.setText(what_of(command))
        key = "kept.held" if self._is_held else f"kept.state.{entry.state}"
        self._state.setText(tr(key))
        self._state.set_kind("warning" if self._refused else "neutral")
        moment = format_moment(command.at, self._now())
        customer_id = customer_of(command)
        who = names.get(customer_id, "") if customer_id is not None else ""
        about = tr("kept.typed_about", moment=moment, who=who) if who else moment
        self._about.setText(about)
        words = words_of(command)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        why = error_text(entry.refusal.error) if entry.refusal else ""
        self._why.setText(why)
        self._why.setVisible(bool(why))
        self._reason.setPlaceholderText(tr("kept.reason"))
        self._reason.setAccessibleName(tr("kept.reason"))
        parts = (self._what.text(), self._state.text(), about, words, why)
        self.setAccessibleName(". ".join(part for part in parts if part))

    @property
    def _refused(self) -> bool:
        return self._entry.state is KeptState.CONFLICT

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(S)
        for part in (self._icon, self._what, self._state):
            head.addWidget(part)
        head.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(S)
        buttons.addWidget(self._reason, 1)
        buttons.addStretch(0)
        for button in (self._discard, self._edit, self._retry, self._keep, self._confirm):
            buttons.addWidget(button)
        lines = QVBoxLayout()
        lines.setSpacing(2)
        lines.addLayout(head)
        for line in (self._words, self._about, self._why):
            lines.addWidget(line)
        buttons.setContentsMargins(0, XS, 0, 0)
        lines.addLayout(buttons)
        self.body.addLayout(lines)

    def _connect(self) -> None:
        self._retry.clicked.connect(self.retry_requested)
        self._edit.clicked.connect(self.edit_requested)
        self._discard.clicked.connect(partial(self._ask, True))
        self._keep.clicked.connect(partial(self._ask, False))
        self._confirm.clicked.connect(self._discard_for_good)
        self._reason.returnPressed.connect(self._discard_for_good)

    def _ask(self, asking: bool) -> None:
        self._asking = asking
        self._reason.clear()
        self._show_buttons()
        if asking:
            self._reason.setFocus(Qt.FocusReason.TabFocusReason)
        elif self.isVisible() and self._refused:
            self._discard.setFocus(Qt.FocusReason.TabFocusReason)

    def _show_buttons(self) -> None:
        deciding = self._refused and not self._asking
        mending = mending_of(self._entry)
        may_edit = mending is not None or draft_of(self._entry) is not None
        compares = mending is not None and mending.compares
        self._edit.set_text_key("kept.compare" if compares else "kept.edit")
        # What somebody else has moved is refused the second time too.
        self._edit.set_role("primary" if compares else "plain")
        self._retry.set_role("plain" if compares else "primary")
        self._retry.setVisible(deciding)
        self._edit.setVisible(deciding and may_edit)
        self._discard.setVisible(deciding)
        for part in (self._reason, self._keep, self._confirm):
            part.setVisible(self._refused and self._asking)

    def _discard_for_good(self) -> None:
        reason = self._reason.text().strip()
        if not reason:
            self._reason.setPlaceholderText(tr("kept.reason_missing"))
            self._reason.setFocus(Qt.FocusReason.TabFocusReason)
            return
        self.discard_requested.emit(reason)

    def _remake(self) -> None:
        name = _icon_of(self._entry.command)
        self._icon.setPixmap(pixmap(name, "text_muted", px(ICON_SIZE - 2)))


def _icon_of(command: Command) -> str:
    if isinstance(command, OrderCommand):
        return "clipboard-check"
    return "user-round" if isinstance(command, CustomerCommand) else "ticket"
