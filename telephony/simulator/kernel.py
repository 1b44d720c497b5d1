"""The discrete-event kernel: a heap of things to happen; runs in whichever thread drives it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from heapq import heapify, heappop, heappush, heapreplace
from itertools import count
from math import inf
from typing import Any, TypeVar

T = TypeVar("T")

Entry = tuple[float, int, Callable[[Any], object], Any, Callable[[], float] | None]
"""When, running number, what to do, with what, and for recurring ones what gives the next time."""


class Kernel:
    """Simulated time and what happens in it.

    now: present moment in seconds since the scenario's start, negative before it. Events of the
    same moment happen in the order in which they were asked for, so that runs repeat exactly.
    push((when, next_number(), action, argument, None)) is `at` without the price of a Python
    call, for the steps that every call takes.
    """

    __slots__ = ("_heap", "next_number", "now", "push")

    def __init__(self, *, start_seconds: float = 0.0) -> None:
        """Begin at ``start_seconds`` with nothing to do."""
        self.now = start_seconds
        self._heap: list[Entry] = []
        self.next_number: Callable[[], int] = count().__next__
        self.push: Callable[[Entry], None] = partial(heappush, self._heap)

    def at(self, when: float, action: Callable[[T], object], argument: T) -> None:
        """Call ``action(argument)`` at ``when``; there is no way to take this back."""
        self.push((when, self.next_number(), action, argument, None))

    def after(self, delay_seconds: float, action: Callable[[], object]) -> Timer:
        """Call ``action()`` after ``delay_seconds``, unless the timer is cancelled before."""
        timer = Timer(action)
        self.at(self.now + delay_seconds, Timer.expire, timer)
        return timer

    def at_each(
        self, next_time: Callable[[], float], action: Callable[[T], object], argument: T
    ) -> None:
        """Call ``action(argument)`` at every time that ``next_time`` gives, in rising order.

        An infinite time means never again.
        """
        when = next_time()
        if when != inf:
            self.push((when, self.next_number(), action, argument, next_time))

    def end_recurring(self) -> None:
        """Let everything that was asked for by `at_each` happen no more."""
        self._heap[:] = [entry for entry in self._heap if entry[4] is None]
        heapify(self._heap)

    @property
    def next_at(self) -> float | None:
        """When the next event is due, None when there is none."""
        return self._heap[0][0] if self._heap else None

    def step(self) -> None:
        """Run the next event; there must be one."""
        self.now, _, action, argument, next_time = heappop(self._heap)
        if next_time is not None:
            self.at_each(next_time, action, argument)
        action(argument)

    def run_until(self, limit_seconds: float) -> None:
        """Run everything that is due up to and at ``limit_seconds``, and be there."""
        heap = self._heap
        while heap and heap[0][0] <= limit_seconds:
            self.step()
        self.now = max(self.now, limit_seconds)

    def run_out(self) -> None:
        """Run until nothing is left to happen; the loop of a million calls."""
        heap, next_number = self._heap, self.next_number
        while heap:
            self.now, _, action, argument, next_time = heap[0]
            if next_time is None:
                heappop(heap)
            else:
                # Half the price of a pop and a push.
                heapreplace(heap, (next_time(), next_number(), action, argument, next_time))
            action(argument)


class Timer:
    """Something that happens later unless it is cancelled."""

    __slots__ = ("_action",)

    def __init__(self, action: Callable[[], object]) -> None:
        """Keep ``action`` until it is due."""
        self._action: Callable[[], object] | None = action

    def cancel(self) -> None:
        """Let nothing happen; harmless when it already did."""
        self._action = None

    def expire(self) -> None:
        """Do it now, once."""
        action, self._action = self._action, None
        if action is not None:
            action()
