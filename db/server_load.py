"""What a database server has done so far, from its own statistics; synchronous, any thread.

The processors' time of its processes comes from this machine, when the server runs here
(https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html); else it is unknown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from db.postgres_engine import connect
from db.postgres_errors import translating
from db.server_address import parse_server_address

_FIGURES = """
SELECT d.xact_commit, d.xact_rollback, d.blks_hit, d.blks_read, d.tup_inserted, d.tup_updated,
    d.deadlocks, d.temp_bytes, w.wal_records, w.wal_bytes::bigint, w.wal_fpi
FROM pg_stat_database AS d, pg_stat_wal AS w WHERE d.datname = current_database()
"""
_NAMES = (
    *("commits", "rollbacks", "blocks_hit", "blocks_read", "rows_inserted", "rows_updated"),
    *("deadlocks", "temporary_bytes", "wal_records", "wal_bytes", "wal_full_pages"),
)
_PROCESSES = "SELECT pid FROM pg_stat_activity"
_CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
_ROOM = (
    "SELECT current_setting('max_connections')::int"
    " - current_setting('superuser_reserved_connections')::int - (SELECT count(*)"
    " FROM pg_stat_activity WHERE backend_type = 'client backend')"
)
_SHORTEST_NAME = "postgres"


@dataclass(frozen=True, slots=True)
class ServerSample:
    """The server at one moment. figures: since its statistics were reset. cpu_seconds: by process
    id, empty for a server of another machine.
    """

    figures: Mapping[str, int]
    connections: int
    cpu_seconds: Mapping[int, float]

    def since(self, former: ServerSample) -> dict[str, Any]:
        """Return what was done between ``former`` and this one, ready for JSON.

        Processes that ended in between are not counted; ``cpu_seconds`` is None when unknown.
        """
        done = {name: value - former.figures[name] for name, value in self.figures.items()}
        used = {
            process: seconds - former.cpu_seconds.get(process, 0.0)
            for process, seconds in self.cpu_seconds.items()
        }
        cpu = round(sum(used.values()), 2) if used else None
        return {**done, "connections": self.connections, "cpu_seconds": cpu}


class ServerLoad:
    """A connection that looks at the server; a context manager."""

    def __init__(self, url: str, *, password: str | None) -> None:
        """Connect as a login that may see the statistics of others; raises StorageError."""
        self._url = url
        self._is_local = parse_server_address(url).is_local
        with translating(url):
            self._connection = connect(url, password=password)
            self._connection.autocommit = True

    def __enter__(self) -> ServerLoad:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        self._connection.close()

    def room(self) -> int:
        """Return how many more connections the server takes now."""
        return int(self._ask(_ROOM)[0][0])

    def sample(self) -> ServerSample:
        """Return what the server has done so far; raises StorageError."""
        (figures,) = self._ask(_FIGURES)
        ((connections,),) = self._ask(_CONNECTIONS)
        processes = [process for (process,) in self._ask(_PROCESSES)] if self._is_local else []
        spent = {process: _cpu_seconds(process) for process in processes}
        return ServerSample(
            figures=dict(zip(_NAMES, map(int, figures), strict=True)),
            connections=int(connections),
            cpu_seconds={process: seconds for process, seconds in spent.items() if seconds},
        )

    def _ask(self, query: str) -> list[tuple[Any, ...]]:
        with translating(self._url):
            return self._connection.execute(query.encode()).fetchall()


def _cpu_seconds(process: int) -> float:
    """Return what a server process of this machine has used; 0.0 for none of that number."""
    try:
        name, _, figures = Path(f"/proc/{process}/stat").read_text().rpartition(")")
    except OSError:
        return 0.0
    if _SHORTEST_NAME not in name:
        return 0.0
    user, system = figures.split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
