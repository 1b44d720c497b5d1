"""A whole desk with its window, on a scripted switch and a clock that stands still, for pictures.

Main thread; `desk-loop` is the desk's own. Everything a picture shows comes from the demo data and
from what a scene does, so two runs give the same picture.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QDeadlineTimer, QEvent, QEventLoop, QSize
from PySide6.QtWidgets import QApplication

from agent_desk.domain.acd import QueueStatus
from agent_desk.domain.identifiers import AgentId, CallId, QueueId
from agent_desk.domain.line_check import Finding
from agent_desk.domain.registration import RegistrationTrouble
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.settings import Settings
from db.demo_data.generator import generate
from db.journal import FileJournal
from db.sheet_files import SheetFiles
from db.sqlite_storage import SqliteStorage
from db.text_files import TextFiles
from tests.fakes.listed_trace import ListedTrace
from tests.fakes.manual_clock import ManualClock
from tests.fakes.memory_credentials import MemoryCredentials
from tests.fakes.scripted_probe import ScriptedProbe
from tests.fakes.scripted_switch import ScriptedSwitch
from ui.agent_panels import AgentPanels
from ui.application import create_application
from ui.bridge import Bridge, DeskLoop
from ui.desk_view import DeskView
from ui.language import Language, set_language
from ui.theme.theme import ThemeName, apply_theme

T = TypeVar("T")

NOW = datetime(2026, 11, 20, 6, 32, tzinfo=UTC)
"""14:32 in Shanghai, on a Friday."""

TIME_ZONE = "Asia/Shanghai"
CUSTOMERS = 300
SEED = 7
SIZE = QSize(1440, 900)
WAIT_MS = 15_000

_WAITING = {
    "billing": (1, 2, 1, 3, 2, 3, 4, 3, 3, 3),
    "technical": (4, 5, 7, 8, 8, 9, 11, 10, 12, 12),
    "sales": (3, 2, 2, 1, 0, 1, 2, 1, 1, 1),
    "vip": (0, 0, 1, 1, 0, 0, 1, 0, 0, 0),
    "chinese": (3, 3, 4, 5, 5, 6, 7, 6, 6, 6),
}
_NAMES = {
    "billing": ("Billing", "账单", 41.0, 92),
    "technical": ("Technical", "技术支持", 202.0, 68),
    "sales": ("Sales", "销售", 8.0, 97),
    "vip": ("VIP line", "贵宾专线", 0.0, 99),
    "chinese": ("Chinese desk", "中文专席", 115.0, 76),
}


UNTRUSTED = RegistrationTrouble.CERTIFICATE_AUTHORITY


class Studio:
    """Opens the desk in ``folder`` and takes pictures of its window."""

    def __init__(self, folder: Path) -> None:
        """Make demo data and the window in ``folder``; the desk is open when this returns."""
        self._former_zone = os.environ.get("TZ")
        _set_time_zone(TIME_ZONE)
        self.application = create_application(["screenshots"])
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        database = folder / "agent-desk.sqlite"
        if not database.exists():
            generate(database, customers=CUSTOMERS, seed=SEED, region="CN", now=NOW)
        self.clock = ManualClock(NOW)
        self.switch = ScriptedSwitch(clock=self.clock, queues=queue_statuses(-1))
        self.credentials = MemoryCredentials()
        self.probe = ScriptedProbe(connection=Finding(trouble=UNTRUSTED, detail="self-signed"))
        self._loop = DeskLoop()
        self._bridge = Bridge(self._loop.loop)
        settings = Settings(language="en", theme="light", ring_silent=True)
        self.view = DeskView(settings=settings, save_settings=lambda changed: None)
        self.view.window.resize(SIZE)
        self.view.window.show()
        self.view.build_page()
        self._loop.start()
        self.desk = self.on_loop(self._open)
        self.view.attach(self.desk, self._bridge, self.clock.now)
        self.on_loop(self.desk.agent.log_on)
        self.on_loop(self.desk.agent.ready)
        self._show_waiting_history()

    @property
    def panels(self) -> AgentPanels:
        """The panels of the agent's page."""
        assert self.view.panels is not None
        return self.view.panels

    def close(self) -> None:
        """End the desk and its window."""
        self.on_loop(self.desk.stop)
        self._bridge.close()
        self._loop.stop()
        self.view.window.close()
        self.view.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        _set_time_zone(self._former_zone)

    def on_loop(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what ``work`` returns on `desk-loop`, while the window goes on."""
        future = asyncio.run_coroutine_threadsafe(work(), self._loop.loop)
        self.wait_until(future.done)
        return future.result()

    def act(self, script: Callable[[], object]) -> None:
        """Let something happen at the switch."""

        async def work() -> None:
            script()

        self.on_loop(work)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Let the window go on until ``condition`` holds; TimeoutError when it never does."""
        deadline = QDeadlineTimer(WAIT_MS)
        while not condition():
            if deadline.hasExpired():
                raise TimeoutError("the scene did not come about")
            self.application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 20)

    def ring(self, number: str, *, queue: str = "technical", reason: str = "") -> CallId:
        """Let ``number`` ring and wait for the answer of the database."""
        calls = len(self.desk.calls.calls)
        call_id = CallId(f"picture-{number}-{calls}")
        self.act(
            lambda: self.switch.ring(
                call_id, number, queue=queue, queue_wait_seconds=14.0, reason=reason
            )
        )
        self.wait_until(lambda: self._is_matched(call_id))
        return call_id

    def answer(self, call_id: CallId) -> None:
        """Answer the ringing call."""
        self.on_loop(lambda: self.desk.calls.answer_call(call_id))

    def pass_time(self, seconds: float) -> None:
        """Let the desk's clock go on."""
        self.clock.advance(seconds)

    def show_in(self, theme: ThemeName, language: Language) -> None:
        """Show the window in another look."""
        set_language(language)
        apply_theme(theme)

    def picture(self, path: Path) -> Path:
        """Write what the window shows now to ``path``."""
        for _ in range(6):
            self.application.processEvents()
            QCoreApplication.sendPostedEvents(None, 0)
        path.parent.mkdir(parents=True, exist_ok=True)
        focus = QApplication.focusWidget()
        if focus is not None:
            focus.clearFocus()
        self._tick()
        self.application.processEvents()
        if not self.view.window.grab().save(str(path)):
            raise OSError(f"{path} could not be written")
        return path

    async def _open(self) -> Desk:
        ports = DeskPorts(
            switch=self.switch,
            media=self.switch.media,
            storage=SqliteStorage(path=self._folder / "agent-desk.sqlite", calling_code="86"),
            sheets=SheetFiles(),
            journal=FileJournal(path=self._folder / "journal.sqlite"),
            clock=self.clock,
            credentials=self.credentials,
            probe=self.probe,
            trace=ListedTrace(),
            texts=TextFiles(),
        )
        profile = DeskProfile(agent_id=AgentId("agent017"), region="CN")
        desk = Desk(ports=ports, profile=profile)
        desk.bus.subscribe(object, self._bridge.post)
        await desk.start()
        return desk

    def _is_matched(self, call_id: CallId) -> bool:
        shown = self.view.contact.shown
        matched = shown is not None and (shown.card is not None or shown.match is not None)
        return shown is not None and shown.call_id == call_id and matched

    def _tick(self) -> None:
        """Bring every running time up to the clock."""
        from ui.calls.ticker import ticker

        ticker().ticked.emit(0)

    def _show_waiting_history(self) -> None:
        steps = len(next(iter(_WAITING.values())))
        for step in range(steps):
            self.clock.advance(30.0)
            self.panels.queues.show_queues(queue_statuses(step))
            self.wait_until(lambda: True)
        self.panels.queues.show_queues(queue_statuses(-1))


def _set_time_zone(name: str | None) -> None:
    """Make ``name`` the local time zone, None for the machine's; Windows keeps its own."""
    if name is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = name
    if hasattr(time, "tzset"):
        time.tzset()


def queue_statuses(step: int) -> tuple[QueueStatus, ...]:
    """Return the five queues at one step of the last minutes."""
    return tuple(
        QueueStatus(
            queue_id=QueueId(key),
            name=name,
            name_zh=name_zh,
            waiting=_WAITING[key][step],
            longest_wait_seconds=longest,
            offered=100,
            answered=100,
            answered_in_target=level,
        )
        for key, (name, name_zh, longest, level) in _NAMES.items()
    )
