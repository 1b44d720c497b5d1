"""A floor with its desk, put together; built in any thread, runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent_desk.domain.identifiers import DeviceId
from telephony.desk.agent import DeskAgent
from telephony.desk.event_feed import EventFeed
from telephony.simulator.callers import Caller, caller_draws
from telephony.simulator.chance.rates import arrival_times
from telephony.simulator.clock import SimulatedClock, WallTime
from telephony.simulator.desk.monitor import CallMonitor
from telephony.simulator.desk.outside_end import Outside
from telephony.simulator.desk.position import DeskPosition
from telephony.simulator.desk.telephone import Telephone
from telephony.simulator.floor.floor import Floor, FloorEvent
from telephony.simulator.media import SimulatedMedia
from telephony.simulator.pace import LoopPace, ManualPace, Pace
from telephony.simulator.scenario import Scenario
from telephony.simulator.switch import SimulatedSwitch


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The three ports of one simulated floor, and what is behind them.

    floor, telephone: let tests and training make callers do things.
    """

    switch: SimulatedSwitch
    media: SimulatedMedia
    clock: SimulatedClock
    floor: Floor
    telephone: Telephone
    pace: Pace

    async def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass in a simulation that was built without a speed."""
        if not isinstance(self.pace, ManualPace):
            raise TypeError("only a simulation without a speed can be advanced")
        await self.pace.advance(seconds)


def build_simulation(
    scenario: Scenario,
    *,
    callers: Sequence[Caller] = (),
    speed: float | None = 1.0,
    seed: int | None = None,
    starts_at: datetime | None = None,
    trace: Callable[[FloorEvent], None] | None = None,
) -> Simulation:
    """Return a floor that has already worked for `scenario.open_before_seconds`.

    callers: who may call. speed: simulated seconds per second, infinite for as fast as possible,
    None to move time only by `Simulation.advance`. seed, starts_at (aware): instead of the
    scenario's; the hour of the day counts in the scenario's time zone.
    trace: gets every step of every call on the floor.
    """
    if starts_at is not None:
        local = starts_at.astimezone(scenario.starts_at.tzinfo)
        scenario = replace(scenario, starts_at=local)
    floor = Floor(scenario=scenario, directory=callers, seed=seed, trace=trace)
    kernel = floor.kernel
    pace = ManualPace(kernel) if speed is None else LoopPace(kernel, speed=speed)
    wall_time = WallTime(starts_at=scenario.starts_at, kernel=kernel)
    feed = EventFeed()
    desk = scenario.desk
    agent = DeskAgent(
        timers=kernel, now=wall_time.now, feed=feed, wrap_up_seconds=desk.wrap_up_seconds
    )
    position = DeskPosition(floor=floor, agent=agent)
    telephone = Telephone(
        floor=floor,
        agent=agent,
        position=position,
        monitor=CallMonitor(device=DeviceId(desk.extension), wall_time=wall_time, feed=feed),
        outside=Outside(scenario=scenario, streams=floor.streams),
    )
    _expect_direct_calls(floor, telephone, callers)
    kernel.run_until(0.0)
    switch = SimulatedSwitch(
        floor=floor, telephone=telephone, agent=agent, position=position, feed=feed, pace=pace
    )
    return Simulation(
        switch=switch,
        media=SimulatedMedia(switch, now=wall_time.now),
        clock=SimulatedClock(wall_time=wall_time, kernel=kernel, pace=pace),
        floor=floor,
        telephone=telephone,
        pace=pace,
    )


def _expect_direct_calls(floor: Floor, telephone: Telephone, callers: Sequence[Caller]) -> None:
    scenario, streams = floor.scenario, floor.streams
    times = arrival_times(
        calls_per_hour=(scenario.desk.direct_calls_per_hour,),
        start_seconds=0.0,
        start_of_day_seconds=0.0,
        random=streams.stream("desk/arrivals"),
    )
    who = caller_draws(streams.stream("desk/callers"), scenario.callers, callers)
    floor.kernel.at_each(times, lambda _: telephone.receive(next(who)), None)
