"""The telephone's part of the settings page: the account at an exchange; main thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.line_check import LineCheckChangedEvent
from agent_desk.domain.registration import RegistrationChangedEvent
from agent_desk.domain.sip_account import SipAccount
from agent_desk.domain.sip_account_check import mistakes_of
from ui.account.check_view import CheckView
from ui.account.editors import CHECKS, AccountEditors
from ui.account.password_edit import PasswordEdit
from ui.language import phrase, tr
from ui.line_words import registration_kind, registration_sentence, registration_word
from ui.theme.theme import px
from ui.theme.tokens import M, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.pill import Pill

_SIMPLE: Final[tuple[tuple[str, ...], ...]] = (
    ("user", "domain", "password"),
    ("display_name", "server", "transport"),
)
_MORE: Final[tuple[tuple[str, ...], ...]] = (
    ("login", "ca_file"),
    ("stun", "echo", "media_ports"),
    ("turn", "turn_user", "turn_password"),
    ("profiles", "codecs"),
    ("queues",),
    ("directory",),
    ("trust", "queue_header"),
    ("reason_header", "call_id_header"),
    ("lines", "session_seconds", "not_ready_status"),
)
"""Fields beside each other, in the order in which a person comes to them."""

_NAMES_AN_ENTRY: Final = ("user", "domain", "login", "turn", "turn_user")
"""Fields under which the keyring has the passwords."""


class AccountSection(Card):
    """Shows a `SipAccount` and lets a person change it; what is rarely needed is folded away.

    changed: something was edited. check_wanted: try what is shown. stop_wanted: end the check.
    trace_wanted: show the line's messages. entry_changed: other passwords belong to it now.
    """

    changed = Signal()
    check_wanted = Signal()
    stop_wanted = Signal()
    trace_wanted = Signal()
    entry_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show an account that nobody has set."""
        super().__init__("account.title", parent)
        self._editors = AccountEditors(self)
        editors = self._editors.labelled()
        self.fields = {name: FormField(f"account.{name}", editors[name]) for name in editors}
        self._shown = SipAccount()
        self._registration: RegistrationChangedEvent | None = None
        self._needs_restart = False
        self.pill = Pill(dot=True)
        self.state = Label(role="muted")
        self.check = Button("account.check", "shield-check")
        self.trace = Button("account.trace", "list", "ghost")
        self.more = Button("account.more", "chevron-down", "ghost")
        self.steps = CheckView()
        self._folded = QWidget()
        self._lay_out()
        self._connect()
        self.offer(checks=False, traces=False, more=True)
        self.retranslate()

    def offer(self, *, checks: bool, traces: bool, more: bool) -> None:
        """Show what the desk can do, and more to whom it is for."""
        self.check.setVisible(checks)
        self.trace.setVisible(traces)
        self.more.setVisible(more)
        if not more:
            self._folded.hide()

    def show_account(self, account: SipAccount) -> None:
        """Show ``account``; what was changed and not saved is gone, typed passwords too."""
        self._shown = account
        self._editors.set_account(account)
        for password in self._passwords().values():
            password.show_kept(False)
        self._clear_errors()
        self.steps.clear()
        self.entry_changed.emit()
        self.retranslate()

    def show_kept(self, kept: Mapping[str, bool], *, can_keep: bool) -> None:
        """Say which of "password" and "turn_password" the keyring has; typed ones stay typed."""
        for name, edit in self._passwords().items():
            if edit.wish() is None:
                edit.show_kept(kept[name], can_keep=can_keep)

    def show_saved(self) -> None:
        """Take what is shown as saved; passwords are taken by `take_passwords`."""
        self._shown = self.account()
        self.retranslate()

    def show_registration(self, now: RegistrationChangedEvent) -> None:
        """Say how the line in use is."""
        self._registration = now
        self.retranslate()

    def show_restart(self, needed: bool) -> None:
        """Say that the desk still works with a former account."""
        self._needs_restart = needed
        self.retranslate()

    def show_check(self, now: LineCheckChangedEvent) -> None:
        """Show how far the check is."""
        self.steps.show_steps(now.steps, is_running=now.is_running)
        if now.is_running:
            self.check.set_text_key("account.stop", "x")
        else:
            self.check.set_text_key("account.check", "shield-check")

    def account(self) -> SipAccount:
        """Return what is shown."""
        return self._editors.account()

    def typed_password(self) -> str | None:
        """Return the account's password as typed, "" to try none, None for the kept one."""
        return self._editors.password.wish()

    def take_passwords(self) -> dict[str, str]:
        """Return what to keep of "password" and "turn_password" ("" to forget); once."""
        wishes = {name: edit.wish() for name, edit in self._passwords().items()}
        for name, edit in self._passwords().items():
            if wishes[name] is not None:
                # Whether it is kept is known when the keyring has answered.
                edit.show_kept(False)
        return {name: wish for name, wish in wishes.items() if wish is not None}

    def is_changed(self) -> bool:
        """Return whether something differs from what was given or saved last."""
        typed = any(edit.wish() is not None for edit in self._passwords().values())
        return typed or self.account() != self._shown

    def undo(self) -> None:
        """Go back to what was given or saved last."""
        self.show_account(self._shown)

    def accepts(self) -> bool:
        """Return whether what is shown can be saved; else each wrong field says what it takes."""
        mistakes = mistakes_of(self.account())
        for name in self.fields:
            self._say_accepted(name, mistakes.get(name, ""))
        wrong = next((name for name in self.fields if self.fields[name].error()), None)
        if wrong is not None:
            self._reveal(wrong)
        return wrong is None

    def show_error(self, name: str, text: str) -> None:
        """Say ``text`` at the field ``name``."""
        self.fields[name].set_error(text)
        self._reveal(name)

    def is_more_shown(self) -> bool:
        """Return whether the folded part is open."""
        return not self._folded.isHidden()

    def show_more(self, shown: bool) -> None:
        """Open or fold what is rarely needed."""
        self._folded.setVisible(shown)
        self.more.set_text_key(
            "account.less" if shown else "account.more", "chevron-up" if shown else "chevron-down"
        )

    def retranslate(self) -> None:
        """Show the texts that are no labels in the current language."""
        self._editors.retranslate()
        self.state.setText(self._sentence())
        now = self._registration
        self.pill.setVisible(now is not None)
        if now is not None:
            self.pill.setText(registration_word(now))
            self.pill.set_kind(registration_kind(now))

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
            self._clear_errors()

    def _sentence(self) -> str:
        if self._needs_restart:
            return tr("account.restart" if self._shown.is_set else "account.restart_simulated")
        if self._registration is not None:
            return registration_sentence(self._registration, is_technical=True)
        return tr("account.simulated")

    def _passwords(self) -> dict[str, PasswordEdit]:
        editors = self._editors
        return {"password": editors.password, "turn_password": editors.turn_password}

    def _reveal(self, name: str) -> None:
        field = self.fields[name]
        if self._folded.isAncestorOf(field):
            self.show_more(True)
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _clear_errors(self) -> None:
        for field in self.fields.values():
            field.set_error("")

    def _on_edited(self) -> None:
        self.steps.clear()
        self.stop_wanted.emit()
        self.changed.emit()

    def _check_field(self, name: str) -> None:
        """Say at once what is wrong with what was just written; what is empty may still come."""
        line = self._editors.lines[name]
        mistakes = mistakes_of(self.account()) if line.text().strip() else {}
        self._say_accepted(name, mistakes.get(name, ""))

    def _say_accepted(self, name: str, accepted: str) -> None:
        text = tr("account.accepted", accepted=phrase(accepted)) if accepted else ""
        self.fields[name].set_error(text)

    def _on_check(self) -> None:
        if self.steps.is_running():
            self.stop_wanted.emit()
        elif self.accepts():
            self.check_wanted.emit()

    def _connect(self) -> None:
        self._editors.changed.connect(self._on_edited)
        for name, line in self._editors.lines.items():
            line.editingFinished.connect(partial(self._check_field, name))
        for name in _NAMES_AN_ENTRY:
            self._editors.lines[name].editingFinished.connect(self.entry_changed)
        self.check.clicked.connect(self._on_check)
        self.trace.clicked.connect(self.trace_wanted)
        self.more.clicked.connect(lambda: self.show_more(not self.is_more_shown()))

    def _lay_out(self) -> None:
        self.header.addWidget(self.pill)
        self.state.setWordWrap(True)
        self.body.addWidget(self.state)
        for names in _SIMPLE:
            self.body.addLayout(self._row(names))
        buttons = QHBoxLayout()
        buttons.setSpacing(px(S))
        for button in (self.check, self.trace):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.more)
        self.body.addLayout(buttons)
        self.body.addWidget(self.steps)
        folded = QVBoxLayout(self._folded)
        folded.setContentsMargins(0, 0, 0, 0)
        folded.setSpacing(px(S))
        for names in _MORE:
            folded.addLayout(self._row(names))
        for name in CHECKS:
            folded.addWidget(self._editors.checks[name])
        self._folded.hide()
        self.body.addWidget(self._folded)

    def _row(self, names: Sequence[str]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(M))
        for name in names:
            row.addWidget(self.fields[name], 1, Qt.AlignmentFlag.AlignTop)
        return row
