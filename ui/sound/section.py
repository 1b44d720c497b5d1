"""The settings of a call's sound, with its test; main thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.sound import AudioChoice, AudioDevice, AudioDevices
from ui.language import tr
from ui.sound.device_choice import DeviceChoice
from ui.sound.level_meter import LevelMeter, LevelWord
from ui.sound.words import CALL_KINDS, DeviceKind, call_device_words
from ui.theme.tokens import M, S
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.card import Card
from ui.widgets.form_field import FormField
from ui.widgets.label import Label


class SoundSection(Card):
    """Choose microphone and speaker, hear oneself, and read what is wrong.

    changed: something was chosen by hand. choice_changed: what is shown is another AudioChoice
    than before, also by undoing. test_wanted: begin (True) or end the test.
    """

    changed = Signal()
    choice_changed = Signal(object)
    test_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show what is known before any device is: nothing."""
        super().__init__("sound.title", parent)
        self.choices: dict[DeviceKind, DeviceChoice] = {kind: DeviceChoice() for kind in CALL_KINDS}
        self._fields = {
            kind: FormField(f"settings.{kind}", choice) for kind, choice in self.choices.items()
        }
        self._devices = AudioDevices()
        self._is_simulated = False
        self._is_testing = False
        self._said: dict[DeviceKind, Banner] = {kind: Banner(closable=False) for kind in CALL_KINDS}
        self.simulated = Banner(closable=False)
        self.test = Button("sound.test", "mic")
        self.meter = LevelMeter()
        self._word = LevelWord()
        self._how = Label("sound.test_how", role="muted")
        self._headset = Label("sound.headset", role="muted")
        self._lay_out()
        self._connect()
        self.set_testing(False)
        self._say()

    def values(self) -> dict[str, str]:
        """Return what is chosen, by the names of the settings."""
        values: dict[str, str] = {}
        for kind, choice in self.choices.items():
            values[kind] = choice.device()
            values[f"{kind}_name"] = choice.device_name()
        return values

    def set_values(self, form: Mapping[str, str]) -> None:
        """Show the choice of ``form``."""
        before = self.choice()
        for kind, choice in self.choices.items():
            choice.choose(form.get(kind, ""), form.get(f"{kind}_name", ""))
        self._say()
        if self.choice() != before:
            self.choice_changed.emit(self.choice())

    def choice(self) -> AudioChoice:
        """Return what is chosen, as the media wants it."""
        return AudioChoice(**{kind: choice.device() for kind, choice in self.choices.items()})

    def set_simulated(self, simulated: bool) -> None:
        """Say that calls need no devices here and offer none; or offer them again."""
        for widget in (*self._fields.values(), self._tester, self._headset):
            widget.setVisible(not simulated)
        self._is_simulated = simulated
        self._say()

    def is_simulated(self) -> bool:
        """Return whether it offers no devices."""
        return self._is_simulated

    def show_devices(self, devices: AudioDevices) -> None:
        """Offer ``devices``, and say what is missing."""
        self._devices = devices
        for kind, choice in self.choices.items():
            choice.show_devices(self._of(kind))
        self._say()

    def show_level(self, dbov: float) -> None:
        """Show how loud the microphone is, while it is tested."""
        if self._is_testing:
            self.meter.show_level(dbov)
            self._word.set_key(self.meter.word_key())

    def set_testing(self, testing: bool) -> None:
        """Show whether a person hears themselves."""
        self._is_testing = testing
        self.test.set_text_key("sound.test_stop" if testing else "sound.test")
        self.meter.clear()
        self.meter.setEnabled(testing)
        self._word.set_key(self.meter.word_key() if testing else "")

    def set_in_call(self, in_call: bool) -> None:
        """Offer no test while a caller would hear it."""
        self.test.setEnabled(not in_call)
        self._how.set_key("sound.test_in_call" if in_call else "sound.test_how")

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        choices.setSpacing(M)
        for field in self._fields.values():
            choices.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(choices)
        self.body.addWidget(self.simulated)
        for banner in self._said.values():
            self.body.addWidget(banner)
        self._tester = QWidget()
        tester = QVBoxLayout(self._tester)
        tester.setContentsMargins(0, 0, 0, 0)
        tester.setSpacing(S)
        row = QHBoxLayout()
        row.setSpacing(M)
        row.addWidget(self.test)
        row.addWidget(self.meter, 1)
        row.addWidget(self._word)
        tester.addLayout(row)
        tester.addWidget(self._how)
        self.body.addWidget(self._tester)
        self.body.addWidget(self._headset)
        for label in (self._how, self._headset):
            label.setWordWrap(True)

    def _connect(self) -> None:
        wheel = CalmWheel(self)
        for choice in self.choices.values():
            choice.currentIndexChanged.connect(self._on_chosen)
            wheel.watch(choice)
        self.test.clicked.connect(lambda: self.test_wanted.emit(not self._is_testing))

    def _on_chosen(self) -> None:
        self._say()
        self.changed.emit()
        self.choice_changed.emit(self.choice())

    def _say(self) -> None:
        self.simulated.show_text(tr("sound.simulated"))
        self.simulated.setVisible(self._is_simulated)
        for kind, banner in self._said.items():
            text = "" if self._is_simulated else self._words(kind)
            # A headset that is pulled out is both, and said once.
            if text and (kind == CALL_KINDS[0] or text != self._words(CALL_KINDS[0])):
                banner.show_text(text, "warning")
            else:
                banner.hide()

    def _words(self, kind: DeviceKind) -> str:
        choice = self.choices[kind]
        return call_device_words(
            kind, chosen=choice.device(), name=choice.device_name(), devices=self._devices
        )

    def _of(self, kind: DeviceKind) -> tuple[AudioDevice, ...]:
        return self._devices.microphones if kind == "microphone" else self._devices.speakers
