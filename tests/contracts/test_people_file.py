"""The people of a file: kept and signed in by the program itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person
from agent_desk.domain.sign_in import SignInForm
from agent_desk.services.sign_in import SignIn
from db.access.file_people import FilePeople
from db.access.keeper import PeopleKeeper
from db.access.users import open_people
from db.engine import sqlite_driver
from tests.contracts.people_contract import PASSWORD, LogIn, PeopleContract
from tests.fakes.desk_file import new_desk_file
from tests.fakes.memory_credentials import MemoryCredentials


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return new_desk_file(tmp_path)


@pytest.fixture
def keeper(path: Path) -> Iterator[PeopleKeeper]:
    with open_people(str(path)) as people:
        yield people


class TestFilePeople(PeopleContract):
    @pytest.fixture
    def sign_in(self, keeper: FilePeople) -> LogIn:
        def log_in(login: str, password: str) -> Person:
            return keeper._database.read(lambda u: u.people.sign_in(AgentId(login), password))

        return log_in

    def logged(self, keeper: PeopleKeeper, login: str) -> list[tuple[str, dict[str, object]]]:
        assert isinstance(keeper, FilePeople)
        events = keeper._database.read(lambda u: u.events.of(Stream.AGENT, login))
        return [(event.kind, dict(event.payload)) for event in events]


def test_the_file_has_an_argon2id_hash_and_no_password(path: Path, keeper: PeopleKeeper) -> None:
    TestFilePeople().add(keeper)

    with closing(sqlite_driver().connect(str(path))) as connection:
        ((hash_,),) = connection.execute("SELECT hash FROM person_passwords").fetchall()
    assert hash_.startswith("$argon2id$")
    files = path.parent.glob(f"{path.name}*")
    assert not any(PASSWORD.encode() in file.read_bytes() for file in files)


def test_an_unknown_login_takes_as_long_as_a_known_one() -> None:
    """Whoever asks must not learn from the time which logins exist: both are hashed."""
    from db import passwords

    asked: list[str] = []

    class Counting:
        def verify(self, hash_: str, password: str) -> bool:
            asked.append(hash_)
            return True

        def hash(self, password: str) -> str:
            return "nobody's"

    passwords._nobodys.cache_clear()
    former, passwords._hasher = passwords._hasher, lambda: Counting()  # type: ignore[assignment]
    try:
        assert not passwords.matches(None, PASSWORD)
        assert passwords.matches("known", PASSWORD)
    finally:
        passwords._hasher = former
        passwords._nobodys.cache_clear()
    assert asked == ["nobody's", "known"]


async def test_the_kept_password_is_used_when_none_is_typed() -> None:
    credentials = MemoryCredentials()
    service = SignIn(credentials=credentials)
    form = SignInForm(server="s", login=" li ", password=PASSWORD, remember=True)

    complete = await service.completed(form)
    assert await service.succeeded(complete)
    again = await service.completed(SignInForm(server="s", login="li"))

    assert again.password == PASSWORD
    await service.refused(again)
    assert credentials.get("s", "li") is None
    assert not await service.succeeded(SignInForm(server="s", login="li", password=PASSWORD))
    assert await service.can_remember()
