"""The simulator's speed beside simpy on the same M/M/c+M; runs in the calling thread.

Both get the same room (360 calls/h, 240 s, 26 agents, patience 180 s) and count the same figures.
An event is an arrival, the end of a talk, or the end of a patience that had begun.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Generator
from functools import partial
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

import simpy

from telephony.simulator.headless import simulate
from telephony.simulator.scenario import single_queue_scenario

CALLS_PER_HOUR = 360.0
HANDLING_SECONDS = 240.0
AGENTS = 26
PATIENCE_SECONDS = 180.0
TARGET_SECONDS = 20.0
ROUNDS = 5
CALLS = 100_000
SIMPY_CALLS = 30_000
DELAYED_SHARE = 0.3454
"""Exact share of delayed calls (Erlang A): each of them has one event more."""


def run() -> dict[str, Any]:
    """Return calls and events per second of both, medians of interleaved rounds, and the ratio."""
    ours: list[float] = []
    theirs: list[float] = []
    for seed in range(ROUNDS):
        ours.append(CALLS / _elapsed(partial(run_simulator, CALLS, seed)))
        theirs.append(SIMPY_CALLS / _elapsed(partial(run_simpy, SIMPY_CALLS, seed)))
    events = 2.0 + DELAYED_SHARE
    return {
        "baseline": f"simpy {simpy.__version__}",
        "calls_per_second": round(median(ours)),
        "simpy_calls_per_second": round(median(theirs)),
        "events_per_second": round(median(ours) * events),
        "simpy_events_per_second": round(median(theirs) * events),
        "ratio": round(median(ours) / median(theirs), 2),
        "ratios": [round(a / b, 2) for a, b in zip(ours, theirs, strict=True)],
        "required_ratio": 5.0,
    }


def run_simulator(calls: int, seed: int) -> dict[str, Any]:
    """Return the simulator's figures for ``calls`` calls."""
    scenario = single_queue_scenario(
        calls_per_hour=CALLS_PER_HOUR,
        handling_seconds=HANDLING_SECONDS,
        agents=AGENTS,
        patience_seconds=PATIENCE_SECONDS,
        target_seconds=TARGET_SECONDS,
    )
    return simulate(scenario, calls=calls, seed=seed)


def run_simpy(calls: int, seed: int) -> dict[str, Any]:
    """Return simpy's figures for ``calls`` calls, after its documentation's "bank renege"."""
    random = Random(seed)
    environment = simpy.Environment()
    agents = simpy.Resource(environment, capacity=AGENTS)
    figures = {"offered": 0, "answered": 0, "abandoned": 0, "answered_in_target": 0}

    def caller() -> Generator[simpy.Event, Any, None]:
        arrived = environment.now
        with agents.request() as request:
            patience = random.expovariate(1.0 / PATIENCE_SECONDS)
            outcome = yield request | environment.timeout(patience)
            if request not in outcome:
                figures["abandoned"] += 1
                return
            figures["answered"] += 1
            figures["answered_in_target"] += environment.now - arrived <= TARGET_SECONDS
            yield environment.timeout(random.expovariate(1.0 / HANDLING_SECONDS))

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for _ in range(calls):
            yield environment.timeout(random.expovariate(CALLS_PER_HOUR / 3600.0))
            figures["offered"] += 1
            environment.process(caller())

    environment.process(arrivals())
    environment.run()
    return figures


def _elapsed(work: Callable[[], object]) -> float:
    gc.collect()
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
