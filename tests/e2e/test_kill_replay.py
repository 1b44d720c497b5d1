"""The desk is killed again and again while it applies what it kept: each entry counts once."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.domain.command import Command
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.ticket import Resolution, TicketForm
from agent_desk.services.outbox import Kept
from db.sqlite_storage import SqliteStorage
from tests.e2e.replayer import database_in, desk_in, journal_in
from tests.fakes.faulty_storage import FaultyStorage

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ENTRIES = 360
KILLS = 5
MOST_BEFORE_A_KILL = 12


async def keep_entries(folder: Path) -> list[Command]:
    """Keep tickets, notes and a new customer as a desk without a database does."""
    storage = FaultyStorage(inner=SqliteStorage(path=database_in(folder)))
    desk = desk_in(folder, storage)
    await desk.start()
    category = (await desk.tickets.categories())[1].id
    wang = (await desk.customers.create(NewCustomer(name="王伟"))).customer.id
    storage.die()
    creation = desk.commands.create_customer(NewCustomer(name="李娜", number="13900139000"))
    commands: list[Command] = [creation]
    for index in range(1, ENTRIES):
        customer_id = creation.customer_id if index % 3 else wang
        if index % 2:
            commands.append(desk.commands.add_note(customer_id, f"note {index}"))
            continue
        form = TicketForm(
            customer_id=customer_id,
            category_id=category,
            subject=f"ticket {index}",
            resolution=Resolution.WORK_ORDER,
        )
        commands.append(desk.commands.log_ticket(form, None))
    for command in commands:
        assert isinstance(await desk.outbox.submit(command), Kept)  # type: ignore[call-overload]
    await desk.outbox.stop()
    storage.revive()
    await desk.stop()
    return commands


def replay(folder: Path) -> subprocess.Popen[str]:
    """Return a desk that applies what is kept in ``folder``."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.replayer", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def killed_after(process: subprocess.Popen[str], entries: int) -> list[str]:
    """Kill the desk once it has told of so many applied entries; return all that it told of."""
    assert process.stdout is not None
    told = [process.stdout.readline() for _ in range(entries)]
    process.kill()
    rest, _ = process.communicate()
    return [line.strip() for line in (*told, *rest.splitlines(keepends=True)) if line[-1:] == "\n"]


def column(path: Path, statement: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [value for (value,) in connection.execute(statement)]


def assert_each_is_somewhere(folder: Path, commands: Sequence[Command]) -> set[str]:
    """Return what is kept; every entry is there or applied, and applied no more than once."""
    kept = set(column(journal_in(folder), "SELECT id FROM kept_commands"))
    applied = column(database_in(folder), "SELECT id FROM applied_commands")
    assert {command.id for command in commands} <= kept | set(applied)
    subjects = Counter(column(database_in(folder), "SELECT subject FROM tickets"))
    texts = Counter(column(database_in(folder), "SELECT text FROM notes"))
    assert {*subjects.values(), *texts.values()} <= {1}
    return kept


@pytest.mark.expected_logs("database away")
def test_a_desk_killed_during_the_replay_loses_and_doubles_nothing(tmp_path: Path) -> None:
    commands = asyncio.run(keep_entries(tmp_path))
    chance = random.Random(3)
    assert len(assert_each_is_somewhere(tmp_path, commands)) == ENTRIES

    for _ in range(KILLS):
        told = killed_after(replay(tmp_path), chance.randint(1, MOST_BEFORE_A_KILL))
        kept = assert_each_is_somewhere(tmp_path, commands)
        assert kept
        assert kept.isdisjoint(told)
    process = replay(tmp_path)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert assert_each_is_somewhere(tmp_path, commands) == set()
    orders = column(database_in(tmp_path), "SELECT ticket_id FROM work_orders")
    tickets = column(database_in(tmp_path), "SELECT id FROM tickets")
    assert sorted(orders) == sorted(tickets)
    assert len(tickets) == (ENTRIES - 1) // 2
    events = column(database_in(tmp_path), "SELECT id FROM event_log")
    assert len(events) == len(set(events))
