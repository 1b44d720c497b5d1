"""The journal contract on the fake, so that tests with it mean something."""

from __future__ import annotations

import pytest

from agent_desk.ports.journal import Journal
from tests.contracts.journal_contract import JournalContract
from tests.fakes.memory_journal import MemoryJournal


class TestMemoryJournal(JournalContract):
    @pytest.fixture
    async def journal(self) -> Journal:
        journal = MemoryJournal()
        await journal.open()
        return journal
