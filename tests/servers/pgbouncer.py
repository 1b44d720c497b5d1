"""pgbouncer of Debian's newest in front of a test's PostgreSQL, on loopback; any thread."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Collection
from pathlib import Path
from urllib.parse import quote

from tests.servers.postgres import PostgresServer
from tests.servers.programs import FolderPrograms
from tests.servers.telephony.program import HOST, Program, free_port, takes_connections

CONFIGURATION = """
[databases]
* = host={host} port={server}
[pgbouncer]
listen_addr = {host}
listen_port = {port}
unix_socket_dir =
pool_mode = {mode}
ignore_startup_parameters = options,extra_float_digits
max_prepared_statements = {statements}
auth_type = scram-sha-256
auth_file = {folder}/users
default_pool_size = 4
"""
"""What docs/operations.md shows, with loopback's addresses and without TLS."""

SETTINGS = (
    ("timezone", "UTC"),
    ("datestyle", "ISO"),
    ("search_path", "public"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "60s"),
)
"""What docs/operations.md gives the database, as a pooled session keeps no desk's settings."""


class Pgbouncer:
    """A running pool for the ``logins`` of ``server``.

    statements: prepared ones that it keeps for each client, 0 for none.
    """

    def __init__(
        self,
        server: PostgresServer,
        logins: Collection[str],
        *,
        mode: str,
        statements: int,
        programs: FolderPrograms,
        folder: Path,
    ) -> None:
        """Start it; raises MissingProgramError."""
        self.port = free_port()
        self._folder = programs.root / "srv" / f"pgbouncer-{secrets.token_hex(8)}"
        self._folder.mkdir()
        users, settings = self._folder / "users", self._folder / "pgbouncer.ini"
        users.write_text("".join(f'"{login}" "{server.password}"\n' for login in logins))
        settings.write_text(
            CONFIGURATION.format(
                host=HOST,
                server=server.port,
                port=self.port,
                mode=mode,
                statements=statements,
                folder=programs.inside(self._folder),
            )
        )
        programs.give(self._folder, users, settings)
        command = programs.entered("/usr/sbin/pgbouncer", programs.inside(settings))
        self._program = Program("pgbouncer", command, folder=folder)
        self._program.wait_until(lambda: takes_connections(self.port))

    def url(self, database: str, *, user: str) -> str:
        """Return the address of ``database`` through the pool, without the password."""
        return f"postgresql://{quote(user)}@{HOST}:{self.port}/{database}"

    def stop(self) -> None:
        """End it and remove its files."""
        self._program.stop()
        shutil.rmtree(self._folder, ignore_errors=True)
