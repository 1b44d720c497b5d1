"""Arrival times of a Poisson process whose rate changes by the hour; pure, any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, repeat
from math import floor, inf
from random import Random

from telephony.simulator.chance.distributions import exponential

HOUR_SECONDS = 3600.0
HOURS_PER_DAY = 24


def arrival_times(
    *,
    calls_per_hour: Sequence[float],
    start_seconds: float,
    start_of_day_seconds: float,
    random: Random,
) -> Callable[[], float]:
    """Return a function that gives one arrival time after the other, infinite when none follows.

    calls_per_hour: one rate, or 24, one per hour of the day. start_seconds: simulated second at
    which the process begins. start_of_day_seconds: time of day at simulated second 0.
    """
    if not any(calls_per_hour):
        return repeat(inf).__next__
    if len(calls_per_hour) == 1:
        gaps = exponential(HOUR_SECONDS / calls_per_hour[0]).draws(random)
        times = accumulate(gaps, initial=start_seconds)
        next(times)
        return times.__next__
    rates = [rate / HOUR_SECONDS for rate in calls_per_hour]
    return _hourly_times(rates, start_seconds, start_of_day_seconds, random).__next__


def _hourly_times(
    rates_per_second: Sequence[float], now: float, start_of_day_seconds: float, random: Random
) -> Iterator[float]:
    """Yield arrival times, exactly distributed.

    A unit exponential is used up segment by segment (time rescaling), so no draw is thrown away
    and the number of draws does not depend on the rates.
    """
    units = exponential(1.0).draws(random)
    hour = floor((now + start_of_day_seconds) / HOUR_SECONDS)
    for wanted in units:
        while True:
            rate = rates_per_second[hour % HOURS_PER_DAY]
            end = (hour + 1) * HOUR_SECONDS - start_of_day_seconds
            if rate * (end - now) > wanted:
                break
            wanted -= rate * (end - now)
            now, hour = end, hour + 1
        now += wanted / rate
        yield now
