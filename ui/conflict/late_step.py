"""A step that somebody else forestalled: what happened to its record, once more or not at all.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from agent_desk.domain.late_step import LateClaimStep, LateStep, LateTicketStep
from agent_desk.domain.settlement import OrderClaim
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrder
from ui.command_words import what_of, words_of
from ui.conflict.field_change import FieldChange
from ui.conflict.versions_frame import VersionsFrame
from ui.language import tr
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import plain_label

Late = LateStep | LateTicketStep | LateClaimStep


@dataclass(frozen=True, slots=True)
class _Words:
    """Beginnings of keys: of the record's fields, of its states; the key of "impossible"."""

    fields: str
    states: str
    impossible: str


_WORDS: Mapping[type[Late], _Words] = MappingProxyType(
    {
        LateStep: _Words("order_field", "work_order_state", "conflict.step_impossible"),
        LateTicketStep: _Words("ticket_field", "ticket_state", "conflict.ticket_step_impossible"),
        LateClaimStep: _Words("claim_field", "claim_state", "conflict.claim_step_impossible"),
    }
)


class LateStepPanel(VersionsFrame):
    """A panel, not a dialog: nothing is lost by turning to something else.

    redone carries the late step that is to be taken once more, dropped the one that is given up.
    left: nothing is decided.
    """

    redone = Signal(object)
    dropped = Signal(object)
    left = Signal()

    def __init__(
        self,
        *,
        shown: Callable[[str, Any], str],
        told: str = "conflict.step_told",
        back: str = "",
        parent: QWidget | None = None,
    ) -> None:
        """Write the values of the record's fields as ``shown`` says.

        told: the key of the sentence above them, see VersionsFrame.
        back: the key of the text for leaving the panel, "" where there is nothing to go back to.
        """
        super().__init__(title="conflict.step_title", told=told, parent=parent)
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._shown = shown
        self._late: Late | None = None
        self._now: datetime | None = None
        self._order = plain_label()
        self._step = plain_label()
        self._words = plain_label("muted")
        self._impossible = Notice()
        self._back = Button(back or "conflict.back", role="ghost", shortcut_hint="Esc")
        self._can_leave = bool(back)
        self._back.setVisible(self._can_leave)
        self._drop = Button("conflict.drop")
        self._redo = Button("conflict.redo", "check", "primary", shortcut_hint="Ctrl+Return")
        self.head.insertWidget(1, self._order)
        self.head.addSpacing(px(8))
        for part in (Label("conflict.your_step", role="muted"), self._step, self._words):
            self.head.addWidget(part)
        self.head.addWidget(self._impossible)
        self.foot.addWidget(self._back)
        self.foot.addStretch(1)
        self.foot.addWidget(self._drop)
        self.foot.addWidget(self._redo)
        self._drop.clicked.connect(lambda: self.dropped.emit(self._late))
        self._redo.clicked.connect(lambda: self.redone.emit(self._late))
        self._back.clicked.connect(self.left)

    def show_step(self, late: Late, now: datetime) -> None:
        """Show what happened before ``late`` could be saved, as seen at ``now``."""
        area = _WORDS[type(late)].fields
        self._late, self._now = late, now
        self.show_fields(
            [
                FieldChange(each, label_key=f"{area}.{each.field}", shown=self._shown, now=now)
                for each in late.conflict.fields
            ]
        )
        self.retranslate()

    @property
    def order_id(self) -> str:
        """The order that is shown, "" before the first."""
        return self._late.command.order_id if isinstance(self._late, LateStep) else ""

    def focus_first(self) -> None:
        """Put the focus on what can be done: once more, if that is possible."""
        button = self._redo if self._redo.isEnabled() else self._drop
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set every text of its own anew."""
        late = self._late
        if late is None or self._now is None:
            return
        self.tell(late.conflict.last_edit, self._now)
        self._order.setText(_title(late))
        self._step.setText(what_of(late.command))
        words = words_of(late.command)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        self._redo.setEnabled(late.is_possible)
        if late.is_possible:
            self._impossible.hide()
        else:
            keys = _WORDS[type(late)]
            state = tr(f"{keys.states}.{_record(late).state}")
            self._impossible.show_text(tr(keys.impossible, state=state), "warning")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the step once more on Ctrl+Enter, leave on Escape where that is possible."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self._redo.isEnabled():
                self.redone.emit(self._late)
        elif event.key() == Qt.Key.Key_Escape and self._can_leave:
            self.left.emit()
        else:
            super().keyPressEvent(event)


def _record(late: Late) -> WorkOrder | Ticket | OrderClaim:
    if isinstance(late, LateClaimStep):
        return late.claim
    return late.order if isinstance(late, LateStep) else late.ticket


def _title(late: Late) -> str:
    record = _record(late)
    if isinstance(record, OrderClaim):
        return f"#{record.order_number} {tr(f'claim_kind.{record.kind}')}"
    return f"#{record.number} {record.subject}"
