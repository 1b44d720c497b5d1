"""The media contract on the simulated floor."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent_desk.domain.identifiers import CallId
from telephony.simulator.callers import Caller
from telephony.simulator.simulation import Simulation
from tests.contracts.media_contract import MediaContract, MediaHarness
from tests.unit.telephony import quiet_floor


class SimulatorMediaHarness:
    """A quiet floor on stepped time."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.media = simulation.media

    async def ringing(self) -> CallId:
        call_id = self._simulation.switch.receive_call(Caller(number="+8613800138000"))
        assert call_id is not None
        return call_id

    async def talking(self) -> CallId:
        call_id = await self.ringing()
        await self._simulation.switch.answer_call(call_id)
        return call_id

    async def hold(self, call_id: CallId) -> None:
        await self._simulation.switch.hold_call(call_id)

    async def end(self, call_id: CallId) -> None:
        await self._simulation.switch.clear_connection(call_id)


class TestSimulatedMedia(MediaContract):
    @pytest.fixture
    async def harness(self) -> AsyncIterator[MediaHarness]:
        simulation = await quiet_floor.quiet_simulation()
        yield SimulatorMediaHarness(simulation)
        await simulation.switch.stop()
