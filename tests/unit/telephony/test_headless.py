from __future__ import annotations

import json
import tracemalloc

from telephony.simulator.headless import simulate
from telephony.simulator.scenario import single_queue_scenario
from telephony.simulator.scenario_file import builtin_scenario

ROOM = single_queue_scenario(
    calls_per_hour=360.0, handling_seconds=240.0, agents=26, patience_seconds=180.0
)


def _peak_bytes(calls: int) -> int:
    tracemalloc.start()
    try:
        simulate(ROOM, calls=calls, seed=1)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_calls() -> None:
    _peak_bytes(2_000)
    assert _peak_bytes(40_000) < 1.5 * _peak_bytes(4_000)


def test_the_figures_are_json_and_add_up() -> None:
    figures = simulate(builtin_scenario("demo"), calls=5000, seed=3)
    assert json.loads(json.dumps(figures)) == figures
    assert figures["seed"] == 3
    assert figures["warm_up_calls"] == 500
    queues = figures["queues"].values()
    for key in ("offered", "answered", "abandoned", "delayed"):
        assert figures[key] == sum(queue[key] for queue in queues)
    assert figures["offered"] == figures["answered"] + figures["abandoned"]
    levels = figures["service_level"]
    assert levels["abandoned_negative"] < levels["abandoned_ignored"]
    assert levels["abandoned_ignored"] < levels["abandoned_positive"]
    assert 0.5 < figures["occupancy"] < 1.0


def test_the_same_seed_gives_the_same_figures() -> None:
    def figures(seed: int) -> dict[str, object]:
        result = simulate(ROOM, calls=3000, seed=seed)
        del result["elapsed_seconds"], result["calls_per_second"]
        return result

    assert figures(1) == figures(1)
    assert figures(1) != figures(2)


def test_without_warm_up_every_call_counts() -> None:
    figures = simulate(ROOM, calls=1000, warm_up_share=0.0)
    assert figures["offered"] == 1000


def test_no_calls_give_no_figures() -> None:
    figures = simulate(ROOM, calls=0)
    assert figures["offered"] == 0
    assert figures["abandon_rate"] is None
