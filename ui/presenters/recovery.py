"""Wires unsaved words that stand nowhere on the screen: shown, brought back, thrown away.

They come from a former run of the desk, or from an ended call of a caller whom nobody knew. Main
thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.domain.draft import Draft, DraftKind
from ui.language import tr
from ui.presenters.context import Context
from ui.shell.notices import Notices
from ui.shell.recovery import RecoveryDialog
from ui.shortcuts import keys_of

FORMER_RUN = "recovered"
ENDED_CALLS = "left"


class RecoveryPresenter(QObject):
    """Offers what was typed before the desk ended, and what ended calls left behind.

    ticket_restored, form_restored: put this draft of a former run back into the ticket editor, or
    its own form. left_wanted, left_discarded: bring this draft of an ended call back on the
    screen, or forget it there.
    """

    ticket_restored = Signal(object)
    form_restored = Signal(object)
    left_wanted = Signal(object)
    left_discarded = Signal(object)

    def __init__(self, *, context: Context, window: QWidget, notices: Notices) -> None:
        """Look for drafts at once; the dialog never opens over a ringing call by itself."""
        super().__init__()
        self._context = context
        self._window = window
        self._notices = notices
        self._recovered: dict[str, Draft] = {}
        self._left: dict[str, Draft] = {}
        self._dialog: RecoveryDialog | None = None
        notices.action_requested.connect(self._on_action)
        context.ask(context.desk.drafts.recover, self._on_recovered, owner=self)

    def drafts(self) -> Mapping[str, Draft]:
        """Return the drafts that are not dealt with yet, by key."""
        return {**self._recovered, **self._left}

    def show(self) -> None:
        """Open the list."""
        if self._dialog is None:
            self._dialog = RecoveryDialog(now=self._context.now, parent=self._window)
            self._dialog.restore_requested.connect(self._restore)
            self._dialog.discard_requested.connect(self._discard)
        self._dialog.show_drafts(tuple(self.drafts().values()))
        self._dialog.open()

    def show_left(self, drafts: Sequence[Draft]) -> None:
        """Take ``drafts`` for what ended calls left; one calm line says how many there are."""
        self._left = {draft.key: draft for draft in drafts}
        if self._left:
            text = tr("desk.left", count=len(self._left), keys=keys_of("desk.bring_back"))
            self._notices.show_notice(ENDED_CALLS, text, "warning", tr("desk.recovered_show"))
        self._settle()

    def bring_back(self) -> None:
        """Put the newest of these words back where they were typed."""
        drafts = self.drafts()
        if not drafts:
            self._context.notify("nothing_left", tr("desk.nothing_left"))
            return
        self._restore(max(drafts, key=lambda key: drafts[key].saved_at))

    def _on_recovered(self, drafts: Sequence[Draft]) -> None:
        # What this run has kept meanwhile is on the screen, or among what ended calls left.
        self._recovered = {draft.key: draft for draft in drafts}
        if not drafts:
            return
        text = tr("desk.recovered", count=len(drafts))
        self._notices.show_notice(FORMER_RUN, text, "warning", tr("desk.recovered_show"))
        self.show()

    def _on_action(self, key: str) -> None:
        if key in (FORMER_RUN, ENDED_CALLS):
            self.show()

    def _restore(self, key: str) -> None:
        left = self._left.pop(key, None)
        draft = self._recovered.pop(key, None)
        self._settle()
        if left is not None:
            self.left_wanted.emit(left)
        elif draft is not None:
            ticket = draft.kind is DraftKind.TICKET
            (self.ticket_restored if ticket else self.form_restored).emit(draft)

    def _discard(self, key: str) -> None:
        left = self._left.pop(key, None)
        self._recovered.pop(key, None)
        self._settle()
        if left is not None:
            self.left_discarded.emit(left)
        self._context.ask(lambda: self._context.desk.drafts.discard(key), owner=self)

    def _settle(self) -> None:
        """Take the lines away that have nothing to say any more, and keep an open list true."""
        if not self._recovered:
            self._notices.clear(FORMER_RUN)
        if not self._left:
            self._notices.clear(ENDED_CALLS)
        dialog, drafts = self._dialog, self.drafts()
        if dialog is None or not dialog.isVisible() or set(dialog.keys()) == set(drafts):
            return
        dialog.show_drafts(tuple(drafts.values()))
        if not drafts:
            dialog.accept()
