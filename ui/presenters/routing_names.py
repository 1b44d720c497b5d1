"""The names that explain where orders go, read once for every panel; main thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.ticket import Category, Department
from agent_desk.services.change_watch import SharedRecordsReloadEvent
from ui.orders.routing_text import RoutingWords
from ui.presenters.context import Context


class RoutingNames(QObject):
    """Reads departments and categories. changed: carries RoutingWords, also `words`."""

    changed = Signal(object)

    def __init__(self, *, context: Context) -> None:
        """Read them, and again when everything may have changed."""
        super().__init__()
        self._context = context
        self.words = RoutingWords()
        context.bridge.subscribe(SharedRecordsReloadEvent, lambda _: self._read())
        self._read()

    def _read(self) -> None:
        async def work() -> tuple[Sequence[Department], Sequence[Category]]:
            tickets = self._context.desk.tickets
            return await tickets.departments(), await tickets.categories()

        # Without names an explanation still has its ids: no notice for that.
        self._context.ask(work, self._show, failed=lambda _: None, owner=self)

    def _show(self, found: tuple[Sequence[Department], Sequence[Category]]) -> None:
        departments, categories = found
        self.words = RoutingWords(
            names={department.id: department for department in departments},
            categories=CategoryTree(categories),
        )
        self.changed.emit(self.words)
