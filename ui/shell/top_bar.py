"""The bar at the top: the agent's state, the calls and the search; main thread."""

from __future__ import annotations

from typing import Final, Literal

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from ui.theme.theme import px, theme_signals
from ui.theme.tokens import L, M, S

_SEARCH_WIDTH: Final = 300
_LEAST_SEARCH_WIDTH: Final = 200
_SEARCH_WIDTH_BESIDE_WORDS: Final = 160
"""The search gives up to this much way where that lets the buttons of a call keep their words."""

_Place = Literal["state", "calls", "search"]
_CELLS: Final[dict[bool, dict[_Place, tuple[int, int, int]]]] = {
    False: {"state": (0, 0, 1), "calls": (0, 1, 1), "search": (0, 2, 1)},
    True: {"state": (0, 0, 1), "calls": (1, 0, 3), "search": (0, 2, 1)},
}
"""Row, column and column span of each place, by whether the bar is folded."""


class TopBar(QFrame):
    """Three places in one row; the calls get a row of their own where one row is too narrow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make a bar with empty places."""
        super().__init__(parent)
        self.setObjectName("topBar")
        self._parts: dict[_Place, QWidget] = {}
        self._is_folded = False
        self._grid = QGridLayout(self)
        self._grid.setColumnStretch(1, 1)
        theme_signals().changed.connect(self._measure)
        self._measure()

    @property
    def is_folded(self) -> bool:
        """Whether the calls have a row of their own."""
        return self._is_folded

    def set_parts(self, *, state: QWidget, calls: QWidget, search: QWidget) -> None:
        """Show these three, once; Tab goes through them in this order."""
        self._parts = {"state": state, "calls": calls, "search": search}
        search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._place()
        self._measure()

    def minimumSizeHint(self) -> QSize:
        # Narrower than one row must be possible, or the bar could never fold.
        return QSize(px(240), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent, /) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent, /) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _place(self) -> None:
        for name, (row, column, span) in _CELLS[self._is_folded].items():
            self._grid.removeWidget(self._parts[name])
            self._grid.addWidget(self._parts[name], row, column, 1, span)

    def _measure(self) -> None:
        self._grid.setContentsMargins(px(L), px(M), px(L), px(M))
        self._grid.setHorizontalSpacing(px(L))
        self._grid.setVerticalSpacing(px(S))
        if self._parts:
            self._arrange()

    def _arrange(self) -> None:
        if not self._parts:
            return
        widths = [self._parts[n].minimumSizeHint().width() for n in ("state", "calls")]
        room = self.width() - sum(widths) - 4 * px(L)
        folded = room < px(_LEAST_SEARCH_WIDTH)
        if folded:
            room = max(px(_LEAST_SEARCH_WIDTH), self.width() - widths[0] - 3 * px(L))
        else:
            room = self._room_beside_words(room)
        self._parts["search"].setFixedWidth(min(px(_SEARCH_WIDTH), room))
        if folded != self._is_folded:
            self._is_folded = folded
            self._place()

    def _room_beside_words(self, room: int) -> int:
        """Return what is left of ``room`` for the search when the calls have all that they like.

        Where even the narrowest search would not make that possible, the search keeps ``room``.
        """
        calls = self._parts["calls"]
        left = room - max(0, calls.sizeHint().width() - calls.minimumSizeHint().width())
        return left if left >= px(_SEARCH_WIDTH_BESIDE_WORDS) else room
