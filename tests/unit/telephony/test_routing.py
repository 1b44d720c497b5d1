"""Who gets which call: skills, longest wait over target, priorities, unanswered offers."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from statistics import fmean

import pytest

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import QueueId
from telephony.simulator.callers import Caller, CallerMix
from telephony.simulator.chance.distributions import exponential, fixed
from telephony.simulator.erlang import queue_theory
from telephony.simulator.floor.floor import Floor, FloorEvent
from telephony.simulator.floor.queue import FloorCall
from telephony.simulator.headless import simulate
from telephony.simulator.scenario import (
    ColleagueHabits,
    ColleagueScenario,
    QueueScenario,
    Scenario,
    single_queue_scenario,
)

A, B, C = QueueId("a"), QueueId("b"), QueueId("c")

POOLED_CALLS_PER_HOUR = 501.3
"""Load at which one pool of thirty agents answers 85.2 % within 20 s (Erlang C)."""


def floor_of(*skills: tuple[QueueId, ...], targets: dict[QueueId, float] | None = None) -> Floor:
    """Return a floor without callers, with one colleague per skill set."""
    targets = targets or {}
    return Floor(
        scenario=Scenario(
            name="routing",
            queues=tuple(
                QueueScenario(
                    queue_id=queue_id,
                    extension=f"70{n}",
                    name=str(queue_id),
                    target_seconds=targets.get(queue_id, 20.0),
                    calls_per_hour=(0.0,),
                    talk=fixed(100.0),
                )
                for n, queue_id in enumerate((A, B, C))
            ),
            colleagues=tuple(
                ColleagueScenario(name=str(n), extension=f"20{n}", skills=mine)
                for n, mine in enumerate(skills)
            ),
        )
    )


def arrive(floor: Floor, queue_id: QueueId, *, talk_seconds: float = 100.0) -> FloorCall:
    call = floor.new_call(queue=floor.queues[queue_id], talk_seconds=talk_seconds)
    floor.enter(call)
    return call


def agent_of(call: FloorCall) -> str | None:
    return call.agent.extension if call.agent else None


def test_the_free_agent_with_the_fewest_skills_is_taken() -> None:
    floor = floor_of((A, B, C), (A, B), (A,), (B,))
    assert [agent_of(arrive(floor, A)) for _ in range(4)] == ["202", "201", "200", None]


def test_among_equals_the_longest_idle_agent_is_taken() -> None:
    floor = floor_of((A, B), (A, C), (A, B))
    first = arrive(floor, A, talk_seconds=5.0)
    second = arrive(floor, A, talk_seconds=3.0)
    assert (agent_of(first), agent_of(second)) == ("200", "202")
    floor.kernel.run_until(10.0)
    # 201 was never busy; 202 became free before 200.
    assert [agent_of(arrive(floor, A)) for _ in range(3)] == ["201", "202", "200"]


def test_a_free_agent_takes_the_call_that_is_longest_over_its_target() -> None:
    floor = floor_of((A, B), targets={A: 60.0, B: 10.0})
    arrive(floor, A, talk_seconds=50.0)
    relaxed = arrive(floor, A)
    floor.kernel.run_until(30.0)
    urgent = arrive(floor, B)
    floor.kernel.run_until(50.0)
    # 50 s of 60 against 20 s of 10.
    assert (agent_of(urgent), agent_of(relaxed)) == ("200", None)


def test_calls_of_one_queue_are_taken_in_the_order_of_arrival() -> None:
    floor = floor_of((A,))
    arrive(floor, A, talk_seconds=10.0)
    first = arrive(floor, A, talk_seconds=10.0)
    second = arrive(floor, A, talk_seconds=10.0)
    floor.kernel.run_until(10.0)
    assert (agent_of(first), agent_of(second)) == ("200", None)


def test_higher_tiers_wait_less() -> None:
    plain = single_queue_scenario(
        calls_per_hour=360.0, handling_seconds=240.0, agents=25, patience_seconds=180.0
    )
    scenario = replace(
        plain,
        callers=CallerMix(known=1.0, anonymous=0.0),
        head_start_seconds={Tier.GOLD: 60.0},
    )
    directory = [Caller(number="1", tier=Tier.GOLD), Caller(number="2", tier=Tier.STANDARD)]
    arrived: dict[int, float] = {}
    waits: dict[Tier, list[float]] = {Tier.GOLD: [], Tier.STANDARD: []}

    def note(event: FloorEvent) -> None:
        if event.what == "arrived":
            arrived[event.call_number] = event.at
        elif event.what == "answered":
            waits[event.caller.tier].append(event.at - arrived[event.call_number])

    floor = Floor(scenario=scenario, directory=directory, trace=note)
    floor.kernel.run_until(200_000.0)
    assert fmean(waits[Tier.GOLD]) < 0.6 * fmean(waits[Tier.STANDARD])


def test_missed_offers_go_to_somebody_else_and_no_call_is_lost() -> None:
    plain = single_queue_scenario(calls_per_hour=100.0, handling_seconds=60.0, agents=4)
    habits = ColleagueHabits(
        ring=fixed(3.0),
        wrap_up=fixed(5.0),
        no_answer_probability=0.2,
        no_answer_seconds=20.0,
        away=fixed(30.0),
    )
    never_missed = replace(habits, no_answer_probability=0.0)
    missed = simulate(replace(plain, habits=habits), calls=5000, seed=1)
    usual = simulate(replace(plain, habits=never_missed), calls=5000, seed=1)
    assert missed["answered"] == missed["offered"] == 4500
    # A call is missed k times with probability 0.8 * 0.2**k: a quarter of a miss on average.
    assert missed["no_answers"] == pytest.approx(4500 * 0.25, rel=0.1)
    assert usual["no_answers"] == 0
    assert missed["average_wait_seconds"] > usual["average_wait_seconds"] + 4.0


def test_callers_who_gave_up_or_were_served_call_again() -> None:
    plain = single_queue_scenario(
        calls_per_hour=360.0, handling_seconds=240.0, agents=26, patience_seconds=180.0
    )
    (queue,) = plain.queues
    persistent = replace(
        plain, queues=(replace(queue, again_after_abandoning=0.5, again_after_call=0.1),)
    )
    first = simulate(plain, calls=10_000, seed=1)
    again = simulate(persistent, calls=10_000, seed=1)
    assert first["offered"] == 9000
    # Every call is followed by another with at least the probability after a call.
    assert again["offered"] > 9000 / 0.9 * 0.98
    assert again["abandon_rate"] > first["abandon_rate"]


@pytest.mark.parametrize(("delay_seconds", "answered"), [(0.0, 1), (50.0, 2)])
def test_a_caller_calls_again_after_the_delay(delay_seconds: float, answered: int) -> None:
    events: list[FloorEvent] = []
    plain = single_queue_scenario(calls_per_hour=0.0, handling_seconds=10.0, agents=1)
    (queue,) = plain.queues
    again = replace(queue, talk=fixed(10.0), again_after_call=0.95, again_delay=fixed(50.0))
    floor = Floor(scenario=replace(plain, queues=(again,)), trace=events.append)
    caller = Caller(number="+8613800138000")
    call = floor.new_call(queue=floor.queues[queue.queue_id], caller=caller, talk_seconds=10.0)
    floor.enter(call)
    floor.kernel.run_until(10.0 + delay_seconds)
    happened = [event for event in events if event.what == "answered"]
    assert [event.at for event in happened] == [0.0, 60.0][:answered]
    assert {event.caller for event in happened} == {caller}


def test_skill_routing_reaches_most_of_what_one_pool_would() -> None:
    """Three queues, thirty agents, two in five with two skills; pooled bound 85.2 % in 20 s."""
    singles = [(queue_id,) for queue_id in (A, B, C) for _ in range(6)]
    pairs = [pair for pair in ((A, B), (B, C), (C, A)) for _ in range(4)]
    scenario = Scenario(
        name="skills",
        queues=tuple(
            QueueScenario(
                queue_id=queue_id,
                extension=f"700{n}",
                name=str(queue_id),
                calls_per_hour=(POOLED_CALLS_PER_HOUR / 3.0,),
                talk=exponential(180.0),
                patience=exponential(inf),
            )
            for n, queue_id in enumerate((A, B, C))
        ),
        colleagues=tuple(
            ColleagueScenario(name=str(n), extension=str(2000 + n), skills=skills)
            for n, skills in enumerate([*singles, *pairs])
        ),
    )
    theory = queue_theory(calls_per_hour=POOLED_CALLS_PER_HOUR, handling_seconds=180.0, agents=30)
    assert theory.answered_in_target == pytest.approx(0.852, abs=0.002)
    figures = simulate(scenario, calls=150_000, seed=1)
    worst = min(
        queue["service_level"]["abandoned_negative"] for queue in figures["queues"].values()
    )
    overall = figures["service_level"]["abandoned_negative"]
    alone = queue_theory(
        calls_per_hour=POOLED_CALLS_PER_HOUR / 3.0, handling_seconds=180.0, agents=10
    )
    assert 0.77 < overall < theory.answered_in_target
    assert worst > 0.75
    assert overall > alone.answered_in_target + 0.1
