"""A person outside, called by the desk or calling it; runs on the `desk-loop` thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import DeviceId
from telephony.simulator.callers import Caller
from telephony.simulator.chance.streams import RandomStreams, weighted_draws
from telephony.simulator.desk.line import FarEnd, Line, LineOwner
from telephony.simulator.kernel import Kernel, Timer
from telephony.simulator.scenario import FarOutcome, Scenario

FAILURES = {
    FarOutcome.BUSY: EventCause.BUSY,
    FarOutcome.NO_ANSWER: EventCause.NO_ANSWER,
    FarOutcome.NOT_OBTAINABLE: EventCause.DEST_NOT_OBTAINABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideCall:
    """How one call to the outside will go."""

    outcome: FarOutcome
    connect_seconds: float
    ring_seconds: float


class Outside:
    """How people outside behave, drawn from streams of their own."""

    def __init__(self, *, scenario: Scenario, streams: RandomStreams) -> None:
        """Draw from streams named ``outside/...``."""
        plan = scenario.outside
        self._test_numbers = plan.test_numbers
        self._no_answer_seconds = plan.no_answer_seconds
        self._outcomes = weighted_draws(
            streams.stream("outside/outcome"), list(plan.weights), list(plan.weights.values())
        )
        self._connect = plan.connect.draws(streams.stream("outside/connect"))
        self._ring = plan.ring.draws(streams.stream("outside/ring"))
        self._talk = plan.talk.draws(streams.stream("outside/talk"))
        self._hold = scenario.desk.hold_patience.draws(streams.stream("outside/hold"))

    def next_call(self, device: str) -> OutsideCall:
        """Return how a call to ``device`` goes; a test number has only one way."""
        drawn, ring_seconds = next(self._outcomes), next(self._ring)
        outcome = self._test_numbers.get(device, drawn)
        return OutsideCall(
            outcome=outcome,
            connect_seconds=next(self._connect),
            ring_seconds=(
                self._no_answer_seconds if outcome is FarOutcome.NO_ANSWER else ring_seconds
            ),
        )

    def talk_seconds(self) -> float:
        """Return how long the next talk lasts."""
        return next(self._talk)

    def hold_seconds(self) -> float:
        """Return how long the next one stays on hold."""
        return next(self._hold)


class OutsideEnd:
    """One person outside in one call of the desk.

    The talk ends by itself when the person has said everything. On hold the talk stands still,
    and the person's patience runs instead.
    """

    def __init__(
        self,
        *,
        caller: Caller,
        line: Line,
        owner: LineOwner,
        kernel: Kernel,
        outside: Outside,
        talk_seconds: float,
    ) -> None:
        """Say nothing yet: `dial` or `begin_talk` comes next."""
        self.caller = caller
        self._line = line
        self._owner = owner
        self._kernel = kernel
        self._outside = outside
        self._timer: Timer | None = None
        self._talk_left_seconds = talk_seconds
        self._talks_since: float | None = None

    @property
    def device(self) -> DeviceId:
        """The number as signalled, ``""`` when withheld."""
        return DeviceId(self.caller.number)

    def patience_seconds(self) -> float:
        """Return how long this person waits for somebody else."""
        return self._outside.hold_seconds()

    def move_to(self, line: Line) -> None:
        """Belong to ``line`` from now on."""
        self._line = line

    def dial(self, call: OutsideCall) -> None:
        """Ring, be busy or not exist, as ``call`` says."""
        if call.outcome in (FarOutcome.BUSY, FarOutcome.NOT_OBTAINABLE):
            self._set_timer(call.connect_seconds, self._fail, FAILURES[call.outcome])
        else:
            self._set_timer(call.connect_seconds, self._ring, call)

    def begin_talk(self) -> None:
        """Talk until everything is said."""
        self._talks_since = self._kernel.now
        self._set_timer(self._talk_left_seconds, self._hang_up, EventCause.NORMAL)

    def put_on_hold(self) -> None:
        """Wait for as long as patience lasts."""
        if self._talks_since is not None:
            self._talk_left_seconds -= self._kernel.now - self._talks_since
            self._talks_since = None
        self._set_timer(self._outside.hold_seconds(), self._hang_up, EventCause.ABANDONED)

    def take_back(self) -> None:
        """Go on talking."""
        self.begin_talk()

    def leave(self) -> None:
        """Hang up, quietly."""
        self._stop_timer()

    def go_on_with(self, other: FarEnd) -> None:
        """Talk to ``other``; the desk will not hear of it again."""
        self._stop_timer()

    def _ring(self, call: OutsideCall) -> None:
        if call.outcome is FarOutcome.ANSWERED:
            self._set_timer(call.ring_seconds, self._answer, None)
        else:
            self._set_timer(call.ring_seconds, self._fail, FAILURES[call.outcome])
        self._owner.far_alerting(self._line, self.device)

    def _answer(self, _: None) -> None:
        self.begin_talk()
        self._owner.far_answered(self._line, self.device)

    def _fail(self, cause: EventCause) -> None:
        self._timer = None
        self._owner.far_failed(self._line, self.device, cause)

    def _hang_up(self, cause: EventCause) -> None:
        self._timer = None
        self._owner.far_left(self._line, self, cause)

    def _set_timer(self, delay_seconds: float, action: Any, argument: Any) -> None:
        self._stop_timer()
        self._timer = self._kernel.after(max(delay_seconds, 0.0), lambda: action(argument))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
