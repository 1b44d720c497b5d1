"""A desk is killed again and again while it replays to a server behind a long way."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.audit import assert_all_saved, column, effects
from tests.faults.house import House
from tests.faults.station import Station

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.expected_logs("database away", "stays as it was", "error ignored terminating"),
]

CALLS = 18
KILLS = 3
MOST_BEFORE_A_KILL = 8
DELAY_SECONDS = 0.002


async def kept_by(house: House) -> tuple[Station, Path]:
    """Return a station that has worked without a database and has stopped, and its journal."""
    station = house.station("desk0", await house.plan())
    house.before = await asyncio.to_thread(effects, house.floor)
    await station.open()
    house.proxy.refuse()
    for _ in range(CALLS):
        await station.serve()
    await station.desk.stop()
    return station, house.folder / "desk0.journal"


def started(journal: Path, house: House) -> subprocess.Popen[str]:
    """Return a desk that replays ``journal``."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.replayer", str(journal), house.url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdin is not None
    process.stdin.write(f"{house.floor.password}\n")
    process.stdin.flush()
    return process


def killed_after(process: subprocess.Popen[str], commands: int) -> set[str]:
    """Kill the desk once it has told of so many commands; return all whole lines of it."""
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(commands)]
    process.kill()
    rest, _ = process.communicate()
    return {line.strip() for line in (*told, *rest.splitlines(keepends=True)) if line[-1:] == "\n"}


def kept_in(journal: Path) -> set[str]:
    with closing(sqlite3.connect(journal)) as connection:
        return {id_ for (id_,) in connection.execute("SELECT id FROM kept_commands")}


@pytest.mark.usefixtures("hurry")
async def test_a_desk_killed_during_the_replay_loses_and_doubles_nothing(house: House) -> None:
    station, journal = await kept_by(house)
    promised: set[str] = set(station.book.acknowledged)
    assert kept_in(journal) == promised
    house.proxy.delay_seconds = DELAY_SECONDS
    house.proxy.accept()
    chance = random.Random(5)

    for _ in range(KILLS):
        process = started(journal, house)
        commands = chance.randint(1, MOST_BEFORE_A_KILL)
        told = await asyncio.to_thread(killed_after, process, commands)
        kept = kept_in(journal)
        applied = {str(id_) for id_ in column(house.floor, "SELECT id FROM applied_commands")}
        assert promised <= kept | applied
        assert told
        assert told <= applied - kept
        assert set((effects(house.floor) - house.before).values()) <= {1}
    assert kept_in(journal)
    process = started(journal, house)
    await asyncio.to_thread(process.communicate, timeout=60)

    assert process.returncode == 0
    assert kept_in(journal) == set()
    assert_all_saved(house.floor, [station], before=house.before)
