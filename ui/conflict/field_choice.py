"""One field with both its values, of which one is chosen; main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.conflict import FieldConflict, Side
from ui.conflict.word_diff import marked
from ui.formats import format_moment
from ui.language import tr
from ui.theme.theme import current_tokens, px, theme_signals
from ui.widgets.label import Label

_TEXT_KEYS: Final[Mapping[Side, str]] = MappingProxyType(
    {Side.MINE: "conflict.yours", Side.THEIRS: "conflict.theirs"}
)


class FieldChoice(QFrame):
    """Both values of one field, one below the other; arrow keys and clicks choose.

    chosen: after the person, and nobody else, has chosen.
    """

    chosen = Signal()

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
        self.field = conflict.field
        self._conflict = conflict
        self._label_key = label_key
        self._shown = shown
        self._now = now
        self._label = Label(label_key, role="muted")
        self._who = QLabel()
        self._who.setProperty("role", "muted")
        self._buttons = {side: QRadioButton() for side in Side}
        self._values = {side: _ValueLabel(self._buttons[side]) for side in Side}
        self._group = QButtonGroup(self)
        self._build()
        theme_signals().changed.connect(self.retranslate)
        if conflict.proposal is not None:
            self.choose(conflict.proposal)
        for button in self._buttons.values():
            button.clicked.connect(self.chosen)
        self.retranslate()

    def side(self) -> Side | None:
        """Return the chosen side, None while there is none."""
        checked = (side for side, button in self._buttons.items() if button.isChecked())
        return next(checked, None)

    def choose(self, side: Side) -> None:
        """Choose ``side`` without telling."""
        self._buttons[side].setChecked(True)

    def focus_first(self) -> None:
        """Put the focus on the chosen value, on the first when there is none."""
        button = self._buttons[self.side() or Side.MINE]
        button.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set every text anew."""
        ground = current_tokens().warning_soft
        texts = {side: self._shown(self.field, self._conflict.value(side)) for side in Side}
        for side, other in ((Side.MINE, Side.THEIRS), (Side.THEIRS, Side.MINE)):
            text = texts[side]
            self._buttons[side].setText(tr(_TEXT_KEYS[side]))
            self._buttons[side].setAccessibleName(
                f"{tr(self._label_key)}, {tr(_TEXT_KEYS[side])}: {text or tr('conflict.empty')}"
            )
            html = marked(text, texts[other], ground)
            self._values[side].setText(html or f"<i>{tr('conflict.empty')}</i>")
        edit = self._conflict.edit
        self._who.setVisible(edit is not None)
        if edit is not None:
            at = format_moment(edit.at, self._now)
            self._who.setText(tr("conflict.who", who=edit.who, at=at))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._label)
        head.addStretch(1)
        head.addWidget(self._who)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(1, 1)
        for row, side in enumerate(Side):
            self._group.addButton(self._buttons[side])
            grid.addWidget(self._buttons[side], row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._values[side], row, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(8), 0, px(8))
        layout.setSpacing(px(6))
        layout.addLayout(head)
        layout.addLayout(grid)


class _ValueLabel(QLabel):
    """A value of any length; a click on it chooses it, a drag marks text to copy."""

    def __init__(self, button: QRadioButton) -> None:
        super().__init__()
        self._button = button
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose this value unless text was marked."""
        super().mouseReleaseEvent(event)
        if not self.hasSelectedText():
            self._button.click()
