"""Calls on the floor, the queues they wait in, and the agents who serve them.

Runs in the thread that drives the kernel.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from enum import IntEnum
from heapq import heappop, heappush
from math import inf
from typing import Final, Protocol

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.identifiers import QueueId
from telephony.simulator.callers import Caller


class CallPhase(IntEnum):
    """How far a call on the floor has come."""

    WAITING = 0
    OFFERED = 1
    TALKING = 2
    ENDED = 3
    ABANDONED = 4


# Plain module names: an attribute of an Enum class costs 60 ns in the innermost loop.
WAITING: Final = CallPhase.WAITING
OFFERED: Final = CallPhase.OFFERED
TALKING: Final = CallPhase.TALKING
ENDED: Final = CallPhase.ENDED
ABANDONED: Final = CallPhase.ABANDONED


class Reason:
    """Why somebody calls, in English and Chinese; ``""`` when it is not known."""

    __slots__ = ("text", "text_zh")

    def __init__(self, text: str = "", text_zh: str = "") -> None:
        """Keep both texts."""
        self.text = text
        self.text_zh = text_zh


class FloorAgent(Protocol):
    """Somebody to whom the distributor gives calls.

    idle_since: simulated second of becoming free, kept by the distributor.
    """

    idle_since: float

    @property
    def extension(self) -> str:
        """The number inside the house."""
        ...

    @property
    def is_busy(self) -> bool:
        """Whether a call or its wrap-up keeps the agent."""
        ...

    def take(self, call: FloorCall) -> None:
        """Ring for ``call``; the agent is free when this is asked."""
        ...

    def lose(self, call: FloorCall) -> None:
        """Stop ringing for ``call``: the caller is gone."""
        ...

    def hang_up(self, call: FloorCall) -> None:
        """End the talk of ``call``; nothing happens when it is over already."""
        ...


class CallWatcher(Protocol):
    """Somebody who wants to know how a call on the floor goes on."""

    def ringing(self, call: FloorCall) -> None:
        """``call.agent`` rings."""
        ...

    def answered(self, call: FloorCall) -> None:
        """``call.agent`` has answered."""
        ...

    def returned(self, call: FloorCall) -> None:
        """Nobody answered; the call waits in its queue again."""
        ...

    def ended(self, call: FloorCall) -> None:
        """The call is over: ENDED by the agent or ABANDONED without an answer."""
        ...


class FloorCall:
    """A call to a queue, or straight to a colleague.

    number: running number. queue: where it counts. arrived: simulated second of its arrival; it
    keeps that through every unanswered offer. patience_seconds, talk_seconds: how long the caller
    waits for an answer and then talks. key: arrival less the head start of the caller's tier;
    smaller keys go first. sends_back: an unanswered offer returns to the queue (never for a call
    straight to a colleague). watcher: told about every step, None when nobody cares.

    There is no ``__init__``: `CallSource` and `Floor` fill in every field, at half the price,
    and a million calls are made in a few seconds.
    """

    __slots__ = (
        "agent",
        "arrived",
        "caller",
        "key",
        "number",
        "patience_armed",
        "patience_seconds",
        "phase",
        "queue",
        "reason",
        "sends_back",
        "talk_seconds",
        "watcher",
    )

    agent: FloorAgent | None
    arrived: float
    caller: Caller
    key: float
    number: int
    patience_armed: bool
    patience_seconds: float
    phase: CallPhase
    queue: FloorQueue
    reason: Reason
    sends_back: bool
    talk_seconds: float
    watcher: CallWatcher | None


class Pool:
    """Agents who serve exactly the same queues.

    idle: the free ones, longest idle first. queues: what they serve, in the order of the
    scenario; only_queue: when it is just one. members: everybody who is signed on.
    """

    __slots__ = ("idle", "members", "only_queue", "queues")

    def __init__(self, queues: Sequence[FloorQueue]) -> None:
        """Begin empty."""
        self.queues = tuple(queues)
        self.only_queue = self.queues[0] if len(self.queues) == 1 else None
        self.idle: deque[FloorAgent] = deque()
        self.members: list[FloorAgent] = []

    def most_overdue(self) -> FloorQueue | None:
        """Return the queue whose first caller's wait is longest over its target, None if empty."""
        chosen, earliest = None, inf
        for queue in self.queues:
            # The wait over target is now - key - target: the smallest sum is the longest.
            if queue.waiting and (head := queue.head()) is not None:
                due = head.key + queue.target_seconds
                if due < earliest:
                    earliest, chosen = due, queue
        return chosen


class FloorQueue:
    """Callers who wait for one skill.

    ranks: the pools that serve it, those with the fewest skills first, equal ones together.
    only_pool: the pool when there is just one. waiting: callers in line. The other counts are of
    settled calls: delayed had to wait at all; answer_wait_seconds and abandon_wait_seconds are
    sums from arrival to the end of the wait.
    """

    __slots__ = (
        "abandon_wait_seconds",
        "abandoned",
        "abandoned_in_target",
        "answer_wait_seconds",
        "answered",
        "answered_in_target",
        "delayed",
        "extension",
        "line",
        "name",
        "name_zh",
        "offered",
        "only_pool",
        "queue_id",
        "ranks",
        "target_seconds",
        "waiting",
    )

    def __init__(
        self,
        *,
        queue_id: QueueId,
        extension: str = "",
        name: str = "",
        name_zh: str = "",
        target_seconds: float,
    ) -> None:
        """Begin with nobody in line and no agents."""
        self.queue_id = queue_id
        self.extension = extension
        self.name = name or str(queue_id)
        self.name_zh = name_zh
        self.target_seconds = target_seconds
        self.ranks: tuple[tuple[Pool, ...], ...] = ()
        self.only_pool: Pool | None = None
        # Callers who gave up stay in the heap until they come to its head; `waiting` tells.
        self.line: list[tuple[float, int, FloorCall]] = []
        self.waiting = 0
        self.reset()

    def reset(self) -> None:
        """Begin to count again at zero."""
        self.offered = self.answered = self.abandoned = self.delayed = 0
        self.answered_in_target = self.abandoned_in_target = 0
        self.answer_wait_seconds = self.abandon_wait_seconds = 0.0

    def join(self, call: FloorCall) -> None:
        """Put ``call``, which waits, in line where its key and its number belong."""
        self.waiting += 1
        heappush(self.line, (call.key, call.number, call))

    def head(self) -> FloorCall | None:
        """Return who is next, None when nobody waits."""
        line = self.line
        while line:
            call = line[0][2]
            if call.phase is WAITING:
                return call
            heappop(line)
        return None

    def pop(self) -> FloorCall:
        """Take the next caller out of the line; somebody must wait."""
        line = self.line
        while True:
            call = heappop(line)[2]
            if call.phase is WAITING:
                self.waiting -= 1
                return call

    def use_pools(self, pools: Sequence[Pool]) -> None:
        """Be served by those of ``pools`` that have this queue."""
        mine = [pool for pool in pools if self in pool.queues]
        sizes = sorted({len(pool.queues) for pool in mine})
        self.ranks = tuple(
            tuple(pool for pool in mine if len(pool.queues) == size) for size in sizes
        )
        self.only_pool = mine[0] if len(mine) == 1 else None

    def best_pool(self) -> Pool | None:
        """Return the pool whose longest idle agent should take the next call, None when none."""
        for rank in self.ranks:
            free = [pool for pool in rank if pool.idle]
            if free:
                return min(free, key=_idle_since)
        return None

    def status(self, now: float) -> QueueStatus:
        """Return the figures at ``now``, in time proportional to callers in line and agents."""
        waits = [now - call.arrived for _, _, call in self.line if call.phase is WAITING]
        pools = [pool for rank in self.ranks for pool in rank]
        return QueueStatus(
            queue_id=self.queue_id,
            name=self.name,
            name_zh=self.name_zh,
            waiting=self.waiting,
            longest_wait_seconds=max(waits, default=0.0),
            target_seconds=self.target_seconds,
            offered=self.offered,
            answered=self.answered,
            answered_in_target=self.answered_in_target,
            abandoned=self.abandoned,
            abandoned_in_target=self.abandoned_in_target,
            waiting_over_target=sum(wait > self.target_seconds for wait in waits),
            agents_ready=sum(len(pool.idle) for pool in pools),
            agents_busy=sum(agent.is_busy for pool in pools for agent in pool.members),
        )


def _idle_since(pool: Pool) -> float:
    return pool.idle[0].idle_since
