"""Signing in at once with what a program was given, and what follows when it is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agent_desk.domain.errors import SignInError
from agent_desk.domain.sign_in import SignInForm, SignInOffer
from agent_desk.services.desk import Desk
from agent_desk.settings import Settings
from ui.language import error_text
from ui.session import DeskSession
from ui.sign_in.page import SignInPage

SERVER = "postgresql://127.0.0.1/agent_desk"
WAIT_MS = 20_000
GIVEN = SignInForm(server=SERVER, login="li.ming", password="given at start")


@pytest.fixture
def asked() -> list[SignInForm | None]:
    """Every form with which the desk was asked to open."""
    return []


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path, asked: list[SignInForm | None]) -> Iterator[SignInPage]:
    """The sign-in page of a session with a form, whose server refuses everybody."""

    async def refused(_prepare: Callable[[Desk], None], form: SignInForm | None) -> Desk:
        asked.append(form)
        raise SignInError(path=SERVER, login="li.ming")

    def saved(_settings: Settings) -> None:
        """Keep nothing."""

    session = DeskSession(
        settings=Settings(language="en", database=SERVER, login="li.ming"),
        save_settings=saved,
        open_desk=refused,
        layout=tmp_path / "layout.toml",
        sign_in=lambda: SignInOffer(
            form=SignInForm(server=SERVER, login="li.ming"), kept=False, can_remember=False
        ),
        form=GIVEN,
    )
    session.start()
    qtbot.waitUntil(lambda: is_refused(session), timeout=WAIT_MS)
    assert session.view.sign_in is not None
    yield session.view.sign_in
    session.finish()
    # Closing it would be the wish to end the program.
    session.view.window.hide()
    session.view.window.deleteLater()
    session.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def is_refused(session: DeskSession) -> bool:
    page = session.view.sign_in
    return page is not None and page.error() != ""


@pytest.mark.expected_logs("the desk cannot start")
def test_a_given_password_is_tried_before_anybody_is_asked(
    page: SignInPage, asked: list[SignInForm | None]
) -> None:
    assert asked == [GIVEN]
    assert page.error() == error_text(SignInError(path=SERVER, login="li.ming"))
    assert page.login.text() == "li.ming"
    assert page.password.text() == ""


@pytest.mark.expected_logs("the desk cannot start")
def test_after_a_refusal_a_person_signs_in_as_ever(
    page: SignInPage, asked: list[SignInForm | None], qtbot: QtBot
) -> None:
    QTest.keyClicks(page.password, "typed")
    QTest.keyClick(page.password, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: len(asked) == 2, timeout=WAIT_MS)
    typed = asked[1]
    assert typed is not None
    assert (typed.login, typed.password) == ("li.ming", "typed")
