"""A desk asks for nothing that its role may not see: the server's log tells of no refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_desk.bootstrap import desk as bootstrap
from agent_desk.bootstrap.desk import DeskPlan, open_desk
from agent_desk.domain.rights import Right
from agent_desk.domain.sign_in import SignInForm
from agent_desk.services import presence
from agent_desk.services.desk import Desk
from agent_desk.services.sign_in import SignIn
from agent_desk.settings import Settings
from db.change_feed import postgres as feed
from db.change_feed.postgres_reader import PostgresReader, RelayAddress
from tests.access.floor import PEOPLE
from tests.access.staff import at_work
from tests.e2e.folders import places_of
from tests.fakes.memory_credentials import MemoryCredentials
from tests.servers.fixtures import Floor

WAIT_SECONDS = 30.0
LOOKS = 3


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everything that a desk does every few seconds happen at once, and touch no keyring."""
    monkeypatch.setattr(feed, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(feed, "RELAY_LOOK_SECONDS", 0.01)
    monkeypatch.setattr(presence, "BEAT_SECONDS", 0.05)
    credentials = MemoryCredentials()
    monkeypatch.setattr(bootstrap, "_sign_in", lambda: SignIn(credentials=credentials))


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[RelayAddress | None]:
    """What each look for a relay found."""
    found: list[RelayAddress | None] = []
    look = PostgresReader.relay

    def counted(self: PostgresReader) -> RelayAddress | None:
        found.append(look(self))
        return found[-1]

    monkeypatch.setattr(PostgresReader, "relay", counted)
    return found


class ServerLog:
    """What the server has written since now."""

    def __init__(self, floor: Floor) -> None:
        self._path = floor.server.data_folder.with_name("log")
        self._begin = self._path.stat().st_size

    def complaints(self) -> list[str]:
        with self._path.open("rb") as file:
            file.seek(self._begin)
            lines = file.read().decode(errors="replace").splitlines()
        # A read that is on its way when the desk stops is called off: nobody refused it.
        cancelled = {
            number
            for at, line in enumerate(lines)
            if "canceling statement due to user request" in line
            for number in (at, at + 1)
        }
        return [
            line
            for at, line in enumerate(lines)
            if at not in cancelled and ("ERROR:" in line or "STATEMENT:" in line)
        ]


@pytest.mark.parametrize("login", PEOPLE)
async def test_no_statement_of_a_desk_is_refused(
    staffed: Floor, tmp_path: Path, looks: list[RelayAddress | None], login: str
) -> None:
    log = ServerLog(staffed)
    address = staffed.server.url(staffed.name, user="").replace("@", "")
    settings = Settings(database=address, login=at_work(login), scenario="floor")
    form = SignInForm(server=address, login=at_work(login), password=staffed.password)

    desk = await open_desk(DeskPlan(settings=settings, places=places_of(tmp_path)), form=form)
    try:
        await until(lambda: len(looks) >= LOOKS)
        await looked_at(desk)
    finally:
        await desk.stop()

    assert log.complaints() == []


async def looked_at(desk: Desk) -> None:
    """Read what the pages of the window read that are there for this role."""
    await desk.tickets.departments()
    await desk.customers.recent_calls()
    await desk.orders.lines()
    if desk.access.may(Right.SEE_CUSTOMERS):
        await desk.customers.search("王")


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def test_the_log_would_tell(staffed: Floor) -> None:
    """Without this the tests above would pass on a server that logs nothing."""
    log = ServerLog(staffed)
    with (
        staffed.server.connect(staffed.name) as connection,
        pytest.raises(Exception, match="nowhere"),
    ):
        connection.execute("SELECT * FROM nowhere")

    assert any("nowhere" in line for line in log.complaints())
