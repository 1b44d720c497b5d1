"""Databases as the contracts of presence and claims see them, and the passing of time in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy import Connection, update

from agent_desk.domain.identifiers import DeskId
from db.database_clock import database_time
from db.presence_tables import desk_presence
from db.unit_of_work import SqlUnitOfWork

T = TypeVar("T")


class Database(Protocol):
    """`db.sqlite_database.SqliteDatabase` or `db.postgres_database.PostgresDatabase`."""

    def write(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Run ``work`` in one transaction, commit, and return what it returned."""
        ...

    def read(self, work: Callable[[SqlUnitOfWork], T]) -> T:
        """Return what ``work`` returns."""
        ...


def connection_of(unit: SqlUnitOfWork) -> Connection:
    """Return the connection below a unit of work, for what no port can do."""
    return unit.presence._connection


def fall_silent(database: Database, desk_id: DeskId, seconds: float) -> None:
    """Let the last sign of life of a desk be ``seconds`` ago, and what it had done before too."""

    def work(unit: SqlUnitOfWork) -> None:
        silent = update(desk_presence).where(desk_presence.c.desk_id == desk_id)
        names = ("heartbeat_at", "reported_at")
        connection_of(unit).execute(
            silent.values({name: database_time(-seconds) for name in names})
        )

    database.write(work)
