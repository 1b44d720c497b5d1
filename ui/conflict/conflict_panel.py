"""Both versions of a record, field by field, and what a person makes of them; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from agent_desk.domain.conflict import EditConflict, Side
from ui.conflict.field_choice import FieldChoice
from ui.formats import format_moment
from ui.language import tr
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label

ShownValue = Callable[[str, Any], str]
"""Gives the readable text of a field's value, by the field's name."""


class ConflictPanel(QFrame):
    """A panel, not a dialog: the call goes on beside it, and nothing is lost by leaving it.

    settled carries {field: Side} once every field is decided and the person saves. left: back to
    the form with everything that was typed.
    """

    # An object: as a dict Qt would take the members of the enumeration for plain text.
    settled = Signal(object)
    left = Signal()

    def __init__(self, *, labels: str, shown: ShownValue, parent: QWidget | None = None) -> None:
        """Name fields by the texts "``labels``.<field>" and write values as ``shown`` says."""
        super().__init__(parent)
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._labels = labels
        self._shown = shown
        self._conflict: EditConflict | None = None
        self._now: datetime | None = None
        self._choices: list[FieldChoice] = []
        self._title = Label("conflict.title", role="heading")
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setProperty("role", "muted")
        self._all_mine = Button("conflict.all_yours")
        self._all_theirs = Button("conflict.all_theirs")
        self._back = Button("conflict.back", role="ghost", shortcut_hint="Esc")
        self._save = Button("conflict.save", "check", "primary", shortcut_hint="Ctrl+Return")
        self._rows = QVBoxLayout()
        self._area = QScrollArea()
        self._build()
        self._connect()

    @property
    def conflict(self) -> EditConflict | None:
        """What is shown, None before the first."""
        return self._conflict

    def show_conflict(self, conflict: EditConflict, now: datetime) -> None:
        """Show both versions as seen at ``now``; proposals are chosen already."""
        self._conflict, self._now = conflict, now
        self._clear()
        for each in conflict.fields:
            label_key = f"{self._labels}.{each.field}"
            choice = FieldChoice(each, label_key=label_key, shown=self._shown, now=now)
            choice.chosen.connect(self._update_save)
            self._choices.append(choice)
            self._rows.addWidget(choice)
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
        if self._conflict is None or self._now is None:
            return
        edit = self._conflict.last_edit
        if edit is None:
            self._told.setText(tr("conflict.told"))
        else:
            at = format_moment(edit.at, self._now)
            self._told.setText(tr("conflict.told_who", who=edit.actor, at=at))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+Enter, leave on Escape."""
        enters = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enters and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        if self._save.isEnabled():
            self.settled.emit(self.choices())

    def _update_save(self) -> None:
        missing = len(self._choices) - len(self.choices())
        self._save.setEnabled(not missing)
        self._save.setToolTip(tr("conflict.missing", count=missing) if missing else "")

    def _clear(self) -> None:
        for choice in self._choices:
            self._rows.removeWidget(choice)
            choice.hide()
            choice.deleteLater()
        self._choices.clear()

    def _build(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), 0, px(16), 0)
        column.setSpacing(0)
        column.addLayout(self._rows)
        column.addStretch(1)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inner)
        head = QVBoxLayout()
        head.setContentsMargins(px(16), px(12), px(16), px(4))
        head.setSpacing(px(4))
        head.addWidget(self._title)
        head.addWidget(self._told)
        head.addSpacing(px(4))
        head.addLayout(_row(0, self._all_mine, self._all_theirs, None))
        foot = _row(px(16), None, self._back, self._save)
        foot.setContentsMargins(px(16), px(8), px(16), px(8))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._area, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self._all_mine.clicked.connect(lambda: self.choose_all(Side.MINE))
        self._all_theirs.clicked.connect(lambda: self.choose_all(Side.THEIRS))
        self._back.clicked.connect(self.left)
        self._save.clicked.connect(self._submit)


def _row(margin: int, *widgets: QWidget | None) -> QHBoxLayout:
    """Return ``widgets`` side by side; None is the room that is left."""
    row = QHBoxLayout()
    row.setContentsMargins(margin, 0, margin, 0)
    for widget in widgets:
        if widget is None:
            row.addStretch(1)
        else:
            row.addWidget(widget)
    return row
