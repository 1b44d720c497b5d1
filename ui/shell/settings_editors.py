"""The editors of the settings page and what they hold as texts; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import QLocale, QObject, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QLineEdit,
    QSlider,
    QSpinBox,
    QWidget,
)

from ui.language import tr
from ui.sound.device_choice import DeviceChoice
from ui.widgets.calm_wheel import CalmWheel

SettingsForm = Mapping[str, str]
"""Field name to text, as in the settings file; yes and no are "true" and "false"."""

LONGEST_NAME: Final = 80
_SCALES: Final = ("100", "110", "125", "150", "175", "200")
_LANGUAGES: Final = {
    "system": "settings.system",
    "en": "settings.english",
    "zh": "settings.chinese",
}
_THEMES: Final = {
    "system": "settings.system",
    "light": "settings.light",
    "dark": "settings.dark",
}


class SettingsEditors(QObject):
    """One editor per setting. changed: any of them; look_changed: language, theme or size."""

    changed = Signal()
    look_changed = Signal()

    def __init__(self, regions: list[str], parent: QObject | None = None) -> None:
        """Offer the ISO 3166-1 codes ``regions``."""
        super().__init__(parent)
        self._regions = regions
        self.language = _combo(_LANGUAGES)
        self.theme = _combo(_THEMES)
        self.scale = _combo(_SCALES)
        self.region = _region_combo(regions)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.wrap_up = _number(0, 3600, 15)
        self.repeat = _number(1, 90, 1)
        self.volume = QSlider(Qt.Orientation.Horizontal)
        self.volume.setRange(0, 100)
        self.volume.setPageStep(10)
        self.ringer = DeviceChoice()
        self.silent = QCheckBox()
        self.waiting = QCheckBox()
        self.raising = QCheckBox()
        self.database = _read_only()
        self.agent_id = _read_only()
        self._connect()

    def labelled(self) -> dict[str, QWidget]:
        """Return the editors that stand under a label, by field name."""
        return {
            "language": self.language,
            "theme": self.theme,
            "scale_percent": self.scale,
            "agent_name": self.name,
            "agent_id": self.agent_id,
            "region": self.region,
            "wrap_up_seconds": self.wrap_up,
            "repeat_window_days": self.repeat,
            "ring_volume_percent": self.volume,
            "ringer": self.ringer,
            "database": self.database,
        }

    def values(self) -> dict[str, str]:
        """Return what the editors hold; fields that are only shown are not among it."""
        return {
            "language": str(self.language.currentData()),
            "theme": str(self.theme.currentData()),
            "scale_percent": str(self.scale.currentData()),
            "agent_name": self.name.text().strip(),
            "region": _region_code(self.region.currentText()),
            "wrap_up_seconds": str(self.wrap_up.value()),
            "repeat_window_days": str(self.repeat.value()),
            "ring_volume_percent": str(self.volume.value()),
            "ringer": self.ringer.device(),
            "ringer_name": self.ringer.device_name(),
            "ring_silent": _yes_or_no(self.silent.isChecked()),
            "call_waiting_tone": _yes_or_no(self.waiting.isChecked()),
            "raise_on_ring": _yes_or_no(self.raising.isChecked()),
        }

    def set_values(self, values: SettingsForm) -> None:
        """Show ``values`` without a signal."""
        blockers = [QSignalBlocker(editor) for editor in self._all()]
        _choose(self.language, values["language"])
        _choose(self.theme, values["theme"])
        _choose(self.scale, values["scale_percent"])
        self.region.setCurrentText(_region_text(values["region"]))
        self.name.setText(values["agent_name"])
        self.wrap_up.setValue(int(values["wrap_up_seconds"]))
        self.repeat.setValue(int(values["repeat_window_days"]))
        self.volume.setValue(int(values["ring_volume_percent"]))
        self.ringer.choose(values.get("ringer", ""), values.get("ringer_name", ""))
        self.silent.setChecked(values["ring_silent"].lower() == "true")
        self.waiting.setChecked(values.get("call_waiting_tone", "true").lower() == "true")
        self.raising.setChecked(values["raise_on_ring"].lower() == "true")
        self.database.setText(values.get("database", ""))
        self.agent_id.setText(values.get("agent_id", ""))
        for blocker in blockers:
            blocker.unblock()
        self.retranslate()

    def mistake_in_name(self) -> str:
        """Return what is wrong with the name, ``""`` when nothing is."""
        if self.name.text().strip():
            return ""
        return tr("settings.name_missing", most=LONGEST_NAME)

    def mistake_in_region(self) -> str:
        """Return what is wrong with the region, ``""`` when nothing is."""
        if _region_code(self.region.currentText()) in self._regions:
            return ""
        return tr("settings.region_unknown", value=self.region.currentText())

    def retranslate(self) -> None:
        """Show the editors' own words in the current language."""
        for combo, keys in ((self.language, _LANGUAGES), (self.theme, _THEMES)):
            for index in range(combo.count()):
                combo.setItemText(index, tr(keys[combo.itemData(index)]))
        for index in range(self.scale.count()):
            value = self.scale.itemData(index)
            self.scale.setItemText(index, tr("settings.percent", value=value))
        self.wrap_up.setSuffix(tr("settings.seconds"))
        self.wrap_up.setSpecialValueText(tr("settings.no_limit"))
        self.repeat.setSuffix(tr("settings.days"))
        self.silent.setText(tr("settings.ring_silent"))
        self.waiting.setText(tr("settings.call_waiting_tone"))
        self.raising.setText(tr("settings.raise_on_ring"))
        self.database.setPlaceholderText(tr("settings.usual_place"))

    def _connect(self) -> None:
        for combo in (self.language, self.theme, self.scale):
            combo.currentIndexChanged.connect(self.look_changed)
            combo.currentIndexChanged.connect(self.changed)
        self.region.currentTextChanged.connect(self.changed)
        self.ringer.currentIndexChanged.connect(self.changed)
        self.name.textChanged.connect(self.changed)
        for number in (self.wrap_up, self.repeat, self.volume):
            number.valueChanged.connect(self.changed)
        for box in (self.silent, self.waiting, self.raising):
            box.toggled.connect(self.changed)
        wheel = CalmWheel(self)
        for editor in self._all():
            if isinstance(editor, QComboBox | QSpinBox | QSlider):
                wheel.watch(editor)

    def _all(self) -> list[QWidget]:
        return [*self.labelled().values(), self.silent, self.waiting, self.raising]


def _combo(values: Iterable[str]) -> QComboBox:
    combo = QComboBox()
    for value in values:
        combo.addItem(value, value)
    return combo


def _choose(combo: QComboBox, value: str) -> None:
    """Show ``value``; a text size that the list lacks but the file has is added to it."""
    index = combo.findData(value)
    if index < 0:
        combo.addItem(value, value)
        index = combo.count() - 1
    combo.setCurrentIndex(index)


def _region_combo(codes: list[str]) -> QComboBox:
    combo = QComboBox()
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.addItems([_region_text(code) for code in codes])
    combo.setMaxVisibleItems(12)
    completer = combo.completer()
    if completer is not None:
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
    return combo


def _region_text(code: str) -> str:
    territory = QLocale.codeToTerritory(code)
    if territory == QLocale.Country.AnyCountry:
        return code
    return f"{code} · {QLocale.territoryToString(territory)}"


def _region_code(text: str) -> str:
    return text.split("·")[0].strip().upper()


def _number(least: int, most: int, step: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setSingleStep(step)
    return spin


def _read_only() -> QLineEdit:
    line = QLineEdit()
    line.setReadOnly(True)
    return line


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"
