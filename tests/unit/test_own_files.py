"""Each person's files on a machine, one set for each database that they sign in to."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.bootstrap.own_files import OwnFiles, own_file, own_files
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from agent_desk.settings import Places, usual_places
from db.journal import FileJournal
from tests.contracts.storage_samples import an_event

LI = Person(login=AgentId("li.ming"), name="Li Ming", roles=frozenset({Role.AGENT}))
NORTH = "postgresql://north.example.com/agent_desk"
SOUTH = "postgresql://south.example.com/agent_desk"
EVENTS = [an_event("call-1", n=1), an_event("call-1", n=2)]


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return usual_places(base=tmp_path)


def former_journal(places: Places) -> Path:
    return places.journal.with_stem(f"{places.journal.stem}.{LI.login}")


def of(places: Places, database: str | Path) -> OwnFiles:
    return own_files(places, LI, database)


async def spooled(path: Path) -> list[str]:
    journal = FileJournal(path=path)
    await journal.open()
    try:
        assert journal.set_aside is None
        return [event.id for event in await journal.spooled()]
    finally:
        await journal.close()


async def filled(path: Path) -> None:
    """Leave a journal at ``path`` as a killed desk does: what is in it is in its log alone."""
    journal = FileJournal(path=path.with_name("living.sqlite"))
    await journal.open()
    await journal.spool(EVENTS)
    for companion in ("", "-wal"):
        shutil.copy(path.with_name(f"living.sqlite{companion}"), f"{path}{companion}")
    await journal.close()
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0


def test_the_name_says_whose_it_is_and_for_which_server(places: Places) -> None:
    assert of(places, NORTH).journal.name == (
        "journal.li.ming@north.example.com+5432+agent_desk.sqlite"
    )


def test_the_same_login_has_other_files_for_another_database(places: Places) -> None:
    databases: list[str | Path] = [
        NORTH,
        SOUTH,
        "postgresql://north.example.com:5433/agent_desk",
        "postgresql://north.example.com/training",
        "postgresql:///agent_desk?host=/var/run/postgresql",
        places.database,
        places.database.with_name("other") / places.database.name,
    ]
    own = [of(places, database) for database in databases]
    names = {path.name for files in own for path in (files.journal, files.cache)}
    assert len(names) == 2 * len(databases)
    assert {path.parent for files in own for path in (files.journal, files.cache)} == {
        places.journal.parent
    }


def test_a_login_in_the_address_makes_no_difference(places: Places) -> None:
    with_login = NORTH.replace("//", "//li.ming@")
    assert of(places, with_login) == of(places, NORTH.replace("north", "NORTH"))


def test_nobody_signed_in_shares_the_files_of_the_machine(places: Places) -> None:
    assert own_files(places, None, places.database) == OwnFiles(
        journal=places.journal, cache=places.cache, dialled=places.dialled
    )


async def test_a_former_journal_goes_to_the_first_server_with_everything_in_it(
    places: Places,
) -> None:
    await filled(former_journal(places))

    north, south = of(places, NORTH), of(places, SOUTH)

    assert await spooled(north.journal) == [event.id for event in EVENTS]
    assert await spooled(south.journal) == []
    assert not list(places.journal.parent.glob(f"{former_journal(places).name}*"))


async def test_a_journal_that_is_there_is_not_replaced(places: Places) -> None:
    wanted = own_file(places.journal, LI.login, NORTH)
    await filled(wanted)
    former = former_journal(places)
    former.write_bytes(b"")

    assert await spooled(of(places, NORTH).journal) == [event.id for event in EVENTS]
    assert former.exists()


async def test_a_journal_that_a_desk_has_open_stays(places: Places) -> None:
    former = former_journal(places)
    other = FileJournal(path=former)
    await other.open()
    await other.spool(EVENTS)

    own = of(places, NORTH)

    assert not own.journal.exists()
    await other.close()
    assert await spooled(of(places, NORTH).journal) == [event.id for event in EVENTS]


@pytest.mark.expected_logs("is damaged")
async def test_a_damaged_journal_is_kept(places: Places) -> None:
    former_journal(places).write_bytes(b"no database at all" * 100)

    journal = FileJournal(path=of(places, NORTH).journal)
    await journal.open()
    await journal.close()

    assert journal.set_aside is not None
    assert journal.set_aside.read_bytes().startswith(b"no database at all")


def test_cards_of_nobody_knows_which_server_are_removed(places: Places) -> None:
    former = places.cache.with_stem(f"{places.cache.stem}.{LI.login}")
    former.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(former)) as connection:
        connection.execute("CREATE TABLE cards (card)")

    assert not of(places, NORTH).cache.exists()
    assert not former.exists()
