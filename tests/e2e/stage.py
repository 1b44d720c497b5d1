"""The whole desk in this process, window and all, for tests that press its keys.

The test is the main thread; `desk-loop` is the desk's own. A test waits for what the window shows
and reaches the services only through ``on_loop``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.identifiers import AgentId, calling_code
from agent_desk.domain.sign_in import SignInForm
from agent_desk.ports.exchange_line import ExchangeLine
from agent_desk.services.desk import Desk, DeskPorts, DeskProfile
from agent_desk.settings import Settings
from db.journal import FileJournal
from db.sheet_files import SheetFiles
from db.sqlite_storage import SqliteStorage
from db.text_files import TextFiles
from telephony.simulator.callers import Caller
from telephony.simulator.chance.distributions import fixed
from telephony.simulator.scenario import Scenario
from telephony.simulator.simulation import Simulation, build_simulation
from tests.e2e.folders import places_of
from tests.fakes.faulty_storage import FaultyStorage
from tests.fakes.listed_trace import ListedTrace
from tests.fakes.manual_clock import START, ManualClock
from tests.fakes.memory_credentials import MemoryCredentials
from tests.fakes.scripted_probe import ScriptedProbe
from tests.fakes.scripted_switch import ScriptedSwitch
from tests.unit.telephony.quiet_floor import call_queue, quiet_scenario
from ui.agent_panels import AgentPanels
from ui.desk_view import DeskView
from ui.session import DeskSession

T = TypeVar("T")

OpenDesk = Callable[[Callable[[Desk], None]], Coroutine[Any, Any, Desk]]

WAIT_MS = 20_000
"""Longest wait for anything, in milliseconds: a busy machine must not fail a test."""

LONG_SECONDS = 100_000.0
"""Simulated time that no test lives to see."""

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier

AGENT = AgentId("agent017")


@dataclass(slots=True)
class Kept:
    """What the desk wrote into its settings. refusal: raised instead of writing."""

    settings: list[Settings] = field(default_factory=list)
    refusal: ConfigurationError | None = None

    def save(self, changed: Settings) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.settings.append(changed)


class Stage:
    """One run of the desk."""

    def __init__(
        self,
        qtbot: QtBot,
        *,
        folder: Path,
        open_desk: OpenDesk,
        settings: Settings,
        complaint: ConfigurationError | None = None,
    ) -> None:
        """Make the session in ``folder``; `start` shows it."""
        self._qtbot = qtbot
        self._open = open_desk
        self._loop: asyncio.AbstractEventLoop | None = None
        self.events: list[object] = []
        self.kept = Kept()
        self.session = DeskSession(
            settings=settings,
            save_settings=self.kept.save,
            open_desk=self._remember_loop,
            layout=places_of(folder).layout,
            complaint=complaint,
        )
        self.session.when_attached(self._watch)

    async def _remember_loop(
        self, prepare: Callable[[Desk], None], _form: SignInForm | None
    ) -> Desk:
        self._loop = asyncio.get_running_loop()
        return await self._open(prepare)

    def _watch(self, desk: Desk) -> None:
        # As the window gets them: what is here, the window has heard of too.
        self.session.bridge.subscribe(object, self.events.append)

    @property
    def view(self) -> DeskView:
        return self.session.view

    @property
    def panels(self) -> AgentPanels:
        assert self.view.panels is not None
        return self.view.panels

    @property
    def desk(self) -> Desk:
        assert self.view.desk is not None
        return self.view.desk

    def start(self) -> None:
        """Show the window; the desk opens by and by."""
        self.session.start()
        self.activate()

    def begin(self) -> None:
        """Show the window and wait for the desk behind it."""
        self.start()
        self.wait(lambda: self.view.desk is not None)

    def activate(self) -> None:
        """Give the window the keyboard, unless a dialog has it; no window manager does."""

        def has_it() -> bool:
            if QApplication.activeModalWidget() is not None:
                return True
            self.view.window.activateWindow()
            return QApplication.activeWindow() is self.view.window

        self.wait(has_it)

    def close(self) -> None:
        """Stop the desk and forget the window."""
        desk = self.view.desk
        if desk is not None:
            self.on_loop(desk.stop())
        self.session.finish()
        self.view.window.hide()
        self.view.window.deleteLater()
        self.session.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Let Qt run until ``condition`` holds."""
        self._qtbot.waitUntil(condition, timeout=WAIT_MS)

    def on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        """Return what ``work`` returns on `desk-loop`."""
        assert self._loop is not None
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_MS / 1000)

    def do(self, act: Callable[..., T], *arguments: Any, **more: Any) -> T:
        """Return what the plain function ``act`` returns on `desk-loop`."""

        async def run() -> T:
            return act(*arguments, **more)

        return self.on_loop(run())

    def settled(self) -> None:
        """Return once everything that happened so far is on the disk."""
        self.on_loop(self.desk.recorder.settled())

    def seen(self, kind: type[T]) -> list[T]:
        """Return the desk's events of ``kind`` so far."""
        return [event for event in tuple(self.events) if isinstance(event, kind)]

    def focus(self) -> QWidget:
        """Return what has the keyboard."""
        if QApplication.activeWindow() is None:
            self.activate()
        return QApplication.focusWidget() or self.view.window

    def press(self, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the focus is."""
        pressed = Qt.KeyboardModifier.NoModifier
        for modifier in modifiers:
            pressed |= modifier
        QTest.keyClick(self.focus(), key, pressed)

    def type(self, text: str) -> None:
        """Type letters where the focus is."""
        QTest.keyClicks(self.focus(), text)

    def choose_category(self, typed: str) -> None:
        """Choose by keyboard the first category that what is typed finds."""
        QTest.keyClicks(self.panels.editor.form.category, typed[0])
        popup = QApplication.activePopupWidget()
        assert popup is not None
        QTest.keyClicks(popup.focusWidget(), typed[1:])
        QTest.keyClick(popup.focusWidget(), Qt.Key.Key_Return)
        self.activate()

    def notices(self) -> str:
        """Return every notice that can be read, a line each."""
        return "\n".join(self.view.notices.texts())


def profile_of(settings: Settings) -> DeskProfile:
    return DeskProfile(
        agent_id=AgentId(settings.agent_id),
        region=settings.region,
        repeat_window=timedelta(days=settings.repeat_window_days),
    )


def storage_in(folder: Path, settings: Settings) -> SqliteStorage:
    return SqliteStorage(
        path=places_of(folder).database, calling_code=calling_code(settings.region)
    )


async def started(ports: DeskPorts, settings: Settings, prepare: Callable[[Desk], None]) -> Desk:
    """Return a running desk on ``ports``."""
    desk = Desk(ports=ports, profile=profile_of(settings))
    prepare(desk)
    await desk.start()
    return desk


class SimulatedStage(Stage):
    """A desk on a simulated floor where only those call whom the test lets call."""

    def __init__(
        self,
        qtbot: QtBot,
        *,
        folder: Path,
        settings: Settings,
        speed: float = 20.0,
        starts_at: datetime,
    ) -> None:
        """Run ``speed`` simulated seconds a second from ``starts_at`` on."""
        simulation = build_simulation(_patient_floor(), speed=speed, starts_at=starts_at)
        self.simulation: Simulation = simulation
        self.storage = storage_in(folder, settings)
        ports = DeskPorts(
            switch=simulation.switch,
            media=simulation.media,
            clock=simulation.clock,
            storage=self.storage,
            journal=FileJournal(path=places_of(folder).journal),
        )
        super().__init__(
            qtbot,
            folder=folder,
            settings=settings,
            open_desk=lambda prepare: started(ports, settings, prepare),
        )

    def call_queue(self, number: str, name: str = "") -> None:
        """Let ``number`` call a queue that only this desk serves."""
        caller = Caller(number=number, name=name)
        self._act(lambda: call_queue(self.simulation, caller=caller, talk_seconds=LONG_SECONDS))

    def call_directly(self, number: str, name: str = "") -> None:
        """Let ``number`` call the desk's own line, whatever its agent is doing."""
        self._act(lambda: self.simulation.telephone.receive(Caller(number=number, name=name)))

    def _act(self, act: Callable[[], object]) -> None:
        def run() -> None:
            self.simulation.pace.catch_up()
            act()
            self.simulation.pace.rearm()

        self.do(run)


def _patient_floor() -> Scenario:
    """Return the quiet floor with people who wait until a test has come round to them."""
    floor = quiet_scenario(wrap_up_seconds=0.0)
    return replace(
        floor,
        desk=replace(floor.desk, ring_no_answer_seconds=LONG_SECONDS),
        outside=replace(floor.outside, talk=fixed(LONG_SECONDS)),
    )


class ScriptedStage(Stage):
    """A desk on a switch that does what the test says, and a database that can be broken."""

    def __init__(
        self,
        qtbot: QtBot,
        *,
        folder: Path,
        settings: Settings,
        now: datetime = START,
        complaint: ConfigurationError | None = None,
        line: ExchangeLine | None = None,
    ) -> None:
        """Let time stand still at ``now``; ``line`` as if calls were real."""
        self.clock = ManualClock(now)
        self.credentials = MemoryCredentials()
        self.probe = ScriptedProbe()
        self.trace = ListedTrace()
        self.switch = ScriptedSwitch(clock=self.clock)
        self.storage = FaultyStorage(inner=storage_in(folder, settings))
        self.journal = FileJournal(path=places_of(folder).journal)
        ports = DeskPorts(
            switch=self.switch,
            media=self.switch.media,
            clock=self.clock,
            storage=self.storage,
            journal=self.journal,
            sheets=SheetFiles(),
            line=line,
            credentials=self.credentials,
            probe=self.probe,
            trace=self.trace,
            texts=TextFiles(),
        )
        super().__init__(
            qtbot,
            folder=folder,
            settings=settings,
            open_desk=lambda prepare: started(ports, settings, prepare),
            complaint=complaint,
        )

    def close(self) -> None:
        """Stop the desk, its database mended first: a desk waits for what it is writing."""
        if self.view.desk is not None:
            self.do(self.storage.revive)
            self.do(self.storage.release)
        super().close()

    def ring(self, call_id: str, number: str, *, queue: str = "support") -> None:
        """Let ``number`` ring here."""
        self.do(self.switch.ring, call_id, number, queue=queue)
