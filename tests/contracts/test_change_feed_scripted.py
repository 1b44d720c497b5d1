"""The change feed contract on the fake."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from agent_desk.domain.change import MAX_CATCH_UP
from agent_desk.domain.event_log import LoggedEvent
from tests.contracts.change_feed_contract import CutFeedContract
from tests.fakes.scripted_feed import ScriptedFeed, ScriptedLog


class ScriptedHouse:
    def __init__(self) -> None:
        self._log = ScriptedLog()

    def feed(self, *, max_catch_up: int = MAX_CATCH_UP) -> ScriptedFeed:
        return ScriptedFeed(self._log, max_catch_up=max_catch_up)

    async def write(self, events: Sequence[LoggedEvent]) -> None:
        self._log.append(events)

    async def fail(self, events: Sequence[LoggedEvent]) -> None:
        """A list has no transactions: what is rolled back was never there."""

    async def restore(self) -> None:
        self._log.restore()

    async def cut(self) -> None:
        self._log.cut()

    async def heal(self) -> None:
        self._log.heal()


class TestScriptedFeed(CutFeedContract):
    @pytest.fixture
    def house(self) -> ScriptedHouse:
        return ScriptedHouse()
