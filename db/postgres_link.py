"""One connection to PostgreSQL that can be ended from outside and is replaced when it broke.

Used by one thread at a time; `cancel` and `shut_down` are for the watchdog's.
"""

from __future__ import annotations

import logging
import socket
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

_log = logging.getLogger(__name__)


class PostgresLink:
    """The way to the server for one thread."""

    def __init__(self, engine: Engine) -> None:
        """Prepare a connection of ``engine``; it is made on first use."""
        self._engine = engine
        self._connection: Connection | None = None
        self._driver: psycopg.Connection[Any] | None = None
        self._socket: socket.socket | None = None

    @property
    def is_broken(self) -> bool:
        """Whether there is no usable connection, as far as is known without asking the server."""
        return self._driver is None or self._driver.closed

    def connection(self) -> Connection:
        """Return the connection, a new one when the old one broke; raises driver errors."""
        if self._connection is None or self._has_gone():
            self.drop()
            self._connect()
        assert self._connection is not None
        return self._connection

    def drop(self) -> None:
        """Forget the connection; the next use makes a new one."""
        connection, self._connection = self._connection, None
        ended, self._socket = self._socket, None
        driver, self._driver = self._driver, None
        if driver is not None:
            # Not through SQLAlchemy, which would roll back first and wait for the answer.
            driver.close()
        if connection is not None:
            with suppress(DBAPIError):
                connection.invalidate()
                connection.close()
        if ended is not None:
            ended.close()

    def cancel(self, *, timeout_seconds: float) -> None:
        """Ask the server to end what it does; never raises."""
        driver = self._driver
        if driver is None:
            return
        try:
            driver.cancel_safe(timeout=timeout_seconds)
        except (psycopg.Error, OSError) as error:
            # The socket is shut down next.
            _log.info("the server did not take a cancel request: %s", error)

    def shut_down(self) -> None:
        """End the wait of the thread that uses the connection, which is broken then."""
        if self._socket is not None:
            # The peer may have closed it already.
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _connect(self) -> None:
        self._connection = self._engine.connect()
        self._driver = self._connection.connection.driver_connection
        assert self._driver is not None
        # A second handle: libpq closes its own on an error, and the number may be another file's
        # by the time the watchdog acts.
        self._socket = socket.fromfd(self._driver.pgconn.socket, socket.AF_INET, socket.SOCK_STREAM)

    def _has_gone(self) -> bool:
        """Return whether the server has closed the idle connection; costs no round trip.

        A restarted server has said goodbye first, and closed the socket after that.
        """
        if self._driver is None or self._driver.closed:
            return True
        try:
            self._driver.pgconn.consume_input()
            self._driver.pgconn.consume_input()
        except psycopg.OperationalError:
            return True
        return self._driver.closed
