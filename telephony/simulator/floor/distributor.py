"""The automatic call distributor; runs in the thread that drives the kernel.

Routing: a call goes to the free agent with the fewest skills, the longest idle among equals
("scarcest-skill agent": who can do more is kept for the calls that need it). A free agent takes,
of all its queues, the caller whose wait is longest over that queue's target. A tier's head start
counts as time already waited.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf

from telephony.simulator.floor.queue import (
    ABANDONED,
    ENDED,
    OFFERED,
    TALKING,
    WAITING,
    FloorAgent,
    FloorCall,
    Pool,
)
from telephony.simulator.kernel import Kernel

CallHook = Callable[[FloorCall], object]


def _ignore(call: FloorCall) -> None:
    """Do nothing about ``call``."""


class Distributor:
    """Brings waiting callers and free agents together, and books what became of every call.

    counted_from: calls that arrived up to this simulated second are not booked.
    on_abandoned, on_answered,
    on_ended: called after the booking; on_ended only for calls that were answered.
    """

    __slots__ = (
        "_give_up",
        "_kernel",
        "counted_from",
        "on_abandoned",
        "on_answered",
        "on_ended",
    )

    def __init__(self, kernel: Kernel) -> None:
        """Work on the time of ``kernel``."""
        self._kernel = kernel
        # Made once: a bound method per call is a cost that shows.
        self._give_up = self.abandon
        self.counted_from = -inf
        self.on_answered: CallHook | None = None
        self.on_abandoned: CallHook = _ignore
        self.on_ended: CallHook | None = None

    def place(self, call: FloorCall) -> None:
        """Give ``call`` to a free agent, else put it in line."""
        pool = call.queue.only_pool or call.queue.best_pool()
        if pool is not None and pool.idle:
            pool.idle.popleft().take(call)
        else:
            self._line_up(call)

    def release(self, agent: FloorAgent, pool: Pool) -> None:
        """Give the now free ``agent`` the next call, else let the agent wait for one."""
        chosen = pool.only_queue or pool.most_overdue()
        if chosen is not None and chosen.waiting:
            agent.take(chosen.pop())
        else:
            agent.idle_since = self._kernel.now
            pool.idle.append(agent)

    def withdraw(self, agent: FloorAgent, pool: Pool) -> None:
        """Give ``agent`` no more calls; harmless when the agent was not free."""
        if agent in pool.idle:
            pool.idle.remove(agent)

    def expect_patience(self, call: FloorCall) -> None:
        """Let the caller hang up when its patience ends before an answer."""
        if not call.patience_armed and call.patience_seconds != inf:
            call.patience_armed = True
            kernel = self._kernel
            when = call.arrived + call.patience_seconds
            kernel.push((when, kernel.next_number(), self._give_up, call, None))

    def send_back(self, call: FloorCall) -> None:
        """Return an unanswered ``call`` to its queue: with its old wait it is at the head."""
        call.agent = None
        call.phase = WAITING
        if call.watcher is not None:
            call.watcher.returned(call)
        self.place(call)

    def answer(self, call: FloorCall) -> None:
        """Book that ``call.agent`` answered ``call`` now."""
        call.phase = TALKING
        arrived = call.arrived
        if arrived > self.counted_from:
            queue = call.queue
            wait = self._kernel.now - arrived
            queue.answered += 1
            queue.answer_wait_seconds += wait
            if wait <= queue.target_seconds:
                queue.answered_in_target += 1
        if self.on_answered is not None:
            self.on_answered(call)
        if call.watcher is not None:
            call.watcher.answered(call)

    def abandon(self, call: FloorCall) -> None:
        """Let the caller hang up; nothing happens when the call was answered or is over."""
        phase = call.phase
        if phase is WAITING:
            call.queue.waiting -= 1
        elif phase is not OFFERED:
            return
        call.phase = ABANDONED
        if phase is OFFERED and call.agent is not None:
            call.agent.lose(call)
        self._book_abandoned(call)
        self.on_abandoned(call)
        if call.watcher is not None:
            call.watcher.ended(call)

    def end(self, call: FloorCall) -> None:
        """Book that an answered ``call`` is over."""
        call.phase = ENDED
        if self.on_ended is not None:
            self.on_ended(call)
        if call.watcher is not None:
            call.watcher.ended(call)

    def _line_up(self, call: FloorCall) -> None:
        if not call.patience_armed and call.arrived > self.counted_from:
            call.queue.delayed += 1
        self.expect_patience(call)
        call.queue.join(call)

    def _book_abandoned(self, call: FloorCall) -> None:
        if call.arrived > self.counted_from:
            queue = call.queue
            wait = self._kernel.now - call.arrived
            queue.abandoned += 1
            queue.abandon_wait_seconds += wait
            if wait <= queue.target_seconds:
                queue.abandoned_in_target += 1
