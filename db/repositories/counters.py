"""Readable numbers that count up and are never given twice; on the thread of the writer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Connection, bindparam, insert, select, update

from db.prepared import PreparedSelect
from db.tables import NUMBER_SEQUENCES, counters

FIRST_NUMBER = 1001
"""Readable numbers start here, so that one is not taken for a row of a list."""

_VALUE = select(counters.c.value).where(counters.c.name == bindparam("counter"))
_SET = update(counters).where(counters.c.name == bindparam("counter"))
# On PostgreSQL; no table is read.
_NEXT: Mapping[str, PreparedSelect] = MappingProxyType(
    {
        name: PreparedSelect(select(sequence.next_value()), sees_writes=False)
        for name, sequence in NUMBER_SEQUENCES.items()
    }
)


class NumberSource:
    """Gives each number once, also when the transaction is rolled back: somebody may have seen it.

    On PostgreSQL a sequence counts, so that no desk waits for another's transaction; numbers may
    have gaps. On SQLite a row counts, and what was given out is remembered here for as long as
    the database is open.
    """

    def __init__(self) -> None:
        """Start with nothing given out."""
        self._given: dict[str, int] = {}

    def next(self, connection: Connection, counter: str) -> int:
        """Return the next number of ``counter`` within the transaction of ``connection``."""
        if connection.dialect.name == "sqlite":
            return self._counted(connection, counter)
        ((number,),) = _NEXT[counter].rows(connection, {})
        return int(number)

    def _counted(self, connection: Connection, counter: str) -> int:
        stored = connection.execute(_VALUE, {"counter": counter}).scalar()
        number = max(stored or FIRST_NUMBER - 1, self._given.get(counter, 0)) + 1
        if stored is None:
            connection.execute(insert(counters), {"name": counter, "value": number})
        else:
            connection.execute(_SET, {"counter": counter, "value": number})
        self._given[counter] = number
        return number
