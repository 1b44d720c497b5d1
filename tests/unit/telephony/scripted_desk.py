"""One scripted afternoon at the demo floor's desk; run as a program it prints what happened."""

from __future__ import annotations

import asyncio

from agent_desk.domain.agent import AgentState
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import AgentId
from telephony.simulator.callers import Caller
from telephony.simulator.floor.floor import FloorEvent
from telephony.simulator.scenario_file import builtin_scenario
from telephony.simulator.simulation import build_simulation

TIERS = list(Tier)
DIRECTORY = [
    Caller(
        number=f"+8613800{n:06d}",
        name=f"Customer {n}",
        tier=TIERS[n % len(TIERS)],
        language="zh-CN" if n % 2 else "en",
    )
    for n in range(40)
]


async def work(
    *, seed: int, answer_after_seconds: float = 2.0, minutes: int = 20
) -> tuple[list[str], list[FloorEvent]]:
    """Return the desk's events as text, and every step of every call on the floor."""
    heard: list[str] = []
    trace: list[FloorEvent] = []
    simulation = build_simulation(
        builtin_scenario("demo"), callers=DIRECTORY, speed=None, seed=seed, trace=trace.append
    )
    switch = simulation.switch
    switch.subscribe(lambda event: heard.append(repr(event)))
    await switch.start()
    await switch.log_on(AgentId("agent017"))
    await switch.set_agent_state(AgentState.READY)
    for step in range(minutes * 60 // 2):
        await simulation.advance(answer_after_seconds)
        await simulation.advance(2.0 - answer_after_seconds)
        calls = list(switch.connections().items())
        for call_id, state in calls:
            if state is LocalConnectionState.ALERTING:
                await switch.answer_call(call_id)
            elif state is LocalConnectionState.CONNECTED and len(calls) == 1 and step % 9 == 0:
                await switch.hold_call(call_id)
            elif state is LocalConnectionState.HOLD and len(calls) == 1 and step % 4 == 0:
                await switch.retrieve_call(call_id)
    await switch.stop()
    return heard, trace


if __name__ == "__main__":
    for line in asyncio.run(work(seed=11))[0]:
        print(line)
