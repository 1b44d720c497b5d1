"""Microphone and speaker as the media engine uses them; implemented where Qt may be used."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Protocol

from agent_desk.domain.sound import AudioChoice, AudioDevices

CARD_HZ = 48_000
"""Samples a second, 16 bits, one channel: what every system offers, and what Opus works with."""

CARD_FRAME = CARD_HZ // 50
"""Samples of 20 ms."""


class SoundCard(Protocol):
    """One microphone and one speaker; runs on the engine's thread and never blocks.

    What happens to a device is never an error of `take` or `play`: a device that is gone, or that
    stops delivering, gives silence, is looked for again and is told of through ``on_change``.
    """

    def start(self, on_change: Callable[[AudioDevices, str], None]) -> None:
        """Watch devices; ``on_change`` hears what is there and what could not be opened."""
        ...

    def stop(self) -> None:
        """Close everything."""
        ...

    def choose(self, choice: AudioChoice) -> None:
        """Use these devices, at once when the card is open."""
        ...

    def open(self) -> None:
        """Begin to hear and to play; does nothing when it is open."""
        ...

    def close(self) -> None:
        """Let go of the devices until they are wanted again."""
        ...

    def take(self) -> array[int]:
        """Return the next 20 ms of the microphone (CARD_FRAME samples), silence where none came."""
        ...

    def play(self, samples: array[int]) -> None:
        """Play the next 20 ms (CARD_FRAME samples); what is too late for the device is dropped."""
        ...


class NoSoundCard:
    """A card without devices, for machines that have none: silence in, nothing out."""

    def start(self, on_change: Callable[[AudioDevices, str], None]) -> None:
        """Tell that there is nothing."""
        on_change(AudioDevices(), "")

    def stop(self) -> None:
        """There is nothing to stop."""

    def choose(self, choice: AudioChoice) -> None:
        """There is nothing to choose."""

    def open(self) -> None:
        """There is nothing to open."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> array[int]:
        """Return silence."""
        return array("h", bytes(2 * CARD_FRAME))

    def play(self, samples: array[int]) -> None:
        """Drop it."""
