"""A scenario as fast as the processor allows, without a desk; runs in the calling thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any

from agent_desk.domain.kpi import ServiceLevelVariant, average_speed_of_answer, service_level
from telephony.simulator.callers import Caller
from telephony.simulator.floor.floor import Floor
from telephony.simulator.floor.queue import FloorQueue
from telephony.simulator.scenario import Scenario

WARM_UP_SHARE = 0.1
"""Share of the calls that only fill the floor and are not counted."""


def simulate(
    scenario: Scenario,
    *,
    calls: int,
    seed: int | None = None,
    callers: Sequence[Caller] = (),
    warm_up_share: float = WARM_UP_SHARE,
) -> dict[str, Any]:
    """Return the figures of ``calls`` arrivals, ready for JSON; memory does not grow with them.

    The first ``warm_up_share`` of the calls is not counted; all counted calls are settled. The
    desk's own agent is not signed on. Waits and times are seconds, shares are from 0.0 to 1.0.
    """
    began = perf_counter()
    floor = Floor(scenario=scenario, directory=callers, seed=seed)
    warm_up = int(calls * warm_up_share)
    window = _Window(floor)

    def measure() -> None:
        window.open()
        if calls > warm_up:
            floor.after_arrivals(calls - warm_up, window.close)
        else:
            window.close()

    if warm_up:
        floor.after_arrivals(warm_up, measure)
    else:
        measure()
    floor.kernel.run_out()
    elapsed = perf_counter() - began
    return {
        "scenario": scenario.name,
        "seed": scenario.seed if seed is None else seed,
        "calls": calls,
        "warm_up_calls": warm_up,
        "simulated_seconds": round(window.seconds, 6),
        **_figures(floor.queues.values()),
        "occupancy": window.occupancy(),
        "no_answers": floor.crew.no_answers,
        "queues": {str(queue.queue_id): _figures([queue]) for queue in floor.queues.values()},
        "elapsed_seconds": round(elapsed, 3),
        "calls_per_second": round(calls / elapsed),
    }


class _Window:
    """The time in which calls arrive and are counted."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._opened = self._closed = 0.0
        self._away_seconds = self._busy_seconds = 0.0

    def open(self) -> None:
        self._floor.reset_figures()
        self._opened = self._floor.kernel.now

    def close(self) -> None:
        self._floor.close_doors()
        self._closed = self._floor.kernel.now
        self._away_seconds = self._floor.crew.away_seconds
        self._busy_seconds = self._floor.crew.busy_seconds

    @property
    def seconds(self) -> float:
        return self._closed - self._opened

    def occupancy(self) -> float | None:
        on_queue = self.seconds * len(self._floor.colleagues) - self._away_seconds
        return self._busy_seconds / on_queue if on_queue > 0.0 else None


def _figures(queues: Iterable[FloorQueue]) -> dict[str, Any]:
    queues = list(queues)
    offered = sum(queue.offered for queue in queues)
    answered = sum(queue.answered for queue in queues)
    abandoned = sum(queue.abandoned for queue in queues)
    answer_wait = sum(queue.answer_wait_seconds for queue in queues)
    abandon_wait = sum(queue.abandon_wait_seconds for queue in queues)
    settled = answered + abandoned
    return {
        "offered": offered,
        "answered": answered,
        "abandoned": abandoned,
        "abandon_rate": abandoned / offered if offered else None,
        "delayed": sum(queue.delayed for queue in queues),
        "average_speed_of_answer_seconds": average_speed_of_answer(
            wait_seconds=answer_wait, answered=answered
        ),
        "average_wait_seconds": (answer_wait + abandon_wait) / settled if settled else None,
        "service_level": {
            str(variant): service_level(
                answered_in_target=sum(queue.answered_in_target for queue in queues),
                abandoned_in_target=sum(queue.abandoned_in_target for queue in queues),
                events=settled,
                variant=variant,
            )
            for variant in ServiceLevelVariant
        },
    }
