"""A desk that opens while its server is away, window and all: signing in, working, being back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from agent_desk.bootstrap import desk as bootstrap
from agent_desk.bootstrap.desk import DeskPlan, open_desk
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.rights import Role
from agent_desk.services import late_sign_in, recorder
from agent_desk.services.sign_in import SignIn
from agent_desk.settings import Settings
from db.access.server_people import ServerPeople
from db.server_address import parse_server_address
from tests.e2e.folders import places_of, write_floor
from tests.e2e.stage import WAIT_MS
from tests.fakes.memory_credentials import MemoryCredentials
from tests.servers.fixtures import Floor
from tests.servers.proxy import Proxy
from ui.language import tr
from ui.presenters.late_sign_in import PAGE
from ui.session import DeskSession
from ui.shell.main_window import AGENT_PAGE
from ui.sign_in.page import SignInPage
from ui.ticket.tickets_page import TicketsPage

pytestmark = pytest.mark.expected_logs(
    "database away", "without its server", "refuses who opened", "cannot start"
)

PASSWORD = "correct horse battery"
OTHER_PASSWORD = "another horse battery"


@dataclass
class Seat:
    """Where somebody signs in: the way to the server, the login, and how to open a session."""

    floor: Floor
    proxy: Proxy
    login: str
    plan: DeskPlan
    qtbot: QtBot

    def people(self) -> AbstractContextManager[ServerPeople]:
        """Return the administrator's way to the people, past the proxy."""
        address = parse_server_address(self.floor.url)
        return ServerPeople.connected(address, password=self.floor.password)

    def begun(self) -> DeskSession:
        """Return a session at its sign-in page."""
        made = DeskSession(
            settings=self.plan.settings,
            save_settings=lambda changed: None,
            open_desk=lambda prepare, form: open_desk(self.plan, prepare=prepare, form=form),
            sign_in=partial(bootstrap._sign_in_offer, self.plan),
            layout=self.plan.places.layout,
        )
        made.start()
        self.qtbot.waitUntil(lambda: made.view.sign_in is not None, timeout=WAIT_MS)
        return made

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=WAIT_MS)

    def end(self, session: DeskSession) -> None:
        """Stop the desk and the session."""
        if session.view.desk is not None:
            stopped: list[None] = []
            session.bridge.call(session.view.desk.stop, on_result=stopped.append, owner=session)
            self.wait(lambda: bool(stopped))
        session.finish()
        session.view.window.hide()
        session.view.window.deleteLater()
        session.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def seat(
    floor: Floor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[Seat]:
    """A machine at which an agent has signed in before, and whose server is away now."""
    monkeypatch.setattr(late_sign_in, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(late_sign_in, "LONGEST_PAUSE_SECONDS", 0.2)
    monkeypatch.setattr(recorder, "RETRY_SECONDS", 0.2)
    monkeypatch.setattr(bootstrap, "_sign_in", lambda: SignIn(credentials=MemoryCredentials()))
    login = f"away.{uuid4().hex[:12]}"
    with Proxy(server=floor.server.port) as proxy:
        settings = Settings(
            language="en",
            theme="light",
            ring_silent=True,
            scenario=str(write_floor(tmp_path)),
            database=f"postgresql://127.0.0.1:{proxy.port}/{floor.name}",
            login=login,
        )
        plan = DeskPlan(settings=settings, places=places_of(tmp_path))
        seat = Seat(floor, proxy, login, plan, qtbot)
        with seat.people() as people:
            people.add(login, name="Li Ming", roles=[Role.AGENT], password=PASSWORD)
        _work_once(seat)
        proxy.refuse()
        yield seat


def _work_once(seat: Seat) -> None:
    """Sign in with the server there, and have a customer on the screen once."""
    session = seat.begun()
    typed(session.view.sign_in, PASSWORD)
    seat.wait(lambda: session.view.desk is not None)
    desk = session.view.desk
    assert desk is not None
    made: list[object] = []
    new = NewCustomer(name="王芳 Wang Fang", number="+8613800138000")
    session.bridge.call(lambda: desk.customers.create(new), on_result=made.append, owner=session)
    seat.wait(lambda: bool(made))
    found: list[object] = []

    def look() -> bool:
        session.bridge.call(
            lambda: desk.cards.search_here("wang"), on_result=found.extend, owner=session
        )
        return bool(found)

    seat.wait(look)
    seat.end(session)


def typed(page: SignInPage | None, password: str) -> None:
    """Type the password and press Enter."""
    assert page is not None
    page.password.setText(password)
    QTest.keyClick(page.password, Qt.Key.Key_Return)


@pytest.fixture
def session(seat: Seat) -> Iterator[DeskSession]:
    """The desk of that agent, opened without its server."""
    made = seat.begun()
    typed(made.view.sign_in, PASSWORD)
    seat.wait(lambda: made.view.desk is not None)
    seat.wait(lambda: bool(line(made)))
    yield made
    seat.end(made)


def line(session: DeskSession) -> str:
    """Return the calm lines."""
    return " ".join(session.view.notices.texts())


def test_the_desk_says_calmly_that_its_server_is_away_and_is_back(
    seat: Seat, session: DeskSession
) -> None:
    view = session.view
    assert view.window.current_page() == AGENT_PAGE
    assert "The server is away since" in line(session)
    assert len(view.notices.texts()) == 1

    view.search.setText("wang")
    seat.wait(lambda: bool(view.search.hits()))
    assert [hit.title for hit in view.search.hits()] == ["王芳 Wang Fang"]
    view.search.setText("nobody here")
    seat.wait(lambda: not view.search.hits())
    view.window.show_page("tickets")
    page = view.window.page("tickets")
    assert isinstance(page, TicketsPage)

    seat.proxy.accept()
    seat.wait(lambda: tr("desk.storage_back") in line(session))
    assert "away" not in line(session)


def test_who_is_refused_reads_one_sentence_and_signs_in_again(
    seat: Seat, session: DeskSession
) -> None:
    with seat.people() as people:
        people.change_password(seat.login, OTHER_PASSWORD)
    seat.proxy.accept()
    seat.wait(lambda: tr("sign_in.late_password") in line(session))
    window = session.view.window
    assert window.current_page() == AGENT_PAGE
    assert "away since" not in line(session)

    session.view.notices.clear("sign_in")
    window.show_page("tickets")
    seat.wait(lambda: tr("sign_in.late_password") in line(session))
    window.show_page(AGENT_PAGE)
    buttons = session.view.notices.banner(0).findChildren(QPushButton)
    again = next(button for button in buttons if button.text() == tr("sign_in.again"))
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    seat.wait(lambda: window.current_page() == PAGE)
    page = window.page(PAGE)
    assert isinstance(page, SignInPage)
    assert (page.login.text(), page.login.isReadOnly()) == (seat.login, True)
    typed(page, "wrong horse battery")
    seat.wait(lambda: bool(page.error()))
    typed(page, OTHER_PASSWORD)
    seat.wait(lambda: window.current_page() == AGENT_PAGE)

    seat.wait(lambda: tr("sign_in.late_password") not in line(session))


def test_a_password_that_is_not_the_last_one_opens_nothing(seat: Seat) -> None:
    session = seat.begun()
    page = session.view.sign_in
    assert page is not None
    try:
        typed(page, "wrong horse battery")
        seat.wait(lambda: bool(page.error()))

        assert "not the password" in page.error()
        assert session.view.desk is None
    finally:
        seat.end(session)
