"""The place of the board itself: cards, or regions, or why there is nothing; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget

from agent_desk.domain.board import COLUMNS
from agent_desk.domain.board_filter import regions_of
from ui.board.columns import BoardColumns
from ui.board.model import BoardModel
from ui.board.region_table import RegionTable
from ui.widgets.empty_state import EmptyState


class BoardStage(QStackedWidget):
    """Shows what the model has."""

    def __init__(
        self,
        *,
        model: BoardModel,
        now: Callable[[], datetime],
        department: Callable[[str], str],
    ) -> None:
        """``department`` gives a department's name by its id."""
        super().__init__()
        self._model = model
        self._now = now
        self._is_known = False
        self._view = "cards"
        self.columns = BoardColumns(model=model, now=now, department=department)
        self.regions = RegionTable()
        self._empty = EmptyState("layers", "board.loading")
        for part in (self._empty, self.columns, self.regions):
            self.addWidget(part)
        self._empty.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def is_known(self) -> bool:
        """Whether the orders were read at all."""
        return self._is_known

    def show_known(self) -> None:
        """The model has every open order."""
        self._is_known = True
        self.show_view(self._view)

    def show_unavailable(self) -> None:
        """Say that nothing is known; cards on screen stay."""
        if not self._is_known:
            self._empty.set_keys("database", "board.unavailable")

    def show_view(self, view: str) -> None:
        """Show "cards" or "regions", or why there are none; the keyboard stays inside."""
        self._view = view
        had_keyboard = self.isAncestorOf(self.focusWidget())
        shown = any(self._model.lane(column) for column in COLUMNS)
        if self._is_known and not self._model.count():
            self._empty.set_keys("circle-check", "board.empty", "board.empty_text")
        elif self._is_known and not shown:
            self._empty.set_keys("filter", "board.nothing_found", "board.nothing_found_text")
        if not shown:
            self.setCurrentWidget(self._empty)
        elif view == "regions":
            self.count_regions()
            self.setCurrentWidget(self.regions)
        else:
            self.setCurrentWidget(self.columns)
        if had_keyboard:
            self.focus_shown()

    def follow(self) -> None:
        """Say that there is nothing any more, or show what there is again."""
        shown = any(self._model.lane(column) for column in COLUMNS)
        if shown == (self.currentWidget() is self._empty):
            self.show_view(self._view)

    def count_regions(self) -> None:
        """Count what is shown by place, while that is looked at."""
        if self._view == "regions":
            model, now = self._model, self._now()
            wanted = model.filter
            orders = (o for o in model.all() if wanted.admits(o, model.clock(o.id), now))
            self.regions.show_rows(regions_of(orders, model.clock, now))

    def focus_shown(self) -> None:
        """Put the keyboard at what is shown."""
        if self.currentWidget() is self.columns:
            self.columns.focus_cards()
        else:
            shown = self.regions if self.currentWidget() is self.regions else self._empty
            shown.setFocus(Qt.FocusReason.OtherFocusReason)
