"""The log alone tells of every call what the live desk knew of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.call import Call, CallService, LocalConnectionState, allowed_services
from agent_desk.domain.call_events import CallEvent
from agent_desk.domain.call_table import Calls, advance
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.event_log import (
    call_event_from,
    call_event_record,
    from_payload,
    to_payload,
)
from agent_desk.domain.identifiers import AgentId, CallId, EventId
from agent_desk.services.access import Access
from agent_desk.services.call_control import CallControl
from agent_desk.services.event_bus import EventBus
from tests.fakes.manual_clock import ManualClock
from tests.fakes.scripted_switch import ScriptedSwitch, states_of

_S = LocalConnectionState
Step = tuple[str, int, float]


class Story:
    """A desk without a database, driven by random choices among what is legal."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.switch = ScriptedSwitch(clock=self.clock)
        self.bus = EventBus()
        self.calls = CallControl(
            switch=self.switch,
            media=self.switch.media,
            bus=self.bus,
            region="CN",
            access=Access.without_sign_in(AgentId("agent-1")),
        )
        self.log: list[Any] = []
        self.bus.subscribe(CallEvent, self._record)
        self.calls.start()
        self._count = 0

    def _record(self, event: CallEvent) -> None:
        number = EventId(f"event-{len(self.log)}")
        self.log.append(call_event_record(event, id=number, actor="agent-1"))

    async def step(self, what: str, which: int, seconds: float) -> None:
        self.clock.advance(seconds)
        if what == "ring":
            self._ring()
            return
        calls = list(self.calls.calls.values())
        if not calls:
            return
        call = calls[which % len(calls)]
        if what == "service":
            await self._service(call, which)
        else:
            self._far_end(call, which)

    def _ring(self) -> None:
        self._count += 1
        queue = "support" if self._count % 2 else ""
        calling = ["+8613800138000", "202", ""][self._count % 3]
        self.switch.ring(f"in-{self._count}", calling, queue=queue)

    async def _service(self, call: Call, which: int) -> None:
        others = list(self.calls.calls.values())
        services = sorted(allowed_services(call, others))
        if not services:
            return
        service = CallService(services[which % len(services)])
        held = next((o for o in others if o.state is _S.HOLD and o.is_answered), call)
        more: dict[CallService, list[Any]] = {
            CallService.CONSULTATION_CALL: ["202"],
            CallService.SINGLE_STEP_TRANSFER_CALL: ["+8613900139000"],
            CallService.DEFLECT_CALL: ["203"],
            CallService.GENERATE_DIGITS: ["1"],
            CallService.ALTERNATE_CALL: [held.call_id],
            CallService.RECONNECT_CALL: [held.call_id],
            CallService.TRANSFER_CALL: [held.call_id],
            CallService.CONFERENCE_CALL: [held.call_id],
        }
        do: Callable[..., Coroutine[Any, Any, Any]] = getattr(self.calls, service.value)
        await do(call.call_id, *more.get(service, []))

    def _far_end(self, call: Call, which: int) -> None:
        script = self.switch
        if call.state is _S.ALERTING:
            (script.caller_gives_up if which % 2 else script.nobody_answers)(call.call_id)
        elif call.state is _S.FAIL or call.is_answered:
            script.far_hangs_up(call.call_id)
        else:
            ways = (
                script.far_rings,
                script.far_answers,
                lambda call_id: script.far_fails(call_id, EventCause.BUSY),
            )
            ways[which % 3](call.call_id)

    def replayed(self) -> dict[CallId, Call]:
        calls: Calls = {}
        for record in self.log:
            calls = advance(calls, call_event_from(record))
        return dict(calls)

    def live(self) -> dict[CallId, Call]:
        return {k: replace(c, customer_id=None) for k, c in self.calls.calls.items()}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ring", "service", "service", "service", "far end"]),
        st.integers(0, 11),
        st.sampled_from([0.0, 0.000001, 1.5, 61.0]),
    ),
    max_size=40,
)


@settings(max_examples=150)
@given(STEPS)
def test_the_table_rebuilt_from_the_log_equals_the_live_one_after_every_step(
    steps: list[Step],
) -> None:
    async def live_it() -> None:
        story = Story()
        for step in steps:
            await story.step(*step)
            assert story.replayed() == story.live()
            assert states_of(story.calls.calls) == story.switch.connections()

    asyncio.run(live_it())


@settings(max_examples=50)
@given(STEPS)
def test_every_call_value_reads_back_from_its_payload(steps: list[Step]) -> None:
    async def live_it() -> None:
        story = Story()
        for step in steps:
            await story.step(*step)
            for call in story.calls.calls.values():
                assert from_payload(Call, to_payload(call)) == call

    asyncio.run(live_it())
