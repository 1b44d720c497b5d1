"""The simulator against Erlang A and C, with measured standard deviations.

The deviations are of one run of 20,000 calls with 10 % warm-up; they shrink with the root of the
number of calls. Binomial intervals would be six times too narrow, since waits are autocorrelated.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt

import pytest

from telephony.simulator.erlang import queue_theory
from telephony.simulator.headless import simulate
from telephony.simulator.scenario import single_queue_scenario
from tests.benchmarks.simulator import AGENTS, run_simpy, run_simulator

CALLS = 120_000
REFERENCE_CALLS = 20_000
DEVIATIONS = 4.5


@dataclass(frozen=True)
class Room:
    """A setting, and the standard deviation of each figure in one reference run."""

    calls_per_hour: float
    handling_seconds: float
    agents: int
    patience_seconds: float
    delayed_sd: float
    abandoned_sd: float
    wait_sd: float
    in_target_sd: float


ROOMS = [
    Room(100, 180, 6, 120, 0.0079, 0.0035, 0.44, 0.0071),
    Room(360, 240, 26, 180, 0.0203, 0.0047, 0.82, 0.0168),
    Room(360, 240, 24, 60, 0.0168, 0.0060, 0.39, 0.0123),
    Room(30, 300, 4, 60, 0.0038, 0.0028, 0.19, 0.0033),
    Room(360, 240, 28, inf, 0.0305, 0.0, 4.28, 0.0304),
]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room.agents} agents")
def test_the_simulator_agrees_with_theory(room: Room) -> None:
    theory = queue_theory(
        calls_per_hour=room.calls_per_hour,
        handling_seconds=room.handling_seconds,
        agents=room.agents,
        patience_seconds=room.patience_seconds,
    )
    scenario = single_queue_scenario(
        calls_per_hour=room.calls_per_hour,
        handling_seconds=room.handling_seconds,
        agents=room.agents,
        patience_seconds=room.patience_seconds,
    )
    figures = simulate(scenario, calls=CALLS, seed=20260302)
    scale = DEVIATIONS * sqrt(REFERENCE_CALLS / CALLS)
    offered = figures["offered"]
    in_target = figures["service_level"]["abandoned_negative"]
    assert figures["answered"] + figures["abandoned"] == offered
    assert figures["delayed"] / offered == pytest.approx(
        theory.delayed, abs=room.delayed_sd * scale
    )
    assert figures["abandon_rate"] == pytest.approx(theory.abandoned, abs=room.abandoned_sd * scale)
    assert figures["average_wait_seconds"] == pytest.approx(
        theory.wait_seconds, abs=room.wait_sd * scale
    )
    assert in_target == pytest.approx(theory.answered_in_target, abs=room.in_target_sd * scale)


def test_occupancy_is_the_load_that_was_carried() -> None:
    figures = simulate(
        single_queue_scenario(
            calls_per_hour=360.0, handling_seconds=240.0, agents=26, patience_seconds=180.0
        ),
        calls=40_000,
    )
    carried = 24.0 * (1.0 - figures["abandon_rate"]) / 26.0
    assert figures["occupancy"] == pytest.approx(carried, rel=0.03)


def test_the_benchmark_gives_the_baseline_the_same_room() -> None:
    room = next(room for room in ROOMS if room.agents == AGENTS)
    ours, theirs = run_simulator(REFERENCE_CALLS, 1), run_simpy(REFERENCE_CALLS, 1)
    assert theirs["offered"] == REFERENCE_CALLS
    assert theirs["answered"] + theirs["abandoned"] == REFERENCE_CALLS
    difference = ours["abandon_rate"] - theirs["abandoned"] / REFERENCE_CALLS
    # Two independent runs differ by the root of two of one run's deviation.
    assert abs(difference) < DEVIATIONS * sqrt(2.0) * room.abandoned_sd
