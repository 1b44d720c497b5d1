"""The page on which a person signs in to a shared database; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from agent_desk.domain.errors import (
    AgentDeskError,
    InputError,
    OfflinePasswordError,
    SignInError,
)
from agent_desk.domain.sign_in import SignInForm
from ui.icons import icon
from ui.language import error_text, tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import L, M, S
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.notice import Notice

_WIDTH: Final = 440
_FIELDS: Final = ("server", "login", "password")


class SignInPage(QWidget):
    """Server, login and password; emits a `SignInForm` and says why it was refused.

    Enter signs in from every field. While an answer is awaited nothing can be changed, and nothing
    that was typed is lost when it is a refusal. quit_requested: end the program, or go back to the
    open desk at which the same person is asked again.
    """

    sign_in_requested = Signal(object)
    quit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.server = QLineEdit()
        self.login = QLineEdit()
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.remember = QCheckBox()
        self.submit = Button("sign_in.submit", "log-in", "primary")
        self.quit = Button("sign_in.quit", "x", "ghost")
        self._fields = {name: FormField(f"sign_in.{name}", getattr(self, name)) for name in _FIELDS}
        self._hint = Label("sign_in.remember_hint", role="muted")
        self._hint.setWordWrap(True)
        self._notice = Notice()
        self._error: AgentDeskError | None = None
        self._is_kept = False
        self._is_busy = False
        self._is_again = False
        self._reveal = QAction(self)
        self._reveal.setCheckable(True)
        self.password.addAction(self._reveal, QLineEdit.ActionPosition.TrailingPosition)
        self._lay_out()
        self._connect()
        self.retranslate()

    def show_form(self, form: SignInForm, *, kept: bool, can_remember: bool) -> None:
        """Begin with ``form``; ``kept``: the keyring has its password, can_remember: it exists."""
        self.server.setText(form.server)
        self.server.setCursorPosition(0)
        self.login.setText(form.login)
        self.password.clear()
        self._is_kept = kept
        self.remember.setVisible(can_remember)
        self.remember.setChecked(can_remember and (kept or form.remember))
        self._hint.set_key("sign_in.remember_hint" if can_remember else "sign_in.no_keyring")
        self._clear_errors()
        self.retranslate()
        self._focus_first_empty()

    def show_again(self, form: SignInForm) -> None:
        """Ask the person of ``form`` at an open desk once more: the password alone can be typed."""
        self.show_form(form, kept=False, can_remember=False)
        self._is_again = True
        self._card.title.set_key("sign_in.again_title")
        self.quit.set_text_key("sign_in.back", "arrow-left")
        self._hint.hide()
        self._set_busy(False)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)

    def form(self) -> SignInForm:
        """Return what is shown."""
        return SignInForm(
            server=self.server.text().strip(),
            login=self.login.text().strip(),
            password=self.password.text(),
            remember=self.remember.isChecked() and not self.remember.isHidden(),
        )

    def show_busy(self) -> None:
        """Wait for an answer."""
        self._clear_errors()
        self._set_busy(True)
        self._notice.show_text(tr("sign_in.busy"))

    def show_error(self, error: AgentDeskError) -> None:
        """Say why it was refused, where it can be mended, and let the person try again."""
        self._set_busy(False)
        self._clear_errors()
        self._error = error
        field = self._field_of(error)
        if field is None:
            self._notice.show_text(error_text(error), "danger")
        else:
            self._fields[field].set_error(error_text(error))
        if field == "password" and not isinstance(error, InputError):
            # What the keyring has is wrong too: it has to be typed now.
            self._is_kept = False
            self.retranslate()
            self.password.selectAll()
        target: QWidget = self._fields[field or "password"]
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def error(self) -> str:
        """Return the refusal on screen, ``""`` when there is none."""
        if self._error is None:
            return ""
        field = self._field_of(self._error)
        return self._notice.text() if field is None else self._fields[field].error()

    def retranslate(self) -> None:
        """Show the texts that are no labels in the current language."""
        self.remember.setText(tr("sign_in.remember"))
        self.password.setPlaceholderText(tr("sign_in.password_kept") if self._is_kept else "")
        shown = self._reveal.isChecked()
        self._reveal.setToolTip(tr("sign_in.hide" if shown else "sign_in.show"))
        if self._is_busy:
            self._notice.show_text(tr("sign_in.busy"))
        elif self._error is not None:
            field = self._field_of(self._error)
            text = error_text(self._error)
            if field is None:
                self._notice.show_text(text, "danger")
            else:
                self._fields[field].set_error(text)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._focus_first_empty()

    def _lay_out(self) -> None:
        self._card = Card("sign_in.title")
        buttons = QHBoxLayout()
        buttons.addWidget(self.quit)
        buttons.addStretch(1)
        buttons.addWidget(self.submit)
        remember = QVBoxLayout()
        remember.addWidget(self.remember)
        remember.addWidget(self._hint)
        self._body = QVBoxLayout()
        self._body.addWidget(self._notice)
        for field in self._fields.values():
            self._body.addWidget(field)
        self._body.addLayout(remember)
        self._body.addLayout(buttons)
        self._card.body.addLayout(self._body)
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(self._card)
        line.addStretch(1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(S, S, S, S)
        outer.addStretch(2)
        outer.addLayout(line)
        outer.addStretch(3)
        theme_signals().changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self._card.setFixedWidth(min(px(_WIDTH), max(self.width() - 2 * S, _WIDTH)))
        self._body.setSpacing(px(M))
        self._body.setContentsMargins(0, px(S), 0, px(S))
        self._reveal.setIcon(icon("eye-off" if self._reveal.isChecked() else "eye", "text_muted"))
        self._card.body.setSpacing(px(L))

    def _connect(self) -> None:
        for line in (self.server, self.login, self.password):
            line.returnPressed.connect(self._submit)
        self.submit.clicked.connect(self._submit)
        self.quit.clicked.connect(self.quit_requested)
        self._reveal.toggled.connect(self._on_reveal)

    def _submit(self) -> None:
        if self._is_busy:
            return
        form = self.form()
        if not form.login:
            self.show_error(InputError(field="login", value="", accepted="your login name"))
        elif not form.password and not self._is_kept:
            self.show_error(InputError(field="password", value="", accepted="your password"))
        else:
            self.sign_in_requested.emit(form)

    def _on_reveal(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.password.setEchoMode(mode)
        self._measure()
        self.retranslate()

    def _field_of(self, error: AgentDeskError) -> str | None:
        """Return the field at which ``error`` can be mended, None for no single one."""
        if isinstance(error, InputError):
            name = str(error.details.get("field", "")).partition(":")[0]
            name = "server" if name == "database" else name
            return name if name in _FIELDS else None
        is_password = type(error) is SignInError or isinstance(error, OfflinePasswordError)
        return "password" if is_password else None

    def _clear_errors(self) -> None:
        self._error = None
        self._notice.hide()
        for field in self._fields.values():
            field.set_error("")

    def _set_busy(self, busy: bool) -> None:
        self._is_busy = busy
        for widget in (*self._fields.values(), self.remember, self.submit):
            widget.setEnabled(not busy)
        for line in (self.server, self.login):
            line.setReadOnly(self._is_again)

    def _focus_first_empty(self) -> None:
        lines = (self.server, self.login, self.password)
        empty = next((line for line in lines if not line.text()), self.password)
        empty.setFocus(Qt.FocusReason.OtherFocusReason)
