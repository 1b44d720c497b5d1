"""What came of a step with several orders, one by one; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.grouped_list import Group, GroupedList, GroupedRow
from ui.widgets.label import Label
from ui.widgets.pill import PillKind

OutcomeKind = Literal["refused", "kept", "done"]
_PILLS: dict[OutcomeKind, PillKind] = {"refused": "danger", "kept": "warning", "done": "success"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOutcome:
    """What came of one order. title: number and subject. text: where it went, or why not."""

    order_id: str
    title: str
    kind: OutcomeKind
    text: str


class OutcomesPanel(QFrame):
    """What was refused stands first. opened: an order that is to be looked at. left: read."""

    opened = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._outcomes: tuple[CardOutcome, ...] = ()
        self._title = Label(role="heading")
        self.list = GroupedList()
        self._close = Button("board.close", role="ghost", shortcut_hint="Esc")
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(12), px(12), 0)
        head.addWidget(self._title, 1)
        head.addWidget(self._close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, px(8))
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        self.list.row_opened.connect(self.opened)
        self._close.clicked.connect(self.left)

    def show_outcomes(self, outcomes: Sequence[CardOutcome]) -> None:
        """Show what came of each."""
        self._outcomes = tuple(outcomes)
        self.retranslate()
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def outcomes(self) -> tuple[CardOutcome, ...]:
        """Return what is shown."""
        return self._outcomes

    def retranslate(self) -> None:
        """Set every text anew; what was said of each order stays as it was said."""
        done = sum(outcome.kind == "done" for outcome in self._outcomes)
        self._title.setText(tr("board.outcomes", done=done, all=len(self._outcomes)))
        self.list.setAccessibleName(self._title.text())
        self.list.show_groups(
            Group(
                tr(f"board_outcome.{kind}"),
                tuple(self._row(outcome) for outcome in self._outcomes if outcome.kind == kind),
            )
            for kind in _PILLS
        )

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _row(self, outcome: CardOutcome) -> GroupedRow:
        return GroupedRow(
            id=outcome.order_id,
            title=outcome.title,
            about=outcome.text,
            pill=tr(f"board_outcome.{outcome.kind}"),
            kind=_PILLS[outcome.kind],
        )
