"""Asks which part failed and who answers for it; main thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QWidget

from agent_desk.domain.report_item import FaultyPart, Liability
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.calm_wheel import CalmWheel
from ui.widgets.form_field import FormField

_ERRORS = {"faulty.part": "faulty_part", "faulty.supplier": "supplier"}


class FaultyPartForm(QWidget):
    """Empty: no part failed. The supplier is asked for where the supplier is liable."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = QLineEdit()
        self._liable = QComboBox()
        for liable in Liability:
            self._liable.addItem("", liable.value)
        short = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self._liable.setSizeAdjustPolicy(short)
        CalmWheel(self).watch(self._liable)
        self._supplier = QLineEdit()
        self._fields = {
            "faulty_part": FormField("report_form.faulty_part", self._part),
            "liable": FormField("report_form.liable", self._liable),
            "supplier": FormField("report_form.supplier", self._supplier),
        }
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(px(8))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._fields["faulty_part"], 0, 0, 1, 2, top)
        grid.addWidget(self._fields["liable"], 1, 0, top)
        grid.addWidget(self._fields["supplier"], 1, 1, top)
        for column in range(2):
            grid.setColumnStretch(column, 1)
        self._part.textEdited.connect(self._on_changed)
        self._supplier.textEdited.connect(self._on_changed)
        self._liable.currentIndexChanged.connect(self._on_changed)
        self.retranslate()
        self._show_needed()

    def fields(self) -> dict[str, str]:
        """Return what is typed, by field."""
        return {
            "faulty_part": self._part.text(),
            "liable": str(self._liable.currentData()),
            "supplier": self._supplier.text(),
        }

    def restore(self, fields: Mapping[str, str]) -> None:
        """Put back what ``fields`` has; nothing is told."""
        with QSignalBlocker(self._liable):
            self._part.setText(fields.get("faulty_part", ""))
            self._supplier.setText(fields.get("supplier", ""))
            self._liable.setCurrentIndex(max(0, self._liable.findData(fields.get("liable", ""))))
        self._show_needed()

    def faulty(self) -> FaultyPart | None:
        """Return the part that failed, None when none is named."""
        part, supplier = self._part.text().strip(), self._supplier.text().strip()
        if not part:
            return None
        liable = Liability(self._liable.currentData())
        named = supplier if liable is Liability.SUPPLIER else ""
        return FaultyPart(part=part, liable=liable, supplier=named)

    def show_error(self, field: str, text: str) -> bool:
        """Show ``text`` at ``field`` of the domain and return whether it is here."""
        if field not in _ERRORS:
            return False
        shown = self._fields[_ERRORS[field]]
        shown.set_error(text)
        shown.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def clear_errors(self) -> None:
        """Take all complaints away."""
        for field in self._fields.values():
            field.set_error("")

    def retranslate(self) -> None:
        """Set every text in the current language."""
        for index, liable in enumerate(Liability):
            self._liable.setItemText(index, tr(f"liability.{liable}"))
        self._part.setPlaceholderText(tr("report_form.faulty_hint"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _on_changed(self) -> None:
        self.clear_errors()
        self._show_needed()
        self.changed.emit()

    def _show_needed(self) -> None:
        named = bool(self._part.text().strip())
        by_supplier = self._liable.currentData() == Liability.SUPPLIER
        self._fields["liable"].setVisible(named)
        self._fields["supplier"].setVisible(named and by_supplier)
