"""The real desk with somebody typing in front of it, in a process of its own, until it is killed.

It tells through a pipe what was pressed and when, and what the desk has acknowledged.
``time.monotonic`` is one clock for all processes of a machine, so nothing hangs on the pipe's
speed; what was told before the kill stays readable after it.
"""

from __future__ import annotations

import logging
import os
import random
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from agent_desk.bootstrap.desk import DeskPlan, open_desk
from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.ticket import Ticket
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.desk import Desk
from agent_desk.services.interactions import InteractionChangedEvent
from tests.e2e.folders import plan_for
from ui.presenters.workspaces import Workspace
from ui.session import DeskSession

TICK_MS = 15
FASTEST_MS, SLOWEST_MS = 15, 70
PAUSE_MS = 350
PAUSE_PROBABILITY = 0.06
SUBJECT_LENGTH = 24
WORK_ORDER_SHARE = 0.4
LETTERS = "abcdefghijklmnopqrstuvwxyz      ,.0123456789"
KEPT_KINDS = ("Answered", "Ended", "Disposed")


class Teller(logging.Handler):
    """Sends facts, and what the program complains about, from any thread."""

    def __init__(self, pipe: Connection) -> None:
        super().__init__(logging.WARNING)
        self._pipe = pipe
        self._sending = threading.Lock()

    def tell(self, word: str, **facts: object) -> None:
        """Send ``facts`` with the time; they are in the pipe when this returns."""
        try:
            with self._sending:
                self._pipe.send({"word": word, "at": time.monotonic(), **facts})
        except OSError:
            # Nobody listens any more, as after an interrupted run: typing on would never end.
            os._exit(1)

    def emit(self, record: logging.LogRecord) -> None:
        self.tell("complaint", text=self.format(record))


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    """Press a key where the focus is; between two windows nothing has it, and nothing happens."""
    target = QApplication.focusWidget() or QApplication.activeWindow()
    if target is not None:
        QTest.keyClick(target, key, modifiers or Qt.KeyboardModifier.NoModifier)


class Typist(QObject):
    """Signs on, answers, and types; what exactly, the subclass knows."""

    def __init__(self, session: DeskSession, *, seed: int, teller: Teller) -> None:
        super().__init__()
        self._tell = teller.tell
        self._session = session
        self._view = session.view
        self._random = random.Random(seed)
        self._calls: tuple[Call, ...] = ()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        session.before_start(self._watch)
        session.when_attached(self._begin)

    def _watch(self, desk: Desk) -> None:
        """On `desk-loop`: hear of the desk before its first event."""

    def _begin(self, desk: Desk) -> None:
        self._session.bridge.subscribe(CallsChangedEvent, self._on_calls)
        self._view.tickets.logged.connect(self._on_logged)
        self._view.window.activateWindow()
        self._timer.start(TICK_MS)

    def _on_calls(self, event: CallsChangedEvent) -> None:
        self._calls = event.calls

    def _on_logged(self, ticket: Ticket) -> None:
        self._tell("saved", number=ticket.number, id=ticket.id, subject=ticket.subject)

    def _tick(self) -> None:
        self._tell("tick", planned_ms=self._timer.interval())
        if QApplication.activeWindow() is None:
            # No window manager gives the keyboard back after a list has closed.
            self._view.window.activateWindow()
            return
        call = self._calls[0] if self._calls else None
        if call is None:
            self._without_call()
        elif call.state is LocalConnectionState.ALERTING:
            press(Qt.Key.Key_F4)
        elif call.state is LocalConnectionState.CONNECTED:
            workspace = self._view.tickets.workspace
            if workspace is not None and workspace.call_id == call.call_id:
                self._in_talk(call, workspace)

    def _without_call(self) -> None:
        press(Qt.Key.Key_F2)

    def _in_talk(self, call: Call, workspace: Workspace) -> None:
        raise NotImplementedError


class Writer(Typist):
    """Writes subject and description of one ticket, key by key, without ever saving."""

    def __init__(self, session: DeskSession, *, seed: int, teller: Teller) -> None:
        super().__init__(session, seed=seed, teller=teller)
        self._is_writing = False

    def _in_talk(self, call: Call, workspace: Workspace) -> None:
        match = workspace.match
        if match is None:
            return
        if workspace.card is None and match.candidates:
            press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
            return
        if not self._is_writing:
            self._view.window.activateWindow()
            press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
            self._is_writing = self._has_cursor()
            self._tell_call(workspace)
            return
        self._type(self._random.choice(LETTERS))
        self._tell_call(workspace)
        pause = self._random.random() < PAUSE_PROBABILITY
        self._timer.setInterval(PAUSE_MS if pause else self._random.randint(FASTEST_MS, SLOWEST_MS))

    def _has_cursor(self) -> bool:
        panels = self._view.panels
        return panels is not None and panels.editor.form.subject.hasFocus()

    def _type(self, letter: str) -> None:
        panels = self._view.panels
        assert panels is not None
        form = panels.editor.form
        if len(form.subject.text()) >= SUBJECT_LENGTH and form.subject.hasFocus():
            self._move_on_to(form.description)
        field = QApplication.focusWidget()
        if field not in (form.subject, form.description) or field is None:
            self._is_writing = False
            return
        QTest.keyClicks(field, letter)
        fields = panels.editor.form.fields()
        self._tell("typed", subject=fields["subject"], description=fields["description"])

    def _move_on_to(self, target: QPlainTextEdit) -> None:
        for _ in range(10):
            if target.hasFocus():
                return
            press(Qt.Key.Key_Tab)

    def _tell_call(self, workspace: Workspace) -> None:
        self._tell(
            "call",
            call_id=workspace.call_id,
            number=workspace.number,
            customer_id=workspace.customer_id,
        )


class Worker(Typist):
    """Takes call after call: a ticket in each, then the disposition."""

    def __init__(self, session: DeskSession, *, seed: int, teller: Teller) -> None:
        super().__init__(session, seed=seed, teller=teller)
        self._seed = seed
        self._typed_for: set[str] = set()
        self._saving_for: set[str] = set()
        self._saved_for: set[str] = set()
        self._disposed_for: set[str] = set()
        self._is_disposed = True

    def _watch(self, desk: Desk) -> None:
        def on_interaction(event: InteractionChangedEvent) -> None:
            if event.kind in KEPT_KINDS:
                self._session.bridge.call(self._keep, desk, event)

        desk.bus.subscribe(InteractionChangedEvent, on_interaction)

    async def _keep(self, desk: Desk, event: InteractionChangedEvent) -> None:
        await desk.recorder.settled()
        self._tell(
            "kept", kind=event.kind, id=event.interaction.id, call_id=event.interaction.call_id
        )

    def _without_call(self) -> None:
        panels = self._view.panels
        assert panels is not None
        call_id = panels.wrap_up.call_id()
        if not call_id:
            if self._is_disposed:
                press(Qt.Key.Key_F2)
        elif call_id not in self._disposed_for:
            self._disposed_for.add(call_id)
            self._is_disposed = True
            press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
            press(Qt.Key(Qt.Key.Key_1 + self._random.randrange(9)))
            press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    def _in_talk(self, call: Call, workspace: Workspace) -> None:
        if workspace.card is None:
            press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        elif call.call_id not in self._typed_for:
            self._typed_for.add(call.call_id)
            self._type_ticket()
        elif call.call_id not in self._saving_for:
            self._saving_for.add(call.call_id)
            self._save()
        elif call.call_id in self._saved_for:
            self._is_disposed = False
            press(Qt.Key.Key_F12)

    def _type_ticket(self) -> None:
        panels = self._view.panels
        assert panels is not None
        press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(panels.editor.form.subject, self._subject())
        QTest.keyClicks(panels.editor.form.category, "r")
        press(Qt.Key.Key_Return)
        # Without a window manager nobody gives the focus back when the list closes.
        self._view.window.activateWindow()

    def _save(self) -> None:
        panels = self._view.panels
        assert panels is not None
        self._tell("saving", subject=self._subject())
        control = Qt.KeyboardModifier.ControlModifier
        if self._random.random() < WORK_ORDER_SHARE:
            QTest.keyClick(panels.editor.form.outcome.choice, Qt.Key.Key_3)
            control |= Qt.KeyboardModifier.ShiftModifier
        panels.editor.focus_subject()
        press(Qt.Key.Key_Return, control)

    def _subject(self) -> str:
        return f"case {self._seed}-{len(self._typed_for)}"

    def _on_logged(self, ticket: Ticket) -> None:
        super()._on_logged(ticket)
        if self._calls:
            self._saved_for.add(self._calls[0].call_id)


TYPISTS = {"type": Writer, "work": Worker}


def build_session(plan: DeskPlan) -> DeskSession:
    """Return a session as `agent_desk.bootstrap.desk.run_desk` makes it."""
    return DeskSession(
        settings=plan.settings,
        save_settings=lambda changed: None,
        open_desk=lambda prepare, form: open_desk(plan, prepare=prepare, form=form),
        layout=plan.places.layout,
    )


def run(pipe: Connection, folder: Path, mode: str, seed: int, settings: Mapping[str, Any]) -> None:
    """Run a desk with a typist of kind ``mode`` until killed."""
    teller = Teller(pipe)
    logging.getLogger().addHandler(teller)
    sys.excepthook = lambda kind, error, trace: teller.tell(
        "complaint", text=f"{error!r} {trace.tb_lineno if trace else 0}"
    )
    sys.setswitchinterval(0.0005)
    session = build_session(plan_for(folder, wrap_up_seconds=0, **settings))
    typist = TYPISTS[mode](session, seed=seed, teller=teller)
    teller.tell("ended", code=session.run(), mode=type(typist).__name__)
