"""Streams, distributions and arrival times."""

from __future__ import annotations

from itertools import islice
from math import inf
from random import Random
from statistics import fmean, pstdev

import pytest

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import parse_caller_id
from telephony.simulator.callers import Caller, CallerMix, caller_draws, matching_callers
from telephony.simulator.chance.distributions import (
    Distribution,
    DistributionKind,
    exponential,
    fixed,
)
from telephony.simulator.chance.rates import arrival_times
from telephony.simulator.chance.streams import RandomStreams, weighted_draws

DRAWS = 40_000


@pytest.mark.parametrize(
    ("kind", "cv"),
    [
        (DistributionKind.EXPONENTIAL, 1.0),
        (DistributionKind.LOGNORMAL, 0.9),
        (DistributionKind.GAMMA, 0.5),
        (DistributionKind.FIXED, 0.0),
    ],
)
def test_a_distribution_has_its_mean_and_spread(kind: DistributionKind, cv: float) -> None:
    distribution = Distribution(kind=kind, mean_seconds=120.0, cv=cv or 1.0)
    values = list(islice(distribution.draws(Random(5)), DRAWS))
    assert min(values) > 0.0
    assert fmean(values) == pytest.approx(120.0, rel=0.03)
    assert pstdev(values) == pytest.approx(120.0 * cv, rel=0.08, abs=1e-9)


def test_endless_and_zero_durations_are_drawn_as_they_are() -> None:
    assert next(exponential(inf).draws(Random(1))) == inf
    assert next(exponential(0.0).draws(Random(1))) == 0.0
    assert fixed(0.0).is_zero


def test_streams_repeat_by_seed_and_purpose_and_do_not_touch_each_other() -> None:
    alone = [RandomStreams(7).stream("arrivals").random() for _ in range(2)]
    assert alone[0] == alone[1]
    streams = RandomStreams(7)
    arrivals = streams.stream("arrivals")
    streams.stream("talk").random()
    assert arrivals.random() == alone[0]
    assert streams.stream("talk").random() != alone[0]
    assert RandomStreams(8).stream("arrivals").random() != alone[0]


def test_arrivals_follow_the_rate_of_each_hour() -> None:
    rates = [0.0] * 24
    rates[9], rates[10], rates[12] = 600.0, 60.0, 1200.0
    next_time = arrival_times(
        calls_per_hour=rates,
        start_seconds=-1800.0,
        start_of_day_seconds=9.0 * 3600.0,
        random=Random(3),
    )
    counts = [0] * 24
    while (when := next_time()) < 20 * 86_400.0:
        counts[int(when / 3600.0 + 9.0) % 24] += 1
    assert counts[9] == pytest.approx(20 * 600, rel=0.05)
    assert counts[10] == pytest.approx(20 * 60, rel=0.15)
    assert counts[12] == pytest.approx(20 * 1200, rel=0.05)
    assert sum(counts) == counts[9] + counts[10] + counts[12]


def test_a_steady_rate_gives_exponential_gaps_from_its_start() -> None:
    next_time = arrival_times(
        calls_per_hour=[360.0], start_seconds=-100.0, start_of_day_seconds=0.0, random=Random(1)
    )
    times = [next_time() for _ in range(DRAWS)]
    gaps = [b - a for a, b in zip([-100.0, *times], times, strict=False)]
    assert min(gaps) > 0.0
    assert fmean(gaps) == pytest.approx(10.0, rel=0.03)
    assert pstdev(gaps) == pytest.approx(10.0, rel=0.03)


@pytest.mark.parametrize("rates", [[0.0], [0.0] * 24])
def test_without_a_rate_nobody_ever_arrives(rates: list[float]) -> None:
    next_time = arrival_times(
        calls_per_hour=rates, start_seconds=0.0, start_of_day_seconds=0.0, random=Random(1)
    )
    assert next_time() == inf


def test_weighted_draws_follow_the_weights() -> None:
    drawn = list(islice(weighted_draws(Random(2), "abc", [1.0, 0.0, 3.0]), DRAWS))
    assert drawn.count("a") / DRAWS == pytest.approx(0.25, abs=0.02)
    assert "b" not in drawn


DIRECTORY = [
    Caller(number="+8613800138000", name="Anna", tier=Tier.GOLD, language="zh-CN"),
    Caller(number="+4940123456", name="Jan", tier=Tier.STANDARD, language="de"),
]


def test_callers_come_in_the_mix_of_the_scenario() -> None:
    mix = CallerMix(known=2.0, oddly_written=1.0, unknown=1.0, anonymous=1.0)
    drawn = list(islice(caller_draws(Random(4), mix, DIRECTORY), 5000))
    anonymous = [caller for caller in drawn if not caller.number]
    unknown = [caller for caller in drawn if caller.number and not caller.name]
    known = [caller for caller in drawn if caller in DIRECTORY]
    odd = len(drawn) - len(anonymous) - len(unknown) - len(known)
    assert len(anonymous) == pytest.approx(1000, rel=0.15)
    assert len(unknown) == pytest.approx(1000, rel=0.15)
    assert len(known) == pytest.approx(2000, rel=0.15)
    assert odd == pytest.approx(1000, rel=0.2)
    assert all(caller.number.startswith("+86139") for caller in unknown)


def test_an_oddly_written_number_keeps_its_last_digits() -> None:
    mix = CallerMix(oddly_written=1.0, anonymous=0.0)
    drawn = list(islice(caller_draws(Random(4), mix, DIRECTORY[:1]), 200))
    assert len({caller.number for caller in drawn}) == 7
    for caller in drawn:
        assert parse_caller_id(caller.number, region="CN").suffix == "800138000"


def test_without_a_directory_known_callers_are_unknown_ones() -> None:
    mix = CallerMix(known=1.0, anonymous=0.0)
    assert next(caller_draws(Random(1), mix, [])).number.startswith("+86139")


def test_a_queue_is_called_by_its_tiers_and_languages() -> None:
    assert matching_callers(DIRECTORY, tiers=frozenset(), languages=()) == DIRECTORY
    gold = matching_callers(DIRECTORY, tiers=frozenset({Tier.GOLD}), languages=())
    assert gold == DIRECTORY[:1]
    assert matching_callers(DIRECTORY, tiers=frozenset(), languages=("zh",)) == DIRECTORY[:1]
