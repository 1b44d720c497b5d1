"""The settings of the ring: where, how loud, and whether the window comes forward; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent_desk.domain.sound import AudioDevice
from ui.sound.device_choice import DeviceChoice
from ui.sound.words import device_words
from ui.theme.tokens import M
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form_field import FormField


class RingSection(Card):
    """Lays out the editors of the ring. tried: play a ring as it is set now."""

    tried = Signal()

    def __init__(
        self,
        *,
        ringer: DeviceChoice,
        fields: list[FormField],
        boxes: list[QWidget],
        parent: QWidget | None = None,
    ) -> None:
        """``fields`` stand side by side, ``boxes`` below each other; ``ringer`` is among them."""
        super().__init__("settings.ring", parent)
        self._ringer = ringer
        self._devices: tuple[AudioDevice, ...] | None = None
        self._said = Banner(closable=False)
        self._said.hide()
        self.sample = Button("sound.ring_sample", "play")
        self._lay_out(fields, boxes)
        self.sample.clicked.connect(self.tried)
        ringer.currentIndexChanged.connect(self._say)

    def show_devices(self, devices: tuple[AudioDevice, ...]) -> None:
        """Offer ``devices``, and say what is missing."""
        self._devices = devices
        self._ringer.show_devices(devices)
        self._say()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._say()

    def _lay_out(self, fields: list[FormField], boxes: list[QWidget]) -> None:
        row = QHBoxLayout()
        row.setSpacing(M)
        for field in fields:
            row.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.body.addWidget(self._said)
        self.body.addWidget(self.sample, 0, Qt.AlignmentFlag.AlignLeft)
        for box in boxes:
            self.body.addWidget(box)

    def _say(self) -> None:
        if self._devices is None:
            return
        text = device_words(
            "ringer",
            chosen=self._ringer.device(),
            name=self._ringer.device_name(),
            devices=self._devices,
        )
        if text:
            self._said.show_text(text, "warning")
        else:
            self._said.hide()
