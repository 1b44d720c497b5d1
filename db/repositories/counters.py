"""Readable numbers that count up and are never given twice; on the thread of the writer."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from db.tables import counters

FIRST_NUMBER = 1001
"""Readable numbers start here, so that one is not taken for a row of a list."""

_VALUE = select(counters.c.value).where(counters.c.name == bindparam("counter"))
_SET = update(counters).where(counters.c.name == bindparam("counter"))


class NumberSource:
    """Remembers for as long as the database is open which numbers were given out.

    A rolled back transaction takes its row of ``counters`` back, yet what it gave out is used
    up: somebody may have seen it.
    """

    def __init__(self) -> None:
        """Start with nothing given out."""
        self._given: dict[str, int] = {}

    def next(self, connection: Connection, counter: str) -> int:
        """Return the next number of ``counter`` within the transaction of ``connection``."""
        stored = connection.execute(_VALUE, {"counter": counter}).scalar()
        number = max(stored or FIRST_NUMBER - 1, self._given.get(counter, 0)) + 1
        if stored is None:
            connection.execute(insert(counters), {"name": counter, "value": number})
        else:
            connection.execute(_SET, {"counter": counter, "value": number})
        self._given[counter] = number
        return number
