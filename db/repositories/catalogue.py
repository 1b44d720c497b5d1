"""Categories and departments; on the thread of its unit of work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from sqlalchemy import Connection, select

from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.ticket import Category, Department
from db.prepared import PreparedSelect
from db.statement_types import AnyRow
from db.tables import categories, departments

_CATEGORIES = PreparedSelect(
    select(categories).order_by(categories.c.position, categories.c.id), sees_writes=False
)
_DEPARTMENTS = select(departments).order_by(departments.c.position, departments.c.id)


class SqlCatalogue:
    """``ports.storage.Catalogue`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def categories(self) -> Sequence[Category]:
        """Return the category tree in display order, each parent before its children."""
        return _tree(tuple(_CATEGORIES.records(self._connection, {})))

    def departments(self) -> Sequence[Department]:
        """Return all departments in display order."""
        return [
            Department(id=DepartmentId(row.id), name=row.name, name_zh=row.name_zh)
            for row in self._connection.execute(_DEPARTMENTS)
        ]


@lru_cache(maxsize=4)
def _tree(rows: tuple[AnyRow, ...]) -> Sequence[Category]:
    """Return the categories of ``rows``, which are read for every ticket and hardly change."""
    return tuple(_in_tree_order(map(category_from, rows)))


def category_from(row: AnyRow) -> Category:
    """Return the category of a row."""
    return Category(
        id=CategoryId(row.id),
        parent_id=CategoryId(row.parent_id) if row.parent_id else None,
        name=row.name,
        name_zh=row.name_zh,
        department_id=DepartmentId(row.department_id) if row.department_id else None,
        position=row.position,
    )


def _in_tree_order(found: Iterable[Category]) -> Iterator[Category]:
    children: dict[CategoryId | None, list[Category]] = {}
    for category in found:
        children.setdefault(category.parent_id, []).append(category)

    def below(parent: CategoryId | None) -> Iterator[Category]:
        for category in children.get(parent, ()):
            yield category
            yield from below(category.id)

    return below(None)
