"""One field as somebody saw it and as it is now; nothing to choose; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from agent_desk.domain.conflict import FieldConflict
from ui.conflict.word_diff import marked
from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import current_tokens, px, theme_signals
from ui.widgets.label import Label


class FieldChange(QFrame):
    """Both values one below the other, what is new on a ground of its own, and who made it."""

    def __init__(
        self,
        conflict: FieldConflict,
        *,
        label_key: str,
        shown: Callable[[str, Any], str],
        now: datetime,
        parent: QWidget | None = None,
    ) -> None:
        """Show the field under the text of ``label_key``, its values as ``shown`` writes them."""
        super().__init__(parent)
        self._conflict = conflict
        self._label_key = label_key
        self._shown = shown
        self._now = now
        self._who = QLabel()
        self._who.setTextFormat(Qt.TextFormat.PlainText)
        self._who.setProperty("role", "muted")
        self._seen = _value_label()
        self._present = _value_label()
        self._build()
        theme_signals().changed.connect(self.retranslate)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text anew."""
        conflict = self._conflict
        seen = self._shown(conflict.field, conflict.mine)
        present = self._shown(conflict.field, conflict.theirs)
        empty = f"<i>{tr('conflict.empty')}</i>"
        self._seen.setText(marked(seen, seen, "") or empty)
        self._present.setText(marked(present, seen, current_tokens().warning_soft) or empty)
        self.setAccessibleName(
            f"{tr(self._label_key)}. {tr('conflict.seen')}: {seen or tr('conflict.empty')}. "
            f"{tr('conflict.now')}: {present or tr('conflict.empty')}"
        )
        self._who.setVisible(conflict.edit is not None)
        if conflict.edit is not None:
            at = format_moment(conflict.edit.at, self._now)
            self._who.setText(tr("conflict.who", who=conflict.edit.who, at=at))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Label(self._label_key, role="muted"))
        head.addStretch(1)
        head.addWidget(self._who)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(1, 1)
        lines = (("conflict.seen", self._seen), ("conflict.now", self._present))
        for row, (key, value) in enumerate(lines):
            grid.addWidget(Label(key, role="muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(8), 0, px(8))
        layout.setSpacing(px(6))
        layout.addLayout(head)
        layout.addLayout(grid)


def _value_label() -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setMinimumWidth(1)
    label.setTextFormat(Qt.TextFormat.RichText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
