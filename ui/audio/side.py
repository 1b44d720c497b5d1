"""One direction of the card: which device is used, and what becomes of a call when it is gone."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable

from PySide6.QtMultimedia import QAudioDevice

from agent_desk.domain.sound import AudioDevice
from ui.audio.stream import Stream

logger = logging.getLogger(__name__)


class Side:
    """Uses the chosen device, or else the system's own, or else any; looks again all the time.

    Runs on Qt's thread. `look` is called when the system says that something was plugged in or
    out, and now and then while the card is open.
    """

    def __init__(self, *, stream: Stream, listed: Callable[[], list[QAudioDevice]]) -> None:
        """``listed`` gives what Qt knows of; on some systems that is late."""
        self._stream = stream
        self._listed = listed
        self._choice = ""
        self._used: QAudioDevice | None = None
        self._is_wanted = False
        self._failed: set[str] = set()
        self._dumb: set[str] = set()

    @property
    def in_use(self) -> str:
        """Id of the device that is open, "" for none."""
        return "" if self._used is None else device_id(self._used)

    @property
    def refused(self) -> str:
        """Name of the device that would be used if it gave a sound, "" when all is well."""
        best = min(self._listed(), key=self._rank, default=None)
        if not self._is_wanted or best is None:
            return ""
        return best.description() if device_id(best) in self._failed | self._dumb else ""

    def devices(self) -> tuple[AudioDevice, ...]:
        """Return what is plugged in as far as is known."""
        return tuple(
            AudioDevice(
                id=device_id(device), name=device.description(), is_default=device.isDefault()
            )
            for device in self._listed()
            if device_id(device) not in self._failed
        )

    def choose(self, choice: str) -> None:
        """Use the device ``choice``, "" for the system's own; another choice is tried anew."""
        if choice != self._choice:
            self._choice = choice
            self._dumb.discard(choice)
        self.look()

    def open(self) -> None:
        """Begin to use a device."""
        self._is_wanted = True
        self.look()

    def close(self) -> None:
        """Let go of the device."""
        self._is_wanted = False
        self._let_go()

    def plugged(self) -> None:
        """Something was plugged in or out: what failed before may do now."""
        self._failed.clear()
        self._dumb.clear()
        self.look()

    def watch(self) -> None:
        """Leave a device that has stopped; what had worked is tried again at once."""
        if self._used is None or not self._stream.is_stalled():
            return
        logger.info("%s has stopped", self._used.description())
        if not self._stream.has_moved():
            self._dumb.add(self.in_use)
        self._let_go()
        self.look()

    def look(self) -> None:
        """Use the best device that can be opened."""
        if not self._is_wanted:
            return
        for device in self._wanted():
            name = device_id(device)
            if name == self.in_use and self._is_there(device):
                self._failed.discard(name)
                return
            if self._use(device):
                self._failed.discard(name)
                return
            self._failed.add(name)
        self._let_go()

    def _use(self, device: QAudioDevice) -> bool:
        """Open ``device``; what is open stays so until that is known to work."""
        if not self._stream.can_open(device):
            return False
        self._let_go()
        if not self._stream.open(device):
            return False
        self._used = device
        logger.info("%s is in use", device.description())
        return True

    def _let_go(self) -> None:
        if self._used is not None:
            self._stream.close()
            self._used = None

    def _is_there(self, device: QAudioDevice) -> bool:
        # PulseAudio moves the streams of a device that is pulled out to another, and Qt does not
        # tell: only who tries to open it again learns that it is gone.
        return sys.platform != "linux" or self._stream.can_open(device)

    def _wanted(self) -> list[QAudioDevice]:
        """Return what may be used, the best first; what opens and gives nothing comes last."""
        best_first = sorted(self._listed(), key=self._rank)
        return sorted(best_first, key=lambda device: device_id(device) in self._dumb)

    def _rank(self, device: QAudioDevice) -> tuple[bool, bool]:
        return device_id(device) != self._choice, not device.isDefault()


def device_id(device: QAudioDevice) -> str:
    """Return the system's id of ``device``."""
    return bytes(device.id().data()).decode(errors="replace")
