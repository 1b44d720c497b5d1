"""How losses of one source lie: one by one, or several in a row; pure, any one thread.

A number is lost when it has not come before so many others that it would not count any more: what
is only overtaken is no loss.
"""

from __future__ import annotations

from telephony.rtp.reception.sequence import MOST_MISORDER


class LossRuns:
    """lost: packets that never came. runs: how many stretches they form, each behind another."""

    def __init__(self) -> None:
        """Begin with the first number that comes."""
        self.lost = self.runs = 0
        self._restarts = 0
        self._next = self._highest = 0
        self._came: set[int] | None = None
        self._was_lost = False

    def take(self, number: int, restarts: int) -> None:
        """Take in a number with its cycles; restarts: as the numbers' tracker counts them."""
        if self._came is None or restarts != self._restarts:
            # What lies between two runs of numbers was never sent.
            self.lost = self.runs = 0
            self._restarts, self._was_lost = restarts, False
            self._next = self._highest = number
            self._came = set()
        former, self._highest = self._highest, max(self._highest, number)
        self._came.add(number)
        settled = self._highest - MOST_MISORDER + 1
        while self._next < settled and self._next <= former:
            self._settle(1, is_lost=self._next not in self._came)
            self._came.discard(self._next - 1)
        if self._next < settled:
            self._settle(settled - self._next, is_lost=True)

    def _settle(self, count: int, *, is_lost: bool) -> None:
        if is_lost:
            self.lost += count
            self.runs += not self._was_lost
        self._was_lost = is_lost
        self._next += count
