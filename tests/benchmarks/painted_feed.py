"""One of the desks that listen, with a real window: a dispatcher's board, in a process of its own.

Everything of a desk runs there: services, storage, feed, bridge and window. A change counts as
painted at the end of the window's painting in which its order's card was drawn as that change, or a
later one of the same order, left it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QEventLoop, QTimer

from agent_desk.domain.board import BoardOrder
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import EventId, WorkOrderId, new_uuid7
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.storage import UnitOfWork
from db.change_feed.postgres import PostgresChangeFeed
from db.postgres_storage import PostgresStorage
from tests.benchmarks.board import House, new_board, watching_cards
from tests.benchmarks.pop_desk import SWITCH_SECONDS
from ui.application import create_application
from ui.board.lane_view import LaneView
from ui.session import keep_for_good

ORDERS = 1_000
"""Open orders on the board; those in sight are changed."""

_SUBJECT = "Changed elsewhere "
_LONGEST_MS = 60_000

Painted = list[tuple[int, float]]
"""Numbers of changes, and the monotonic time at which each was on the screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSeat:
    """Where the dispatcher signs in."""

    url: str
    password: str


class OrderChanges:
    """Changes orders in place, one after the other, as another desk would."""

    def __init__(self, orders: list[WorkOrder]) -> None:
        """Change ``orders`` in turn."""
        self._orders = orders

    def change(self, unit: UnitOfWork, number: int, event_id: EventId) -> None:
        """Make the change ``number``, counted from 0, and log it under ``event_id``."""
        place = number % len(self._orders)
        order = unit.orders.save(replace(self._orders[place], subject=f"{_SUBJECT}{number}"))
        event = LoggedEvent(
            id=event_id,
            stream=Stream.WORK_ORDER,
            stream_id=order.id,
            kind="OrderChanged",
            # It stays as long in its state as before: its clock goes on, and its card in its place.
            at=order.changed_at,
            actor=order.owner,
            payload=to_payload(order),
        )
        unit.events.append([event])
        self._orders[place] = order


def new_event_id() -> EventId:
    """Return the id of a change that is made now."""
    return EventId(new_uuid7(datetime.now(UTC)))


def show_board(seat: BoardSeat, changes: int, pipe: Connection) -> None:
    """Show the board in this process; tell ``pipe`` the orders in sight, then what was painted.

    Raises RuntimeError when not all ``changes`` are painted within a minute.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    create_application(["bench"])
    sys.setswitchinterval(SWITCH_SECONDS)
    storage = PostgresStorage(url=seat.url, password=seat.password, calling_code="86")
    feed = PostgresChangeFeed(url=seat.url, password=seat.password)
    with tempfile.TemporaryDirectory() as folder, _painted_cards() as cards:
        house = House(storage, Path(folder), feed)
        try:
            page, presenter = new_board(house)
            house.wait_painted(lambda: page.stage.is_known)
            # Clocks follow the first picture, and may put cards into another place.
            _wait(1_000)
            cards.clear()
            for lane in page.findChildren(LaneView):
                lane.viewport().update()
            house.wait_painted(lambda: bool(cards))
            in_sight = sorted(cards)
            keep_for_good()
            pipe.send(in_sight)
            pipe.send(_followed(house, cards, changes, len(in_sight)))
            presenter.deleteLater()
            house.drop(page)
        finally:
            house.close(storage)


def _followed(house: House, cards: dict[WorkOrderId, int], changes: int, orders: int) -> Painted:
    """Return when each change was painted; ``cards`` has the newest that was drawn of each."""
    painted: Painted = []
    # Change n is of order n modulo their count: so many of an order came before it.
    missing = {number: number for number in range(orders)}
    wait = QEventLoop()

    def after_paint() -> None:
        now = monotonic()
        for newest in tuple(cards.values()):
            place = newest % orders
            while newest >= 0 and missing[place] <= newest:
                painted.append((missing[place], now))
                missing[place] += orders
        cards.clear()
        if len(painted) == changes:
            wait.quit()

    cards.clear()
    house.after_paint(after_paint)
    QTimer.singleShot(_LONGEST_MS, wait, wait.quit)
    wait.exec()
    house.after_paint(lambda: None)
    if len(painted) != changes:
        raise RuntimeError(f"{changes - len(painted)} of {changes} changes were not painted")
    return painted


@contextmanager
def _painted_cards() -> Iterator[dict[WorkOrderId, int]]:
    """Yield which cards were drawn inside, each with the newest change that it showed or -1."""
    cards: dict[WorkOrderId, int] = {}

    def note(order: BoardOrder) -> None:
        _, _, number = order.subject.partition(_SUBJECT)
        cards[order.id] = int(number or -1)

    with watching_cards(note):
        yield cards


def _wait(ms: int) -> None:
    wait = QEventLoop()
    QTimer.singleShot(ms, wait.quit)
    wait.exec()
