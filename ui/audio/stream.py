"""What microphone and speaker have in common as streams; Qt's thread of the media process."""

from __future__ import annotations

from typing import Final, Protocol

from PySide6.QtCore import QIODevice
from PySide6.QtMultimedia import QAudioDevice, QtAudio

MICROPHONE_MS: Final = 20
SPEAKER_MS: Final = 40
"""What Qt is asked to hold: some 30 ms pass from a speaker to a microphone behind it. With 30 for
the speaker it is 22, but a thread that is 10 ms late is heard.
"""

START_SECONDS: Final = 2.5
"""A device that was asleep may take this long to its first sample."""

STALL_SECONDS: Final = 0.4
"""No device pauses for so long: it was pulled out, which Qt does not tell everywhere."""


class Stream(Protocol):
    """A microphone or a speaker that may be open."""

    def open(self, device: QAudioDevice) -> bool:
        """Use ``device`` from now on; return whether it could be opened."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...

    def is_stalled(self) -> bool:
        """Return whether an open device has done nothing for too long, or has ended."""
        ...

    def has_moved(self) -> bool:
        """Return whether a sample has passed since the device was opened."""
        ...

    def can_open(self, device: QAudioDevice) -> bool:
        """Return whether ``device`` is there, by opening it a second time for a moment."""
        ...


class Moving:
    """When samples last passed; times are those of a steady clock, in seconds."""

    def __init__(self) -> None:
        """Nothing is open."""
        self._since = 0.0
        self.has_moved = False

    def begin(self, now: float) -> None:
        """A device was opened."""
        self._since = now
        self.has_moved = False

    def moved(self, now: float) -> None:
        """Samples have passed."""
        self._since = now
        self.has_moved = True

    def rest(self, now: float) -> None:
        """Nothing is expected to pass at the moment."""
        self._since = now

    def is_stalled(self, now: float) -> bool:
        """Return whether too long has nothing passed."""
        return now - self._since > (STALL_SECONDS if self.has_moved else START_SECONDS)


def is_open(stream: QIODevice | None, error: QtAudio.Error) -> bool:
    """Return whether Qt has opened a device; it gives None, or a stream with an error, if not."""
    return stream is not None and error == QtAudio.Error.NoError
