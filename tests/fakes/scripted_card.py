"""A sound card whose microphone hears a tone, and whose speaker is listened to by a test."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from math import pi, sin

from agent_desk.domain.sound import AudioChoice, AudioDevice, AudioDevices
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ

PEAK = 8000
MICROPHONE = AudioDevice(id="mic", name="Headset microphone", is_default=True)
SPEAKER = AudioDevice(id="ear", name="Headset", is_default=True)


class ScriptedCard:
    """A card at which a test speaks and listens.

    hz: of the tone in the microphone, 0 for silence. played: what the speaker was given.
    """

    def __init__(self, hz: float = 0.0) -> None:
        """Have both devices plugged in, and closed."""
        self.hz = hz
        self.played: array[int] = array("h")
        self.is_open = False
        self.is_started = False
        self.choice = AudioChoice()
        self._position = 0
        self._on_change: Callable[[AudioDevices, str], None] | None = None

    def start(self, on_change: Callable[[AudioDevices, str], None]) -> None:
        """Tell of both devices."""
        self.is_started = True
        self._on_change = on_change
        self.change(AudioDevices(microphones=(MICROPHONE,), speakers=(SPEAKER,)))

    def change(self, devices: AudioDevices, error: str = "") -> None:
        """Plug in and pull out."""
        if self._on_change is not None:
            self._on_change(devices, error)

    def stop(self) -> None:
        """Close everything."""
        self.is_started = self.is_open = False
        self._on_change = None

    def choose(self, choice: AudioChoice) -> None:
        """Keep the choice for the test, and say what is used."""
        self.choice = choice
        self.change(
            AudioDevices(
                microphones=(MICROPHONE,),
                speakers=(SPEAKER,),
                microphone_in_use=choice.microphone,
                speaker_in_use=choice.speaker,
            )
        )

    def open(self) -> None:
        """Begin."""
        self.is_open = True

    def close(self) -> None:
        """End."""
        self.is_open = False

    def take(self) -> array[int]:
        """Return 20 ms of the tone, which goes on from frame to frame."""
        begin, self._position = self._position, self._position + CARD_FRAME
        if not self.hz:
            return array("h", bytes(2 * CARD_FRAME))
        step = 2 * pi * self.hz / CARD_HZ
        return array("h", (int(PEAK * sin(step * at)) for at in range(begin, self._position)))

    def play(self, samples: array[int]) -> None:
        """Keep what is to be heard."""
        assert len(samples) == CARD_FRAME
        self.played += samples
