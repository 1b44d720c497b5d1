"""A transaction's state machine: a table, and the timers that live in each state; any one thread.

Sources: RFC 3261 figures 5 to 8, RFC 6026 s. 7. A pair that is not in the table changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from telephony.sip.transaction.timing import Timer, Timings, first_wait, next_wait

_LOG = logging.getLogger(__name__)


class State(StrEnum):
    """The states of all four machines."""

    CALLING = "calling"
    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


class Event(StrEnum):
    """What happens to a transaction from outside; timers are events too."""

    REQUEST = "request"
    ACK = "ack"
    PROVISIONAL = "1xx"
    SUCCESS = "2xx"
    FAILURE = "300-699"
    CANCEL = "cancel"
    TRANSPORT_ERROR = "transport error"


class Action(StrEnum):
    """What the transaction does about it."""

    SEND = "send"
    SEND_ACK = "send ack"
    SEND_TRYING = "send 100"
    DELIVER = "deliver"
    TELL_TIMEOUT = "tell timeout"
    TELL_TRANSPORT_ERROR = "tell transport error"


@dataclass(frozen=True, slots=True)
class Step:
    """to: the next state. actions: in their order. arm: timers to start or to start anew."""

    to: State
    actions: tuple[Action, ...] = ()
    arm: tuple[Timer, ...] = ()


Trigger = Event | Timer


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One of the four machines.

    name: for the log. begins_in, arms: first state and its timers. steps: what each trigger does
    in each state. lives: the timers that go on in a state; the others stop when it is entered.
    """

    name: str
    begins_in: State
    arms: tuple[Timer, ...]
    steps: Mapping[tuple[State, Trigger], Step]
    lives: Mapping[State, frozenset[Timer]]


@dataclass(slots=True, kw_only=True)
class Machine:
    """Where one transaction stands; a running timer is its next time and the wait before it."""

    table: Table
    timings: Timings
    reliable: bool
    label: str
    state: State = field(init=False)
    running: dict[Timer, tuple[float, float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Stand in the table's first state, with no timer."""
        self.state = self.table.begins_in

    def start(self, now: float) -> None:
        """Start the first timers."""
        self._arm(self.table.arms, now)

    @property
    def is_over(self) -> bool:
        """Whether the transaction has ended."""
        return self.state is State.TERMINATED

    @property
    def deadline(self) -> float | None:
        """When the next timer goes off, None when none runs."""
        return min((at for at, _ in self.running.values()), default=None)

    def due(self, now: float) -> Timer | None:
        """Return the timer that went off first by ``now``, None when none did."""
        timer = min(self.running, key=lambda t: self.running[t][0], default=None)
        return timer if timer is not None and self.running[timer][0] <= now else None

    def fire(self, trigger: Trigger, now: float) -> tuple[Action, ...]:
        """Take the step for ``trigger`` and return what is to be done; nothing for no step."""
        last = self.running.pop(trigger, None) if isinstance(trigger, Timer) else None
        step = self.table.steps.get((self.state, trigger))
        if step is None:
            return ()
        if step.to is not self.state:
            _LOG.debug(
                "%s %s: %s on %s -> %s",
                *(self.table.name, self.label, self.state, trigger, step.to),
            )
            self._enter(step.to)
        for timer in step.arm:
            if last is not None and timer is trigger:
                wait = next_wait(timer, last[1], self.timings)
                self.running[timer] = (last[0] + wait, wait)
            else:
                self._arm((timer,), now)
        return step.actions

    def _enter(self, state: State) -> None:
        self.state = state
        lives = self.table.lives.get(state, frozenset())
        self.running = {t: at for t, at in self.running.items() if t in lives}

    def _arm(self, timers: tuple[Timer, ...], now: float) -> None:
        for timer in timers:
            wait = first_wait(timer, self.timings, reliable=self.reliable)
            if wait is not None:
                self.running[timer] = (now + wait, wait)
