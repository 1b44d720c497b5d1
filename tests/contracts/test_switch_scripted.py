"""The switch contract on the scripted switch of the service tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId
from agent_desk.ports.switch import Switch
from tests.contracts.switch_contract import SwitchContract, SwitchHarness
from tests.fakes.manual_clock import ManualClock
from tests.fakes.scripted_switch import ScriptedSwitch


class ScriptedHarness:
    """Far ends that pick up, are busy or stay silent, as their number says."""

    answering_number = "+8613700137000"
    second_number = "+8613700137001"
    busy_number = "+8613700137002"
    silent_number = "+8613700137003"
    colleague = "2001"
    unknown_extension = "4711"

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.script = ScriptedSwitch(clock=self.clock)
        self.switch: Switch = self.script
        self._count = 0

    async def incoming_call(self, number: str) -> CallId:
        self._count += 1
        return self.script.ring(f"in-{self._count}", number)

    async def far_end_hangs_up(self, call_id: CallId) -> None:
        if self.script.connections()[call_id] is LocalConnectionState.ALERTING:
            self.script.caller_gives_up(call_id)
        else:
            self.script.far_hangs_up(call_id)

    async def answered(self) -> None:
        self.clock.advance(5)
        for call_id in self._dialling(self.answering_number, self.second_number, self.colleague):
            self.script.far_rings(call_id)
            self.script.far_answers(call_id)

    async def unanswered(self) -> None:
        self.clock.advance(60)
        for call_id in self._dialling(self.busy_number):
            self.script.far_fails(call_id, EventCause.BUSY)
        for call_id in self._dialling(self.silent_number):
            self.script.far_rings(call_id)
            self.script.far_fails(call_id, EventCause.NO_ANSWER)

    def _dialling(self, *numbers: str) -> list[CallId]:
        return [call_id for number in numbers for call_id in self.script.dialling(number)]


class TestScriptedSwitch(SwitchContract):
    @pytest.fixture
    async def harness(self) -> AsyncIterator[SwitchHarness]:
        harness = ScriptedHarness()
        await harness.switch.start()
        yield harness
        await harness.switch.stop()
