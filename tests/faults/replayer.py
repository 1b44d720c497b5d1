"""A desk in a process of its own that saves what its journal kept, until all is saved or it dies.

`python -m tests.faults.replayer JOURNAL URL` reads the password from its standard input and writes
a line for each command that it has applied.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agent_desk.domain.identifiers import CategoryId
from agent_desk.services.outbox import KeptAppliedEvent
from db.journal import FileJournal
from db.postgres_storage import PostgresStorage
from tests.fakes.manual_clock import ManualClock
from tests.faults.station import Plan, Station


async def replay(journal: Path, url: str, password: str) -> None:
    """Save what is kept in ``journal``; return when nothing is."""
    station = Station(
        journal.stem,
        storage=PostgresStorage(url=url, password=password),
        journal=FileJournal(path=journal),
        clock=ManualClock(),
        plan=Plan(category_id=CategoryId(""), customers=()),
    )

    def on_applied(event: KeptAppliedEvent) -> None:
        print(event.command.id, flush=True)

    station.desk.bus.subscribe(KeptAppliedEvent, on_applied)
    await station.desk.start()
    await station.until_saved()
    await station.desk.stop()


if __name__ == "__main__":
    asyncio.run(replay(Path(sys.argv[1]), sys.argv[2], sys.stdin.readline().strip()))
