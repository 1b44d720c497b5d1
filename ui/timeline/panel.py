"""The customer's timeline: tabs, filter, rows that load as one scrolls; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.customer import Note, TimelineEntry, TimelineKind
from ui.customer.notes import NotesView
from ui.formats import format_date, format_duration, format_time
from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.timeline.delegate import (
    TimelineDelegate,
    channel_name,
    entry_subject,
    spoken_entry,
)
from ui.timeline.head import TimelineHead
from ui.timeline.model import TimelineModel
from ui.timeline.view import TimelineView
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, IconButton
from ui.widgets.empty_state import EmptyState
from ui.widgets.label import Label
from ui.widgets.pill import Pill
from ui.widgets.state_kinds import entry_kind, entry_outcome

_FILTERS: Final[tuple[tuple[str, frozenset[TimelineKind] | None], ...]] = (
    ("timeline.filter_all", None),
    ("timeline.filter_calls", frozenset({TimelineKind.CALL})),
    ("timeline.filter_tickets", frozenset({TimelineKind.TICKET})),
    ("timeline.filter_orders", frozenset({TimelineKind.ORDER})),
    ("timeline.filter_notes", frozenset({TimelineKind.NOTE})),
    ("timeline.filter_steps", frozenset({TimelineKind.STEP})),
    ("timeline.filter_everything", frozenset(TimelineKind)),
)
_OPENABLE: Final = frozenset({TimelineKind.TICKET, TimelineKind.ORDER, TimelineKind.STEP})
_PAGES_AHEAD: Final = 2
_COUNT_FROM: Final = 400
"""Narrower panels have no room for the number of rows beside the tabs."""


class _EntryDetails(QFrame):
    """All there is about one entry, under the rows."""

    open_requested = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._subject = QLabel()
        self._subject.setProperty("role", "heading")
        self._subject.setWordWrap(True)
        self._subject.setTextFormat(Qt.TextFormat.PlainText)
        self._subject.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._about = QLabel()
        self._about.setProperty("role", "muted")
        self._about.setWordWrap(True)
        self._pill = Pill()
        self._open = Button("timeline.open", "external-link")
        self._open.clicked.connect(self.open_requested)
        close = IconButton("x", "timeline.close_details", shortcut_hint="Esc")
        close.clicked.connect(self.closed)
        words = QVBoxLayout()
        words.setSpacing(px(2))
        words.addWidget(self._subject)
        words.addWidget(self._about)
        line = QFrame()
        line.setObjectName("separator")
        row = QHBoxLayout()
        row.setContentsMargins(px(14), px(8), px(8), px(10))
        row.setSpacing(px(10))
        row.addLayout(words, 1)
        for widget in (self._pill, self._open, close):
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line)
        layout.addLayout(row)

    def show_entry(self, entry: TimelineEntry) -> None:
        self._subject.setText(entry_subject(entry))
        parts = [f"{format_date(entry.at)} {format_time(entry.at)}", channel_name(entry)]
        if entry.agent:
            parts.append(entry.agent)
        if entry.duration_seconds is not None:
            parts.append(format_duration(entry.duration_seconds))
        self._about.setText(" · ".join(parts))
        outcome = entry_outcome(entry)
        self._pill.setText(outcome)
        self._pill.set_kind(entry_kind(entry))
        self._pill.setVisible(bool(outcome))
        self._open.setVisible(entry.kind in _OPENABLE)
        self.show()


class TimelinePanel(QFrame):
    """Calls, tickets, orders and notes of one customer, newest first, and on demand every step.

    more_requested: offset of the first row that is missing. filter_changed: the kinds wanted,
    None for all; answer with ``show_entries``. entry_opened: the person wants to see it.
    """

    more_requested = Signal(int)
    filter_changed = Signal(object)
    entry_opened = Signal(object)
    retry_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._opened: TimelineEntry | None = None
        self._tabs = QTabBar()
        self._tabs.setDrawBase(False)
        self._filter = QComboBox()
        self._model = TimelineModel(describe=self._spoken, parent=self)
        self._head = TimelineHead()
        self._view = TimelineView(model=self._model, parent=self)
        self._delegate = TimelineDelegate(self._view, now=now)
        self._view.set_delegate(self._delegate)
        self._details = _EntryDetails(self)
        self._details.hide()
        self._status = EmptyState("history", "timeline.no_customer", "timeline.no_customer_text")
        self._failure = Banner(closable=False)
        self._failure.hide()
        self._count = Label(role="muted")
        self._notes = NotesView(now=now)
        self._rows_page = QWidget()
        self._stack = QStackedWidget()
        self._build()
        self._connect()
        self.retranslate()
        self._stack.setCurrentWidget(self._status)

    def show_entries(self, entries: Iterable[TimelineEntry], total: int) -> None:
        """Show the first page of ``total`` rows; none at all shows the empty state.

        A page that is on the screen already leaves place and mark as they are.
        """
        self._failure.hide()
        page = list(entries)
        if page and self._model.begins_with(page, total):
            self._model.resume()
            self._show_page()
            self._fetch_ahead()
            return
        self._close_details()
        self._model.replace(page, total)
        # The view would lay its rows out, and paint them, only after the card beside it.
        self._view.executeDelayedItemsLayout()
        if self._model.rowCount() == 0:
            filtered = self._filter.currentIndex() > 0
            text = "timeline.empty_filtered" if filtered else "timeline.empty_text"
            self._status.set_keys("history", "timeline.empty", text)
        self._show_page()

    def append_entries(self, entries: Iterable[TimelineEntry]) -> None:
        """Add the page that ``more_requested`` asked for."""
        self._model.append(entries)
        self._show_count()
        self._fetch_ahead()

    def nameless(self) -> frozenset[str]:
        """Return the logins that stand in rows and notes for want of a name."""
        return self._model.nameless() | self._notes.nameless()

    def show_names(self, names: Mapping[str, str]) -> None:
        """Show people by ``names``, by login, from now on."""
        self._model.name(names)
        self._notes.show_names(names)

    def show_notes(self, notes: Iterable[Note]) -> None:
        """Fill the Notes tab."""
        self._notes.show_notes(notes)

    def show_loading(self) -> None:
        """Say that the rows are on their way."""
        self._failure.hide()
        self._close_details()
        self._model.replace((), 0)
        self._status.set_keys("hourglass", "timeline.loading")
        self._show_page()

    def show_unavailable(self, text: str) -> None:
        """Say why there are no (more) rows and offer to try again; rows on screen stay."""
        self._model.rest()
        self._failure.show_text(text, "warning", tr("timeline.retry"))
        if self._model.rowCount() == 0:
            self._status.set_keys("database", "timeline.unavailable")
        self._show_page()

    def show_empty(self) -> None:
        """Forget the customer."""
        self._failure.hide()
        self._close_details()
        self._model.replace((), 0)
        self._notes.show_notes(())
        self._status.set_keys("history", "timeline.no_customer", "timeline.no_customer_text")
        self._show_page()

    def kinds(self) -> frozenset[TimelineKind] | None:
        """Return the kinds that the filter lets through, None for all."""
        return _FILTERS[max(0, self._filter.currentIndex())][1]

    def retranslate(self) -> None:
        """Set every text anew."""
        for index, key in enumerate(("timeline.tab", "timeline.tab_notes")):
            self._tabs.setTabText(index, tr(key))
        self._tabs.setAccessibleName(tr("timeline.tab"))
        for index, (key, _) in enumerate(_FILTERS):
            self._filter.setItemText(index, tr(key))
        self._filter.setAccessibleName(tr("timeline.filter"))
        self._filter.setToolTip(tr("timeline.filter"))
        self._view.setAccessibleName(tr("timeline.tab"))
        self._delegate.forget()
        self._head.update()
        self._view.viewport().update()
        self._show_count()
        if self._opened is not None:
            self._details.show_entry(self._opened)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Fill a tall window without waiting for a scroll."""
        super().showEvent(event)
        self._fetch_ahead()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the number of rows where there is room for it."""
        super().resizeEvent(event)
        self._show_count()

    def _build(self) -> None:
        for _ in range(2):
            self._tabs.addTab("")
        for _ in _FILTERS:
            self._filter.addItem("")
        top = QHBoxLayout()
        top.setContentsMargins(px(10), px(6), px(12), px(4))
        top.addWidget(self._tabs)
        top.addStretch(1)
        top.addWidget(self._count)
        top.addSpacing(px(8))
        top.addWidget(self._filter)
        rows = QVBoxLayout(self._rows_page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._head)
        rows.addWidget(self._view, 1)
        rows.addWidget(self._details)
        for page in (self._rows_page, self._status, _scrolled(self._notes)):
            self._stack.addWidget(page)
        failure = QHBoxLayout()
        failure.setContentsMargins(px(12), 0, px(12), 0)
        failure.addWidget(self._failure)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, px(8))
        layout.setSpacing(px(4))
        layout.addLayout(top)
        layout.addLayout(failure)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self._model.more_wanted.connect(self.more_requested)
        self._filter.activated.connect(self._on_filter)
        self._tabs.currentChanged.connect(self._show_page)
        self._view.entry_chosen.connect(self._open_entry)
        self._view.escaped.connect(self._close_details)
        self._view.selectionModel().currentChanged.connect(self._follow_mark)
        self._details.closed.connect(self._close_details)
        self._details.open_requested.connect(self._on_open)
        self._failure.action_requested.connect(self.retry_requested)
        bar = self._view.verticalScrollBar()
        bar.valueChanged.connect(self._fetch_ahead)
        bar.rangeChanged.connect(self._on_range)
        theme_signals().changed.connect(self._view.scheduleDelayedItemsLayout)

    def _spoken(self, entry: TimelineEntry) -> str:
        return spoken_entry(entry, self._now())

    def _show_page(self) -> None:
        on_notes = self._tabs.currentIndex() == 1
        self._filter.setVisible(not on_notes)
        self._show_count()
        if on_notes:
            self._stack.setCurrentIndex(2)
        elif self._model.rowCount():
            self._stack.setCurrentWidget(self._rows_page)
        else:
            self._stack.setCurrentWidget(self._status)

    def _show_count(self) -> None:
        total = self._model.total
        # How many rows of one kind there are in all is known only once all are loaded.
        visible = total > 0 and self._tabs.currentIndex() == 0 and self.kinds() is None
        visible = visible and self.width() >= px(_COUNT_FROM)
        self._count.setText(tr("timeline.count", count=total) if visible else "")

    def _on_filter(self) -> None:
        self._view.scrollToTop()
        self.filter_changed.emit(self.kinds())

    def _on_range(self) -> None:
        bar = self._view.verticalScrollBar()
        self._head.set_right_margin(bar.sizeHint().width() if bar.maximum() > 0 else 0)

    def _fetch_ahead(self) -> None:
        """Ask for the next page while there are still rows to scroll over."""
        bar = self._view.verticalScrollBar()
        if bar.maximum() - bar.value() < _PAGES_AHEAD * bar.pageStep():
            self._model.fetchMore(QModelIndex())

    def _open_entry(self, index: QModelIndex) -> None:
        self._opened = self._model.entry(index.row())
        self._details.show_entry(self._opened)
        self._view.scrollTo(index)
        self.entry_opened.emit(self._opened)

    def _follow_mark(self, current: QModelIndex) -> None:
        """Let open details follow the arrows."""
        if self._opened is not None and current.isValid():
            self._opened = self._model.entry(current.row())
            self._details.show_entry(self._opened)

    def _on_open(self) -> None:
        if self._opened is not None:
            self.entry_opened.emit(self._opened)

    def _close_details(self) -> None:
        self._opened = None
        self._details.hide()


def _scrolled(content: QWidget) -> QScrollArea:
    """Return ``content`` in a frameless area that scrolls up and down."""
    inner = QWidget()
    inner.setObjectName("scrolled")
    layout = QVBoxLayout(inner)
    layout.setContentsMargins(px(16), px(8), px(16), px(8))
    layout.addWidget(content)
    layout.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inner)
    return area
