"""What makes a ticket a complaint: how grave it is, whom it is about, the answer; main thread."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QLineEdit, QSizePolicy, QWidget

from agent_desk.domain.complaint import (
    ANSWER_WITHIN,
    MAX_ABOUT,
    ComplaintForm,
    Severity,
    TicketKind,
)
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.form_field import FormField


class ComplaintPart(QWidget):
    """Hidden while the ticket is an ordinary one. changed: kind, severity or whom it is about."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.severity = QComboBox()
        for severity in Severity:
            self.severity.addItem("", str(severity))
        self.severity.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.about = QLineEdit()
        self.about.setMaxLength(MAX_ABOUT)
        self.about_field = FormField("complaint.about", self.about)
        self._promise = ElidedLabel(role="muted")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(4))
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.about_field, 0, 0, top)
        grid.addWidget(FormField("complaint.severity", self.severity), 0, 1, top)
        grid.addWidget(self._promise, 1, 0, 1, 2)
        grid.setColumnStretch(0, 13)
        grid.setColumnStretch(1, 8)
        self.hide()
        self.severity.currentIndexChanged.connect(self._on_changed)
        self.about.textChanged.connect(self._on_changed)
        self.clear()
        self.retranslate()

    def is_complaint(self) -> bool:
        """Return whether the ticket is a complaint."""
        return not self.isHidden()

    def set_complaint(self, complaint: bool) -> None:
        """Make the ticket a complaint, or an ordinary one again."""
        if complaint != self.is_complaint():
            self.setVisible(complaint)
            self._on_changed()

    def fields(self) -> dict[str, str]:
        """Return everything as texts for a draft."""
        kind = TicketKind.COMPLAINT if self.is_complaint() else TicketKind.TICKET
        return {
            "kind": str(kind),
            "severity": str(self.severity.currentData()),
            "complaint_about": self.about.text(),
        }

    def fill(self, fields: dict[str, str]) -> None:
        """Put back what ``fields`` made texts of."""
        self.setVisible(fields["kind"] == TicketKind.COMPLAINT)
        self.severity.setCurrentIndex(max(0, self.severity.findData(fields["severity"])))
        if fields["complaint_about"] != self.about.text():
            self.about.setText(fields["complaint_about"])

    def clear(self) -> None:
        """Begin an ordinary ticket."""
        self.fill(
            {
                "kind": str(TicketKind.TICKET),
                "severity": str(Severity.NORMAL),
                "complaint_about": "",
            }
        )

    def form(self) -> ComplaintForm | None:
        """Return what was typed, None for an ordinary ticket."""
        if not self.is_complaint():
            return None
        severity = Severity(str(self.severity.currentData()))
        return ComplaintForm(severity=severity, about=self.about.text())

    def retranslate(self) -> None:
        """Set every text anew."""
        for index in range(self.severity.count()):
            self.severity.setItemText(index, tr(f"severity.{self.severity.itemData(index)}"))
        self.about.setPlaceholderText(tr("complaint.about_hint"))
        self._show_promise()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _on_changed(self) -> None:
        self.about_field.set_error("")
        self._show_promise()
        self.changed.emit()

    def _show_promise(self) -> None:
        within = ANSWER_WITHIN[Severity(str(self.severity.currentData()))]
        if within.days:
            text = tr("complaint.promise_days", count=within.days)
        else:
            text = tr("complaint.promise_hours", count=round(within.total_seconds() / 3600))
        self._promise.setText(text)
