"""Simulated colleagues: they ring, answer, talk, wrap up and sometimes miss a call.

Runs in the thread that drives the kernel.
"""

from __future__ import annotations

from collections.abc import Callable

from telephony.simulator.chance.distributions import Distribution
from telephony.simulator.chance.streams import RandomStreams, uniform_draws
from telephony.simulator.floor.distributor import Distributor
from telephony.simulator.floor.queue import OFFERED, TALKING, FloorCall, Pool
from telephony.simulator.kernel import Kernel
from telephony.simulator.scenario import ColleagueHabits


class Crew:
    """What all colleagues share: the clockwork, their habits and their sums.

    busy_seconds: talking and wrapping up, away_seconds: out after a missed offer; both booked when
    they begin. no_answers: missed offers.
    """

    __slots__ = (
        "away_seconds",
        "busy_seconds",
        "distributor",
        "kernel",
        "no_answer_probability",
        "no_answer_seconds",
        "no_answers",
        "take_away",
        "take_chance",
        "take_ring",
        "take_wrap_up",
    )

    def __init__(
        self,
        *,
        kernel: Kernel,
        distributor: Distributor,
        habits: ColleagueHabits,
        streams: RandomStreams,
    ) -> None:
        """Draw from streams named ``colleagues/...``."""
        self.kernel = kernel
        self.distributor = distributor
        self.no_answer_probability = habits.no_answer_probability
        self.no_answer_seconds = habits.no_answer_seconds
        self.take_ring = habits.ring.draws(streams.stream("colleagues/ring")).__next__
        self.take_wrap_up = _draws_or_none(habits.wrap_up, streams, "colleagues/wrap-up")
        self.take_away = habits.away.draws(streams.stream("colleagues/away")).__next__
        self.take_chance = uniform_draws(streams.stream("colleagues/chance"))
        self.reset()

    def reset(self) -> None:
        """Count again from zero."""
        self.busy_seconds = self.away_seconds = 0.0
        self.no_answers = 0


def _draws_or_none(
    distribution: Distribution, streams: RandomStreams, purpose: str
) -> Callable[[], float] | None:
    return None if distribution.is_zero else distribution.draws(streams.stream(purpose)).__next__


class Colleague:
    """One simulated agent who answers at once, as the agents of the textbooks do.

    is_busy: ringing, talking or wrapping up. is_away: missed a call and left the seat.
    """

    __slots__ = (
        "_crew",
        "_end_talk",
        "_pool",
        "extension",
        "idle_since",
        "is_away",
        "is_busy",
        "name",
    )

    def __init__(self, *, name: str, extension: str, crew: Crew, pool: Pool) -> None:
        """Sit down, free, in ``pool``."""
        self.name = name
        self.extension = extension
        self.is_busy = False
        self.is_away = False
        self.idle_since = crew.kernel.now
        self._crew = crew
        self._pool = pool
        self._end_talk = self.hang_up
        pool.members.append(self)
        pool.idle.append(self)

    def take(self, call: FloorCall) -> None:
        """Answer ``call``."""
        crew = self._crew
        self.is_busy = True
        call.agent = self
        crew.distributor.answer(call)
        talk_seconds = call.talk_seconds
        crew.busy_seconds += talk_seconds
        kernel = crew.kernel
        kernel.push((kernel.now + talk_seconds, kernel.next_number(), self._end_talk, call, None))

    def reserve(self, call: FloorCall) -> None:
        """Take a call that comes straight to this extension; the colleague must be free."""
        self._crew.distributor.withdraw(self, self._pool)
        self.take(call)

    def lose(self, call: FloorCall) -> None:
        """Stop ringing: the caller is gone."""
        self._be_free()

    def hang_up(self, call: FloorCall) -> None:
        """End the talk of ``call``; nothing happens when it is over already."""
        if call.phase is not TALKING:
            return
        crew = self._crew
        distributor = crew.distributor
        distributor.end(call)
        if crew.take_wrap_up is None:
            self.is_busy = False
            distributor.release(self, self._pool)
        else:
            wrap_up_seconds = crew.take_wrap_up()
            crew.busy_seconds += wrap_up_seconds
            crew.kernel.at(crew.kernel.now + wrap_up_seconds, Colleague._be_free, self)

    def _be_free(self) -> None:
        self.is_busy = self.is_away = False
        self._crew.distributor.release(self, self._pool)


class RingingColleague(Colleague):
    """One simulated agent whose telephone rings for a while, sometimes in vain."""

    __slots__ = ()

    def take(self, call: FloorCall) -> None:
        """Ring for ``call`` and decide now whether and when it will be answered."""
        crew = self._crew
        self.is_busy = True
        call.agent = self
        call.phase = OFFERED
        crew.distributor.expect_patience(call)
        if call.watcher is not None:
            call.watcher.ringing(call)
        if crew.take_chance() < crew.no_answer_probability:
            crew.kernel.at(crew.kernel.now + crew.no_answer_seconds, self._miss, call)
        else:
            crew.kernel.at(crew.kernel.now + crew.take_ring(), self._pick_up, call)

    def _still_rings(self, call: FloorCall) -> bool:
        # The caller may have gone meanwhile, and this telephone may ring for the next one.
        return call.phase is OFFERED and call.agent is self

    def _pick_up(self, call: FloorCall) -> None:
        if self._still_rings(call):
            super().take(call)

    def _miss(self, call: FloorCall) -> None:
        if not self._still_rings(call):
            return
        crew = self._crew
        crew.no_answers += 1
        self.is_busy, self.is_away = False, True
        call.agent = None
        away_seconds = crew.take_away()
        crew.away_seconds += away_seconds
        crew.kernel.at(crew.kernel.now + away_seconds, Colleague._be_free, self)
        if call.sends_back:
            crew.distributor.send_back(call)
        else:
            crew.distributor.abandon(call)
