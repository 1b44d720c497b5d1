"""The head of the ticket editor: what is written, and since when it is safe; main thread."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.language import tr
from ui.shortcuts import keys_of
from ui.theme.theme import px
from ui.ticket.ticket_join import TicketTarget
from ui.widgets.buttons import IconButton
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.label import Label


class TicketHead(QWidget):
    """Title, the state of the draft, and the button for complaints."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Show nothing yet."""
        super().__init__(parent)
        self._saved_at: datetime | None = None
        self._title = Label(role="heading")
        self._draft_state = ElidedLabel(role="muted")
        self._draft_state.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.complain = IconButton(
            "frown", "complaint.toggle", shortcut_hint=keys_of("ticket.complaint")
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), px(10), px(16), px(6))
        row.addWidget(self._title)
        row.addWidget(self._draft_state, 1)
        row.addWidget(self.complain)

    def set_who(self, who: str) -> None:
        """Say in the tooltip whom the ticket is for."""
        self._title.setToolTip(who)

    def show_target(self, target: TicketTarget, *, complaint: bool) -> None:
        """Say which ticket is written: joined, changed, or new."""
        if target.joins:
            title = tr("ticket_editor.title_join", number=target.number)
        elif target.number:
            title = tr("ticket_editor.title_ticket", number=target.number)
        else:
            title = tr("complaint.title_new" if complaint else "ticket_editor.title_new")
        self._title.setText(title)
        self._show_draft_state()

    def show_draft_saved(self, at: datetime | None) -> None:
        """Say that the draft has been on the disk since ``at``; nothing for None."""
        self._saved_at = at
        self._show_draft_state()

    def _show_draft_state(self) -> None:
        text = ""
        if self._saved_at is not None:
            text = tr("ticket_editor.draft_saved", time=f"{self._saved_at.astimezone():%H:%M:%S}")
        self._draft_state.setText(text)
