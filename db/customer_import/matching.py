"""Which stored customer a line stands for; the caller's thread.

A customer number decides. Without one, or while it is not stored yet, the name together with one
of the telephone numbers does.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Connection

from db.customer_import.row_check import CheckedRow

_BY_KEY = (
    "SELECT id, external_key FROM customers "
    "WHERE external_key <> '' AND external_key IN (SELECT value FROM json_each(?))"
)
_BY_NUMBER = (
    "SELECT p.value, c.id, c.name, c.external_key FROM json_each(?) AS wanted "
    "CROSS JOIN contact_points AS p ON p.value = wanted.value "
    "JOIN customers AS c ON c.id = p.customer_id "
    "WHERE p.kind = 'PHONE'"
)


class AmbiguousError(Exception):
    """Several stored customers have the name and number of a line."""


class BatchMatcher:
    """Finds the stored customers of a batch of lines with two queries."""

    def __init__(self, connection: Connection, rows: Sequence[CheckedRow]) -> None:
        """Look up all keys and numbers of ``rows``."""
        keys = [row.external_key for row in rows if row.external_key]
        found = connection.exec_driver_sql(_BY_KEY, (json.dumps(keys),))
        self._by_key: dict[str, str] = {row.external_key: row.id for row in found}
        self._keys: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], set[str]] = defaultdict(set)
        names = {row.name for row in rows}
        numbers = sorted({value for row in rows for value, _ in row.numbers})
        for row in connection.exec_driver_sql(_BY_NUMBER, (json.dumps(numbers),)):
            if row.name in names:
                self._by_name[row.name, row.value].add(row.id)
                self._keys[row.id] = row.external_key

    def customer_of(self, row: CheckedRow) -> str | None:
        """Return the id of the customer, None for a new one; raises AmbiguousError."""
        if row.external_key in self._by_key:
            return self._by_key[row.external_key]
        candidates = self._with_name_and_number(row)
        if row.external_key:
            # One with another customer number is somebody else.
            candidates = {c for c in candidates if not self._keys[c]}
        if len(candidates) > 1:
            raise AmbiguousError(str(len(candidates)))
        return next(iter(candidates), None)

    def stored_ids(self) -> list[str]:
        """Return the ids of all customers that lines of the batch may stand for."""
        return sorted({*self._by_key.values(), *self._keys})

    def learn(self, row: CheckedRow, customer_id: str) -> None:
        """Take note of a customer whom ``row`` of this batch made, or gave a customer number."""
        if row.external_key:
            self._by_key[row.external_key] = customer_id
        self._keys[customer_id] = row.external_key or self._keys.get(customer_id, "")
        for value, _ in row.numbers:
            self._by_name[row.name, value].add(customer_id)

    def _with_name_and_number(self, row: CheckedRow) -> set[str]:
        none: set[str] = set()
        return none.union(*(self._by_name.get((row.name, value), ()) for value, _ in row.numbers))
