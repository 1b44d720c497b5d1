"""Chooses one device, or the system's own; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from agent_desk.domain.sound import AudioDevice
from ui.language import tr
from ui.theme.theme import px
from ui.theme.tokens import S

_SHORTEST = 14
"""Letters that the box has room for at the least; longer names are cut, and whole in the list."""


class DeviceChoice(QComboBox):
    """Offers the system's choice and what is plugged in, and keeps a choice that is away."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Offer the system's choice alone."""
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORTEST)
        self._devices: tuple[AudioDevice, ...] = ()
        self._chosen = ""
        self._name = ""
        self.currentIndexChanged.connect(self._on_chosen)
        self._fill()

    def device(self) -> str:
        """Return the id that is chosen, "" for the system's own device."""
        return self._chosen

    def device_name(self) -> str:
        """Return what the chosen device is or was called, "" for the system's own."""
        return self._name

    def choose(self, device: str, name: str) -> None:
        """Show ``device`` without a signal; ``name`` is shown while it is away."""
        if (device, name) != (self._chosen, self._name):
            self._chosen, self._name = device, name
            self._fill()

    def show_devices(self, devices: tuple[AudioDevice, ...]) -> None:
        """Offer ``devices``; the choice stays."""
        if devices != self._devices:
            self._devices = devices
            self._fill()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._fill()

    def paintEvent(self, event: QPaintEvent, /) -> None:
        """Paint as ever, with what does not fit cut by an ellipsis."""
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        field = QStyle.SubControl.SC_ComboBoxEditField
        room = (
            self.style()
            .subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self)
            .width()
        )
        option.currentText = self.fontMetrics().elidedText(
            option.currentText, Qt.TextElideMode.ElideRight, room - px(S)
        )
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _fill(self) -> None:
        blocker = QSignalBlocker(self)
        self.clear()
        self.addItem(self._system_text(), "")
        for device in self._devices:
            self.addItem(device.name, device.id)
        if self._chosen and self.findData(self._chosen) < 0:
            self.addItem(tr("sound.away", name=self._name or self._chosen), self._chosen)
        self.setCurrentIndex(self.findData(self._chosen))
        self.setToolTip(self.currentText())
        blocker.unblock()

    def _system_text(self) -> str:
        own = next((device for device in self._devices if device.is_default), None)
        return tr("sound.system_none") if own is None else tr("sound.system", name=own.name)

    def _on_chosen(self, index: int) -> None:
        self._chosen = str(self.itemData(index) or "")
        known = {device.id: device.name for device in self._devices}
        self._name = known.get(self._chosen, self._name if self._chosen else "")
        self.setToolTip(self.currentText())
