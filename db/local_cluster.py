"""A PostgreSQL cluster of the program's own, on a loopback port of this machine; any thread.

No password of it is ever on the disk: the superuser gets a new one at each start. The server does
not outlive the process that started it, also when that process is killed.
"""

from __future__ import annotations

import atexit
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from agent_desk.domain.errors import DatabaseUnavailableError, InputError
from db.file_lock import DeskLock
from db.postgres_errors import translating
from db.server_programs import (
    as_server,
    give_to_server,
    guard,
    run_as_server,
    server_account,
    server_programs,
)

HOST = "127.0.0.1"
SUPERUSER = "postgres"
OWNER = "floor_owner"
"""Owns the database and makes people: no superuser, as on a real floor."""

PATIENCE_SECONDS = 60.0
"""Longest wait for the server to do what it was told."""

_STARTS = 3
_POLITE_SECONDS = 5.0
_POLL_SECONDS = 0.01
_STATUS_LINE = 7
_READY = "ready   "
"""What the server writes into the eighth line of postmaster.pid (miscadmin.h, pidfile.h)."""

_LINES_SHOWN = 3

_SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        # In the data folder, where a killed server leaves no segments behind for ever.
        "dynamic_shared_memory_type": "mmap",
        "listen_addresses": HOST,
        "log_timezone": "UTC",
        "max_connections": "100",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        # A socket's path may be longer than the system allows; loopback serves everybody.
        "unix_socket_directories": "",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedDatabase:
    """A database and the login that owns it. url: without the password."""

    url: str
    password: str = field(repr=False)


class LocalCluster:
    """A running cluster, as a context manager.

    folder: its own; made when it is missing, with its parents. settings: of postgresql.conf, by
    name. keep: its data are there at the next start; else the folder is removed at the end.
    """

    def __init__(
        self, *, folder: Path, settings: Mapping[str, str] | None = None, keep: bool = True
    ) -> None:
        """Prepare the cluster; nothing is made before ``start``."""
        self.folder = folder.absolute()
        self.port = 0
        self._settings = {**_SETTINGS, **(settings or {})}
        self._keep = keep
        self._password = ""
        self._lock = DeskLock(self.folder / "cluster")
        self._guard: subprocess.Popen[bytes] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> LocalCluster:
        """Start the cluster."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()

    # Life

    def start(self) -> None:
        """Make the cluster when there is none yet, and start it.

        Raises MissingProgramError, InputError for a folder that the server's account cannot
        enter, DatabaseInUseError while another process runs it, DatabaseUnavailableError when the
        server does not start.
        """
        server_programs()
        self._make_folder()
        self._lock.acquire()
        try:
            self._guard = guard(self.folder, keep=self._keep)
            atexit.register(self.stop)
            if not (self.data_folder / "PG_VERSION").exists():
                self._make()
            self._set_password()
            self._start_on_a_free_port()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, waiting for it; nothing happens when that was done before."""
        process, self._process = self._process, None
        cleaner, self._guard = self._guard, None
        atexit.unregister(self.stop)
        if process is not None:
            _end(process)
        if cleaner is None:
            return
        if self._keep:
            # Nothing is left to do for it, and it must not find the next server.
            cleaner.kill()
        # Closing its standard input makes it do what it would do after our death.
        cleaner.communicate()
        self._lock.release()

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        if self._process is None:
            raise RuntimeError("the server is not running")
        return self._process.pid

    @property
    def data_folder(self) -> Path:
        """The cluster's data folder."""
        return self.folder / "data"

    @property
    def log(self) -> Path:
        """What the server said."""
        return self.folder / "server.log"

    # What clients need

    def url(self, database: str, *, user: str) -> str:
        """Return the address of ``database`` for ``user``, without a password."""
        return f"postgresql://{quote(user, safe='')}@{HOST}:{self.port}/{quote(database, safe='')}"

    def connect(self, database: str = "postgres", **options: Any) -> psycopg.Connection[Any]:
        """Return a connection of the superuser, in autocommit; raises StorageError."""
        url = self.url(database, user=SUPERUSER)
        with translating(url):
            return psycopg.connect(url, password=self._password, autocommit=True, **options)

    def database(self, name: str) -> OwnedDatabase:
        """Return the database ``name``, made when it is missing, and its owner's new password.

        Empty at first: `db.administration.upgrade` makes the tables.
        """
        password = secrets.token_urlsafe(18)
        with self.connect() as connection:
            self._make_owner(connection, password)
            there = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(there, (name,)).fetchone() is None:
                statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER)))
        return OwnedDatabase(url=self.url(name, user=OWNER), password=password)

    def _make_owner(self, connection: psycopg.Connection[Any], password: str) -> None:
        owner = sql.Identifier(OWNER)
        there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (OWNER,))
        if there.fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE").format(owner))
        # A verifier: the password itself stays out of the server's log.
        verifier = connection.pgconn.encrypt_password(
            password.encode(), OWNER.encode(), b"scram-sha-256"
        )
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}")
        connection.execute(statement.format(owner, sql.Literal(verifier.decode())))

    # How it is made

    def _make_folder(self) -> None:
        _require_way_to(self.folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            give_to_server(self.folder)
        except OSError as error:
            reason = str(error.strerror)
            raise DatabaseUnavailableError(path=str(self.folder), reason=reason) from error
        _require_way_to(self.folder)

    def _make(self) -> None:
        # Begun and not finished: the program was killed just then.
        shutil.rmtree(self.data_folder, ignore_errors=True)
        initdb = (
            str(server_programs() / "initdb"),
            *("-D", str(self.data_folder), "-U", SUPERUSER, "--no-sync"),
            *("--auth-host", "scram-sha-256", "--auth-local", "reject", "--encoding", "UTF8"),
            *("--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "und"),
        )
        with self._explaining():
            run_as_server(initdb)

    def _set_password(self) -> None:
        """Give the superuser a new password in the server's single-user mode, over a pipe."""
        self._password = secrets.token_urlsafe(18)
        single = (
            str(server_programs() / "postgres"),
            *("--single", "-D", str(self.data_folder), "-c", "log_statement=none"),
            *("-c", "password_encryption=scram-sha-256", "postgres"),
        )
        with self._explaining():
            run_as_server(single, told=f"ALTER ROLE {SUPERUSER} PASSWORD '{self._password}'\n")

    def _start_on_a_free_port(self) -> None:
        for attempt in range(1, _STARTS + 1):
            # The former one first: by its address desks know the server and what they keep for it.
            self.port = (self._former_port() if attempt == 1 else 0) or free_port()
            try:
                self._launch()
            except DatabaseUnavailableError:
                # Somebody else may have taken the port meanwhile.
                if attempt == _STARTS:
                    raise
            else:
                self._port_file.write_text(f"{self.port}\n", encoding="ascii")
                return

    @property
    def _port_file(self) -> Path:
        return self.folder / "port"

    def _former_port(self) -> int:
        """Return the port of the last start, 0 when there was none or somebody else has it now."""
        try:
            port = int(self._port_file.read_text(encoding="ascii"))
            return port if _is_free(port) else 0
        except (FileNotFoundError, ValueError):
            return 0

    def _launch(self) -> None:
        """Start the postmaster as a child, so that a killed one does not stay as a zombie."""
        settings = chain.from_iterable(("-c", f"{n}={v}") for n, v in self._settings.items())
        with self.log.open("ab") as output:
            self._process = process = subprocess.Popen(
                [
                    *(str(server_programs() / "postgres"), "-D", str(self.data_folder)),
                    *("-p", str(self.port), *settings),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # An interrupt on the terminal is for the program, which then stops the server.
                start_new_session=True,
                **as_server(),
            )
        until = time.monotonic() + PATIENCE_SECONDS
        while not self._is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > until:
                self._process = None
                _end(process)
                raise self._unavailable(self.log.read_text(errors="replace"))
            time.sleep(_POLL_SECONDS)

    def _is_ready(self, process: int) -> bool:
        """Return whether the server takes connections, as its own file says.

        Asking the port could reach somebody else's server that took it first.
        """
        try:
            lines = (self.data_folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(process)] and lines[_STATUS_LINE:] == [_READY]

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Raise DatabaseUnavailableError with what a failing program of the server said."""
        try:
            yield
        except subprocess.CalledProcessError as error:
            raise self._unavailable(error.stderr) from error
        except OSError as error:
            raise self._unavailable(str(error)) from error

    def _unavailable(self, told: str) -> DatabaseUnavailableError:
        said = [line for line in told.splitlines() if line.strip()]
        reason = " / ".join(said[-_LINES_SHOWN:])
        return DatabaseUnavailableError(path=str(self.folder), reason=reason)


def free_port() -> int:
    """Return a port of loopback that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As PostgreSQL does: connections of the former server may still linger.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
        return True


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a postmaster: in good order when it can, at once when it takes too long."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(_POLITE_SECONDS)
    except subprocess.TimeoutExpired:
        # A backend that waits for a client's first message does not hear of it.
        process.send_signal(signal.SIGQUIT)
        process.wait(PATIENCE_SECONDS)


def _require_way_to(folder: Path) -> None:
    """Raise InputError naming a folder above ``folder`` that the server's account may not enter."""
    account = server_account()
    if account is None:
        return
    for above in filter(Path.exists, folder.parents):
        found = above.stat()
        if found.st_uid == account.pw_uid:
            way = stat.S_IXUSR
        elif found.st_gid == account.pw_gid:
            way = stat.S_IXGRP
        else:
            way = stat.S_IXOTH
        if not found.st_mode & way:
            accepted = f"a folder that the user {account.pw_name}, who runs the server, may enter"
            raise InputError(field="folder", value=str(above), accepted=accepted)
