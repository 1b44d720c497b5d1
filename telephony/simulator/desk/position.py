"""The real desk as the distributor sees it; runs on the `desk-loop` thread."""

from __future__ import annotations

from typing import Protocol

from telephony.desk.agent import DeskAgent
from telephony.simulator.floor.floor import Floor
from telephony.simulator.floor.queue import OFFERED, TALKING, FloorCall


class OfferedCalls(Protocol):
    """The telephone, as far as the distributor's calls concern it."""

    def offer(self, call: FloorCall) -> None:
        """Ring for ``call``."""
        ...

    def caller_gave_up(self, call: FloorCall) -> None:
        """Stop ringing for ``call``."""
        ...

    def caller_hung_up(self, call: FloorCall) -> None:
        """End the talk of ``call`` from the caller's side."""
        ...


class DeskPosition:
    """One more agent of the floor, whose calls a real person takes.

    telephone: set by the telephone itself.
    """

    telephone: OfferedCalls

    def __init__(self, *, floor: Floor, agent: DeskAgent) -> None:
        """Take no calls until `set_available`."""
        self.idle_since = 0.0
        self.extension = floor.scenario.desk.extension
        self._distributor = floor.distributor
        self._agent = agent
        self._pool = floor.pool_for(floor.scenario.desk.skills)
        self._is_available = False

    @property
    def is_busy(self) -> bool:
        """Whether a call or its wrap-up keeps the agent."""
        return self._agent.is_occupied

    def sign_on(self) -> None:
        """Count among the agents of the desk's queues."""
        self._pool.members.append(self)

    def sign_off(self) -> None:
        """Count no more; harmless when not signed on."""
        if self in self._pool.members:
            self._pool.members.remove(self)

    def set_available(self, available: bool) -> None:
        """Take the distributor's calls or not; the first one may come before this returns."""
        if available == self._is_available:
            return
        self._is_available = available
        if available:
            self._distributor.release(self, self._pool)
        else:
            self._distributor.withdraw(self, self._pool)

    def take(self, call: FloorCall) -> None:
        """Ring the telephone for ``call``."""
        self._is_available = False
        call.phase = OFFERED
        call.agent = self
        self._distributor.expect_patience(call)
        if call.watcher is not None:
            call.watcher.ringing(call)
        self.telephone.offer(call)

    def lose(self, call: FloorCall) -> None:
        """Stop ringing: the caller is gone."""
        self.telephone.caller_gave_up(call)

    def hang_up(self, call: FloorCall) -> None:
        """End the talk from the caller's side; nothing happens when it is over already."""
        if call.phase is TALKING:
            self.telephone.caller_hung_up(call)
