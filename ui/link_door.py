"""One desk for all links: a second start hands its link over to the desk that runs; main thread.

What comes through the door is nothing but the text of a link, and it is only shown.
"""

from __future__ import annotations

import getpass
import hashlib
import logging
import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from shiboken6 import isValid

_log = logging.getLogger(__name__)

_WAIT_MS: Final = 2000
"""A desk whose window is busy answers later than at once, and one that hangs never."""
_MOST_OCTETS: Final = 4096
_MOST_GUESTS: Final = 8
_TAKEN: Final = b"ok\n"


def door_name(settings: Path) -> str:
    """Return the name of the door of the desk with these ``settings``, one per person and desk."""
    who = f"{getpass.getuser()}\n{settings.absolute()}"
    name = f"agent-desk-{hashlib.sha256(who.encode()).hexdigest()[:16]}"
    # The person's own folder where the system has one: nobody else can sit there first.
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return str(Path(folder) / name) if folder and Path(folder).is_dir() else name


def hand_over(name: str, link: str) -> bool:
    """Give ``link`` to the desk behind the door ``name``; return whether it took it."""
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_WAIT_MS):
        return False
    socket.write(link.encode("utf-8", errors="replace")[: _MOST_OCTETS - 1] + b"\n")
    taken = b""
    while _TAKEN not in taken and socket.waitForReadyRead(_WAIT_MS):
        taken += socket.readAll().data()
    socket.disconnectFromServer()
    return _TAKEN in taken


class LinkDoor(QObject):
    """Listens for links. came: the text of one, as it was given."""

    came = Signal(str)

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        """Be closed until `open`."""
        super().__init__(parent)
        self._name = name
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.setMaxPendingConnections(_MOST_GUESTS)
        self._server.newConnection.connect(self._on_guest)
        self._heard: dict[QLocalSocket, bytes] = {}

    def open(self) -> bool:
        """Listen from now on; return False where another desk has the door or nobody may."""
        # Asked before: Qt would put its own door in the place of one that is in use.
        if self._is_answered():
            return False
        # What a desk left that was killed.
        QLocalServer.removeServer(self._name)
        is_open = self._server.listen(self._name)
        if not is_open:
            _log.info("links do not reach this desk: %s", self._server.errorString())
        return is_open

    def close(self) -> None:
        """Take no more links."""
        self._server.close()

    def _is_answered(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        return socket.waitForConnected(_WAIT_MS)

    def _on_guest(self) -> None:
        while (guest := self._server.nextPendingConnection()) is not None:
            guest.setReadBufferSize(_MOST_OCTETS + 1)
            if len(self._heard) >= _MOST_GUESTS:
                guest.abort()
                guest.deleteLater()
                continue
            self._heard[guest] = b""
            guest.readyRead.connect(lambda guest=guest: self._on_words(guest))
            guest.disconnected.connect(lambda guest=guest: self._on_left(guest))
            self._on_words(guest)

    def _on_words(self, guest: QLocalSocket) -> None:
        if guest not in self._heard:
            return
        heard = self._heard[guest] + guest.readAll().data()
        self._heard[guest] = heard
        link, newline, _ = heard.partition(b"\n")
        if newline:
            del self._heard[guest]
            guest.write(_TAKEN)
            guest.flush()
            self.came.emit(link.decode("utf-8", errors="replace"))
        elif len(heard) > _MOST_OCTETS:
            del self._heard[guest]
            guest.abort()

    def _on_left(self, guest: QLocalSocket) -> None:
        self._heard.pop(guest, None)
        # The server may have gone before its guests.
        if isValid(guest):
            guest.deleteLater()
