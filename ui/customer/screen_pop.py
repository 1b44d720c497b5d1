"""The screen pop: who calls, as far as the desk knows by now; Qt main thread.

It never takes the focus by itself: whoever types elsewhere goes on typing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.matching import MatchLevel, MatchResult
from ui.customer.candidates import CandidateList
from ui.customer.customer_form import CustomerForm
from ui.customer.customer_rows import separator
from ui.customer.lent_keys import LentKeys
from ui.customer.skeleton import SkeletonLines
from ui.formats import format_number
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.icon_label import IconLabel
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.pill import Pill, PillKind
from ui.widgets.wrapped_label import WrappedLabel

_STATE_KINDS: Final[dict[LocalConnectionState, PillKind]] = {
    LocalConnectionState.ALERTING: "accent",
    LocalConnectionState.CONNECTED: "success",
    LocalConnectionState.HOLD: "warning",
    LocalConnectionState.QUEUED: "info",
    LocalConnectionState.FAIL: "danger",
}


class _CallHeader(QWidget):
    """The call's state, the number, and what the network and the queue say about it."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = IconLabel("phone-incoming", "accent", 18)
        self._state = Pill(dot=True)
        self.number = WrappedLabel(lines=2)
        self._about = ElidedLabel(role="muted")
        top = QHBoxLayout()
        top.setSpacing(px(8))
        top.addWidget(self._icon)
        top.addWidget(self._state)
        top.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(10))
        layout.setSpacing(px(4))
        layout.addLayout(top)
        layout.addWidget(self.number)
        layout.addWidget(self._about)

    def show_call(self, call: Call, queue_name: str) -> None:
        inbound = call.direction is CallDirection.INBOUND
        self._icon.show_icon("phone-incoming" if inbound else "phone-outgoing", "accent")
        self._state.setText(tr(f"call_state.{call.state}"))
        self._state.set_kind(_STATE_KINDS.get(call.state, "neutral"))
        self.number.setText(shown_number(call))
        queue = queue_name or str(call.queue_id or "")
        parts = [part for part in (call.remote_name, queue, call.reason) if part]
        self._about.setText(" · ".join(parts))
        self._about.setVisible(bool(parts))


def shown_number(call: Call) -> str:
    """Return the far side's number for people; says so when it is withheld."""
    return format_number(call.remote) or tr("match_level.ANONYMOUS")


class ScreenPopPanel(QFrame):
    """Stands in the customer card's place until the customer is known.

    Order of calls: ``show_ringing`` at once, then ``show_slow``, ``show_match`` or
    ``show_failure`` as the lookup goes. What is typed into the new-customer form is kept per
    call. draft_changed: that form, at most 150 ms late.
    """

    candidate_chosen = Signal(str)
    new_customer_submitted = Signal(NewCustomer)
    retry_requested = Signal()
    search_requested = Signal()
    draft_changed = Signal(dict)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._call: Call | None = None
        self._queue_name = ""
        self._result: MatchResult | None = None
        self._drafts: dict[CallId, dict[str, str]] = {}
        self._header = _CallHeader()
        self._notice = Notice()
        self._stack = QStackedWidget()
        self._looking = QWidget()
        self._offer = QWidget()
        self._offer_title = Label(role="heading")
        self._offer_hint = Label(role="muted")
        self.candidates = CandidateList(now=now)
        self._keys = LentKeys(self)
        self._new = Button("screen_pop.new_customer", "user-plus")
        self._search = Button("screen_pop.search", "search", "ghost", shortcut_hint="Ctrl+K")
        self._unknown = QWidget()
        self.form = CustomerForm()
        self._anonymous = QWidget()
        self._failed = EmptyState("database", "screen_pop.failed", "screen_pop.failed_hint")
        self._search_unknown = Button(
            "screen_pop.search_customer", "search", "ghost", shortcut_hint="Ctrl+K"
        )
        self._search_withheld = Button(
            "screen_pop.search_customer", "search", "primary", shortcut_hint="Ctrl+K"
        )
        self._new_withheld = Button("screen_pop.new_customer", "user-plus", "ghost")
        self._build()
        self._connect()

    def show_ringing(self, call: Call, queue_name: str = "") -> None:
        """Show number, state, name, queue and reason of ``call`` at once.

        Another call starts a new lookup; the same call again only updates what is shown of it.
        """
        self._queue_name = queue_name or self._queue_name
        if self._call is None or self._call.call_id != call.call_id:
            self._keep_form()
            self._queue_name = queue_name
            self._result = None
            self._notice.hide()
            self._show_page(self._looking)
        self._call = call
        self._header.show_call(call, self._queue_name)

    def show_match(self, result: MatchResult) -> None:
        """Show who it may be: candidates to choose from, a form, or that the number is withheld."""
        again = self._result == result
        self._result = result
        self._notice.hide()
        if again:
            return
        if result.level is MatchLevel.ANONYMOUS:
            self._show_page(self._anonymous)
        elif result.candidates:
            self.candidates.show_candidates(result.candidates)
            self._show_page(self._offer)
        else:
            self._open_form()
        self.retranslate()

    def show_slow(self) -> None:
        """Say that the lookup takes longer than usual; what is shown stays."""
        if self._stack.currentWidget() is self._failed:
            self._show_page(self._looking)
        self._notice.show_text(tr("screen_pop.slow"), "info")

    def show_failure(self, text: str) -> None:
        """Say why there is no record and offer to try again; the call goes on."""
        self._notice.show_text(text, "warning", tr("screen_pop.retry"))
        if self._stack.currentWidget() is self._looking:
            self._show_page(self._failed)

    def show_error(self, field: str, text: str) -> None:
        """Show what is wrong with the new customer that was to be saved."""
        self.form.show_error(field, text)

    def restore_draft(self, fields: Mapping[str, str]) -> None:
        """Open the form for the shown call with what a draft kept."""
        self._open_form()
        self.form.restore(fields)

    def forget_draft(self, call_id: CallId) -> None:
        """Drop what was typed for a call: it was saved or is over."""
        self._drafts.pop(call_id, None)
        if self._call is not None and self._call.call_id == call_id:
            self.form.begin_new(self._signalled_number())

    def retranslate(self) -> None:
        """Set every text anew."""
        if self._call is not None:
            self._header.show_call(self._call, self._queue_name)
        self.candidates.retranslate()
        if self._result is not None:
            several = len(self._result.candidates) > 1
            self._offer_title.setText(tr(f"match_level.{self._result.level}"))
            key = "screen_pop.choose_hint" if several else "screen_pop.confirm_hint"
            self._offer_hint.setText(tr(key))
        if not self._notice.isHidden() and self._notice.kind == "info":
            self.show_slow()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Claim Alt+1..9 while candidates can be seen."""
        super().showEvent(event)
        self._claim_keys()

    def hideEvent(self, event: QHideEvent) -> None:
        """Give Alt+1..9 back."""
        super().hideEvent(event)
        self._keys.give_back()

    def _build(self) -> None:
        self._offer_hint.setWordWrap(True)
        self._build_looking()
        self._build_offer()
        self._build_unknown()
        self._build_anonymous()
        for page in (self._looking, self._offer, self._unknown, self._anonymous, self._failed):
            self._stack.addWidget(page)
        notice = QVBoxLayout()
        notice.setContentsMargins(px(8), px(6), px(8), 0)
        notice.addWidget(self._notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, px(6))
        layout.setSpacing(0)
        layout.addWidget(self._header)
        layout.addWidget(separator())
        layout.addLayout(notice)
        layout.addWidget(self._stack, 1)

    def _build_looking(self) -> None:
        looking = _column(self._looking)
        looking.addWidget(Label("screen_pop.looking", role="muted"))
        looking.addSpacing(px(8))
        looking.addWidget(SkeletonLines(), 1)

    def _build_offer(self) -> None:
        offer = QVBoxLayout(self._offer)
        offer.setContentsMargins(0, px(4), 0, 0)
        offer.setSpacing(px(2))
        for label in (self._offer_title, self._offer_hint):
            label.setContentsMargins(px(16), 0, px(16), 0)
            offer.addWidget(label)
        offer.addSpacing(px(4))
        offer.addWidget(self.candidates, 1)
        offer.addLayout(_buttons(self._search, self._new))

    def _build_unknown(self) -> None:
        unknown = QVBoxLayout(self._unknown)
        unknown.setContentsMargins(0, px(4), 0, 0)
        unknown.setSpacing(px(2))
        for key, role in (("match_level.UNKNOWN", "heading"), ("screen_pop.unknown_hint", "muted")):
            label = Label(key, role="heading" if role == "heading" else "muted")
            label.setWordWrap(True)
            label.setContentsMargins(px(16), 0, px(16), 0)
            unknown.addWidget(label)
        unknown.addWidget(self.form, 1)
        unknown.addLayout(_buttons(self._search_unknown))

    def _build_anonymous(self) -> None:
        withheld = QVBoxLayout(self._anonymous)
        withheld.setContentsMargins(0, 0, 0, 0)
        withheld.addWidget(
            EmptyState("eye-off", "match_level.ANONYMOUS", "screen_pop.anonymous_hint"), 1
        )
        withheld.addLayout(_buttons(self._new_withheld, self._search_withheld))

    def _connect(self) -> None:
        self.candidates.candidate_chosen.connect(self.candidate_chosen)
        self._keys.pressed.connect(self.candidates.choose_number)
        self._notice.action_requested.connect(self._on_retry)
        for button in (self._search, self._search_withheld, self._search_unknown):
            button.clicked.connect(self.search_requested)
        for button in (self._new, self._new_withheld):
            button.clicked.connect(self._on_new)
        self.form.submitted.connect(self._on_submitted)
        self.form.cancelled.connect(self._on_cancelled)
        self.form.draft_changed.connect(self.draft_changed)

    def _show_page(self, page: QWidget) -> None:
        self._stack.setCurrentWidget(page)
        self._claim_keys()

    def _claim_keys(self) -> None:
        offering = self.isVisible() and self._stack.currentWidget() is self._offer
        self._keys.lend(self.candidates.count() if offering else 0)

    def _open_form(self) -> None:
        self.form.begin_new(self._signalled_number())
        found = self._result is not None and bool(self._result.candidates)
        self.form.set_cancellable(found or self._is_withheld())
        if self._call is not None:
            self.form.restore(self._drafts.get(self._call.call_id, {}))
        self._show_page(self._unknown)

    def _signalled_number(self) -> str:
        caller = self._result.caller if self._result is not None else None
        if caller is None or caller.anonymous:
            return ""
        return caller.display

    def _is_withheld(self) -> bool:
        return self._result is not None and self._result.level is MatchLevel.ANONYMOUS

    def _keep_form(self) -> None:
        if self._call is not None and self.form.is_dirty():
            self._drafts[self._call.call_id] = self.form.fields()

    def _on_retry(self) -> None:
        """Show at once that the desk looks again."""
        self._notice.hide()
        if self._stack.currentWidget() is self._failed:
            self._show_page(self._looking)
        self.retry_requested.emit()

    def _on_new(self) -> None:
        self._open_form()
        self.form.focus_first()

    def _on_submitted(self, customer: object) -> None:
        if isinstance(customer, NewCustomer):
            self.new_customer_submitted.emit(customer)

    def _on_cancelled(self) -> None:
        """Go back to the candidates, or empty the form when there are none."""
        if self._call is not None:
            self._drafts.pop(self._call.call_id, None)
        if self._result is not None and self._result.candidates:
            self._show_page(self._offer)
        elif self._is_withheld():
            self._show_page(self._anonymous)
        else:
            self.form.begin_new(self._signalled_number())


def _column(page: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(px(16), px(10), px(16), px(12))
    layout.setSpacing(px(6))
    return layout


def _buttons(*buttons: QWidget) -> QVBoxLayout:
    """Return the actions under a page, each as wide as the column."""
    column = QVBoxLayout()
    column.setContentsMargins(px(12), px(6), px(12), px(4))
    column.setSpacing(px(4))
    for button in buttons:
        column.addWidget(button)
    column.setAlignment(Qt.AlignmentFlag.AlignBottom)
    return column
