"""Asks who is on site, under which number, since when; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from agent_desk.domain.work_order import WorkOrder
from ui.language import tr
from ui.orders.step_wish import Step, StepWish
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.moment_edit import MomentEdit


class StartForm(QWidget):
    """Enter confirms, Escape leaves; a missing field says so itself.

    given carries the StepWish. left: not now. changed: something was typed.
    """

    given = Signal(object)
    left = Signal()
    changed = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._technician = QLineEdit()
        self._phone = QLineEdit()
        self._arrived = MomentEdit()
        self._fields = {
            "technician": FormField("order_field.technician", self._technician),
            "technician_phone": FormField("order_field.technician_phone", self._phone),
            "arrived_at": FormField("order_field.arrived_at", self._arrived),
        }
        self.confirm = Button("order_steps.start_confirm", "play", "primary")
        self._back = Button("department_page.cancel", role="ghost", shortcut_hint="Esc")
        self._lay_out()
        for edit in (self._technician, self._phone):
            edit.textEdited.connect(self._on_changed)
        self._arrived.dateTimeChanged.connect(self._on_changed)
        self.confirm.clicked.connect(self.submit)
        self._back.clicked.connect(self.left)

    def begin(self, order: WorkOrder) -> None:
        """Ask about ``order``: who was there before, arrived now."""
        self.restore(
            {
                "technician": order.technician,
                "technician_phone": order.technician_phone,
                "arrived_at": self._now().isoformat(),
            }
        )
        self.clear_errors()

    def focus_first(self) -> None:
        """Put the cursor where something is missing."""
        edits = (self._technician, self._phone)
        empty = next((edit for edit in edits if not edit.text()), self._arrived)
        empty.setFocus(Qt.FocusReason.OtherFocusReason)

    def fields(self) -> dict[str, str]:
        """Return every field as text; the time is ISO 8601 with offset."""
        return {
            "technician": self._technician.text(),
            "technician_phone": self._phone.text(),
            "arrived_at": self._arrived.moment().isoformat(),
        }

    def restore(self, fields: Mapping[str, str]) -> None:
        """Put back what ``fields`` has."""
        known = self.fields() | dict(fields)
        with QSignalBlocker(self._arrived):
            self._technician.setText(known["technician"])
            self._phone.setText(known["technician_phone"])
            self._arrived.set_moment(datetime.fromisoformat(known["arrived_at"]))

    def show_error(self, field: str, text: str) -> bool:
        """Show ``text`` at ``field`` and return whether there is such a field."""
        if field not in self._fields:
            return False
        self._fields[field].set_error(text)
        self._fields[field].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def clear_errors(self) -> None:
        """Take all complaints away."""
        for field in self._fields.values():
            field.set_error("")

    def submit(self) -> None:
        """Emit ``given``, or show what is missing and put the cursor there."""
        self.clear_errors()
        for field, edit in (("technician", self._technician), ("technician_phone", self._phone)):
            if not edit.text().strip():
                self.show_error(field, tr(f"order_steps.{field}_missing"))
                return
        if self._arrived.moment() > self._now():
            self.show_error("arrived_at", tr("order_steps.arrived_later"))
            return
        wish = StepWish(
            step=Step.START,
            technician=self._technician.text().strip(),
            technician_phone=self._phone.text().strip(),
            arrived_at=self._arrived.moment(),
        )
        self.given.emit(wish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Confirm on Enter, leave on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        else:
            super().keyPressEvent(event)

    def _on_changed(self) -> None:
        self.clear_errors()
        self.changed.emit()

    def _lay_out(self) -> None:
        top = Qt.AlignmentFlag.AlignTop
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(px(8))
        for column, field in enumerate(self._fields.values()):
            grid.addWidget(field, 0, column, top)
            grid.setColumnStretch(column, 1)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.confirm)
        row.addWidget(self._back)
        row.addStretch(1)
        grid.addLayout(row, 1, 0, 1, len(self._fields))
