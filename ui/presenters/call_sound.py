"""Shows on the call bar how calls sound, whether they are recorded, and the line; main thread."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject

from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.registration import RegistrationChangedEvent, RegistrationStatus
from agent_desk.domain.sound import (
    MediaPathChangedEvent,
    QualityMeasuredEvent,
    RecordingChangedEvent,
    RecordingState,
)
from agent_desk.services.call_control import CallsChangedEvent
from ui.calls.call_bar import CallBar
from ui.calls.sound_words import NO_SOUND, CallSound
from ui.language import error_text, tr
from ui.line_words import registration_sentence
from ui.presenters.context import Context

LINE_NOTICE = "line"
"""The key of the notice that says that no call can come; its action opens the settings."""


class CallSoundPresenter(QObject):
    """Gathers what is told of each call's sound, and passes the wishes about its recording."""

    def __init__(
        self, *, context: Context, bar: CallBar, open_settings: Callable[[], None]
    ) -> None:
        """``open_settings`` shows the page on which the line can be mended."""
        super().__init__()
        self._context = context
        self._bar = bar
        self._open_settings = open_settings
        self._sounds: dict[CallId, CallSound] = {}
        self._by_rule: frozenset[CallId] = frozenset()
        self._connect_events()
        bar.record_requested.connect(self._on_record)
        bar.pause_recording_requested.connect(self._on_pause)
        context.notices.action_requested.connect(self._on_action)
        context.ask(self._tell_line, owner=self)

    def _connect_events(self) -> None:
        bridge = self._context.bridge
        bridge.subscribe(CallsChangedEvent, self._on_calls)
        bridge.subscribe(RecordingChangedEvent, self._on_recording)
        bridge.subscribe(MediaPathChangedEvent, self._on_path)
        bridge.subscribe(QualityMeasuredEvent, self._on_quality)
        bridge.subscribe(RegistrationChangedEvent, self._on_registration)

    async def _tell_line(self) -> None:
        self._context.desk.line.tell()

    def _on_record(self, call_id: str, on: bool) -> None:
        sound = self._context.desk.sound
        service = sound.start_recording if on else sound.stop_recording
        self._wish(lambda: service(CallId(call_id)))

    def _on_pause(self, call_id: str, paused: bool) -> None:
        pause = self._context.desk.sound.pause_recording
        self._wish(lambda: pause(CallId(call_id), paused))

    def _wish(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._context.ask(work, failed=self._refused, owner=self)

    def _refused(self, error: AgentDeskError) -> None:
        self._bar.show_error(error_text(error))

    def _on_calls(self, event: CallsChangedEvent) -> None:
        recorded = self._context.desk.profile.call_rules.recorded
        self._by_rule = frozenset(c.call_id for c in event.calls if c.queue_id in recorded)
        present = {call.call_id for call in event.calls}
        self._sounds = {key: sound for key, sound in self._sounds.items() if key in present}
        self._bar.set_sounds(self._sounds)

    def _on_recording(self, event: RecordingChangedEvent) -> None:
        by_rule = event.call_id in self._by_rule
        self._change(event.call_id, recording=event.state, by_rule=by_rule)
        if event.error and event.state is RecordingState.OFF:
            text = tr("call_sound.failed", reason=event.error)
            self._context.notify("recording", text, "warning")

    def _on_path(self, event: MediaPathChangedEvent) -> None:
        self._change(event.call_id, path=event.path)

    def _on_quality(self, event: QualityMeasuredEvent) -> None:
        if not event.is_final:
            self._change(event.call_id, quality=event.quality)

    def _change(self, call_id: CallId, **news: Any) -> None:
        self._sounds[call_id] = replace(self._sounds.get(call_id, NO_SOUND), **news)
        self._bar.set_sounds(self._sounds)

    def _on_registration(self, event: RegistrationChangedEvent) -> None:
        self._bar.set_line(event)
        if event.status is RegistrationStatus.TRYING:
            return
        if event.status in (RegistrationStatus.AWAY, RegistrationStatus.REFUSED):
            is_final = event.status is RegistrationStatus.REFUSED
            self._context.notices.show_notice(
                LINE_NOTICE,
                registration_sentence(event),
                "danger" if is_final else "warning",
                tr("registration.open"),
            )
        else:
            self._context.notices.clear(LINE_NOTICE)

    def _on_action(self, key: str) -> None:
        if key == LINE_NOTICE:
            self._open_settings()
