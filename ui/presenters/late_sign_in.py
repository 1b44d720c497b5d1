"""Wires the second sign-in of a desk that opened without its server; main thread."""

from __future__ import annotations

from PySide6.QtCore import QObject

from agent_desk.domain.errors import (
    AgentDeskError,
    DisabledPersonError,
    RightsError,
    SignInError,
)
from agent_desk.domain.sign_in import SignInForm
from agent_desk.services.late_sign_in import LateSignIn, SignInState, SignInStateChangedEvent
from ui.language import error_text, tr
from ui.presenters.context import Context
from ui.shell.main_window import AGENT_PAGE, MainWindow
from ui.shell.notices import Notices
from ui.sign_in.page import SignInPage

NOTICE = "sign_in"
PAGE = "sign_in_again"


class LateSignInPresenter(QObject):
    """Says that the server refuses who sits here, and lets them sign in again.

    Nothing opens by itself: a call may be under way, and what was done is kept.
    """

    def __init__(
        self, *, context: Context, late: LateSignIn, window: MainWindow, notices: Notices
    ) -> None:
        """Follow ``late``."""
        super().__init__()
        self._context = context
        self._late = late
        self._window = window
        self._notices = notices
        self._error: AgentDeskError | None = None
        self._page: SignInPage | None = None
        self._former_page = AGENT_PAGE
        notices.action_requested.connect(self._on_action)
        context.bridge.subscribe(SignInStateChangedEvent, self._follow)
        # Who closed the line is told again: without a sign-in nothing more is saved.
        window.page_shown.connect(lambda _: self._say())
        context.ask(self._before, self._follow, owner=self)

    async def _before(self) -> SignInStateChangedEvent:
        return self._late.now

    def _follow(self, event: SignInStateChangedEvent) -> None:
        self._error = event.error if event.state is SignInState.REFUSED else None
        self._say()

    def _say(self) -> None:
        if self._error is None:
            self._notices.clear(NOTICE)
        else:
            text = _refusal_text(self._error)
            self._notices.show_notice(NOTICE, text, "danger", tr("sign_in.again"))

    def _on_action(self, key: str) -> None:
        if key == NOTICE:
            self._context.ask(self._form, self._show_page, owner=self)

    async def _form(self) -> SignInForm:
        return self._late.form

    def _show_page(self, form: SignInForm) -> None:
        if self._page is None:
            self._page = SignInPage()
            self._page.sign_in_requested.connect(self._sign_in)
            self._page.quit_requested.connect(self._go_back)
            self._window.add_hidden_page(PAGE, self._page)
        if self._window.current_page() != PAGE:
            self._former_page = self._window.current_page() or AGENT_PAGE
        self._page.show_again(form)
        self._window.show_page(PAGE)

    def _sign_in(self, form: SignInForm) -> None:
        assert self._page is not None
        self._page.show_busy()
        self._context.ask(
            lambda: self._late.again(form.password),
            lambda _: self._go_back(),
            failed=self._refused,
            owner=self,
        )

    def _refused(self, error: AgentDeskError) -> None:
        assert self._page is not None
        self._page.show_error(error)

    def _go_back(self) -> None:
        if self._window.current_page() == PAGE:
            self._window.show_page(self._former_page)


def _refusal_text(error: AgentDeskError) -> str:
    """Return one sentence without the server's address: there is no other one to choose."""
    if isinstance(error, DisabledPersonError | RightsError):
        return tr("sign_in.late_barred")
    if type(error) is SignInError:
        return tr("sign_in.late_password")
    return tr("sign_in.late_refused", reason=error_text(error))
