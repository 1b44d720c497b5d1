"""Tells that a call rings: tone, taskbar alert, tray notification; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QSystemTrayIcon, QWidget

from ui.calls.ring_player import RingPlayer
from ui.language import tr

PREPARE_MS: Final = 2000
"""The sound system is loaded this long after the start, when the first window is long painted."""

NOTIFICATION_MS: Final = 10_000


class Ringer(QObject):
    """Rings while a call waits for this agent; never moves the focus unless set so."""

    def __init__(self, window: QWidget, parent: QObject | None = None) -> None:
        """``window`` is what the taskbar alert and the tray notification lead to."""
        super().__init__(parent if parent is not None else window)
        self._window = window
        self._player = RingPlayer(self)
        self._percent = 70
        self._output = ""
        self._silent = False
        self._raises_window = False
        self._ringing = False
        self._tray: QSystemTrayIcon | None = None
        self._prepare = QTimer(self)
        self._prepare.setSingleShot(True)
        self._prepare.setInterval(PREPARE_MS)
        self._prepare.timeout.connect(self._prepare_sound)
        self._prepare.start()

    def announce(self, text: str) -> None:
        """Say ``text`` in the tray to somebody who looks at another window; without a tone."""
        if not self._window.isActiveWindow():
            QApplication.alert(self._window)
            self._notify(text, tr("ringer.news"))

    def start(self, text: str) -> None:
        """Begin to ring; ``text`` says who calls, for the notification."""
        if self._ringing:
            return
        self._ringing = True
        QApplication.alert(self._window)
        self._notify(text, tr("ringer.title"))
        if self._raises_window:
            self._window.raise_()
            self._window.activateWindow()
        self._player.set_volume(self._percent)
        self._player.set_output(self._output)
        if not self._silent:
            self._player.start()

    def stop(self) -> None:
        """Stop ringing; nothing when it does not ring."""
        if not self._ringing:
            return
        self._ringing = False
        self._player.stop()
        if self._tray is not None:
            self._tray.hide()

    def is_ringing(self) -> bool:
        """Return whether a call is being told."""
        return self._ringing

    def is_sounding(self) -> bool:
        """Return whether the tone is part of it."""
        return self._player.is_ringing()

    def set_volume(self, percent: int) -> None:
        """Set the tone's loudness, 0 to 100."""
        self._percent = percent
        self._player.set_volume(percent)

    def set_output(self, output: str) -> None:
        """Sound on the output of this id from the next ring on, "" for the system's own."""
        self._output = output
        self._player.set_output(output)

    def set_silent(self, silent: bool) -> None:
        """Leave the tone out, or put it back in; also for the call that rings now."""
        self._silent = silent
        if silent:
            self._player.stop()
        elif self._ringing:
            self._player.start()

    def set_raises_window(self, raises: bool) -> None:
        """Let a ringing call bring the window to the front; off unless set."""
        self._raises_window = raises

    def play_sample(self, *, percent: int, output: str) -> None:
        """Play one ring of this loudness on this output, to try them; not while a call rings."""
        if self._ringing:
            return
        self._player.set_volume(percent)
        self._player.set_output(output)
        self._player.ring_once()

    def _prepare_sound(self) -> None:
        if not self._silent:
            self._player.prepare()

    def _notify(self, text: str, title: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(self._window.windowIcon(), self)
            self._tray.activated.connect(self._show_window)
            self._tray.messageClicked.connect(self._show_window)
        self._tray.show()
        self._tray.showMessage(title, text, self._window.windowIcon(), NOTIFICATION_MS)

    def _show_window(self) -> None:
        self._window.raise_()
        self._window.activateWindow()
