"""Both versions of a record, field by field, and what a person makes of them; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from agent_desk.domain.conflict import EditConflict, FieldConflict, Side
from ui.conflict.field_choice import FieldChoice
from ui.conflict.versions_frame import VersionsFrame
from ui.language import tr
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button

ShownValue = Callable[[str, Any], str]
"""Gives the readable text of a field's value, by the field's name."""


class ConflictPanel(VersionsFrame):
    """A panel, not a dialog: the call goes on beside it, and nothing is lost by leaving it.

    settled carries {field: Side} once every field is decided and the person saves. left: back to
    the form with everything that was typed.
    """

    # An object: as a dict Qt would take the members of the enumeration for plain text.
    settled = Signal(object)
    left = Signal()

    def __init__(
        self,
        *,
        labels: str,
        shown: ShownValue,
        back: str = "conflict.back",
        parent: QWidget | None = None,
    ) -> None:
        """Name fields by the texts "``labels``.<field>" and write values as ``shown`` says.

        back: the key of the text for leaving the panel.
        """
        super().__init__(title="conflict.title", told="conflict.told", parent=parent)
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._labels = labels
        self._shown = shown
        self._conflict: EditConflict | None = None
        self._now: datetime | None = None
        self._choices: list[FieldChoice] = []
        self._all_mine = Button("conflict.all_yours")
        self._all_theirs = Button("conflict.all_theirs")
        self._back = Button(back, role="ghost", shortcut_hint="Esc")
        self._save = Button("conflict.save", "check", "primary", shortcut_hint="Ctrl+Return")
        self._build()
        self._connect()

    @property
    def conflict(self) -> EditConflict | None:
        """What is shown, None before the first."""
        return self._conflict

    def show_conflict(self, conflict: EditConflict, now: datetime) -> None:
        """Show both versions as seen at ``now``; proposals are chosen already."""
        self._conflict, self._now = conflict, now
        self._choices = [self._choice(each, now) for each in conflict.fields]
        self.show_fields(self._choices)
        self.retranslate()

    def choices(self) -> dict[str, Side]:
        """Return what is chosen so far, by field."""
        sides = {choice.field: choice.side() for choice in self._choices}
        return {field: side for field, side in sides.items() if side is not None}

    def choose_all(self, side: Side) -> None:
        """Take every field from ``side``."""
        for choice in self._choices:
            choice.choose(side)
        self._update_save()

    def focus_first(self) -> None:
        """Put the focus on the first field that is undecided, else on Save."""
        open_ones = (choice for choice in self._choices if choice.side() is None)
        first = next(open_ones, None)
        if first is not None:
            first.focus_first()
        else:
            self._save.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set every text of its own anew; the fields do that for themselves."""
        self._update_save()
        if self._conflict is not None and self._now is not None:
            self.tell(self._conflict.last_edit, self._now)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+Enter, leave on Escape."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _choice(self, conflict: FieldConflict, now: datetime) -> FieldChoice:
        label_key = f"{self._labels}.{conflict.field}"
        choice = FieldChoice(conflict, label_key=label_key, shown=self._shown, now=now)
        choice.chosen.connect(self._update_save)
        return choice

    def _submit(self) -> None:
        if self._save.isEnabled():
            self.settled.emit(self.choices())

    def _update_save(self) -> None:
        missing = len(self._choices) - len(self.choices())
        self._save.setEnabled(not missing)
        self._save.setToolTip(tr("conflict.missing", count=missing) if missing else "")

    def _build(self) -> None:
        self.head.addSpacing(px(4))
        self.head.addLayout(_row(self._all_mine, self._all_theirs, None))
        self.foot.addLayout(_row(None, self._back, self._save), 1)

    def _connect(self) -> None:
        self._all_mine.clicked.connect(lambda: self.choose_all(Side.MINE))
        self._all_theirs.clicked.connect(lambda: self.choose_all(Side.THEIRS))
        self._back.clicked.connect(self.left)
        self._save.clicked.connect(self._submit)


def _row(*widgets: QWidget | None) -> QHBoxLayout:
    """Return ``widgets`` side by side; None is the room that is left."""
    row = QHBoxLayout()
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row
