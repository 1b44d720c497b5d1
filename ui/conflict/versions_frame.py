"""What panels about two versions share: who was first, the fields, what to do; main thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from agent_desk.domain.conflict import Edit
from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.label import Label


class VersionsFrame(QFrame):
    """A title with one sentence, fields one below the other, buttons at the foot.

    title: the key of its text. told: the key of the sentence when nobody knows who was first;
    with "_who" when somebody does.
    """

    def __init__(self, *, title: str, told: str, parent: QWidget | None = None) -> None:
        """Begin without fields; subclasses fill ``head`` and ``foot``."""
        super().__init__(parent)
        self._told_key = told
        self._title = Label(title, role="heading")
        self._told = QLabel()
        self._told.setWordWrap(True)
        self._told.setTextFormat(Qt.TextFormat.PlainText)
        self._told.setProperty("role", "muted")
        self._fields: list[QWidget] = []
        self._rows = QVBoxLayout()
        self.head = QVBoxLayout()
        self.foot = QHBoxLayout()
        self._lay_out()

    def retranslate(self) -> None:
        """Set every text of its own anew; the fields do that for themselves."""
        raise NotImplementedError

    def show_fields(self, fields: Sequence[QWidget]) -> None:
        """Show ``fields`` in place of the former ones."""
        for former in self._fields:
            self._rows.removeWidget(former)
            former.hide()
            former.deleteLater()
        self._fields = list(fields)
        for field in fields:
            self._rows.addWidget(field)

    def tell(self, edit: Edit | None, now: datetime) -> None:
        """Say who saved first, and when as seen at ``now``."""
        if edit is None:
            self._told.setText(tr(self._told_key))
        else:
            at = format_moment(edit.at, now)
            self._told.setText(tr(f"{self._told_key}_who", who=edit.who, at=at))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        inner = QWidget()
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), 0, px(16), 0)
        column.setSpacing(0)
        column.addLayout(self._rows)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self.head.setContentsMargins(px(16), px(12), px(16), px(4))
        self.head.setSpacing(px(4))
        self.head.addWidget(self._title)
        self.head.addWidget(self._told)
        self.foot.setContentsMargins(px(16), px(8), px(16), px(8))
        self.foot.setSpacing(px(8))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(self.head)
        layout.addWidget(area, 1)
        layout.addLayout(self.foot)
