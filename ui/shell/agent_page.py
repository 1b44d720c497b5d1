"""The agent's page: customer, timeline and ticket side by side, the queues below; main thread.

Where the window is too narrow for three columns (a small screen or large text) they become tabs.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ui.language import tr
from ui.theme.theme import px, theme_signals
from ui.theme.tokens import L, M


class Column(IntEnum):
    """A part of the page, in the order of Alt+1 to Alt+4."""

    CUSTOMER = 0
    TIMELINE = 1
    TICKET = 2
    QUEUES = 3


_KEYS: Final = ("shell.customer", "shell.timeline", "shell.ticket", "shell.queues")
_LEAST_WIDTHS: Final = (250, 420, 320)
_FIRST_WIDTHS: Final = (296, 680, 340)
_LEAST_TICKET_HEIGHT: Final = 230
_FIRST_HEIGHTS: Final = (5, 2)
"""Ratio of the ticket's height to that of what stands below it."""

_TIGHT_HEIGHT: Final = 720
"""Below this height of the page each column shows too little of itself."""

_LEAST_HEIGHT: Final = 430
"""Below this height of the page the queues get a tab too, so that the columns keep room."""


class AgentPage(QWidget):
    """Arranges five panels; it knows nothing of what they show.

    tightened: whether height is dear now, so that what stands below the columns says less.
    """

    column_shown = Signal(int)
    tightened = Signal(bool)

    def __init__(
        self,
        *,
        customer: QWidget,
        timeline: QWidget,
        ticket: QWidget,
        orders: QWidget,
        queues: QWidget,
        parent: QWidget | None = None,
    ) -> None:
        """Show the given panels, which belong to the page from now on."""
        super().__init__(parent)
        self.setObjectName("page")
        self._panels = (customer, timeline, ticket)
        self._queues = queues
        self._is_narrow = False
        self._is_tight = False
        self._shown = Column.CUSTOMER
        self._wide_sizes: list[int] = list(_FIRST_WIDTHS)
        self._heights: list[int] = list(_FIRST_HEIGHTS)
        self._tabs = QTabBar()
        for _ in _KEYS:
            self._tabs.addTab("")
        self._tabs.currentChanged.connect(self._on_tab)
        self._tabs.hide()
        self._ticket_and_orders = _stacked(ticket, orders)
        self._lower = orders
        self._right = _UpAndDown(self._ticket_and_orders)
        self._reveal = QTimer(self, singleShot=True, interval=0)
        self._reveal.timeout.connect(self._show_lower)
        self._columns = (customer, timeline, self._right)
        if isinstance(orders, QStackedWidget):
            orders.currentChanged.connect(self._on_swapped)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        for index, column in enumerate(self._columns):
            self._splitter.addWidget(column)
            self._splitter.setStretchFactor(index, 1 if index == Column.TIMELINE else 0)
        for splitter in (self._splitter, self._ticket_and_orders):
            splitter.splitterMoved.connect(self._on_moved)
        self._is_placed = False
        self._layout = QVBoxLayout(self)
        self._layout.addWidget(self._tabs)
        self._layout.addWidget(self._splitter, 1)
        self._layout.addWidget(queues)
        theme_signals().changed.connect(self._measure)
        self.retranslate()
        self._measure()

    @property
    def is_narrow(self) -> bool:
        """Whether the columns are tabs now."""
        return self._is_narrow

    @property
    def is_tight(self) -> bool:
        """Whether height is dear now."""
        return self._is_tight

    def parts(self) -> tuple[QWidget, ...]:
        """Return what the tabs show one at a time: the three columns and the queues."""
        return (*self._columns, self._queues)

    def sizes(self) -> list[int]:
        """Return the widths of the three columns, in pixels, as they are side by side."""
        return self._splitter.sizes() if self._is_placed else list(self._wide_sizes)

    def set_sizes(self, sizes: list[int]) -> None:
        """Set the widths of the three columns; the timeline takes what is more or less."""
        self._wide_sizes = list(sizes)
        self._is_placed = False
        self._arrange()

    def heights(self) -> list[int]:
        """Return the heights of the ticket and what stands below it, as a ratio."""
        return list(self._heights)

    def set_heights(self, heights: list[int]) -> None:
        """Set the heights of the ticket and what stands below it; only their ratio counts."""
        self._heights = list(heights)
        self._is_placed = False
        self._arrange()

    def focus_column(self, column: Column) -> None:
        """Bring ``column`` into view and put the focus on its first control."""
        self._tabs.setCurrentIndex(column)
        target = self._queues if column is Column.QUEUES else self._panels[column]
        first = _first_control(target)
        if first is not None:
            # Not as a shortcut: a line edit would select its text for the next key to replace.
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Show the tabs in the current language."""
        self._tabs.setAccessibleName(tr("shell.columns"))
        for index, key in enumerate(_KEYS):
            self._tabs.setTabText(index, tr(key))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), px(160))

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def showEvent(self, event: QShowEvent, /) -> None:
        super().showEvent(event)
        self._arrange()

    def changeEvent(self, event: QEvent, /) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _measure(self) -> None:
        gap = px(M)
        self._layout.setContentsMargins(px(L), px(L), px(L), px(L))
        self._layout.setSpacing(gap)
        for splitter in (self._splitter, self._ticket_and_orders):
            splitter.setHandleWidth(gap)
        self._panels[Column.TICKET].setMinimumHeight(px(_LEAST_TICKET_HEIGHT))
        self._arrange()

    def _arrange(self) -> None:
        least = self._least_widths()
        for column, width in zip(self._columns, least, strict=True):
            # A column that needed more room for a while gives it back.
            self._is_placed = self._is_placed and column.minimumWidth() == width
            column.setMinimumWidth(width)
        needed = sum(least) + 2 * px(M) + 2 * px(L)
        self._tighten(self.height() < px(_TIGHT_HEIGHT))
        narrow = self.width() < needed or self.height() < px(_LEAST_HEIGHT)
        if narrow != self._is_narrow:
            self._set_narrow(narrow)
        if not narrow and not self._is_placed and self.isVisible():
            self._place()

    def _tighten(self, tight: bool) -> None:
        if tight != self._is_tight:
            self._is_tight = tight
            self.tightened.emit(tight)

    def _least_widths(self) -> list[int]:
        return [
            max(px(width), column.minimumSizeHint().width())
            for column, width in zip(self._columns, _LEAST_WIDTHS, strict=True)
        ]

    def _set_narrow(self, narrow: bool) -> None:
        self._is_narrow = narrow
        self._is_placed = False
        self._tabs.setVisible(narrow)
        self._show_parts()

    def _place(self) -> None:
        """Give the outer columns their widths and the timeline the rest."""
        self._layout.activate()
        customer, _, ticket = self._wide_sizes
        rest = self._splitter.width() - 2 * self._splitter.handleWidth() - customer - ticket
        self._splitter.setSizes([customer, max(1, rest), ticket])
        room = self._ticket_and_orders.height()
        share = room / max(1, sum(self._heights))
        self._ticket_and_orders.setSizes([round(height * share) for height in self._heights])
        self._is_placed = True

    def _on_moved(self) -> None:
        self._wide_sizes = self._splitter.sizes()
        self._heights = self._ticket_and_orders.sizes()

    def _on_swapped(self) -> None:
        self._reveal.start()

    def _show_lower(self) -> None:
        """Scroll to what stands below the ticket now: after-call work is higher than orders."""
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        self._right.ensureWidgetVisible(self._lower, 0, 0)

    def _on_tab(self, index: int) -> None:
        self._shown = Column(index)
        self._show_parts()
        self.column_shown.emit(index)

    def _show_parts(self) -> None:
        only = self._shown if self._is_narrow else None
        for index, column in enumerate(self._columns):
            column.setVisible(only in (None, index))
        self._splitter.setVisible(only is not Column.QUEUES)
        self._queues.setVisible(only in (None, Column.QUEUES))


class _UpAndDown(QScrollArea):
    """Scrolls its content up and down only, and is as wide as the content needs."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self.verticalScrollBar().rangeChanged.connect(self.updateGeometry)

    def minimumSizeHint(self) -> QSize:
        bar = self.verticalScrollBar()
        beside = bar.sizeHint().width() if bar.maximum() else 0
        return QSize(self._content.minimumSizeHint().width() + beside, px(80))


def _stacked(upper: QWidget, lower: QWidget) -> QSplitter:
    column = QSplitter(Qt.Orientation.Vertical)
    column.setObjectName("scrolled")
    column.setChildrenCollapsible(False)
    for index, (widget, share) in enumerate(zip((upper, lower), _FIRST_HEIGHTS, strict=True)):
        widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        column.addWidget(widget)
        column.setStretchFactor(index, share)
    return column


def _first_control(panel: QWidget) -> QWidget | None:
    """Return the first widget of ``panel`` that Tab would reach now."""
    following: QWidget | None = panel
    while following is not None:
        inside = following is panel or panel.isAncestorOf(following)
        if inside and _takes_tab(following):
            return following
        following = following.nextInFocusChain()
        if following is panel:
            return None
    return None


def _takes_tab(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()
