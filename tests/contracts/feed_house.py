"""Logs in real databases that feeds follow; each write is a connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine

from agent_desk.domain.event_log import LoggedEvent
from db.feed_tables import begin_epoch
from db.repositories.event_log import SqlEventLog


class _RolledBackError(Exception):
    """Ends a transaction that shall leave nothing behind."""


class EngineHouse:
    """Writes to the log of the database behind ``engine``."""

    def __init__(self, engine: Engine) -> None:
        """Nothing is touched yet."""
        self._engine = engine

    async def write(self, events: Sequence[LoggedEvent]) -> None:
        await self._in_transaction(lambda connection: SqlEventLog(connection).append(events))

    async def fail(self, events: Sequence[LoggedEvent]) -> None:
        def work(connection: Connection) -> None:
            SqlEventLog(connection).append(events)
            raise _RolledBackError

        try:
            await self._in_transaction(work)
        except _RolledBackError:
            return

    async def restore(self) -> None:
        await self._in_transaction(lambda connection: begin_epoch(connection, datetime.now(UTC)))

    async def _in_transaction(self, work: Callable[[Connection], object]) -> None:
        def run() -> None:
            with self._engine.begin() as connection:
                work(connection)

        await asyncio.to_thread(run)
