"""The switch contract on the SIP telephone, at an exchange of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.domain.identifiers import CallId
from tests.contracts.switch_contract import SwitchContract, SwitchHarness
from tests.fakes.exchange import Habit
from tests.fakes.sip_house import House, SipHouse, UdpHouse


class SipHarness:
    """A telephone of ours between subscribers of ours."""

    answering_number = "+8613700137000"
    second_number = "+8613700137001"
    busy_number = "+8613700137002"
    silent_number = "+8613700137003"
    colleague = "2001"
    unknown_extension = "4711"

    def __init__(self, house: House) -> None:
        self._house = house
        self._exchange = house.exchange
        self.switch = house.switch
        for number in (self.answering_number, self.second_number, self.colleague):
            self._exchange.add(number)
        self._exchange.add(self.busy_number, Habit.BUSY)
        self._exchange.add(self.silent_number, Habit.SILENT)

    async def incoming_call(self, number: str) -> CallId:
        return await self._house.incoming_call(number)

    async def far_end_hangs_up(self, call_id: CallId) -> None:
        parties = self._exchange.subscribers.values()
        talking = [(party, id) for party in parties for id in party.talks]
        party, id = next(((p, i) for p, i in talking if i == call_id), talking[0])
        party.hang_up(id)
        await self._house.settle()

    async def answered(self) -> None:
        await self._house.answered()

    async def unanswered(self) -> None:
        await self._house.settle()
        silent = self._exchange.subscribers[self.silent_number]
        if silent.talks:
            silent.refuse_all(408)
        await self._house.settle()


class TestSipSwitch(SwitchContract):
    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[SwitchHarness]:
        async with SipHouse(tmp_path, lines=3, only_directory=True) as house:
            yield SipHarness(house)


class TestSipSwitchOverUdp(SwitchContract):
    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[SwitchHarness]:
        async with UdpHouse(tmp_path, lines=3, only_directory=True) as house:
            yield SipHarness(house)
