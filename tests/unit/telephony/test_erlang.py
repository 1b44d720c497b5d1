from __future__ import annotations

import pytest

from telephony.simulator.erlang import erlang_b, erlang_c, queue_theory


@pytest.mark.parametrize(
    ("agents", "load", "expected"), [(10, 5.0, 0.018385), (20, 15.0, 0.045593), (0, 3.0, 1.0)]
)
def test_erlang_b_has_its_published_values(agents: int, load: float, expected: float) -> None:
    assert erlang_b(agents, load) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("agents", "load", "expected"),
    [
        (2, 1.0, 1.0 / 3.0),
        (10, 8.0, 0.409180),
        (20, 15.0, 0.160429),
        (100, 90.0, 0.216940),
        (5, 5.0, 1.0),
    ],
)
def test_erlang_c_has_its_published_values(agents: int, load: float, expected: float) -> None:
    assert erlang_c(agents, load) == pytest.approx(expected, abs=5e-7)


def test_erlang_c_gives_the_figures_of_an_hour() -> None:
    theory = queue_theory(calls_per_hour=200.0, handling_seconds=180.0, agents=14)
    assert theory.delayed == pytest.approx(0.174132, abs=5e-7)
    assert theory.answered_in_target == pytest.approx(0.888350, abs=5e-7)
    assert theory.wait_seconds == pytest.approx(7.836, abs=5e-4)
    assert theory.abandoned == 0.0


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ((200.0, 180.0, 14, 300.0), (0.145260, 0.013984, 4.195, 0.916792)),
        ((100.0, 180.0, 6, 120.0), (0.3558, 0.1123, 13.48, 0.7320)),
        ((360.0, 240.0, 26, 180.0), (0.3454, 0.0519, 9.34, 0.7909)),
        ((360.0, 240.0, 24, 60.0), (0.3720, 0.1078, 6.47, 0.7955)),
        ((30.0, 300.0, 4, 60.0), (0.1905, 0.1141, 6.85, 0.8401)),
    ],
)
def test_erlang_a_has_its_reference_values(
    setting: tuple[float, float, int, float], expected: tuple[float, float, float, float]
) -> None:
    calls_per_hour, handling_seconds, agents, patience_seconds = setting
    theory = queue_theory(
        calls_per_hour=calls_per_hour,
        handling_seconds=handling_seconds,
        agents=agents,
        patience_seconds=patience_seconds,
    )
    assert theory.delayed == pytest.approx(expected[0], abs=5e-5)
    assert theory.abandoned == pytest.approx(expected[1], abs=5e-5)
    assert theory.wait_seconds == pytest.approx(expected[2], abs=5e-3)
    assert theory.answered_in_target == pytest.approx(expected[3], abs=5e-5)


def test_endless_patience_is_the_limit_of_long_patience() -> None:
    endless = queue_theory(calls_per_hour=200.0, handling_seconds=180.0, agents=14)
    long = queue_theory(
        calls_per_hour=200.0, handling_seconds=180.0, agents=14, patience_seconds=1e6
    )
    assert long.wait_seconds == pytest.approx(endless.wait_seconds, rel=0.001)


def test_overload_without_impatience_is_refused() -> None:
    with pytest.raises(ValueError, match="20 erlangs never settle with 20 agents"):
        queue_theory(calls_per_hour=360.0, handling_seconds=200.0, agents=20)


def test_in_a_heavy_overload_the_rest_is_abandoned() -> None:
    theory = queue_theory(
        calls_per_hour=36_000.0, handling_seconds=100.0, agents=100, patience_seconds=300.0
    )
    assert theory.abandoned == pytest.approx(0.9, abs=1e-6)
    assert theory.delayed == pytest.approx(1.0, abs=1e-9)
