"""A list of records at the left, and what is marked in it at the right; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from ui.language import tr
from ui.theme.theme import px
from ui.widgets.empty_state import EmptyState
from ui.widgets.grouped_list import Group, GroupedList
from ui.widgets.label import Label
from ui.widgets.notice import Notice

_LIST_WIDTH: Final = 260
_SIZES: Final = [430, 620]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWords:
    """The icons and the keys of the texts of such a page.

    title: over the list. empty, empty_text: while there is nothing. loading, unavailable, retry:
    while it cannot be known. nothing_marked: at the right while no record is marked.
    """

    icon: str
    title: str
    empty: str
    empty_text: str
    loading: str
    unavailable: str
    retry: str
    nothing_icon: str
    nothing_marked: str


class ListAndDetail(QSplitter):
    """Shows groups of records, or why there are none. reload_requested: try again."""

    reload_requested = Signal()

    def __init__(
        self,
        *,
        words: ListWords,
        head: Sequence[QWidget] = (),
        details: Sequence[QWidget],
        under: Sequence[QWidget] = (),
    ) -> None:
        """``head`` stands beside the title, ``under`` below it.

        One of ``details`` shows the marked record.
        """
        super().__init__(Qt.Orientation.Horizontal)
        self._words = words
        self.list = GroupedList()
        self._notice = Notice(beside=True)
        self._empty = EmptyState(words.icon, words.empty, words.empty_text)
        self._left = QStackedWidget()
        self._right = QStackedWidget()
        self._nothing = QFrame()
        self._lay_out(head, details, under)
        self._notice.action_requested.connect(self.reload_requested)
        self.retranslate()

    def show_groups(self, groups: Iterable[Group]) -> None:
        """Show ``groups``, or that there is nothing when none has a row."""
        self.list.show_groups(groups)
        self._left.setCurrentWidget(self.list if self.list.count() else self._empty)

    def show_detail(self, panel: QWidget | None) -> None:
        """Show one of the details at the right, None for "nothing is marked"."""
        self._right.setCurrentWidget(panel or self._nothing)

    def show_list(self, shown: bool) -> None:
        """Show the list, or leave all the room to what stands at the right."""
        self._list_card.setVisible(shown)

    def shown_detail(self) -> QWidget | None:
        """Return what is shown at the right, None for "nothing is marked"."""
        shown = self._right.currentWidget()
        return None if shown is self._nothing else shown

    def show_known(self) -> None:
        """Say that what is listed is the truth again."""
        self._notice.hide()
        self._empty.set_keys(self._words.icon, self._words.empty, self._words.empty_text)

    def show_loading(self) -> None:
        """Say that the records are on their way; those on screen stay."""
        self._empty.set_keys("hourglass", self._words.loading)

    def show_unavailable(self, text: str) -> None:
        """Say why the records are not to be had; those on screen stay."""
        self._empty.set_keys("database", self._words.unavailable)
        self._notice.show_text(text, "warning", tr(self._words.retry))

    def retranslate(self) -> None:
        """Name the list in the current language."""
        self.list.setAccessibleName(tr(self._words.title))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(
        self, head: Sequence[QWidget], details: Sequence[QWidget], under: Sequence[QWidget]
    ) -> None:
        self._nothing.setObjectName("card")
        nothing = QVBoxLayout(self._nothing)
        nothing.addWidget(EmptyState(self._words.nothing_icon, self._words.nothing_marked))
        for panel in (self._nothing, *details):
            self._right.addWidget(panel)
        self.setHandleWidth(px(12))
        self.setChildrenCollapsible(False)
        self._list_card = self._card(head, under)
        self.addWidget(self._list_card)
        self.addWidget(self._right)
        self.setStretchFactor(0, 2)
        self.setStretchFactor(1, 3)
        self.setSizes(_SIZES)

    def _card(self, head: Sequence[QWidget], under: Sequence[QWidget]) -> QFrame:
        card = QFrame()
        card.setObjectName("card")
        card.setMinimumWidth(px(_LIST_WIDTH))
        top = QHBoxLayout()
        top.setContentsMargins(px(16), px(10), px(12), px(4))
        top.setSpacing(px(8))
        top.addWidget(Label(self._words.title, role="heading"))
        top.addStretch(1)
        for widget in head:
            top.addWidget(widget)
        notice = QVBoxLayout()
        notice.setContentsMargins(px(12), 0, px(12), 0)
        for widget in under:
            notice.addWidget(widget)
        notice.addWidget(self._notice)
        for page in (self._empty, self.list):
            self._left.addWidget(page)
        column = QVBoxLayout(card)
        column.setContentsMargins(1, 1, 1, px(8))
        column.setSpacing(px(2))
        column.addLayout(top)
        column.addLayout(notice)
        column.addWidget(self._left, 1)
        return card
