"""Runs the media engine beside Qt: Qt on the process's first thread, the engine on another."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QLoggingCategory, Qt

if TYPE_CHECKING:
    from ui.audio.card import DeviceDesk, QtSoundCard

SWITCH_SECONDS: Final = 0.0005
"""How long one thread may keep the interpreter from the other; Python's own 5 ms would be heard."""

_QUIET: Final = "qt.multimedia.*=false"
"""Of devices that cannot be opened the card tells itself, once and not each second."""


def run_beside_qt(work: Callable[[QtSoundCard], int]) -> int:
    """Run ``work`` with a sound card in a thread named "media", and return what it returns.

    To be called on the first thread of a process that has no QCoreApplication: Qt needs it for
    its devices. ``work`` may be ``lambda card: asyncio.run(engine(card))``; it uses the card on its
    own thread alone. What it raises is raised here.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    QLoggingCategory.setFilterRules(_QUIET)
    application = QCoreApplication([])
    # Loading QtMultimedia talks of what the machine lacks; only now is it told not to.
    from ui.audio.card import DeviceDesk

    desk = DeviceDesk()
    desk.finished.connect(application.quit, Qt.ConnectionType.QueuedConnection)
    job = _Job(work, desk)
    thread = threading.Thread(target=job.run, name="media")
    thread.start()
    application.exec()
    thread.join()
    desk.stop()
    desk.deleteLater()
    if job.error is not None:
        raise job.error
    return job.code


class _Job:
    """The engine's thread and what came of it."""

    def __init__(self, work: Callable[[QtSoundCard], int], desk: DeviceDesk) -> None:
        self._work = work
        self._desk = desk
        self.code = 1
        self.error: BaseException | None = None

    def run(self) -> None:
        """Work, and let Qt's loop end."""
        try:
            self.code = self._work(self._desk.card())
        except BaseException as error:  # noqa: BLE001 - it is raised again on the first thread
            self.error = error
        finally:
            self._desk.finished.emit()
