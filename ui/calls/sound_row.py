"""The line of the selected call's sound: its recording, and how the line is; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from agent_desk.domain.sound import RecordingState
from ui.calls.sound_words import (
    NO_SOUND,
    CallSound,
    line_tip,
    line_word,
    recording_hint,
    recording_word,
)
from ui.shortcuts import keys_of
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import S
from ui.widgets.buttons import Button
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.pill import Pill


class SoundRow(QWidget):
    """Hidden while there is nothing to say of the call's sound.

    pause_wanted: keep silence (True) or sound again. stop_wanted: end the recording.
    """

    pause_wanted = Signal(bool)
    stop_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound = NO_SOUND
        self.recording = Pill(dot=True)
        self.hint = ElidedLabel(role="muted")
        self.pause = Button(
            "call_sound.pause",
            "pause",
            tooltip_key="call_sound.pause_tip",
            shortcut_hint=keys_of("call.pause_recording"),
        )
        self.resume = Button(
            "call_sound.resume",
            "circle-dot",
            "primary",
            tooltip_key="call_sound.resume_tip",
            shortcut_hint=keys_of("call.pause_recording"),
        )
        self.stop = Button(
            "call_sound.stop",
            "x",
            "ghost",
            tooltip_key="call_sound.stop_tip",
            shortcut_hint=keys_of("call.record"),
        )
        self.line = Pill(dot=True)
        self._lay_out()
        self.pause.clicked.connect(lambda: self.pause_wanted.emit(True))
        self.resume.clicked.connect(lambda: self.pause_wanted.emit(False))
        self.stop.clicked.connect(self.stop_wanted)
        self.hide()

    def show_sound(self, sound: CallSound) -> None:
        """Show ``sound`` from now on."""
        if sound != self._sound:
            self._sound = sound
            self.retranslate()

    def sound(self) -> CallSound:
        """Return what is shown."""
        return self._sound

    def retranslate(self) -> None:
        """Say everything in the current language."""
        sound = self._sound
        is_recorded = sound.recording is not RecordingState.OFF
        is_paused = sound.recording is RecordingState.PAUSED
        for widget in (self.recording, self.stop):
            widget.setVisible(is_recorded)
        self.pause.setVisible(is_recorded and not is_paused)
        self.resume.setVisible(is_paused)
        word, kind = recording_word(sound)
        self.recording.setText(word)
        self.recording.set_kind(kind)
        self.recording.setAccessibleName(word)
        self.hint.setText(recording_hint(sound) if is_recorded else "")
        self._show_line()
        self.setVisible(sound.is_worth_a_line)

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _show_line(self) -> None:
        word, kind = line_word(self._sound)
        self.line.setVisible(bool(word))
        self.line.setText(word)
        self.line.set_kind(kind)
        self.line.setAccessibleName(word)
        self.line.setToolTip(line_tip(self._sound) if word else "")

    def _lay_out(self) -> None:
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        for widget in (self.recording, self.pause, self.resume, self.stop):
            self._row.addWidget(widget)
        self._row.addWidget(self.hint, 1)
        self._row.addWidget(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme_signals().changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self._row.setSpacing(px(S))
