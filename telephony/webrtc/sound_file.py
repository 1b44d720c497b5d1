"""A recording as it is written, the agent's side and the far side in a channel each.

It runs on a thread of its own: a disk may be slow, and a call must not hear that.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from agent_desk.domain.sound import SoundFileFormat
from telephony.webrtc.errors import MediaError


class SoundFile(Protocol):
    """A file of two channels. Everything but a call's length is known when it is opened."""

    def write(self, ours: array[int], theirs: array[int]) -> None:
        """Write 20 ms of both sides, CARD_FRAME samples each; raises OSError."""
        ...

    def close(self) -> None:
        """Complete the file; raises OSError. What was written so far can be heard in any case."""
        ...


MakeSoundFile = Callable[[Path, SoundFileFormat], SoundFile]
"""Creates a file, which must not exist yet; raises OSError, or MediaError for a format."""


def no_sound_files(file: Path, format: SoundFileFormat) -> SoundFile:
    """Refuse: for an engine that records nothing."""
    raise MediaError(f"{format} cannot be written here")
