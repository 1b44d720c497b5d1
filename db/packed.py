"""Several selects answered by one row of JSON; on the thread of its unit of work.

SQLite's driver gives the interpreter away at every row it steps to, and waits to get it back.
Beside a window that is busy painting, a card of seven statements and fifty rows would wait over
and over; packed into one row it waits once.
"""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, String, Text, func, select, type_coerce
from sqlalchemy.engine import Dialect

from db.prepared import PreparedSelect
from db.statement_types import AnySelect

Convert = Callable[[Any], Any]


class PackedSelects:
    """Named selects that share their parameters."""

    def __init__(self, **parts: Any) -> None:
        """Pack ``parts``; each must name its columns without repetition."""
        self._pages = {name: part.subquery() for name, part in parts.items()}
        self._rows = {
            name: namedtuple(f"{name}_row", [column.name for column in page.c])
            for name, page in self._pages.items()
        }
        self._statement = PreparedSelect(self._packed())

    def execute(
        self, connection: Connection, parameters: Mapping[str, Any]
    ) -> dict[str, list[Any]]:
        """Return the rows of every part by its name, in the part's own order.

        ``parameters`` go to the driver as they are: times in microseconds.
        """
        (answer,) = self._statement.rows(connection, dict(parameters))
        converters = self._converters(connection.dialect)
        return {
            name: [_row(self._rows[name], converters[name], values) for values in json.loads(text)]
            for name, text in zip(self._pages, answer, strict=True)
        }

    def _packed(self) -> AnySelect:
        arrays = []
        for name, page in self._pages.items():
            # As stored: the types' own conversions follow in ``execute``.
            values = [type_coerce(column, String) for column in page.c]
            packed = func.json_group_array(func.json_array(*values), type_=Text)
            # The order of a limited subquery is kept: https://www.sqlite.org/optoverview.html
            arrays.append(select(packed).select_from(page).scalar_subquery().label(name))
        return select(*arrays)

    @lru_cache(maxsize=4)  # noqa: B019 one per statement, which lives as long as the program
    def _converters(self, dialect: Dialect) -> dict[str, Sequence[Convert | None]]:
        """Return what turns the stored value of each column into the one that Python wants."""
        return {
            name: [
                column.type.dialect_impl(dialect).result_processor(dialect, None)
                for column in page.c
            ]
            for name, page in self._pages.items()
        }


def _row(kind: Callable[..., Any], converters: Sequence[Convert | None], values: list[Any]) -> Any:
    return kind(*(v if c is None else c(v) for c, v in zip(converters, values, strict=True)))
