"""The people who call one queue; runs in the thread that drives the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from copy import copy

from telephony.simulator.callers import Caller, caller_draws, matching_callers
from telephony.simulator.chance.rates import arrival_times
from telephony.simulator.chance.streams import RandomStreams, uniform_draws, weighted_draws
from telephony.simulator.floor.queue import WAITING, FloorCall, FloorQueue, Reason
from telephony.simulator.scenario import QueueScenario, Scenario


class CallSource:
    """Draws the calls of one queue, each quantity from a stream of its own.

    A caller's patience, reason and talk time are drawn on arrival, so nothing that an agent does
    changes who calls, when, why and for how long. next_arrival: gives one arrival after the other
    in simulated seconds. callers_return: whether anybody ever calls again.
    """

    __slots__ = (
        "_again_after_abandoning",
        "_again_after_call",
        "_head_starts",
        "_next_again",
        "_next_profile",
        "_take_again_chance",
        "_take_again_delay",
        "callers_return",
        "next_arrival",
        "queue",
    )

    def __init__(
        self,
        *,
        plan: QueueScenario,
        scenario: Scenario,
        queue: FloorQueue,
        directory: Sequence[Caller],
        streams: RandomStreams,
    ) -> None:
        """Draw from streams named after the queue."""
        name = str(plan.queue_id)
        mine = matching_callers(directory, tiers=plan.tiers, languages=plan.languages)
        self.queue = queue
        self.next_arrival = _arrival_times(plan, scenario, streams)
        self._head_starts = dict(scenario.head_start_seconds)
        self._next_profile = zip(
            caller_draws(streams.stream(f"{name}/callers"), scenario.callers, mine or directory),
            _reason_draws(plan, streams),
            plan.patience.draws(streams.stream(f"{name}/patience")),
            plan.talk.draws(streams.stream(f"{name}/talk")),
            strict=False,
        ).__next__
        self._next_again = zip(
            plan.patience.draws(streams.stream(f"{name}/again/patience")),
            plan.talk.draws(streams.stream(f"{name}/again/talk")),
            strict=False,
        ).__next__
        self._take_again_chance = uniform_draws(streams.stream(f"{name}/again/chance"))
        self._take_again_delay = plan.again_delay.draws(
            streams.stream(f"{name}/again/delay")
        ).__next__
        self._again_after_abandoning = plan.again_after_abandoning
        self._again_after_call = plan.again_after_call
        self.callers_return = bool(plan.again_after_abandoning or plan.again_after_call)

    def new_call(self, number: int, now: float) -> FloorCall:
        """Return the call number ``number``, which arrives ``now``."""
        call = FloorCall()
        call.number = number
        call.queue = self.queue
        call.caller, call.reason, call.patience_seconds, call.talk_seconds = self._next_profile()
        call.arrived = call.key = now
        if self._head_starts:
            call.key -= self._head_starts.get(call.caller.tier, 0.0)
        call.phase = WAITING
        call.patience_armed = False
        call.sends_back = True
        call.agent = call.watcher = None
        return call

    def repeated_call(self, number: int, now: float, first: FloorCall) -> FloorCall:
        """Return a call by the caller of ``first``, for the same reason, with new patience."""
        call = copy(first)
        call.number = number
        call.patience_seconds, call.talk_seconds = self._next_again()
        call.key += now - call.arrived
        call.arrived = now
        call.phase = WAITING
        call.patience_armed = False
        call.agent = call.watcher = None
        return call

    def again_delay_seconds(self, *, after_abandoning: bool) -> float | None:
        """Return after how long the caller calls again, None when never."""
        again = self._again_after_abandoning if after_abandoning else self._again_after_call
        if not again or self._take_again_chance() >= again:
            return None
        return self._take_again_delay()


def _arrival_times(
    plan: QueueScenario, scenario: Scenario, streams: RandomStreams
) -> Callable[[], float]:
    begin = scenario.starts_at
    midnight = begin.replace(hour=0, minute=0, second=0, microsecond=0)
    return arrival_times(
        calls_per_hour=plan.calls_per_hour,
        start_seconds=-scenario.open_before_seconds,
        start_of_day_seconds=(begin - midnight).total_seconds(),
        random=streams.stream(f"{plan.queue_id}/arrivals"),
    )


def _reason_draws(plan: QueueScenario, streams: RandomStreams) -> Iterator[Reason]:
    reasons = [Reason(reason.text, reason.text_zh) for reason in plan.reasons]
    weights = [reason.weight for reason in plan.reasons]
    stream = streams.stream(f"{plan.queue_id}/reasons")
    return weighted_draws(stream, reasons or [Reason()], weights or [1.0])
