"""Queueing formulas that the simulator must agree with; pure, any thread.

a: offered load in erlangs, arrivals per second times mean handling seconds. c: agents.
Sources: A. K. Erlang (1917) for B and C; F. Baccelli and G. Hebuterne (1981) for the wait in the
queue M/M/c+M, known as Erlang A.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, expm1, inf, log

_STEPS = 4000
"""Steps of Simpson's rule; even."""

_NEGLIGIBLE = 45.0
"""Exponent beyond which the density of the wait no longer counts (exp(-45) is 3e-20)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueTheory:
    """What theory expects.

    delayed: share of calls that wait. abandoned: share that give up. wait_seconds: mean time in
    queue of all calls. answered_in_target: share of all calls answered within the target.
    """

    delayed: float
    abandoned: float
    wait_seconds: float
    answered_in_target: float


def erlang_b(agents: int, load: float) -> float:
    """Return the share of calls that find all ``agents`` busy and are lost."""
    blocked = 1.0
    for busy in range(1, agents + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked


def erlang_c(agents: int, load: float) -> float:
    """Return the share of calls that wait when nobody gives up, 1.0 at overload."""
    if load >= agents:
        return 1.0
    blocked = erlang_b(agents, load)
    return agents * blocked / (agents - load * (1.0 - blocked))


def queue_theory(
    *,
    calls_per_hour: float,
    handling_seconds: float,
    agents: int,
    patience_seconds: float = inf,
    target_seconds: float = 20.0,
) -> QueueTheory:
    """Return what theory expects of M/M/c (infinite patience) or M/M/c+M.

    Raises ValueError when callers never give up and the load is not below ``agents``.
    """
    arrivals = calls_per_hour / 3600.0
    if patience_seconds == inf:
        return _erlang_c_queue(arrivals, handling_seconds, agents, target_seconds)
    return _erlang_a_queue(arrivals, handling_seconds, agents, patience_seconds, target_seconds)


def _erlang_c_queue(
    arrivals: float, handling_seconds: float, agents: int, target_seconds: float
) -> QueueTheory:
    load = arrivals * handling_seconds
    if load >= agents:
        raise ValueError(f"{load:g} erlangs never settle with {agents} agents")
    delayed = erlang_c(agents, load)
    drain = (agents - load) / handling_seconds
    return QueueTheory(
        delayed=delayed,
        abandoned=0.0,
        wait_seconds=delayed / drain,
        answered_in_target=1.0 - delayed * exp(-drain * target_seconds),
    )


def _erlang_a_queue(
    arrivals: float,
    handling_seconds: float,
    agents: int,
    patience_seconds: float,
    target_seconds: float,
) -> QueueTheory:
    """Integrate over the wait that a caller of endless patience would meet."""
    service = agents / handling_seconds
    give_up = 1.0 / patience_seconds

    def exponent(wait: float) -> float:
        return -arrivals * patience_seconds * expm1(-give_up * wait) - service * wait

    likeliest = max(0.0, log(arrivals / service) * patience_seconds)
    # Everything is divided by the peak, so that a heavy overload does not overflow.
    peak = exponent(likeliest)

    def density(wait: float) -> float:
        return exp(exponent(wait) - peak)

    def stays(wait: float) -> float:
        return density(wait) * exp(-give_up * wait)

    end = likeliest + 1.0 / service
    while exponent(end) - peak > -_NEGLIGIBLE:
        end *= 1.5
    load = arrivals * handling_seconds
    # Relative to the probability that all agents but one are busy.
    none_waits = exp(-peak) / erlang_b(agents - 1, load)
    waits = arrivals * _integral(density, end)
    scale = 1.0 / (none_waits + waits)
    delayed = waits * scale
    abandoned = delayed - arrivals * scale * _integral(stays, end)
    in_target = arrivals * scale * _integral(stays, min(target_seconds, end))
    return QueueTheory(
        delayed=delayed,
        abandoned=abandoned,
        wait_seconds=abandoned * patience_seconds,
        answered_in_target=1.0 - delayed + in_target,
    )


def _integral(function: Callable[[float], float], end: float) -> float:
    """Return the integral from 0 to ``end`` by Simpson's rule."""
    step = end / _STEPS
    total = function(0.0) + function(end)
    total += 4.0 * sum(function(step * n) for n in range(1, _STEPS, 2))
    total += 2.0 * sum(function(step * n) for n in range(2, _STEPS, 2))
    return total * step / 3.0
