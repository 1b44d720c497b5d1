"""Escalations: what is late, what soon will be, and what somebody took note of; main thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from agent_desk.domain.escalation import EscalationAcknowledgedEvent
from agent_desk.services.escalation_list import EscalationOverview, LateOrder
from ui.escalations.detail import EscalationDetail
from ui.escalations.words import late_row
from ui.language import tr
from ui.orders.clock_pill import FaceOf, no_face
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.grouped_list import Group
from ui.widgets.label import Label
from ui.widgets.list_and_detail import ListAndDetail, ListWords

_WORDS: Final = ListWords(
    icon="circle-check",
    title="escalations.title",
    empty="escalations.empty",
    empty_text="escalations.empty_text",
    loading="escalations.loading",
    unavailable="escalations.unavailable",
    retry="escalations.retry",
    nothing_icon="bell-ring",
    nothing_marked="escalations.nothing_marked",
)
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})


class EscalationsPage(QWidget):
    """Ctrl+Enter takes note of the marked one, Ctrl+Shift+Enter opens its order.

    acknowledge_requested: order id, alert key, note; answer with ``acknowledged`` or
    ``show_error``. open_requested: order id. came_into_sight: the list may be old by now.
    """

    acknowledge_requested = Signal(str, str, str)
    open_requested = Signal(str)
    reload_requested = Signal()
    came_into_sight = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter", "Ctrl+Shift+Return", "Ctrl+Shift+Enter")
        self._now = now
        self._face: FaceOf = no_face
        self._overview = EscalationOverview()
        self._late: dict[str, LateOrder] = {}
        self.detail = EscalationDetail(now=now)
        self._more = Label(role="muted")
        self._more.hide()
        self._columns = ListAndDetail(words=_WORDS, head=(self._more,), details=(self.detail,))
        self.list = self._columns.list
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.addWidget(self._columns)
        self.list.row_marked.connect(self._show_detail)
        self.list.row_opened.connect(self._go_on)
        self.detail.acknowledge_requested.connect(self.acknowledge_requested)
        self.detail.open_requested.connect(self.open_requested)
        self._columns.reload_requested.connect(self.reload_requested)

    def show_overview(self, overview: EscalationOverview) -> None:
        """Show the list group by group; the marked one stays marked."""
        self._overview = overview
        groups = (overview.mine, overview.others, overview.soon, overview.done)
        self._late = {late.key: late for group in groups for late in group}
        if overview.is_complete or self._late:
            self._columns.show_known()
        self.retranslate()
        if self.isVisible() and QApplication.focusWidget() in (None, self.window()):
            # An empty list can't have the keys; those that follow are meant for it.
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def acknowledged(self, event: EscalationAcknowledgedEvent, name: str) -> None:
        """``name`` took note of one: the next one to acknowledge is marked.

        It stands below at once; the list may be read again only when the database is back.
        """
        key = f"{event.order_id} {event.alert_key}"
        self.detail.forget_note(key)
        keys = [late.key for late in self._overview.mine]
        if key not in keys:
            return
        place = keys.index(key)
        rest = keys[place + 1 :] + keys[:place]
        if self.list.marked_id() == key and rest:
            self.list.mark(rest[0])
        self.show_overview(_noted(self._overview, key, event, name))

    def follow_clocks(self, face: FaceOf) -> None:
        """Show what ``face`` says of each order's clock."""
        self._face = face

    def show_clocks(self) -> None:
        """Ask for the clocks again, and paint what is new."""
        self._show_groups()
        late = self._late.get(self.list.marked_id())
        self.detail.show_clock(self._face(late.line.order.id) if late is not None else None)

    def show_loading(self) -> None:
        """Say that the list is on its way; what is on screen stays."""
        self._columns.show_loading()

    def show_unavailable(self, text: str) -> None:
        """Say why the list is not to be had; what is on screen stays."""
        self._columns.show_unavailable(text)

    def show_error(self, text: str) -> None:
        """Show why taking note was refused; nothing that was typed is lost."""
        self.detail.show_error(text)

    def retranslate(self) -> None:
        """Set every text anew."""
        left_out = self._overview.left_out
        self._more.setText(tr("escalations.more", number=left_out))
        self._more.setVisible(left_out > 0)
        self._show_groups()
        self._show_detail()

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the list: the keys that follow are meant for it."""
        super().showEvent(event)
        if event.spontaneous():
            return
        self.came_into_sight.emit()
        if not self.isAncestorOf(self.focusWidget()):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take note of the marked one, or open its order."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.key() not in _ENTER or not self.detail.isVisible():
            super().keyPressEvent(event)
        elif modifiers == control:
            # The note has taken it already, and lets every Return through.
            if not self.detail.note.hasFocus():
                self.detail.acknowledge_now()
        elif modifiers == control | shift:
            self.detail.open_now()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _go_on(self, key: str) -> None:
        """Go from the list to the note, or to the order where there is nothing to note."""
        target = self.detail.note if self._is_mine(key) else self.detail.open
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _is_mine(self, key: str) -> bool:
        return any(late.key == key for late in self._overview.mine)

    def _show_detail(self) -> None:
        key = self.list.marked_id()
        late = self._late.get(key)
        if late is None:
            self._columns.show_detail(None)
            return
        self.detail.show_late(late, is_mine=self._is_mine(key))
        self.detail.show_clock(self._face(late.line.order.id))
        self._columns.show_detail(self.detail)

    def _show_groups(self) -> None:
        overview, now = self._overview, self._now()
        self._columns.show_groups(
            Group(
                tr(key),
                tuple(late_row(x, now, names_role=group is overview.others) for x in group),
            )
            for key, group in (
                ("escalations.group_mine", overview.mine),
                ("escalations.group_others", overview.others),
                ("escalations.group_soon", overview.soon),
                ("escalations.group_done", overview.done),
            )
        )


def _noted(
    overview: EscalationOverview, key: str, event: EscalationAcknowledgedEvent, name: str
) -> EscalationOverview:
    """Return ``overview`` with the escalation ``key`` among those that were acknowledged."""
    (late,) = (one for one in overview.mine if one.key == key)
    assert late.escalation is not None
    noted = replace(late, escalation=replace(late.escalation, acknowledged=event), by_name=name)
    mine = tuple(one for one in overview.mine if one.key != key)
    return replace(overview, mine=mine, done=(noted, *overview.done))
