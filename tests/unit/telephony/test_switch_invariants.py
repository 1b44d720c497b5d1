"""Whatever services are asked for in whatever order, the switch stays true to its events."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent_desk.domain.agent import AgentState, AgentStatus, NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.identifiers import AgentId, CallId
from telephony.simulator.callers import Caller
from telephony.simulator.floor.queue import CallPhase
from telephony.simulator.simulation import build_simulation
from tests.contracts.switch_contract import EventLog
from tests.unit.telephony.quiet_floor import (
    ANSWERING,
    BILLING,
    BUSY,
    NOT_OBTAINABLE,
    SALES,
    SILENT,
    call_queue,
    quiet_scenario,
)

NUMBERS = st.sampled_from(
    ["2001", "2002", "7001", "7002", "2000", "99", "x", ANSWERING, BUSY, SILENT, NOT_OBTAINABLE]
)
STATES = {
    "talking": LocalConnectionState.CONNECTED,
    "held": LocalConnectionState.HOLD,
    "ringing": LocalConnectionState.ALERTING,
    "failed": LocalConnectionState.FAIL,
}
PICKS = st.sampled_from([*STATES, "gone"])
TALKING = st.sampled_from(["talking"] * 4 + ["held", "ringing", "gone"])
HELD = st.sampled_from(["held"] * 4 + ["talking", "ringing", "gone"])
GONE = CallId("gone")


class DeskMachine(RuleBasedStateMachine):
    """Random services, callers and time on the quiet floor."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.simulation = build_simulation(
            quiet_scenario(no_answer_probability=0.3, hold_patience_seconds=45.0),
            speed=None,
            seed=3,
        )
        self.switch = self.simulation.switch
        self.log = EventLog(self.switch)
        self.runner.run(self.switch.start())
        self.runner.run(self.switch.log_on(AgentId("agent017")))

    def teardown(self) -> None:
        self.runner.run(self.switch.stop())
        assert self.switch.connections() == {}
        assert self.log.differences == []
        self.runner.run(self.simulation.advance(3600.0))
        floor = self.simulation.floor
        assert all(not colleague.is_busy for colleague in floor.colleagues.values())
        self.runner.close()

    def pick(self, kind: str) -> CallId:
        """Return the oldest of the desk's calls in a state, else one that never was."""
        state = STATES.get(kind)
        calls = self.switch.connections().items()
        return next((call_id for call_id, now in calls if now is state), GONE)

    def ask(self, service: Callable[[], Awaitable[object]]) -> None:
        """Ask for a service; a refusal must have changed nothing."""

        async def asked() -> None:
            before = self.truth()
            try:
                await service()
            except AgentDeskError:
                assert self.truth() == before

        self.runner.run(asked())

    def truth(
        self,
    ) -> tuple[int, dict[CallId, LocalConnectionState], AgentStatus | None, list[object]]:
        floor = self.simulation.floor
        figures: list[object] = [queue.status(floor.kernel.now) for queue in floor.queues.values()]
        return (
            len(self.log.events),
            self.switch.connections(),
            self.switch.agent_status(),
            figures,
        )

    @rule(seconds=st.sampled_from([0.5, 2.0, 3.0, 4.0, 11.0, 30.0, 400.0, 700.0]))
    def time_passes(self, seconds: float) -> None:
        self.runner.run(self.simulation.advance(seconds))

    @rule(queue_id=st.sampled_from([SALES, BILLING]), patience=st.sampled_from([5.0, 300.0]))
    def somebody_calls_a_queue(self, queue_id: str, patience: float) -> None:
        queue = SALES if queue_id == SALES else BILLING
        call_queue(self.simulation, queue, patience_seconds=patience, talk_seconds=90.0)

    @rule()
    def somebody_calls_the_desk(self) -> None:
        self.switch.receive_call(Caller(number="+8613900139000"))

    @rule()
    def log_on(self) -> None:
        self.ask(lambda: self.switch.log_on(AgentId("agent017")))

    @rule()
    def log_off(self) -> None:
        self.ask(self.switch.log_off)

    @rule(state=st.sampled_from(list(AgentState)), reason=st.sampled_from(list(NotReadyReason)))
    def set_agent_state(self, state: AgentState, reason: NotReadyReason) -> None:
        self.ask(lambda: self.switch.set_agent_state(state, reason))

    @rule()
    @precondition(lambda self: self.switch.agent_status() is not None)
    def get_ready(self) -> None:
        self.ask(lambda: self.switch.set_agent_state(AgentState.READY))

    @rule(number=NUMBERS)
    def make_call(self, number: str) -> None:
        self.ask(lambda: self.switch.make_call(number))

    @rule(pick=PICKS)
    def answer(self, pick: str) -> None:
        self.ask(lambda: self.switch.answer_call(self.pick(pick)))

    @rule(pick=PICKS)
    def hold(self, pick: str) -> None:
        self.ask(lambda: self.switch.hold_call(self.pick(pick)))

    @rule(pick=PICKS)
    def retrieve(self, pick: str) -> None:
        self.ask(lambda: self.switch.retrieve_call(self.pick(pick)))

    @rule(pick=PICKS)
    def clear(self, pick: str) -> None:
        self.ask(lambda: self.switch.clear_connection(self.pick(pick)))

    @rule(number=st.sampled_from([ANSWERING, "2001", "7001"]), seconds=st.sampled_from([0.0, 5.0]))
    def talk_and_consult(self, number: str, seconds: float) -> None:
        self.somebody_calls_the_desk()
        self.answer("ringing")
        self.consult("talking", number)
        self.time_passes(seconds)

    @rule(pick=TALKING, number=NUMBERS)
    def consult(self, pick: str, number: str) -> None:
        self.ask(lambda: self.switch.consultation_call(self.pick(pick), number))

    @rule(pick=TALKING, number=NUMBERS)
    def single_step_transfer(self, pick: str, number: str) -> None:
        self.ask(lambda: self.switch.single_step_transfer_call(self.pick(pick), number))

    @rule(pick=PICKS, number=NUMBERS)
    def deflect(self, pick: str, number: str) -> None:
        self.ask(lambda: self.switch.deflect_call(self.pick(pick), number))

    @rule(active=TALKING, held=HELD)
    def alternate(self, active: str, held: str) -> None:
        self.ask(lambda: self.switch.alternate_call(self.pick(active), self.pick(held)))

    @rule(active=TALKING, held=HELD)
    def reconnect(self, active: str, held: str) -> None:
        self.ask(lambda: self.switch.reconnect_call(self.pick(active), self.pick(held)))

    @rule(active=TALKING, held=HELD)
    def transfer(self, active: str, held: str) -> None:
        self.ask(lambda: self.switch.transfer_call(self.pick(active), self.pick(held)))

    @rule(active=TALKING, held=HELD)
    def conference(self, active: str, held: str) -> None:
        self.ask(lambda: self.switch.conference_call(self.pick(active), self.pick(held)))

    @rule(pick=PICKS, digits=st.sampled_from(["1", "#", "x"]))
    def digits(self, pick: str, digits: str) -> None:
        self.ask(lambda: self.switch.generate_digits(self.pick(pick), digits))

    @invariant()
    def the_calls_follow_from_the_events(self) -> None:
        assert self.log.calls == self.switch.connections()
        assert self.log.differences == []

    @invariant()
    def at_most_one_call_talks(self) -> None:
        states = list(self.switch.connections().values())
        assert states.count(LocalConnectionState.CONNECTED) <= 1

    @invariant()
    def an_agent_is_busy_exactly_while_there_is_a_call(self) -> None:
        status = self.switch.agent_status()
        if status is None:
            return
        states = set(self.switch.connections().values()) - {LocalConnectionState.ALERTING}
        assert (status.state is AgentState.BUSY) == bool(states)
        assert status.pending is None or status.state is AgentState.BUSY

    @invariant()
    def queues_count_what_waits_in_them(self) -> None:
        for queue in self.simulation.floor.queues.values():
            waiting = [call for _, _, call in queue.line if call.phase is CallPhase.WAITING]
            assert queue.waiting == len(waiting)
            assert queue.offered >= queue.answered + queue.abandoned + queue.waiting

    @invariant()
    def nobody_waits_while_a_served_agent_is_free(self) -> None:
        for queue in self.simulation.floor.queues.values():
            if queue.waiting:
                assert all(not pool.idle for rank in queue.ranks for pool in rank)


TestDeskMachine = pytest.mark.slow(DeskMachine.TestCase)
TestDeskMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
