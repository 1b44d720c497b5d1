"""The journal's file: damaged, newer, locked, and in the way."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.domain.draft import Draft
from agent_desk.domain.errors import (
    DatabaseUnavailableError,
    NewerSchemaError,
    StorageError,
)
from db.journal import FileJournal
from tests.contracts.journal_contract import a_draft, a_full_draft, a_kept_command


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


async def saved_to(path: Path) -> Draft:
    draft = a_full_draft()
    journal = FileJournal(path=path)
    await journal.open()
    await journal.save_draft(draft)
    await journal.close()
    return draft


def damage_start(content: bytes) -> bytes:
    return b"\x00" * 100 + content[100:]


def damage_pages(content: bytes) -> bytes:
    return content[:4096] + b"\xff" * (len(content) - 4096)


def cut_short(content: bytes) -> bytes:
    return content[:5000]


@pytest.mark.expected_logs("is damaged")
@pytest.mark.parametrize(
    "damage", [damage_start, damage_pages, cut_short, lambda _content: b"a text file\n" * 500]
)
async def test_a_damaged_file_is_kept_and_a_new_one_begun(path: Path, damage: object) -> None:
    assert callable(damage)
    await saved_to(path)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)

    journal = FileJournal(path=path)
    await journal.open()
    await journal.save_draft(a_draft(subject="new"))
    drafts = await journal.drafts()
    await journal.close()

    assert journal.set_aside is not None
    assert journal.set_aside.read_bytes() == damaged
    assert list(drafts) == [a_draft(subject="new")]


@pytest.mark.expected_logs("is damaged")
async def test_a_second_damaged_file_does_not_replace_the_first(path: Path) -> None:
    kept = []
    for content in (b"first rubbish " * 50, b"second rubbish " * 50):
        path.write_bytes(content)
        journal = FileJournal(path=path)
        await journal.open()
        await journal.close()
        assert journal.set_aside is not None
        kept.append(journal.set_aside.read_bytes())

    assert kept == [b"first rubbish " * 50, b"second rubbish " * 50]


async def test_a_sound_file_is_not_set_aside(path: Path) -> None:
    draft = await saved_to(path)
    journal = FileJournal(path=path)
    await journal.open()
    drafts = await journal.drafts()
    await journal.close()

    assert journal.set_aside is None
    assert list(drafts) == [draft]


async def test_the_journal_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    await saved_to(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()

    with pytest.raises(NewerSchemaError):
        await FileJournal(path=path).open()

    assert path.read_bytes() == before


async def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")

    with pytest.raises(DatabaseUnavailableError) as refused:
        await FileJournal(path=tmp_path / "state" / "journal.sqlite").open()

    assert str(tmp_path) in refused.value.details["path"]


async def test_a_draft_is_on_the_disk_when_saving_returns(path: Path) -> None:
    journal = FileJournal(path=path)
    await journal.open()

    await journal.save_draft(a_draft("one", subject="x"))

    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT key FROM drafts").fetchall() == [("one",)]
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    await journal.close()


async def test_a_cancelled_caller_does_not_take_back_what_is_being_written(path: Path) -> None:
    journal = FileJournal(path=path)
    await journal.open()
    saving = asyncio.ensure_future(journal.save_draft(a_draft("one")))
    await asyncio.sleep(0)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving

    drafts = await journal.drafts()
    await journal.close()

    assert [draft.key for draft in drafts] == ["one"]


async def test_a_failed_write_leaves_the_journal_usable(path: Path) -> None:
    journal = FileJournal(path=path)
    await journal.open()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("ALTER TABLE drafts RENAME TO elsewhere")
        with pytest.raises(StorageError):
            await journal.save_draft(a_draft("one"))
        other.execute("ALTER TABLE elsewhere RENAME TO drafts")

    await journal.save_draft(a_draft("two"))
    drafts = await journal.drafts()
    await journal.close()

    assert [draft.key for draft in drafts] == ["two"]


_FIRST_VERSION = """
CREATE TABLE drafts (
    key TEXT PRIMARY KEY, kind TEXT NOT NULL, saved_at TEXT NOT NULL, fields TEXT NOT NULL,
    call_id TEXT, number TEXT NOT NULL, customer_id TEXT, customer_name TEXT NOT NULL
);
CREATE TABLE spooled_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, stream TEXT NOT NULL,
    stream_id TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, actor TEXT NOT NULL,
    payload TEXT NOT NULL
);
INSERT INTO drafts VALUES (
    'note:1', 'NOTE', '2026-03-02T09:30:00+00:00', '{"note":"kept"}', NULL, '', NULL, ''
);
INSERT INTO spooled_events (id, stream, stream_id, kind, at, actor, payload) VALUES (
    '0', 'CALL', 'c1', 'Delivered', '2026-03-02T09:30:00+00:00', '1001', '{}'
);
PRAGMA user_version = 1;
"""


async def test_a_journal_of_the_first_version_is_taken_over_with_all_it_holds(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(_FIRST_VERSION)
    kept = a_kept_command()

    journal = FileJournal(path=path)
    await journal.open()
    await journal.keep_command(kept)
    drafts, events = await journal.drafts(), await journal.spooled()
    commands = await journal.kept_commands()
    await journal.close()

    assert journal.set_aside is None
    assert [draft.fields for draft in drafts] == [{"note": "kept"}]
    assert [event.kind for event in events] == ["Delivered"]
    assert list(commands) == [kept]
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a user's folder private")
async def test_nobody_else_of_the_machine_can_read_it(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o644)
    journal = FileJournal(path=path)
    await journal.open()
    await journal.save_draft(a_draft("note:1"))

    files = [path, *path.parent.glob(f"{path.name}-*")]
    assert len(files) > 1
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    await journal.close()
