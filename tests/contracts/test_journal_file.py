"""The journal contract on a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.ports.journal import Journal
from db.journal import FileJournal
from tests.contracts.journal_contract import JournalContract


class TestFileJournal(JournalContract):
    @pytest.fixture
    async def journal(self, tmp_path: Path) -> AsyncIterator[Journal]:
        journal = FileJournal(path=tmp_path / "state" / "journal.sqlite")
        await journal.open()
        yield journal
        await journal.close()
