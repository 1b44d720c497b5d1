"""Plays the end of the loop at one desk: the returned order and its customer; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from time import monotonic
from typing import Final

from agent_desk.domain.call import CallService
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.back_office import BackOfficeStepEvent
from ui.demo_desk import PlayedDesk
from ui.shell.main_window import AGENT_PAGE

PATIENCE: Final = timedelta(minutes=2)
"""Longest wait, in simulated time, for an order to come back, and for each step of its call."""

LEAST_SECONDS: Final = 30.0
"""However fast simulated time runs, a busy machine gets that long, in real seconds."""

LOOK_TICKS: Final = 8
"""How often the window is let alone before its picture is taken."""

_Step = Callable[[], object]


@dataclass(frozen=True, slots=True)
class _Wait:
    """began_at: in simulated time. began: on the real clock."""

    began_at: datetime
    began: float = field(default_factory=monotonic)

    def is_too_long(self, now: datetime) -> bool:
        return now - self.began_at > PATIENCE and monotonic() - self.began > LEAST_SECONDS


class PlayedVerification:
    """Follows the first order that the desk raised until its customer has confirmed it."""

    def __init__(self, *, desk: PlayedDesk, picture: Callable[[str], object]) -> None:
        """``picture`` gets the name of each picture to take."""
        self._desk = desk
        self._picture = picture
        self._order: WorkOrder | None = None
        self._script: Iterator[_Step] | None = None
        self._waits_for: _Step | None = None
        self._wait: _Wait | None = None
        self._leaving: _Wait | None = None
        self._is_over = False

    def raised(self, order: WorkOrder) -> None:
        """An order was raised at the desk: the first one is followed."""
        if self._order is None:
            self._order = order

    def moved(self, step: BackOfficeStepEvent) -> None:
        """The other side took a step."""
        if self._order is not None and step.order.id == self._order.id:
            self._order = step.order

    @property
    def is_due(self) -> bool:
        """Whether the customer is to be called, or is being called."""
        order = self._order
        return not self._is_over and order is not None and order.state is WorkOrderState.VERIFYING

    @property
    def is_wanted(self) -> bool:
        """Whether there is an order whose end is still to be told."""
        return self._order is not None and not self._is_over

    def go_on(self, now: datetime) -> None:
        """Take the next step when what it waits for has happened; give up after a while."""
        if self._script is None:
            assert self._order is not None
            self._script = self._play(self._order)
        if self._wait is None:
            self._wait = _Wait(now)
        if self._waits_for is None or self._waits_for():
            self._waits_for = next(self._script, None)
            self._wait = _Wait(now)
            self._is_over = self._waits_for is None
        elif self._wait.is_too_long(now):
            self._is_over = True

    def leave(self, now: datetime) -> None:
        """The day is over: wait a while for an order that is still out, then no longer."""
        if self._leaving is None:
            self._leaving = _Wait(now)
        if not self.is_due and self._leaving.is_too_long(now):
            self._is_over = True

    def _play(self, order: WorkOrder) -> Iterator[_Step]:
        desk = self._desk
        desk.show_page("tickets")
        yield lambda: desk.lists_to_verify(order)
        yield from self._look("order-came-back.png")
        yield self._calling()
        yield from self._look("order-verified.png")
        desk.confirm()
        yield lambda: desk.order_is(WorkOrderState.CLOSED)
        desk.press(CallService.CLEAR_CONNECTION)
        yield desk.has_no_call
        yield desk.finish_wrap_up
        desk.show_page(AGENT_PAGE)

    def _calling(self) -> _Step:
        """Return what calls the customer and says whether they talk.

        A caller who rings straight through keeps the line, and a customer may not answer: nobody
        is called before the line is free, and once more when it is free again.
        """
        ticks = count()
        pressed_at = -LOOK_TICKS

        def talks() -> bool:
            nonlocal pressed_at
            now = next(ticks)
            if self._desk.talks():
                return True
            if self._desk.has_no_call() and now - pressed_at >= LOOK_TICKS:
                self._desk.call_to_verify()
                pressed_at = now
            return False

        return talks

    def _look(self, picture: str) -> Iterator[_Step]:
        for _ in range(LOOK_TICKS):
            yield lambda: True
        self._picture(picture)
