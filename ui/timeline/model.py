"""The customer's timeline as a list model that asks for pages as it is scrolled; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from agent_desk.domain.customer import TimelineEntry

ENTRY_ROLE: Final = int(Qt.ItemDataRole.UserRole)
"""Role under which a row gives its TimelineEntry."""

_NOT_ASKED: Final = -1
_ROOT: Final = QModelIndex()
_SPOKEN_ROLES: Final = frozenset(
    {int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.AccessibleTextRole)}
)


class TimelineModel(QAbstractListModel):
    """Rows that are loaded so far, newest first.

    ``more_wanted`` carries the offset of the first row that is missing; it is emitted once per
    page, until ``append`` or ``replace`` answers; after ``rest`` not before ``resume``.
    describe: what a screen reader says of a row.
    """

    more_wanted = Signal(int)

    def __init__(
        self, *, describe: Callable[[TimelineEntry], str], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._describe = describe
        self._entries: list[TimelineEntry] = []
        self._names: dict[str, str] = {}
        self._total = 0
        self._asked_offset = _NOT_ASKED
        self._rests = False

    @property
    def total(self) -> int:
        """Rows that the customer has in all, loaded or not."""
        return self._total

    @property
    def is_waiting(self) -> bool:
        """Whether a page was asked for and has not come."""
        return self._asked_offset != _NOT_ASKED

    def entry(self, row: int) -> TimelineEntry:
        """Return the loaded entry at ``row``, counted from 0."""
        return self._entries[row]

    def begins_with(self, page: Sequence[TimelineEntry], total: int) -> bool:
        """Return whether ``page`` is what the loaded rows begin with, of ``total`` in all."""
        return total == self._total and self._entries[: len(page)] == self._named(page)

    def nameless(self) -> frozenset[str]:
        """Return the logins of the loaded rows for which ``name`` has given no name yet."""
        known = self._names.values()
        return frozenset(e.agent for e in self._entries if e.agent and e.agent not in known)

    def name(self, names: Mapping[str, str]) -> None:
        """Show people by ``names``, by login, in the rows that are loaded and those to come."""
        self._names.update(names)
        self._entries = self._named(self._entries)
        if self._entries:
            self.dataChanged.emit(self.index(0), self.index(len(self._entries) - 1))

    def replace(self, entries: Iterable[TimelineEntry], total: int) -> None:
        """Show ``entries`` as the first page of ``total`` rows."""
        self.beginResetModel()
        self._entries = self._named(entries)
        self._total = max(total, len(self._entries))
        self.resume()
        self.endResetModel()

    def append(self, entries: Iterable[TimelineEntry]) -> None:
        """Add the next page; an empty one says that there is no more."""
        page = self._named(entries)
        self._asked_offset = _NOT_ASKED
        if not page:
            self._total = len(self._entries)
            return
        first = len(self._entries)
        self.beginInsertRows(QModelIndex(), first, first + len(page) - 1)
        self._entries.extend(page)
        self._total = max(self._total, len(self._entries))
        self.endInsertRows()

    def rest(self) -> None:
        """Ask for nothing by itself: a page failed, and asking on would not help."""
        self._rests = True

    def resume(self) -> None:
        """Ask again when rows are missing, also for the page that failed."""
        self._rests = False
        self._asked_offset = _NOT_ASKED

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ROOT) -> int:
        """Return how many rows are loaded."""
        return 0 if parent.isValid() else len(self._entries)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> object:
        """Return the entry, or the row as one spoken line."""
        if not index.isValid():
            return None
        if role == ENTRY_ROLE:
            return self._entries[index.row()]
        if role in _SPOKEN_ROLES:
            return self._describe(self._entries[index.row()])
        return None

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Return whether rows are missing and no page is on its way."""
        idle = not self.is_waiting and not self._rests
        return not parent.isValid() and idle and len(self._entries) < self._total

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        """Ask for the next page."""
        if self.canFetchMore(parent):
            self._asked_offset = len(self._entries)
            self.more_wanted.emit(self._asked_offset)

    def _named(self, entries: Iterable[TimelineEntry]) -> list[TimelineEntry]:
        names = self._names
        return [
            replace(entry, agent=names[entry.agent]) if entry.agent in names else entry
            for entry in entries
        ]
