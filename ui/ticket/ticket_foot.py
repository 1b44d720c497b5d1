"""The foot of the ticket editor, never scrolled away: how it goes on, and saving; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.ticket import Resolution
from ui.language import tr
from ui.theme.theme import px
from ui.ticket.resolution_part import ResolutionPart
from ui.widgets.buttons import Button, IconButton, with_shortcut
from ui.widgets.label import Label

RESOLVE_KEYS: Final = "Ctrl+Return"
SAVE_KEYS: Final = "Ctrl+Shift+Return"

_PRIMARY: Final = {
    Resolution.RESOLVED_NOW: ("ticket_editor.resolve_now", "check", RESOLVE_KEYS),
    Resolution.FOLLOW_UP: ("ticket_editor.save_follow_up", "calendar-clock", SAVE_KEYS),
    Resolution.WORK_ORDER: ("ticket_editor.send_order", "send", SAVE_KEYS),
}


class TicketFoot(QWidget):
    """Shows the choice ``outcome`` and, below it, the button that saves accordingly."""

    def __init__(self, outcome: ResolutionPart, parent: QWidget | None = None) -> None:
        """Take ``outcome`` in."""
        super().__init__(parent)
        self._outcome = outcome
        self.discard = IconButton("trash-2", "ticket_editor.discard")
        self.primary = Button("ticket_editor.resolve_now", "check", "primary")
        self._keys = Label(role="muted")
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addWidget(self.discard)
        buttons.addStretch(1)
        buttons.addWidget(self._keys)
        buttons.addWidget(self.primary)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(8), px(16), px(10))
        layout.setSpacing(px(8))
        layout.addWidget(outcome)
        layout.addLayout(buttons)
        outcome.reworded.connect(self.refresh)
        self.refresh()

    def set_brief(self, brief: bool) -> None:
        """Take less height, so that the fields above keep theirs."""
        self._outcome.set_brief(brief)

    def refresh(self) -> None:
        """Say on the button what saving does now, and by which keys."""
        key, icon, keys = _PRIMARY[self._outcome.resolution()]
        self.primary.set_text_key(key, icon)
        lines = (with_shortcut(tr(key), keys), self._outcome.hint())
        self.primary.setToolTip("\n".join(filter(None, lines)))
        self._keys.setText(keys.replace("Return", "↵").replace("Shift", "⇧").replace("+", " "))
