"""The sound of the desk's calls: recording, devices, quality; runs on the `desk-loop` thread.

What is heard and recorded is told on the desk's bus as it comes. How a call sounded at its end, and
into which file it was recorded, becomes part of the call's stream in the append-only log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from agent_desk.domain.call_events import EstablishedEvent
from agent_desk.domain.call_rules import CallRules
from agent_desk.domain.errors import SwitchError
from agent_desk.domain.event_log import sound_event_record
from agent_desk.domain.identifiers import AgentId, CallId, EventId, new_uuid7
from agent_desk.domain.sound import (
    AudioChoice,
    AudioDevices,
    QualityMeasuredEvent,
    RecordingChangedEvent,
    RecordingState,
    SoundEvent,
)
from agent_desk.ports.media import Media
from agent_desk.services.background import Background
from agent_desk.services.call_control import CallControl
from agent_desk.services.event_bus import EventBus
from agent_desk.services.recorder import Recorder

_log = logging.getLogger(__name__)


class CallSound:
    """Passes wishes about sound to the media, and tells what comes of them."""

    def __init__(
        self,
        *,
        media: Media,
        calls: CallControl,
        bus: EventBus,
        recorder: Recorder,
        agent_id: AgentId,
        rules: CallRules,
    ) -> None:
        """Nothing is told before `start`. rules: which queues' calls are recorded."""
        self._media = media
        self._calls = calls
        self._bus = bus
        self._recorder = recorder
        self._agent_id = agent_id
        self._rules = rules
        self._background = Background("call-sound")
        self._stops: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin to follow calls and their sound."""
        self._stops = [
            self._media.subscribe(self._on_sound),
            self._bus.subscribe(EstablishedEvent, self._on_established),
        ]

    async def stop(self) -> None:
        """Stop following them."""
        for stop in self._stops:
            stop()
        self._stops = []
        await self._background.stop()

    def recording(self, call_id: CallId) -> RecordingState:
        """Return whether the call is recorded; OFF for a call that is gone."""
        return self._media.recording(call_id)

    async def start_recording(self, call_id: CallId) -> None:
        """Record both sides; raises SwitchError when that cannot be."""
        await self._media.start_recording(call_id)

    async def pause_recording(self, call_id: CallId, paused: bool) -> None:
        """Write silence while a caller says what must not be kept, or sound again."""
        await self._media.pause_recording(call_id, paused)

    async def stop_recording(self, call_id: CallId) -> None:
        """Complete the recording."""
        await self._media.stop_recording(call_id)

    def devices(self) -> AudioDevices:
        """Return what is plugged in, as last told."""
        return self._media.devices()

    async def choose(self, choice: AudioChoice) -> None:
        """Use these devices from now on, also in calls that go on."""
        await self._media.choose(choice)

    async def tell_waiting(self, on: bool) -> None:
        """Let the agent hear it when another call rings beside one that talks, or not."""
        await self._media.tell_waiting(on)

    async def test_sound(self, on: bool) -> None:
        """Let a person hear the microphone half a second later, with its level; or stop that."""
        await self._media.test_sound(on)

    def _on_sound(self, event: SoundEvent) -> None:
        match event:
            case RecordingChangedEvent() | QualityMeasuredEvent(is_final=True):
                self._log(event)
        self._bus.publish(event)

    def _log(self, event: QualityMeasuredEvent | RecordingChangedEvent) -> None:
        event_id = EventId(new_uuid7(event.at))
        self._recorder.record([sound_event_record(event, id=event_id, actor=self._agent_id)])

    def _on_established(self, event: EstablishedEvent) -> None:
        call = self._calls.calls.get(event.call_id)
        if call is not None and call.queue_id in self._rules.recorded:
            self._background.begin(self._record_by_rule(event))

    async def _record_by_rule(self, event: EstablishedEvent) -> None:
        try:
            await self._media.start_recording(event.call_id)
        except SwitchError as error:
            _log.warning("call %s is not recorded: %s", event.call_id, error)
            self._on_sound(
                RecordingChangedEvent(
                    call_id=event.call_id,
                    at=event.at,
                    state=RecordingState.OFF,
                    error=str(error),
                )
            )
