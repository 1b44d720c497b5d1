"""The dispatcher's board with 10,000 open orders, beside a raw query and an empty table view.

Ours is the whole way: page, service, storage, bridge, ten thousand cards in their columns, painted.
The baseline asks for the same rows with a bare driver, and shows a table view that has none. Both
take turns in one window. On a server both are a dispatcher, who is asked for every row's policy.

Opened counts at the end of the painting in which every order is known. Then another desk's changes:
from the event to the painted card, and how many cards were painted for it.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, Final, LiteralString

import psycopg
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QRect, QTimer
from PySide6.QtGui import QPainter, QStandardItemModel
from PySide6.QtWidgets import QStackedWidget, QTableView, QWidget

from agent_desk.domain.board import BoardOrder, CardClock
from agent_desk.domain.change import Change
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, EventId, new_uuid7
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.change_feed import ChangeFeed
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from db.access.users import open_people
from db.engine import sqlite_driver
from db.journal import FileJournal
from db.postgres_database import PostgresDatabase
from db.postgres_schema import migrate
from db.postgres_storage import PostgresStorage
from db.sqlite_database import SqliteDatabase
from db.sqlite_storage import SqliteStorage
from tests.benchmarks.board_rows import fill
from tests.benchmarks.paint_watch import PaintWatch
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.servers.postgres import PostgresServer
from ui.application import create_application
from ui.board.card_painter import CardLook, CardPainter
from ui.board.page import DispatchPage
from ui.bridge import Bridge, DeskLoop
from ui.presenters.context import Context
from ui.presenters.dispatch_board import DispatchBoardPresenter
from ui.session import keep_for_good
from ui.shell.notices import Notices

ORDERS: Final = 10_000
TURNS: Final = 15
CHANGES: Final = 40
REQUIRED_RATIO: Final = 3.0
_WARM_UP: Final = 3
_LONGEST_MS: Final = 30_000
LOGIN: Final = AgentId("dispatcher")
_PASSWORD: Final = "correct horse battery"
_RAW: LiteralString = """
SELECT o.id, o.number, o.subject, o.customer_id, c.name, c.city, t.category_id, o.department_id,
    o.state, o.priority, o.owner, o.raised_at, o.changed_at, o.version, o.field_work,
    o.hold_reason, o.round
FROM work_orders o JOIN customers c ON c.id = o.customer_id JOIN tickets t ON t.id = o.ticket_id
WHERE o.state NOT IN ('CLOSED', 'CANCELLED')
"""
Ask = Callable[[], Sequence[Any]]
Save = Callable[[Callable[[UnitOfWork], Any]], Any]
"""Changes something as another desk would."""


class _Clock:
    """``ports.clock.Clock`` of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class House:
    """A window, and the services of a dispatcher's desk behind it.

    feed: what tells the desk of the others, which then runs whole; None where only its storage is
    opened and `tell` says what others did.
    """

    def __init__(self, storage: Storage, folder: Path, feed: ChangeFeed | None = None) -> None:
        self._loop = DeskLoop()
        self.bridge = Bridge(self._loop.loop)
        self.window = QStackedWidget()
        self.window.setObjectName("window")
        self.window.resize(1376, 842)
        self.window.show()
        self._after_paint: Callable[[], object] = lambda: None
        self._watch = PaintWatch(self.window, lambda: self._after_paint())
        self._loop.start()
        self.desk = self._call(self._open(storage, folder, feed))
        self.context = Context(
            desk=self.desk, bridge=self.bridge, notices=Notices(), now=self.desk.clock.now
        )

    async def _open(self, storage: Storage, folder: Path, feed: ChangeFeed | None) -> Desk:
        clock = _Clock()
        switch = ScriptedSwitch(clock=clock)
        journal = FileJournal(path=folder / "journal.sqlite")
        ports = DeskPorts(
            switch=switch,
            media=switch.media,
            storage=storage,
            journal=journal,
            clock=clock,
            feed=feed,
        )
        person = Person(login=LOGIN, name="D", roles=frozenset({Role.DISPATCHER}))
        profile = DeskProfile(agent_id=LOGIN, region="CN", person=person)
        desk = Desk(ports=ports, profile=profile)
        desk.bus.subscribe(object, self.bridge.post)
        await (desk.start() if feed is not None else storage.open())
        return desk

    def close(self, storage: Storage) -> None:
        # One that never began has nothing to stop.
        self._call(self.desk.stop())
        self._call(storage.close())
        self.bridge.close()
        self._loop.stop()
        self.window.close()

    def _call(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop.loop).result(60)

    def write(self, storage: Storage, work: Callable[[UnitOfWork], Any]) -> Any:
        return self._call(storage.write(work))

    def tell(self, event: object) -> None:
        self._loop.loop.call_soon_threadsafe(self.desk.bus.publish, event)

    def after_paint(self, painted: Callable[[], object]) -> None:
        """Call ``painted`` after each painting of the window from now on."""
        self._after_paint = painted

    def wait_painted(self, is_there: Callable[[], bool]) -> float:
        """Return when the painting ended after which ``is_there`` was true."""
        wait, ended = QEventLoop(), list[float]()

        def painted() -> None:
            if not ended and is_there():
                ended.append(perf_counter())
                wait.quit()

        self._after_paint = painted
        QTimer.singleShot(_LONGEST_MS, wait, wait.quit)
        wait.exec()
        self._after_paint = lambda: None
        if not ended:
            raise RuntimeError(f"nothing was painted within {_LONGEST_MS} ms")
        return ended[0]

    def show(self, page: QWidget) -> None:
        self.window.addWidget(page)
        self.window.setCurrentWidget(page)

    def drop(self, page: QWidget) -> None:
        self.window.removeWidget(page)
        page.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()


def run(orders: int = ORDERS, turns: int = TURNS) -> dict[str, Any]:
    """Return both engines' opening times and ratios, and what a change of another desk costs."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    create_application(["bench"])
    with tempfile.TemporaryDirectory() as folder:
        report = {
            "baseline": "the same rows by a bare driver, and an empty QTableView",
            "orders": orders,
            "required_ratio": REQUIRED_RATIO,
            "sqlite": _on_file(Path(folder), orders, turns),
        }
        report["postgresql"] = _on_server(Path(folder), orders, turns)
    return report


def _on_file(folder: Path, orders: int, turns: int) -> dict[str, Any]:
    path = folder / "board.sqlite"
    with SqliteDatabase(path=path) as database:
        fill(database.write, orders)
    with closing(sqlite_driver().connect(str(path))) as raw:
        storage = SqliteStorage(path=path, calling_code="86")
        return _measured(storage, lambda: raw.execute(_RAW).fetchall(), None, folder, turns)


def _on_server(folder: Path, orders: int, turns: int) -> dict[str, Any]:
    with PostgresServer() as server:
        name = server.create_database()
        migrate(server.url(name), password=server.password)
        url = server.url(name)
        with PostgresDatabase(url=url, password=server.password, readers=1) as database:
            fill(database.write, orders)
        with psycopg.connect(url, password=server.password, autocommit=True) as owner:
            owner.execute("ANALYZE")
        with open_people(url, password=server.password) as people:
            roles = frozenset({Role.DISPATCHER})
            people.add(LOGIN, name=LOGIN, roles=roles, department="", password=_PASSWORD)
        url = server.url(name, user=LOGIN)
        storage = PostgresStorage(url=url, password=_PASSWORD, calling_code="86")
        with (
            psycopg.connect(url, password=_PASSWORD, autocommit=True) as raw,
            PostgresDatabase(
                url=server.url(name), password=server.password, readers=1
            ) as other_desk,
        ):
            return _measured(
                storage,
                lambda: raw.execute(_RAW).fetchall(),
                other_desk.write,
                folder,
                turns,
            )


def _measured(
    storage: Storage, ask: Ask, save: Save | None, folder: Path, turns: int
) -> dict[str, Any]:
    """``save``: None where only one desk can use the database."""
    house = House(storage, folder)
    keep_for_good()
    ours, queries, views = list[float](), list[float](), list[float]()
    try:
        for turn in range(-_WARM_UP, turns):
            opened, (query, view) = _open_ours(house), _open_raw(house, ask)
            if turn >= 0:
                ours.append(opened)
                queries.append(query)
                views.append(view)
        changes = _changed_elsewhere(house, save or partial(house.write, storage))
    finally:
        house.close(storage)
    baseline = [query + view for query, view in zip(queries, views, strict=True)]
    return {
        "turns": turns,
        "median_ms": median_ms(ours),
        "p90_ms": percentile_ms(ours, 0.9),
        "baseline_median_ms": median_ms(baseline),
        "baseline_query_median_ms": median_ms(queries),
        "baseline_view_median_ms": median_ms(views),
        "ratio_of_medians": round(median_ms(ours) / median_ms(baseline), 2),
        "ratio_of_best": round(min(ours) / min(baseline), 2),
        "changes": changes,
    }


def _open_ours(house: House) -> float:
    began = perf_counter()
    page, presenter = new_board(house)
    seconds = house.wait_painted(lambda: page.stage.is_known) - began
    presenter.deleteLater()
    house.drop(page)
    return seconds


def new_board(house: House) -> tuple[DispatchPage, DispatchBoardPresenter]:
    """Return the board's page, shown in the window and being read, and what keeps it so."""
    presenter = DispatchBoardPresenter(context=house.context, now=house.desk.clock.now)
    house.show(presenter.page)
    return presenter.page, presenter


def _open_raw(house: House, ask: Ask) -> tuple[float, float]:
    """Return the seconds of the query, and those of an empty table view."""
    began = perf_counter()
    rows = ask()
    asked = perf_counter()
    view = QTableView()
    view.setModel(QStandardItemModel(0, 17, view))
    house.show(view)
    painted = house.wait_painted(view.isVisible)
    assert len(rows) > 0
    house.drop(view)
    return asked - began, painted - asked


def _changed_elsewhere(house: House, save: Save) -> dict[str, Any]:
    """Return what a change in place and a move to another column cost, in cards and in time."""
    page, presenter = new_board(house)
    house.wait_painted(lambda: page.stage.is_known)
    in_place = [_edited(house, save, page, turn) for turn in range(CHANGES)]
    moved = [_moved(house, save, page) for _ in range(CHANGES)]
    presenter.deleteLater()
    house.drop(page)
    return {"in_place": _costs(in_place), "to_another_column": _costs(moved)}


def _edited(house: House, save: Save, page: DispatchPage, turn: int) -> tuple[float, int]:
    lane = page.model.lane(WorkOrderState.PENDING_DISPATCH)
    card = lane[turn % 5]
    subject = f"Changed elsewhere {turn}"

    def is_there() -> bool:
        order = page.model.order(card.id)
        return order is not None and order.subject == subject

    return _seen(house, save, card, {"subject": subject}, is_there)


def _moved(house: House, save: Save, page: DispatchPage) -> tuple[float, int]:
    card = page.model.lane(WorkOrderState.ASSIGNED)[2]
    accepted = WorkOrderState.ACCEPTED

    def is_there() -> bool:
        order = page.model.order(card.id)
        return order is not None and order.state is accepted

    return _seen(house, save, card, {"state": accepted}, is_there)


def _seen(
    house: House,
    save: Save,
    card: BoardOrder,
    changes: dict[str, Any],
    is_there: Callable[[], bool],
) -> tuple[float, int]:
    """Return the seconds from the event to the painting, and the cards that were painted."""

    def change(unit: UnitOfWork) -> WorkOrder:
        order = replace(unit.orders.get(card.id), **changes)
        return unit.orders.save(order)

    save(change)
    QCoreApplication.processEvents()
    told = Change(
        seq=1,
        id=EventId(new_uuid7(datetime.now(UTC))),
        stream=Stream.WORK_ORDER,
        stream_id=card.id,
        kind="OrderChanged",
        at=datetime.now(UTC),
        actor="somebody",
    )
    with _counted_cards() as painted:
        began = perf_counter()
        house.tell(SharedRecordsChangedEvent(changes=(told,)))
        seconds = house.wait_painted(is_there) - began
        QCoreApplication.processEvents()
    return seconds, len(painted)


@contextmanager
def watching_cards(note: Callable[[BoardOrder], object]) -> Iterator[None]:
    """Call ``note`` with the order of each card that is painted inside."""
    paint = CardPainter.paint

    def noting(
        self: CardPainter,
        painter: QPainter,
        area: QRect,
        order: BoardOrder,
        clock: CardClock | None,
        look: CardLook,
    ) -> None:
        note(order)
        paint(self, painter, area, order, clock, look)

    CardPainter.paint = noting  # type: ignore[method-assign]
    try:
        yield
    finally:
        CardPainter.paint = paint  # type: ignore[method-assign]


@contextmanager
def _counted_cards() -> Iterator[list[int]]:
    """Yield the numbers of the cards that are painted inside."""
    numbers: list[int] = []
    with watching_cards(lambda order: numbers.append(order.number)):
        yield numbers


def _costs(found: Sequence[tuple[float, int]]) -> dict[str, Any]:
    cards = sorted(count for _, count in found)
    return {
        "changes": len(found),
        "median_ms": median_ms([seconds for seconds, _ in found]),
        "painted_cards_median": cards[len(cards) // 2],
        "painted_cards_most": cards[-1],
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
