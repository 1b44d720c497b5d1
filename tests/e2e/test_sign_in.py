"""Signing in to a file with people, window and all, and what the window offers to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agent_desk.bootstrap import desk as bootstrap
from agent_desk.bootstrap.desk import DeskPlan, open_desk
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Role
from agent_desk.services.desk import Desk
from agent_desk.services.sign_in import SignIn
from agent_desk.settings import Settings
from db.access.users import open_people
from tests.e2e.folders import places_of
from tests.e2e.stage import WAIT_MS
from tests.fakes.desk_file import new_desk_file
from tests.fakes.memory_credentials import MemoryCredentials
from ui.session import DeskSession
from ui.shell.main_window import AGENT_PAGE
from ui.ticket.tickets_page import TicketsPage

PASSWORD = "correct horse battery"
SETTINGS = Settings(language="en", theme="light", ring_silent=True)
STARTS_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeskPlan:
    """A desk on a file that an administrator has added people to, with an empty keyring."""
    credentials = MemoryCredentials()
    monkeypatch.setattr(bootstrap, "_sign_in", lambda: SignIn(credentials=credentials))
    places = places_of(tmp_path)
    places.database.parent.mkdir(parents=True, exist_ok=True)
    new_desk_file(tmp_path).rename(places.database)
    with open_people(str(places.database)) as people:
        for role, department in (
            (Role.AGENT, ""),
            (Role.AUDITOR, ""),
            (Role.SUPERVISOR, ""),
            (Role.DEPARTMENT, "Field service"),
        ):
            login = role.lower()
            people.add(login, name=login, roles=[role], department=department, password=PASSWORD)
    return DeskPlan(settings=SETTINGS, places=places, starts_at=STARTS_AT)


@pytest.fixture
def session(plan: DeskPlan, qtbot: QtBot) -> Iterator[DeskSession]:
    """The session as `agent-desk` makes it, at its sign-in page."""
    made = DeskSession(
        settings=SETTINGS,
        save_settings=lambda changed: None,
        open_desk=lambda prepare, form: open_desk(plan, prepare=prepare, form=form),
        sign_in=partial(bootstrap._sign_in_offer, plan),
        layout=plan.places.layout,
    )
    made.start()
    qtbot.waitUntil(lambda: _is_asking(made), timeout=WAIT_MS)
    yield made
    if made.view.desk is not None:
        stopped: list[None] = []
        made.bridge.call(made.view.desk.stop, on_result=stopped.append, owner=made)
        qtbot.waitUntil(lambda: bool(stopped), timeout=WAIT_MS)
    made.finish()
    made.view.window.hide()
    made.view.window.deleteLater()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _is_asking(session: DeskSession) -> bool:
    session.view.window.activateWindow()
    return session.view.sign_in is not None


@pytest.fixture
def sign_in(session: DeskSession) -> Callable[[str, str], None]:
    """Return how a person types login and password and presses Enter."""

    def typed(login: str, password: str) -> None:
        page = session.view.sign_in
        assert page is not None
        page.login.setText(login)
        page.password.setText(password)
        QTest.keyClick(page.password, Qt.Key.Key_Return)

    return typed


SignInAs = Callable[[str, str], None]


@pytest.mark.expected_logs("the desk cannot start")
def test_a_wrong_password_is_said_and_the_right_one_opens(
    session: DeskSession, sign_in: SignInAs, qtbot: QtBot
) -> None:
    refused: list[Exception] = []
    session.when_failed(refused.append)
    sign_in("agent", "wrong horse")
    qtbot.waitUntil(lambda: bool(refused), timeout=WAIT_MS)
    assert session.view.window.current_page() == "sign_in"

    sign_in("agent", PASSWORD)
    desk = opened(session, qtbot)
    assert desk.access.login == AgentId("agent")
    assert offered(session) == {AGENT_PAGE, "tickets", "floor", "settings"}
    assert session.view.call_bar.isVisible()


def opened(session: DeskSession, qtbot: QtBot) -> Desk:
    """Return the desk once it is on the screen."""
    qtbot.waitUntil(lambda: session.view.desk is not None, timeout=WAIT_MS)
    assert session.view.desk is not None
    return session.view.desk


def offered(session: DeskSession) -> set[str]:
    rail = session.view.window.rail
    names = (AGENT_PAGE, "tickets", "department", "floor", "settings")
    return {name for name in names if rail.button(name).isVisible()}


@pytest.mark.parametrize(
    ("login", "pages"),
    [
        ("auditor", {AGENT_PAGE, "floor", "settings"}),
        ("supervisor", {AGENT_PAGE, "tickets", "department", "floor", "settings"}),
        ("department", {"department", "settings"}),
    ],
)
def test_the_window_offers_what_the_role_may_do(
    session: DeskSession, sign_in: SignInAs, qtbot: QtBot, login: str, pages: set[str]
) -> None:
    sign_in(login, PASSWORD)
    desk, view = opened(session, qtbot), session.view
    assert offered(session) == pages
    assert view.window.current_page() in pages
    assert not view.call_bar.isVisible()
    assert not view.state.isVisible()
    for name in pages:
        view.window.show_page(name)
    # What the pages and presenters asked for by themselves comes before this.
    read: list[object] = []
    session.bridge.call(desk.tickets.departments, on_result=read.append, owner=session)
    qtbot.waitUntil(lambda: bool(read), timeout=WAIT_MS)
    assert view.notices.texts() == ()
    tickets = view.window.page("tickets")
    if isinstance(tickets, TicketsPage):
        assert tickets.next_callback.isHidden()
        assert tickets.verification.call.isHidden()
    assert view.panels is not None
    assert view.panels.editor.isEnabled() is (login == "supervisor")
