"""The contract of passes in memory and in files, and what only a file can go through."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from agent_desk.ports.offline_passes import OfflinePasses
from db.offline_passes import FileOfflinePasses
from tests.contracts.offline_passes_contract import (
    LI,
    PASSWORD,
    SERVER,
    OfflinePassesContract,
)
from tests.fakes.memory_offline_passes import MemoryOfflinePasses

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")


class TestMemoryOfflinePasses(OfflinePassesContract):
    @pytest.fixture
    def passes(self) -> OfflinePasses:
        return MemoryOfflinePasses()


class TestFileOfflinePasses(OfflinePassesContract):
    @pytest.fixture
    def passes(self, tmp_path: Path) -> OfflinePasses:
        return FileOfflinePasses(path=tmp_path / "state" / "offline.json")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The file of a kept pass."""
    FileOfflinePasses(path=tmp_path / "offline.json").keep(LI, PASSWORD)
    (path,) = tmp_path.iterdir()
    return path


def passes_beside(path: Path) -> FileOfflinePasses:
    return FileOfflinePasses(path=path.with_name("offline.json"))


def test_the_password_is_not_in_the_file(kept: Path) -> None:
    text = kept.read_text(encoding="utf-8")

    assert PASSWORD not in text
    assert "$argon2id$" in text


@POSIX
def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    former = os.umask(0)
    try:
        FileOfflinePasses(path=tmp_path / "offline.json").keep(LI, PASSWORD)
    finally:
        os.umask(former)

    assert [path.stat().st_mode & 0o777 for path in tmp_path.iterdir()] == [0o600]


@POSIX
@pytest.mark.expected_logs("counts for nothing")
def test_a_file_that_others_may_write_counts_for_nothing(kept: Path) -> None:
    kept.chmod(0o660)

    assert passes_beside(kept).find(SERVER, "li.ming") is None
    assert not passes_beside(kept).opens(SERVER, "li.ming", PASSWORD)


@pytest.mark.expected_logs("counts for nothing")
@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"roles": ["EMPEROR"]},
        {"signed_in_at": "yesterday"},
        {"signed_in_at": "2026-03-02T09:30:00"},
        {"signed_in_at": None},
        {"login": None, "format": None},
    ],
)
def test_a_damaged_file_counts_for_nothing(kept: Path, change: dict[str, object]) -> None:
    table = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps(table | change), encoding="utf-8")

    assert passes_beside(kept).find(SERVER, "li.ming") is None


@pytest.mark.expected_logs("counts for nothing")
@pytest.mark.parametrize("text", ["", "[]", "{}", "a text file", '"li"'])
def test_a_file_of_something_else_counts_for_nothing(kept: Path, text: str) -> None:
    kept.write_text(text, encoding="utf-8")

    assert passes_beside(kept).find(SERVER, "li.ming") is None


def test_a_damaged_verifier_opens_nothing(kept: Path) -> None:
    table = json.loads(kept.read_text(encoding="utf-8"))
    kept.write_text(json.dumps(table | {"verifier": "none"}), encoding="utf-8")

    assert passes_beside(kept).find(SERVER, "li.ming") == LI
    assert not passes_beside(kept).opens(SERVER, "li.ming", PASSWORD)


def test_a_pass_of_somebody_else_under_this_name_counts_for_nothing(kept: Path) -> None:
    kept.rename(kept.with_name("offline.wang.json"))

    assert passes_beside(kept).find(SERVER, "wang") is None
    assert not passes_beside(kept).opens(SERVER, "wang", PASSWORD)


@pytest.mark.expected_logs("the next start needs the server")
def test_a_place_that_cannot_be_written_keeps_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    passes = FileOfflinePasses(path=tmp_path / "file" / "offline.json")

    passes.keep(LI, PASSWORD)

    assert passes.find(SERVER, "li.ming") is None
