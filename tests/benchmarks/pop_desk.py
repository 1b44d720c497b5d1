"""A desk with its window on a switch that rings when told, and its pops timed; main thread.

A pop counts as painted at the end of the window's painting in which the last of the record's two
parts, the card and the rows of the timeline, was drawn with the new customer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QListView

from agent_desk.domain.identifiers import AgentId, CallId
from agent_desk.domain.rights import Person
from agent_desk.ports.change_feed import ChangeFeed
from agent_desk.ports.storage import Storage
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.services.screen_pop import CustomerChosenEvent
from agent_desk.settings import Settings
from db.journal import FileJournal
from tests.benchmarks.paint_watch import PaintWatch
from tests.fakes.scripted_switch import ScriptedSwitch
from ui.bridge import Bridge, DeskLoop
from ui.desk_view import DeskView
from ui.timeline.model import TimelineModel

SWITCH_SECONDS = 0.0005
"""How long a thread keeps the interpreter when another wants it: what the program itself sets."""

_SETTLE_MS = 200
"""Room for what the end of a call brings: its records are written, and the card is read again."""

_LONGEST_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PopDatabase:
    """What a desk of the benchmark stands on.

    person: who signed in, None at a desk without sign-in. feed: None where nobody else writes.
    """

    storage: Storage
    person: Person | None = None
    feed: ChangeFeed | None = None


class _SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class PopDesk(QObject):
    """The desk with its window."""

    def __init__(self, database: PopDatabase, folder: Path) -> None:
        """Show the window; ``folder`` is for the desk's journal. Nothing runs before ``open``."""
        super().__init__()
        self._loop = DeskLoop()
        self._bridge = Bridge(self._loop.loop)
        self._database, self._folder = database, folder
        self.view = DeskView(
            settings=Settings(language="en", theme="light", ring_silent=True),
            save_settings=lambda settings: None,
        )
        self._unpainted: set[QObject] = set()
        self._is_shown = False
        self._ringing: CallId | None = None
        self._painted: Callable[[], None] = lambda: None
        self.view.window.show()
        self.view.build_page()
        assert self.view.panels is not None
        contact = self.view.panels.contact
        views = contact.timeline.findChildren(QListView)
        rows = next(view for view in views if isinstance(view.model(), TimelineModel))
        self._parts = (contact.card.view.viewport(), rows.viewport())
        for part in self._parts:
            part.installEventFilter(self)
        self._watch = PaintWatch(self.view.window, self._after_paint)

    def open(self) -> None:
        """Start the desk and return once the window shows it."""
        self._loop.start()
        wait = QEventLoop()

        def attached(desk: Desk) -> None:
            self.view.attach(desk, self._bridge, desk.clock.now)
            self._bridge.subscribe(CustomerChosenEvent, self._shown)
            wait.quit()

        self._bridge.call(self._open, on_result=attached)
        wait.exec()

    async def _open(self) -> Desk:
        clock = _SystemClock()
        self.switch = ScriptedSwitch(clock=clock)
        ports = DeskPorts(
            switch=self.switch,
            media=self.switch.media,
            storage=self._database.storage,
            journal=FileJournal(path=self._folder / "journal.sqlite"),
            clock=clock,
            feed=self._database.feed,
        )
        person = self._database.person
        login = AgentId("bench") if person is None else person.login
        profile = DeskProfile(agent_id=login, region="CN", person=person)
        desk = Desk(ports=ports, profile=profile)
        desk.bus.subscribe(object, self._bridge.post)
        await desk.start()
        return desk

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note which part of the record is painted; a window may paint them one after the other."""
        if event.type() == QEvent.Type.Paint and self._is_shown:
            self._unpainted.discard(watched)
        return False

    def pop(self, call_id: str, number: str) -> float:
        """Return the seconds from the ringing to the painted record; the caller then gives up.

        Raises RuntimeError when it is not painted within ten seconds.
        """
        wait = QEventLoop()
        ended: list[float] = []

        def painted() -> None:
            ended.append(perf_counter())
            wait.quit()

        self._painted = painted
        QTimer.singleShot(_LONGEST_MS, wait, wait.quit)
        began = perf_counter()
        self._loop.loop.call_soon_threadsafe(self._ring, call_id, number)
        wait.exec()
        if not ended:
            raise RuntimeError(f"the record of {number} was not painted within {_LONGEST_MS} ms")
        self._painted = lambda: None
        self._loop.loop.call_soon_threadsafe(self._give_up)
        _let_settle()
        return ended[0] - began

    def close(self) -> None:
        """Stop the desk and its loop."""
        wait = QEventLoop()
        desk = self.view.desk
        assert desk is not None
        self._bridge.call(desk.stop, on_result=lambda _: wait.quit())
        wait.exec()
        self._bridge.close()
        self._loop.stop()

    def _ring(self, call_id: str, number: str) -> None:
        self._ringing = self.switch.ring(call_id, number)

    def _give_up(self) -> None:
        assert self._ringing is not None
        self.switch.caller_gives_up(self._ringing)

    def _shown(self, event: CustomerChosenEvent) -> None:
        # Subscribed last: the panels have the record by now.
        self._unpainted = set(self._parts)
        self._is_shown = True

    def _after_paint(self) -> None:
        if self._is_shown and not self._unpainted:
            self._is_shown = False
            self._painted()


def _let_settle() -> None:
    """Let the desk finish what the end of the call brings before the next turn begins."""
    wait = QEventLoop()
    QTimer.singleShot(_SETTLE_MS, wait.quit)
    wait.exec()
