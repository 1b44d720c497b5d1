"""Wires the drafts that a former run left behind: shown, restored, thrown away; main thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.domain.draft import Draft, DraftKind
from ui.language import tr
from ui.presenters.context import Context
from ui.shell.notices import Notices
from ui.shell.recovery import RecoveryDialog

NOTICE = "recovered"


class RecoveryPresenter(QObject):
    """Offers what was typed before the desk ended.

    ticket_restored, form_restored: put this draft back into the ticket editor, or its own form.
    """

    ticket_restored = Signal(object)
    form_restored = Signal(object)

    def __init__(self, *, context: Context, window: QWidget, notices: Notices) -> None:
        """Look for drafts at once; the dialog never opens over a ringing call by itself."""
        super().__init__()
        self._context = context
        self._window = window
        self._notices = notices
        self._drafts: dict[str, Draft] = {}
        self._dialog: RecoveryDialog | None = None
        notices.action_requested.connect(self._on_action)
        context.ask(context.desk.drafts.recover, self._recovered, owner=self)

    def drafts(self) -> Mapping[str, Draft]:
        """Return the drafts that were recovered and are not dealt with yet, by key."""
        return dict(self._drafts)

    def show(self) -> None:
        """Open the list."""
        if self._dialog is None:
            self._dialog = RecoveryDialog(now=self._context.now, parent=self._window)
            self._dialog.restore_requested.connect(self._restore)
            self._dialog.discard_requested.connect(self._discard)
        self._dialog.show_drafts(tuple(self._drafts.values()))
        self._dialog.open()

    def _recovered(self, drafts: Sequence[Draft]) -> None:
        self._drafts = {draft.key: draft for draft in drafts}
        if not drafts:
            return
        text = tr("desk.recovered", count=len(drafts))
        self._notices.show_notice(NOTICE, text, "warning", tr("desk.recovered_show"))
        self.show()

    def _on_action(self, key: str) -> None:
        if key == NOTICE:
            self.show()

    def _restore(self, key: str) -> None:
        draft = self._drafts.pop(key, None)
        self._settle()
        if draft is None:
            return
        ticket = draft.kind is DraftKind.TICKET
        (self.ticket_restored if ticket else self.form_restored).emit(draft)

    def _discard(self, key: str) -> None:
        self._drafts.pop(key, None)
        self._settle()
        self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)

    def _settle(self) -> None:
        if not self._drafts:
            self._notices.clear(NOTICE)
