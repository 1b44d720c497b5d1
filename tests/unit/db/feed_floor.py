"""Writers whose transactions end in any order, and a relay as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from agent_desk.domain.identifiers import EventId
from db.change_feed.postgres_reader import CHANNEL
from tests.contracts.storage_samples import AGENT, NOW, fresh_id
from tests.servers.postgres import PostgresServer

_INSERT = """
INSERT INTO event_log (id, stream, stream_id, kind, at, actor, payload)
VALUES (%s, 'TICKET', %s, 'Opened', %s, %s, %s)
"""
_SEQUENTIAL = "SELECT seq, id::text FROM event_log WHERE seq > %s ORDER BY seq"

_RELAY = """
import asyncio, sys
from db.change_feed.relay import Relay

async def main() -> None:
    relay = Relay(url=sys.argv[1], password=sys.argv[2])
    await relay.start()
    await relay.registered()
    print("ready", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass(slots=True)
class _Writer:
    connection: psycopg.Connection[Any]
    pending: list[EventId] = field(default_factory=list)


class Writers:
    """Several connections, driven step by step; committed: what must be told, each once."""

    def __init__(self, server: PostgresServer, database: str, *, count: int, seed: int) -> None:
        """Connect ``count`` writers."""
        self._server = server
        self._database = database
        self._randomly = Random(seed)
        self._count = count
        self.committed: list[EventId] = []
        self.missed_by_numbers: set[EventId] = set()
        self._last = 0
        self._read: set[EventId] = set()
        self.connect()

    def connect(self) -> None:
        """Connect all of them; what was not committed is gone."""
        self._writers = [_Writer(self._connection(autocommit=False)) for _ in range(self._count)]
        self._observer = self._connection(autocommit=True)

    def close(self) -> None:
        """Disconnect, as a crash would."""
        for writer in self._writers:
            writer.connection.close()
        self._observer.close()

    def step(self, count: int) -> None:
        """Take ``count`` steps: begin, add, commit or roll back, each by a writer of chance."""
        for _ in range(count):
            writer = self._randomly.choice(self._writers)
            if not writer.pending or self._randomly.random() < 0.2:
                self._add(writer)
            elif self._randomly.random() < 0.15:
                writer.connection.rollback()
                writer.pending = []
            else:
                self._commit(writer)
            self._read_by_numbers()

    def finish(self) -> None:
        """Commit whatever is open."""
        for writer in self._writers:
            self._commit(writer)
        self._read_by_numbers()
        self.missed_by_numbers = set(self.committed) - self._read

    def _add(self, writer: _Writer) -> None:
        id_ = EventId(fresh_id())
        writer.connection.execute(_INSERT, [id_, fresh_id(), NOW, AGENT, Jsonb({})])
        writer.pending.append(id_)

    def _commit(self, writer: _Writer) -> None:
        writer.connection.commit()
        self.committed += writer.pending
        writer.pending = []
        self._observer.execute(f"NOTIFY {CHANNEL}")

    def _read_by_numbers(self) -> None:
        """Read as a feed would that trusts the order of numbers."""
        for seq, id_ in self._observer.execute(_SEQUENTIAL, [self._last]).fetchall():
            self._last = seq
            self._read.add(EventId(id_))

    def _connection(self, *, autocommit: bool) -> psycopg.Connection[Any]:
        connection = self._server.connect(self._database)
        connection.autocommit = autocommit
        return connection


@contextmanager
def relay_process(url: str, password: str) -> Iterator[subprocess.Popen[str]]:
    """Yield a relay that is registered; killed afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", _RELAY, url, password], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield process
    finally:
        process.kill()
        process.communicate()


def terminate_feeds(server: PostgresServer, database: str) -> int:
    """End every connection that listens, and return how many there were."""
    with server.connect() as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND application_name = 'agent-desk'",
            [database],
        ).fetchall()
    return len(ended)
