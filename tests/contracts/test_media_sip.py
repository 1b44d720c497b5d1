"""The media contract on the SIP telephone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.domain.identifiers import CallId
from tests.contracts.media_contract import MediaContract, MediaHarness
from tests.fakes.sip_house import SipHouse


class SipMediaHarness:
    """A telephone of ours at an exchange of ours."""

    def __init__(self, house: SipHouse) -> None:
        self._house = house
        self.media = house.phone.media

    async def ringing(self) -> CallId:
        return await self._house.incoming_call("+8613800138000")

    async def talking(self) -> CallId:
        call_id = await self.ringing()
        await self._house.switch.answer_call(call_id)
        return call_id

    async def hold(self, call_id: CallId) -> None:
        await self._house.switch.hold_call(call_id)

    async def end(self, call_id: CallId) -> None:
        await self._house.switch.clear_connection(call_id)
        await self._house.settle()


class TestSipMedia(MediaContract):
    @pytest.fixture
    async def harness(self, tmp_path: Path) -> AsyncIterator[MediaHarness]:
        async with SipHouse(tmp_path) as house:
            yield SipMediaHarness(house)
