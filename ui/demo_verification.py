"""Plays the end of the loop at one desk: the returned order and its customer; main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from agent_desk.domain.call import CallService
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.back_office import BackOfficeStepEvent
from ui.demo_desk import PlayedDesk
from ui.shell.main_window import AGENT_PAGE

PATIENCE: Final = timedelta(minutes=2)
"""Longest wait, in simulated time, for an order to come back, and for each step of its call."""

LOOK_TICKS: Final = 8
"""How often the window is let alone before its picture is taken."""

_Step = Callable[[], object]


class PlayedVerification:
    """Follows the first order that the desk raised until its customer has confirmed it."""

    def __init__(self, *, desk: PlayedDesk, picture: Callable[[str], object]) -> None:
        """``picture`` gets the name of each picture to take."""
        self._desk = desk
        self._picture = picture
        self._order: WorkOrder | None = None
        self._script: Iterator[_Step] | None = None
        self._waits_for: _Step | None = None
        self._waits_since: datetime | None = None
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
        if self._waits_since is None:
            self._waits_since = now
        if self._waits_for is None or self._waits_for():
            self._waits_for = next(self._script, None)
            self._waits_since = now
            self._is_over = self._waits_for is None
        elif now - self._waits_since > PATIENCE:
            self._is_over = True

    def give_up_after(self, since: datetime, now: datetime) -> None:
        """Wait no longer for an order that has not come back in time."""
        if not self.is_due and now - since > PATIENCE:
            self._is_over = True

    def _play(self, order: WorkOrder) -> Iterator[_Step]:
        desk = self._desk
        desk.show_page("tickets")
        yield lambda: desk.lists_to_verify(order)
        yield from self._look("order-came-back.png")
        desk.call_to_verify()
        yield desk.talks
        yield from self._look("order-verified.png")
        desk.confirm()
        yield lambda: desk.order_is(WorkOrderState.CLOSED)
        desk.press(CallService.CLEAR_CONNECTION)
        yield desk.has_no_call
        yield desk.finish_wrap_up
        desk.show_page(AGENT_PAGE)

    def _look(self, picture: str) -> Iterator[_Step]:
        for _ in range(LOOK_TICKS):
            yield lambda: True
        self._picture(picture)
