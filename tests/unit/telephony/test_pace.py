"""Simulated time beside real time, and the clock port on it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from agent_desk.domain.agent import AgentState
from agent_desk.domain.identifiers import AgentId
from telephony.simulator.clock import SimulatedClock, WallTime
from telephony.simulator.kernel import Kernel
from telephony.simulator.pace import LoopPace, ManualPace, Pace
from telephony.simulator.scenario_file import builtin_scenario
from telephony.simulator.simulation import build_simulation
from tests.unit.telephony.quiet_floor import TALK_SECONDS, call_queue, quiet_scenario

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def clock_of(kernel: Kernel, pace: Pace) -> SimulatedClock:
    return SimulatedClock(
        wall_time=WallTime(starts_at=START, kernel=kernel), kernel=kernel, pace=pace
    )


@pytest.mark.parametrize("speed", [60.0, 3600.0])
async def test_an_event_happens_no_earlier_than_its_share_of_real_time(speed: float) -> None:
    kernel = Kernel()
    pace = LoopPace(kernel, speed=speed)
    loop = asyncio.get_running_loop()
    happened: asyncio.Future[float] = loop.create_future()
    pace.start()
    began = loop.time()
    kernel.at(0.05 * speed, lambda _: happened.set_result(kernel.now), None)
    pace.rearm()
    assert await happened == 0.05 * speed
    # The loop's timers may fire one clock resolution early.
    assert loop.time() - began > 0.045
    pace.stop()


async def test_an_earlier_event_is_not_kept_waiting_by_a_later_one() -> None:
    kernel = Kernel()
    pace = LoopPace(kernel, speed=100.0)
    happened = asyncio.Event()
    pace.start()
    kernel.at(1e9, lambda _: None, None)
    pace.rearm()
    kernel.at(1.0, lambda _: happened.set(), None)
    pace.rearm()
    await happened.wait()
    pace.stop()


async def test_as_fast_as_possible_runs_an_hour_at_once() -> None:
    kernel = Kernel()
    pace = LoopPace(kernel, speed=inf)
    clock = clock_of(kernel, pace)
    pace.start()
    await clock.sleep(3600.0)
    assert clock.now() == START + timedelta(hours=1)
    pace.stop()


async def test_a_simulated_sleep_takes_its_share_of_real_time() -> None:
    kernel = Kernel()
    pace = LoopPace(kernel, speed=600.0)
    clock = clock_of(kernel, pace)
    pace.start()
    before = clock.now()
    await clock.sleep(30.0)
    assert clock.now() - before >= timedelta(seconds=30)
    pace.stop()


async def test_time_stands_still_before_the_start_and_after_the_stop() -> None:
    kernel = Kernel()
    pace = LoopPace(kernel, speed=1e6)
    clock = clock_of(kernel, pace)
    assert clock.now() == clock.now() == START
    pace.start()
    await clock.sleep(10.0)
    before = clock.now()
    pace.stop()
    stopped = clock.now()
    assert before <= stopped
    await asyncio.sleep(0)
    assert clock.now() == stopped


async def test_a_cancelled_sleeper_disturbs_nobody() -> None:
    kernel = Kernel()
    pace = ManualPace(kernel)
    clock = clock_of(kernel, pace)
    sleeper = asyncio.ensure_future(clock.sleep(5.0))
    await pace.advance(1.0)
    sleeper.cancel()
    await pace.advance(10.0)
    assert sleeper.cancelled()


async def test_tasks_see_every_step_of_time_that_is_advanced() -> None:
    kernel = Kernel()
    pace = ManualPace(kernel)
    clock = clock_of(kernel, pace)
    seen: list[datetime] = []

    async def tick() -> None:
        for _ in range(3):
            await clock.sleep(2.0)
            seen.append(clock.now())

    task = asyncio.ensure_future(tick())
    await pace.advance(10.0)
    await task
    assert seen == [START + timedelta(seconds=n) for n in (2, 4, 6)]
    assert kernel.now == 10.0


async def test_only_stepped_simulations_can_be_advanced() -> None:
    simulation = build_simulation(quiet_scenario(), speed=1.0)
    with pytest.raises(TypeError):
        await simulation.advance(1.0)


async def test_a_service_sees_what_happened_up_to_now() -> None:
    """The far end hung up while the loop was busy: the call is gone before the service looks."""
    simulation = build_simulation(quiet_scenario(), speed=inf)
    switch = simulation.switch
    await switch.start()
    await switch.log_on(AgentId("agent017"))
    await switch.set_agent_state(AgentState.READY)
    call_queue(simulation)
    (call_id,) = switch.connections()
    await switch.answer_call(call_id)
    await simulation.clock.sleep(TALK_SECONDS)
    assert switch.connections() == {}
    await switch.stop()


async def test_the_demo_runs_at_sixty_times_and_gives_the_agent_a_call() -> None:
    simulation = build_simulation(builtin_scenario("demo"), speed=6000.0)
    rang = asyncio.Event()
    switch = simulation.switch
    switch.subscribe(lambda event: rang.set() if switch.connections() else None)
    await switch.start()
    await switch.log_on(AgentId("agent017"))
    await switch.set_agent_state(AgentState.READY)
    await rang.wait()
    assert simulation.clock.now() >= simulation.floor.scenario.starts_at
    await switch.stop()


def test_wall_time_is_exact_to_the_microsecond() -> None:
    wall_time = WallTime(starts_at=START, kernel=Kernel())
    assert wall_time.at(0.1 + 0.2) == START + timedelta(microseconds=300_000)
    assert wall_time.at(-1800.0000004) == START - timedelta(seconds=1800)
