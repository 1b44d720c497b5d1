"""The switch contract on the simulated switch."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId
from telephony.simulator.callers import Caller
from telephony.simulator.simulation import Simulation
from tests.contracts.switch_contract import SwitchContract, SwitchHarness
from tests.unit.telephony import quiet_floor


class SimulatorHarness:
    """A quiet floor on stepped time."""

    answering_number = quiet_floor.ANSWERING
    second_number = quiet_floor.SECOND
    busy_number = quiet_floor.BUSY
    silent_number = quiet_floor.SILENT
    colleague = "2001"
    unknown_extension = "4711"

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.switch = simulation.switch

    async def incoming_call(self, number: str) -> CallId:
        call_id = self.switch.receive_call(Caller(number=number))
        assert call_id is not None
        return call_id

    async def far_end_hangs_up(self, call_id: CallId) -> None:
        line = self._simulation.telephone.lines[call_id]
        rings = line.state is LocalConnectionState.ALERTING
        cause = EventCause.ABANDONED if rings else EventCause.NORMAL
        end = line.ends[0]
        end.leave()
        self._simulation.telephone.far_left(line, end, cause)

    async def answered(self) -> None:
        await self._simulation.advance(quiet_floor.RING_SECONDS)

    async def unanswered(self) -> None:
        await self._simulation.advance(quiet_floor.NO_ANSWER_SECONDS + 2.0)


class TestSimulatedSwitch(SwitchContract):
    @pytest.fixture
    async def harness(self) -> AsyncIterator[SwitchHarness]:
        simulation = await quiet_floor.quiet_simulation()
        yield SimulatorHarness(simulation)
        await simulation.switch.stop()
