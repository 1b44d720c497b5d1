"""The category tree: order, paths, filter, and where orders go; pure, any thread."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.ticket import Category

PATH_SEPARATOR = " › "


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """One line of the tree: the category and how deep it lies, 0 for a root."""

    category: Category
    depth: int


class CategoryTree:
    """All categories, parents before children, brothers by position.

    A category whose parent is missing counts as a root, so that none is ever out of reach.
    """

    def __init__(self, categories: Iterable[Category] = ()) -> None:
        self._by_id = {category.id: category for category in categories}
        self._rows = tuple(self._walk(None, 0))

    @property
    def rows(self) -> tuple[CategoryRow, ...]:
        """The whole tree in display order."""
        return self._rows

    def find(self, name_or_id: str) -> Category | None:
        """Return the category with this id, else with this name in either language."""
        found = self._by_id.get(CategoryId(name_or_id))
        if found is not None:
            return found
        for row in self._rows:
            if name_or_id and name_or_id in (row.category.name, row.category.name_zh):
                return row.category
        return None

    def path(self, category_id: CategoryId, *, chinese: bool) -> str:
        """Return "Technical › Router"; ``""`` for an id that is not in the tree."""
        names = [c.name_zh if chinese else c.name for c in self.ancestry(category_id)]
        return PATH_SEPARATOR.join(reversed(names))

    def department_of(self, category_id: CategoryId) -> DepartmentId | None:
        """Return where its work orders go, inherited from the nearest ancestor that says so."""
        for category in self.ancestry(category_id):
            if category.department_id is not None:
                return category.department_id
        return None

    def line_of(self, category_id: CategoryId) -> frozenset[CategoryId]:
        """Return the category and all above it; nothing for an id that is not in the tree."""
        return frozenset(category.id for category in self.ancestry(category_id))

    def matching(self, query: str) -> tuple[CategoryRow, ...]:
        """Return the rows whose path holds every word of ``query``, in either language."""
        words = query.casefold().split()
        if not words:
            return self._rows
        return tuple(row for row in self._rows if self._holds(row.category.id, words))

    def _holds(self, category_id: CategoryId, words: list[str]) -> bool:
        paths = (self.path(category_id, chinese=chinese) for chinese in (False, True))
        text = " ".join(paths).casefold()
        return all(word in text for word in words)

    def ancestry(self, category_id: CategoryId) -> list[Category]:
        """Return the category and its parents, nearest first; a loop in the data ends it."""
        line: list[Category] = []
        category = self._by_id.get(category_id)
        while category is not None and category not in line:
            line.append(category)
            parent_id = category.parent_id
            category = self._by_id.get(parent_id) if parent_id is not None else None
        return line

    def _walk(self, parent_id: CategoryId | None, depth: int) -> Iterable[CategoryRow]:
        children = [c for c in self._by_id.values() if self._parent_of(c) == parent_id]
        for category in sorted(children, key=lambda c: c.position):
            yield CategoryRow(category, depth)
            yield from self._walk(category.id, depth + 1)

    def _parent_of(self, category: Category) -> CategoryId | None:
        return category.parent_id if category.parent_id in self._by_id else None
