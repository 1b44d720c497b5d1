"""The same seed gives the same events to the microsecond, in this process and in another."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from agent_desk.domain.agent import AgentState
from agent_desk.domain.identifiers import AgentId
from telephony.simulator.callers import Caller
from telephony.simulator.floor.floor import FloorEvent
from telephony.simulator.scenario_file import builtin_scenario
from telephony.simulator.simulation import build_simulation
from tests.unit.telephony.scripted_desk import DIRECTORY, work

ROOT = Path(__file__).resolve().parents[3]


async def test_the_same_seed_gives_the_same_events() -> None:
    first, first_trace = await work(seed=11)
    second, second_trace = await work(seed=11)
    assert first == second
    assert first_trace == second_trace
    assert len(first) > 40
    assert len(first_trace) > 500


async def test_another_seed_gives_other_events() -> None:
    assert await work(seed=11, minutes=3) != await work(seed=12, minutes=3)


async def test_another_process_with_another_hash_seed_sees_the_same_events() -> None:
    expected, _ = await work(seed=11)
    for hash_seed in ("1", "20260302"):
        output = subprocess.run(
            [sys.executable, "-X", "utf8", "-m", "tests.unit.telephony.scripted_desk"],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout
        assert output.splitlines() == expected


async def test_what_an_agent_does_changes_neither_who_calls_nor_when() -> None:
    """Repeat callers aside, who call because of what happened to them."""

    async def arrivals(*, ready: bool) -> list[tuple[float, Caller]]:
        trace: list[FloorEvent] = []
        simulation = build_simulation(
            builtin_scenario("demo"), callers=DIRECTORY, speed=None, trace=trace.append
        )
        await simulation.switch.start()
        await simulation.switch.log_on(AgentId("agent017"))
        if ready:
            await simulation.switch.set_agent_state(AgentState.READY)
        await simulation.advance(600.0)
        await simulation.switch.stop()
        seen: set[str] = set()
        firsts = []
        for event in trace:
            if event.what == "arrived" and event.caller.number not in seen:
                seen.add(event.caller.number)
                firsts.append((event.at, event.caller))
        return firsts

    busy, idle = await arrivals(ready=True), await arrivals(ready=False)
    unknown = [{a for a in side if not a[1].name and a[1].number} for side in (busy, idle)]
    assert unknown[0] == unknown[1]
    assert len(unknown[0]) > 20
