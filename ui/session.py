"""One run of the desk's program: application, window, desk-loop, and their orderly end.

Main thread. The first paint comes before the database is opened.
"""

from __future__ import annotations

import gc
import logging
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from agent_desk.domain.errors import AgentDeskError, ConfigurationError
from ui.application import create_application
from ui.desk_view import DeskView
from ui.garbage import MainThreadGarbage
from ui.language import error_text, tr
from ui.shell.window_layout import load_layout, save_layout

# The first paint waits for neither asyncio nor the services; they are imported after it.
if TYPE_CHECKING:
    from agent_desk.domain.sign_in import SignInForm, SignInOffer
    from agent_desk.services.desk import Desk
    from agent_desk.settings import Settings
    from ui.bridge import Bridge, DeskLoop
    from ui.link_door import LinkDoor

    OpenDesk = Callable[[Callable[[Desk], None], SignInForm | None], Coroutine[Any, Any, Desk]]

_log = logging.getLogger(__name__)

STOP_MS = 8000
"""Longest wait for the desk to write what is left, in milliseconds, before the program ends."""


def keep_for_good() -> None:
    """Take everything made so far out of garbage collection.

    Modules, panels and statements live as long as the program: walking them all cost some 50 ms in
    the middle of a pop now and then.
    """
    gc.collect()
    gc.freeze()


class DeskSession(QObject):
    """Starts the desk behind its window and stops both."""

    def __init__(
        self,
        *,
        settings: Settings,
        save_settings: Callable[[Settings], None],
        open_desk: OpenDesk,
        layout: Path,
        complaint: ConfigurationError | None = None,
        after_paint: Callable[[], None] = lambda: None,
        sign_in: Callable[[], SignInOffer | None] | None = None,
        form: SignInForm | None = None,
        door: Path | None = None,
        link: str = "",
    ) -> None:
        """``open_desk`` runs on `desk-loop`; it gives the desk to its argument before it starts.

        sign_in: what to begin signing in with, asked for on `desk-loop`'s executor as the keyring
        may be slow, and None where nobody has to sign in; None for a desk that never asks. form:
        with which to sign in at once; the page asks only when it is refused.
        complaint: what is wrong with the settings file, said once the window is there.
        after_paint: what can wait for the first paint, such as opening the log. door: the
        settings file after which links of later starts find this desk, None for none. link: with
        which this start was asked for.
        """
        self._application = create_application(["agent-desk"])
        super().__init__()
        self._open_desk = open_desk
        self._layout = layout
        self._complaint = complaint
        self._after_paint = after_paint
        self._sign_in = sign_in
        self._form = form
        self._door_of = door
        self._door: LinkDoor | None = None
        self._link = link
        self._loop: DeskLoop | None = None
        self._bridge: Bridge | None = None
        self._is_stopping = False
        self._garbage = MainThreadGarbage(self)
        self._prepare: list[Callable[[Desk], None]] = [self._forward_events]
        self._attached: list[Callable[[Desk], None]] = []
        self._failed: list[Callable[[Exception], None]] = []
        self.view = DeskView(settings=settings, save_settings=save_settings)
        self.view.retry_requested.connect(self._begin)
        self.view.sign_in_requested.connect(self._open_as)
        self.view.quit_requested.connect(lambda: self.stop())
        self.view.window.closing.connect(lambda: self.stop())

    @property
    def bridge(self) -> Bridge:
        """The way to the desk's services; there from the first paint on."""
        assert self._bridge is not None
        return self._bridge

    def before_start(self, prepare: Callable[[Desk], None]) -> None:
        """Let ``prepare`` see the desk on `desk-loop` before its first event."""
        self._prepare.append(prepare)

    def when_attached(self, act: Callable[[Desk], None]) -> None:
        """Call ``act`` on main once the desk is on the screen."""
        self._attached.append(act)

    def when_failed(self, act: Callable[[Exception], None]) -> None:
        """Call ``act`` on main each time that the desk cannot be opened."""
        self._failed.append(act)

    def run(self) -> int:
        """Show the window and return the exit code once it is closed."""
        QApplication.setQuitOnLastWindowClosed(False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        self.start()
        code = self._application.exec()
        self.finish()
        return code

    def start(self) -> None:
        """Show the window and begin to open the desk; Qt's event loop does the rest."""
        self._garbage.start()
        self.view.window.restore_layout(load_layout(self._layout))
        self.view.window.first_painted.connect(
            self._after_first_paint, Qt.ConnectionType.QueuedConnection
        )
        self.view.window.show()

    def finish(self) -> None:
        """End `desk-loop` after `stop`; nothing is delivered any more."""
        if self._bridge is not None and self._loop is not None:
            self._bridge.close()
            self._loop.stop()
        self._garbage.stop()

    def _after_first_paint(self) -> None:
        from ui.bridge import Bridge, DeskLoop

        self._after_paint()
        self._loop = DeskLoop()
        self._bridge = Bridge(self._loop.loop)
        self._loop.start()
        self.view.build_page()
        if self._complaint is not None:
            text = tr("desk.settings_refused", reason=error_text(self._complaint))
            self.view.notices.show_notice("settings", text, "warning")
        if self._link:
            self.view.take_link(self._link)
        self._open_door()
        self._begin()

    def _open_door(self) -> None:
        """Let the links of later starts come to this desk."""
        if self._door_of is None:
            return
        from ui.link_door import LinkDoor, door_name

        self._door = LinkDoor(door_name(self._door_of), self)
        self._door.came.connect(self.view.take_link)
        self._door.open()

    def _begin(self) -> None:
        if self._sign_in is None:
            self._open()
        else:
            self._ask_who(self._sign_in)

    def _ask_who(self, sign_in: Callable[[], SignInOffer | None]) -> None:
        """Let a person sign in; with a password in the keyring Enter is enough."""
        import asyncio

        async def offered() -> SignInOffer | None:
            return await asyncio.get_running_loop().run_in_executor(None, sign_in)

        self.bridge.call(offered, on_result=self._ask_or_open, owner=self)

    def _ask_or_open(self, offer: SignInOffer | None) -> None:
        if offer is None:
            self._open()
            return
        self.view.show_sign_in(offer)
        if self._form is not None:
            self.view.show_signing_in()
            self._open()

    def _open_as(self, form: SignInForm) -> None:
        self._form = form
        self._open()

    def _open(self) -> None:
        if self._form is None:
            self.view.show_starting()
        self.bridge.call(
            self._open_prepared, on_result=self._on_opened, on_error=self._on_failed, owner=self
        )

    async def _open_prepared(self) -> Desk:
        def prepare(desk: Desk) -> None:
            for step in self._prepare:
                step(desk)

        return await self._open_desk(prepare, self._form)

    def _forward_events(self, desk: Desk) -> None:
        desk.bus.subscribe(object, self.bridge.post)

    def _on_opened(self, desk: Desk) -> None:
        from agent_desk.domain.agent import AgentState
        from agent_desk.domain.rights import Right

        self.view.attach(desk, self.bridge, desk.clock.now)
        takes_calls = desk.access.may(Right.TAKE_CALLS)
        if takes_calls and desk.agent.status().state is AgentState.LOGGED_OFF:
            self.bridge.call(desk.agent.log_on, owner=self)
        for act in self._attached:
            act(desk)
        keep_for_good()

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, AgentDeskError):
            self.view.notices.show_notice("defect", tr("desk.unexpected"), "danger")
        else:
            _log.warning("the desk cannot start: %s", error)
            if self._form is None:
                self.view.show_failure(error)
            else:
                self.view.show_refused(error)
        for act in self._failed:
            act(error)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Python runs this between two bytecodes on main; the ticking clocks bring it there.
        self.stop()

    def stop(self, code: int = 0) -> None:
        """Write what is left and end the program with ``code``; a second call changes nothing."""
        if self._is_stopping:
            return
        self._is_stopping = True
        if self._door is not None:
            self._door.close()
        save_layout(self._layout, self.view.window.save_layout())
        self.view.window.hide()
        desk = self.view.desk
        if desk is None:
            self._application.exit(code)
            return
        QTimer.singleShot(STOP_MS, self._application.quit)
        self.bridge.call(
            desk.stop,
            on_result=lambda _: self._application.exit(code),
            on_error=lambda _: self._application.exit(1),
            owner=self,
        )
