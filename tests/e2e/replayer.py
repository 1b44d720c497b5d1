"""A desk without a window that applies what its journal kept, in a process of its own.

`python -m tests.e2e.replayer FOLDER` writes a line for each entry that it has applied, and goes on
until it is killed, or until nothing waits any more.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from agent_desk.domain.identifiers import AgentId
from agent_desk.ports.storage import Storage
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.services.outbox import KeptAppliedEvent, OutboxChangedEvent
from db.journal import FileJournal
from db.sqlite_storage import SqliteStorage
from tests.fakes.manual_clock import ManualClock
from tests.fakes.scripted_switch import ScriptedSwitch

AGENT = AgentId("agent017")


def database_in(folder: Path) -> Path:
    """Return the shared database's file."""
    return folder / "desk.db"


def journal_in(folder: Path) -> Path:
    """Return the journal's file."""
    return folder / "journal.db"


def desk_in(folder: Path, storage: Storage | None = None) -> Desk:
    """Return a desk on the files in ``folder``, not started."""
    clock = ManualClock(datetime.now(UTC))
    switch = ScriptedSwitch(clock=clock)
    ports = DeskPorts(
        switch=switch,
        media=switch.media,
        storage=storage or SqliteStorage(path=database_in(folder)),
        journal=FileJournal(path=journal_in(folder)),
        clock=clock,
    )
    return Desk(ports=ports, profile=DeskProfile(agent_id=AGENT, region="CN"))


async def replay(folder: Path) -> None:
    """Apply what is kept; return when nothing is."""
    desk = desk_in(folder)
    emptied = asyncio.Event()

    def on_change(event: OutboxChangedEvent) -> None:
        if not event.kept:
            emptied.set()

    def on_applied(event: KeptAppliedEvent) -> None:
        print(event.command.id, flush=True)

    desk.bus.subscribe(OutboxChangedEvent, on_change)
    desk.bus.subscribe(KeptAppliedEvent, on_applied)
    await desk.start()
    if desk.outbox.kept:
        await emptied.wait()
    await desk.stop()


if __name__ == "__main__":
    asyncio.run(replay(Path(sys.argv[1])))
