"""The account's section of the settings page between its services and the file; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject

from agent_desk.domain.line_check import LineCheckChangedEvent
from agent_desk.domain.registration import RegistrationChangedEvent
from agent_desk.domain.rights import Right
from agent_desk.domain.sip_account import SipAccount
from agent_desk.domain.sip_trace import TracedMessage
from agent_desk.services.line_passwords import LinePasswords, LineSecrets
from agent_desk.settings import Settings
from ui.account.section import AccountSection
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.presenters.look import LookPresenter


class AccountPresenter(QObject):
    """Keeps what is typed in file and keyring, runs the check, and shows line and trace."""

    def __init__(self, *, context: Context, look: LookPresenter, section: AccountSection) -> None:
        """``look`` saves the file; the section has the account of ``look.settings`` already."""
        super().__init__(section)
        self._context = context
        self._section = section
        self._desk = context.desk
        self._check_number = 0
        self._has_other_turn = False
        # The desk opened with these; what is saved later waits for its next start.
        self._in_use = look.opened_with.sip
        is_own_machine = self._desk.profile.person is None
        section.offer(
            checks=self._desk.line_check is not None,
            traces=self._desk.sip_trace.is_there,
            more=is_own_machine or self._desk.access.may(Right.MANAGE_PEOPLE),
        )
        self._connect(look)
        self._section.show_restart(look.settings.sip != self._in_use)
        self._read_kept()
        self._show_line()

    def _connect(self, look: LookPresenter) -> None:
        section, bridge = self._section, self._context.bridge
        look.page_saved.connect(self._on_saved)
        section.entry_changed.connect(self._read_kept)
        section.check_wanted.connect(self._begin_check)
        section.stop_wanted.connect(self._stop_check)
        section.trace_wanted.connect(self._show_trace)
        bridge.subscribe(RegistrationChangedEvent, section.show_registration)
        bridge.subscribe(LineCheckChangedEvent, self._on_check)

    def _show_line(self) -> None:
        async def tell() -> None:
            self._desk.line.tell()

        self._context.ask(tell, owner=self._section)

    def _on_saved(self, settings: Settings) -> None:
        wishes = self._section.take_passwords()
        is_other = settings.sip != self._in_use
        if wishes.get("password") and not is_other:
            self._use_now(wishes["password"])
        self._has_other_turn = self._has_other_turn or "turn_password" in wishes
        self._section.show_restart(is_other or (self._has_other_turn and settings.sip.is_set))
        passwords = self._desk.line_passwords
        if wishes and passwords is not None:
            self._keep(passwords, settings.sip, wishes)

    def _use_now(self, password: str) -> None:
        """Let the line in use take the password at once; of the rest it knows at its start."""
        line = self._desk.line
        self._context.ask(lambda: line.use_password(password), owner=self._section)

    def _keep(self, passwords: LinePasswords, account: SipAccount, wishes: dict[str, str]) -> None:
        async def keep() -> bool:
            kept = True
            if "password" in wishes:
                kept = await passwords.keep(account, wishes["password"])
            if "turn_password" in wishes:
                kept = await passwords.keep_turn(account, wishes["turn_password"]) and kept
            return kept

        def then(kept: bool) -> None:
            self._read_kept()
            if not kept:
                self._section.show_error("password", tr("account.password.not_kept"))

        self._context.ask(keep, then, owner=self._section)

    def _read_kept(self) -> None:
        """Say whether the keyring has the passwords of what is shown."""
        passwords = self._desk.line_passwords
        if passwords is None:
            return
        account = self._section.account()

        async def read() -> tuple[LineSecrets, bool]:
            return await passwords.read(account), await passwords.can_keep()

        def then(found: tuple[LineSecrets, bool]) -> None:
            secrets, can_keep = found
            kept = {
                "password": bool(secrets.password),
                "turn_password": bool(secrets.turn_password),
            }
            self._section.show_kept(kept, can_keep=can_keep)

        self._context.ask(read, then, owner=self._section)

    def _begin_check(self) -> None:
        check = self._desk.line_check
        if check is None:
            return
        account, password = self._section.account(), self._section.typed_password()
        is_in_use = account == self._in_use

        def then(number: int) -> None:
            self._check_number = number

        self._context.ask(
            lambda: check.begin(account, password, is_in_use=is_in_use), then, owner=self._section
        )

    def _stop_check(self) -> None:
        check = self._desk.line_check
        if check is not None and self._section.steps.is_running():
            self._context.ask(check.cancel, owner=self._section)

    def _on_check(self, event: LineCheckChangedEvent) -> None:
        if event.number >= self._check_number:
            self._section.show_check(event)

    def _show_trace(self) -> None:
        from ui.account.trace_dialog import TraceDialog

        dialog = TraceDialog(self._section.window())
        trace = self._desk.sip_trace

        def add(messages: Sequence[TracedMessage]) -> None:
            dialog.add_messages(messages)

        def save(path: Path, words: str) -> None:
            self._context.ask(
                lambda: trace.save(path, words),
                dialog.show_saved,
                failed=lambda error: dialog.show_error(error_text(error)),
                owner=dialog,
            )

        dialog.more_wanted.connect(
            lambda after: self._context.ask(lambda: trace.messages(after), add, owner=dialog)
        )
        dialog.save_wanted.connect(save)
        dialog.open()
