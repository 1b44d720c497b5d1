"""The sound of the desk's calls, apart from call control."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sound import AudioChoice, AudioDevices, RecordingState, SoundEvent

SoundListener = Callable[[SoundEvent], None]


class Media(Protocol):
    """Microphone, recording and devices of the desk's calls; runs on the `desk-loop` thread.

    A method that names a call which is gone raises UnknownCallError; CallStateError when the
    call's state forbids it (only an answered call is recorded), and has then changed nothing.
    """

    def subscribe(self, listener: SoundListener) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        ...

    async def set_muted(self, call_id: CallId, muted: bool) -> None:
        """Stop or resume sending the microphone into the call."""
        ...

    def is_muted(self, call_id: CallId) -> bool:
        """Return whether the far end hears nothing; False for a call that is gone."""
        ...

    async def start_recording(self, call_id: CallId) -> None:
        """Record both sides; does nothing while the call is recorded."""
        ...

    async def pause_recording(self, call_id: CallId, paused: bool) -> None:
        """Write silence from now on, or sound again; CallStateError without a recording."""
        ...

    async def stop_recording(self, call_id: CallId) -> None:
        """Complete the recording; does nothing when there is none."""
        ...

    def recording(self, call_id: CallId) -> RecordingState:
        """Return whether the call is recorded; OFF for a call that is gone."""
        ...

    def devices(self) -> AudioDevices:
        """Return what is plugged in, as last told."""
        ...

    async def choose(self, choice: AudioChoice) -> None:
        """Use these devices from now on, also in calls that go on."""
        ...

    async def tell_waiting(self, on: bool) -> None:
        """Let the agent hear a soft tone while another call rings beside one that talks, or not.

        It is on until this is called; no far end hears it, and no recording has it.
        """
        ...

    async def test_sound(self, on: bool) -> None:
        """Let a person hear the microphone half a second later, with its level; or stop that."""
        ...
