"""What a write has returned from survives the sudden death of the process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from db.journal import FileJournal
from db.sqlite_database import SqliteDatabase

WRITE_EVENTS = """
import pathlib, sys
from db.sqlite_database import SqliteDatabase
from tests.contracts.storage_samples import an_event
with SqliteDatabase(path=pathlib.Path(sys.argv[1])) as database:
    while True:
        event = an_event("call-1")
        database.write(lambda unit: unit.events.append([event]))
        print(event.id, flush=True)
"""

WRITE_DRAFTS = """
import asyncio, itertools, pathlib, sys
from db.journal import FileJournal
from tests.contracts.journal_contract import a_draft
async def main():
    journal = FileJournal(path=pathlib.Path(sys.argv[1]))
    await journal.open()
    first = len(await journal.drafts())
    for number in itertools.count(first):
        await journal.save_draft(a_draft(str(number), text="x" * (number % 999)))
        print(number, flush=True)
asyncio.run(main())
"""

ROUNDS = 4
"""Each starts an interpreter; the end-to-end suite kills the whole desk far more often."""


def acknowledged_before_death(script: str, path: Path, lines: int) -> list[str]:
    """Return what ``script`` printed until it was killed after ``lines`` lines, whole ones only."""
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    printed = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    printed.extend(process.stdout.readlines())
    process.wait()
    process.stdout.close()
    return [line.strip() for line in printed if line.endswith("\n")]


@pytest.mark.slow
def test_no_acknowledged_event_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    acknowledged: list[str] = []
    for lines in range(3, 3 + 17 * ROUNDS, 17):
        acknowledged += acknowledged_before_death(WRITE_EVENTS, path, lines)

    with SqliteDatabase(path=path) as database, database.transaction() as connection:
        stored = set(connection.exec_driver_sql("SELECT id FROM event_log").scalars())
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()

    assert len(acknowledged) >= 3 * ROUNDS
    assert set(acknowledged) <= stored
    assert whole == "ok"


@pytest.mark.slow
def test_no_acknowledged_draft_is_lost_when_the_writer_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    acknowledged: set[str] = set()
    for lines in range(3, 3 + 17 * ROUNDS, 17):
        acknowledged.update(acknowledged_before_death(WRITE_DRAFTS, path, lines))

    async def kept() -> set[str]:
        journal = FileJournal(path=path)
        await journal.open()
        keys = {draft.key for draft in await journal.drafts()}
        await journal.close()
        assert journal.set_aside is None
        return keys

    assert acknowledged <= asyncio.run(kept())
