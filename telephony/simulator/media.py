"""The media port on the simulated floor, where nobody makes a sound; runs on `desk-loop`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.errors import CallStateError, UnknownCallError
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevices,
    RecordingChangedEvent,
    RecordingState,
    SoundEvent,
)
from agent_desk.ports.media import SoundListener
from agent_desk.ports.switch import Switch
from telephony.listeners import Listeners


class SimulatedMedia:
    """`agent_desk.ports.media.Media` for the calls of a switch.

    Recording shows its states and writes nothing: there is nothing to hear.
    """

    def __init__(self, switch: Switch, *, now: Callable[[], datetime]) -> None:
        """Know the calls that ``switch`` knows; ``now`` is the floor's clock."""
        self._switch = switch
        self._now = now
        self._muted: set[CallId] = set()
        self._recordings: dict[CallId, RecordingState] = {}
        self._listeners = Listeners[SoundEvent]()

    def subscribe(self, listener: SoundListener) -> Callable[[], None]:
        """Send every further event to ``listener``; return how to stop that."""
        return self._listeners.subscribe(listener)

    async def set_muted(self, call_id: CallId, muted: bool) -> None:
        """Stop or resume sending the microphone; raises UnknownCallError."""
        self._require(call_id)
        self._muted &= self._switch.connections().keys()
        if muted:
            self._muted.add(call_id)
        else:
            self._muted.discard(call_id)

    def is_muted(self, call_id: CallId) -> bool:
        """Return whether the far end hears nothing; False for a call that is gone."""
        return call_id in self._muted and call_id in self._switch.connections()

    async def start_recording(self, call_id: CallId) -> None:
        """Say that both sides are recorded."""
        state = self._require(call_id)
        if state not in (LocalConnectionState.CONNECTED, LocalConnectionState.HOLD):
            raise self._refusal("record", call_id, state)
        if self.recording(call_id) is RecordingState.OFF:
            self._set(call_id, RecordingState.RECORDING)

    async def pause_recording(self, call_id: CallId, paused: bool) -> None:
        """Say that silence is recorded, or sound again."""
        state = self._require(call_id)
        if self.recording(call_id) is RecordingState.OFF:
            raise self._refusal("pause_recording", call_id, state)
        self._set(call_id, RecordingState.PAUSED if paused else RecordingState.RECORDING)

    async def stop_recording(self, call_id: CallId) -> None:
        """Say that nothing is recorded any more."""
        self._require(call_id)
        if self.recording(call_id) is not RecordingState.OFF:
            self._set(call_id, RecordingState.OFF)

    def recording(self, call_id: CallId) -> RecordingState:
        """Return whether the call is recorded; OFF for a call that is gone."""
        if call_id not in self._switch.connections():
            return RecordingState.OFF
        return self._recordings.get(call_id, RecordingState.OFF)

    def devices(self) -> AudioDevices:
        """Return nothing: simulated callers need no headset."""
        return AudioDevices()

    async def choose(self, choice: AudioChoice) -> None:
        """There is nothing to choose from."""

    async def tell_waiting(self, on: bool) -> None:
        """There is nothing to hear."""

    async def test_sound(self, on: bool) -> None:
        """There is nothing to hear."""

    def _require(self, call_id: CallId) -> LocalConnectionState:
        state = self._switch.connections().get(call_id)
        if state is None:
            raise UnknownCallError(call_id=call_id)
        return state

    def _refusal(
        self, service: str, call_id: CallId, state: LocalConnectionState
    ) -> CallStateError:
        return CallStateError(service=service, call_id=call_id, state=state, allowed="")

    def _set(self, call_id: CallId, state: RecordingState) -> None:
        if state is self.recording(call_id):
            return
        calls = self._switch.connections()
        self._recordings = {id: kept for id, kept in self._recordings.items() if id in calls}
        self._recordings[call_id] = state
        self._listeners.tell(RecordingChangedEvent(call_id=call_id, at=self._now(), state=state))
