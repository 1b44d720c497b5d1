"""A PostgreSQL cluster of one's own on a loopback port, for tests and benchmarks; any thread.

Nothing of it outlives the process that started it, also when that process is killed.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from db.local_cluster import free_port
from db.server_programs import guard
from tests.servers.certificate import Certificate
from tests.servers.programs import InstalledPrograms, Programs
from tests.servers.server_programs import PATIENCE_SECONDS, ServerMissingError, kill

__all__ = ["OWNER", "SUPERUSER", "PostgresServer", "ServerMissingError"]

SUPERUSER = "postgres"
OWNER = "floor_owner"
"""A login role that may make databases and roles and is no superuser; owns what tests use."""

_MEMORY = Path("/dev/shm")
_ROOM_BYTES = 1024**3
_STARTS = 3
_POLITE_SECONDS = 5.0
_POLL_SECONDS = 0.01

# Clients and servers live in different time zones, and a floor's locale is rarely "C": a test that
# passes only with the comfortable settings proves nothing.
_SETTINGS: Mapping[str, str] = {
    # In the data folder, where a killed server leaves no segments behind for ever.
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "log_timezone": "UTC",
    "max_connections": "200",
    "password_encryption": "scram-sha-256",
    "timezone": "Asia/Shanghai",
}


class PostgresServer:
    """A running cluster, as a context manager; every login role has the same ``password``.

    settings: lines of postgresql.conf. certificate: turns TLS on. in_memory: the data lie on a
    tmpfs when there is room; a benchmark of ten million rows wants a disk. programs: of the server,
    this machine's own unless told otherwise.
    """

    host = "127.0.0.1"

    def __init__(
        self,
        *,
        settings: Mapping[str, str] | None = None,
        certificate: Certificate | None = None,
        in_memory: bool = True,
        programs: Programs | None = None,
    ) -> None:
        """Prepare the cluster; nothing is started before ``start``."""
        self.password = secrets.token_urlsafe(12)
        self.port = 0
        self._settings = {**_SETTINGS, **(settings or {})}
        self._certificate = certificate
        self._in_memory = in_memory
        self._programs = programs or InstalledPrograms()
        self._folder: Path | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._superuser: psycopg.Connection | None = None
        self._names = count(1)

    def __enter__(self) -> PostgresServer:
        """Start the cluster."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it and remove its files."""
        self.remove()

    # Life

    def start(self) -> None:
        """Make the cluster when there is none yet, and start it; raises ServerMissingError."""
        if self._folder is None:
            self._make()
            self._start_on_a_free_port()
            self.create_role(OWNER, "LOGIN CREATEDB CREATEROLE")
        else:
            self._launch()

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop it, keeping its data: SIGINT disconnects everybody, SIGQUIT is a crash."""
        process, self._process = self._process, None
        superuser, self._superuser = self._superuser, None
        if superuser is not None:
            superuser.close()
        if process is not None:
            process.send_signal(number)
            try:
                process.wait(_POLITE_SECONDS)
            except subprocess.TimeoutExpired:
                # A backend that waits for a client's first message does not hear of it.
                process.send_signal(signal.SIGQUIT)
                process.wait(PATIENCE_SECONDS)

    def restart(self) -> None:
        """Stop it and start it again on the same port."""
        self.stop()
        self.start()

    def kill(self) -> None:
        """Kill every process of it as `kill -9` does; ``start`` recovers the data."""
        backends = self._backends()
        self.stop(signal.SIGKILL)
        for backend in backends:
            kill(backend)

    def freeze(self) -> None:
        """Stop every process of it: the kernel goes on acknowledging for them."""
        # First the postmaster, so that nothing new is born; a backend may end meanwhile.
        os.kill(self.pid, signal.SIGSTOP)
        self._signal_backends(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let them go on."""
        self._signal_backends(signal.SIGCONT)
        os.kill(self.pid, signal.SIGCONT)

    @property
    def is_running(self) -> bool:
        """Whether it was started, and neither stopped nor killed since."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    def remove(self) -> None:
        """Stop it at once and remove its files; nothing happens when that was done before."""
        folder, self._folder = self._folder, None
        cleaner, self._guard = self._guard, None
        atexit.unregister(self.remove)
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self.stop(signal.SIGQUIT)
        if cleaner is not None:
            # Closing its standard input makes it do what it would do after our death.
            cleaner.communicate()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)

    # What clients need

    def url(self, database: str = "postgres", *, user: str = OWNER, **options: str) -> str:
        """Return the address of ``database`` for ``user``, without the password."""
        query = f"?{urlencode(options, quote_via=quote)}" if options else ""
        return f"postgresql://{quote(user)}@{self.host}:{self.port}/{quote(database)}{query}"

    def connect(
        self, database: str = "postgres", *, user: str = SUPERUSER, **options: Any
    ) -> psycopg.Connection:
        """Return a connection in autocommit, of the superuser unless told otherwise."""
        return psycopg.connect(
            self.url(database, user=user), password=self.password, autocommit=True, **options
        )

    def create_role(self, name: str, attributes: str = "LOGIN") -> None:
        """Make a role with the cluster's ``password``; ``attributes`` as in CREATE ROLE."""
        statement = sql.SQL("CREATE ROLE {} PASSWORD {} " + attributes)
        names = sql.Identifier(name), sql.Literal(self.password)
        self._administrator().execute(statement.format(*names))

    def drop_role(self, name: str) -> None:
        """Remove a role that owns nothing; none of that name changes nothing."""
        statement = sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name))
        self._administrator().execute(statement)

    def create_database(self, name: str = "", *, template: str = "template1") -> str:
        """Make a database of ``OWNER`` as a copy of ``template`` and return its name."""
        name = name or f"floor_{next(self._names)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}")
        names = map(sql.Identifier, (name, template, OWNER))
        self._administrator().execute(statement.format(*names))
        return name

    def drop_database(self, name: str) -> None:
        """Remove a database, throwing out whoever is still connected."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self._administrator().execute(statement.format(sql.Identifier(name)))

    @property
    def data_folder(self) -> Path:
        """The cluster's data folder."""
        if self._folder is None:
            raise RuntimeError("the cluster is not started")
        return self._folder / "data"

    def _administrator(self) -> psycopg.Connection:
        """Return a connection that is kept: signing in costs as much as copying a database."""
        if self._superuser is None or self._superuser.closed:
            self._superuser = self.connect()
        return self._superuser

    # How it is made

    def _make(self) -> None:
        # Asked first: without any program nothing is made.
        initdb = self._programs.command("initdb")
        room = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ROOM_BYTES
        parent = self._programs.place() or (_MEMORY if self._in_memory and room else None)
        self._folder = folder = Path(tempfile.mkdtemp(prefix="agent-desk-postgres-", dir=parent))
        self._guard = guard(folder, keep=False)
        atexit.register(self.remove)
        secret = folder / "secret"
        secret.write_text(self.password)
        self._programs.give(folder, secret)
        inside = self._programs.inside
        command = (
            *initdb,
            *("-D", inside(folder / "data"), "-U", SUPERUSER, "--pwfile", inside(secret)),
            *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"),
            *("--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "und"),
        )
        subprocess.run(command, check=True, capture_output=True, **self._programs.options())
        secret.unlink()
        self._configure()

    def _configure(self) -> None:
        assert self._folder is not None
        sockets = self._programs.inside(self._folder)
        settings = {**self._settings, "unix_socket_directories": sockets}
        if self._certificate is not None:
            settings |= {"ssl": "on"} | {
                name: self._programs.inside(self._given(path))
                for name, path in (
                    ("ssl_cert_file", self._certificate.certificate),
                    ("ssl_key_file", self._certificate.key),
                )
            }
        lines = "".join(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.data_folder / "postgresql.conf").open("a") as file:
            file.write(lines)

    def _given(self, source: Path) -> Path:
        """Return a copy of ``source`` that the server accepts: its own, for nobody else."""
        target = self.data_folder / source.name
        shutil.copyfile(source, target)
        target.chmod(0o600)
        self._programs.give(target)
        return target

    def _start_on_a_free_port(self) -> None:
        for attempt in range(1, _STARTS + 1):
            self.port = free_port()
            try:
                self._launch()
            except RuntimeError:
                # Somebody else may have taken the port meanwhile.
                if attempt == _STARTS:
                    raise
            else:
                return

    def _launch(self) -> None:
        """Start the postmaster as a child, so that a killed one does not stay as a zombie."""
        log = self.data_folder.with_name("log")
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self._programs.command(
                    "postgres",
                    *("-D", self._programs.inside(self.data_folder), "-p", str(self.port)),
                ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # An interrupt on the terminal is for the tests.
                start_new_session=True,
                **self._programs.options(),
            )
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop(signal.SIGQUIT)
                raise RuntimeError(f"PostgreSQL does not start:\n{log.read_text()[-2000:]}")
            time.sleep(_POLL_SECONDS)

    def _answers(self) -> bool:
        told = psycopg.pq.PGconn.ping(f"host={self.host} port={self.port}".encode())
        return told == psycopg.pq.Ping.OK

    def _signal_backends(self, number: signal.Signals) -> None:
        for backend in self._backends():
            with suppress(ProcessLookupError):
                os.kill(backend, number)

    def _backends(self) -> list[int]:
        """Return the process ids of the postmaster's children."""
        listed = subprocess.run(
            ["ps", "--ppid", str(self.pid), "-o", "pid="], capture_output=True, text=True
        )
        return [int(line) for line in listed.stdout.split()]
