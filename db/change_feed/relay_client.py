"""A desk's line to a relay; blocking, on the feed's thread."""

from __future__ import annotations

import socket
from time import monotonic
from types import TracebackType

from db.change_feed.page import Page
from db.change_feed.relay_protocol import (
    GREETING,
    MAX_LINE,
    RING,
    SILENT_SECONDS,
    WELCOME,
    Audience,
    Beat,
    message,
    proof,
)

CONNECT_SECONDS = 1.0
"""Longest wait for the relay's connection, and for each of its first lines."""

_AT_ONCE = 65536


class RelayLostError(Exception):
    """The relay is gone, silent, or says what nobody understands."""


class RelayClient:
    """A connection to the relay at ``address`` (host:port); a context manager.

    token: the secret shared with it. life: of the database, which must be the relay's too. desks:
    how many it serves, as it said last; 1 for one that does not say.
    """

    def __init__(self, address: str, *, token: str, life: str) -> None:
        """Connect and make oneself known; raises RelayLostError."""
        self._unread = b""
        self._heard_at = monotonic()
        self.desks = 1
        host, _, port = address.rpartition(":")
        try:
            self._socket = socket.create_connection(
                (host.strip("[]"), int(port)), timeout=CONNECT_SECONDS
            )
        except (OSError, ValueError) as error:
            raise RelayLostError(f"{address}: {error}") from error
        try:
            self._greet(token, life)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (OSError, ValueError, RelayLostError) as error:
            self.close()
            raise RelayLostError(f"{address}: {error}") from error

    def __enter__(self) -> RelayClient:
        """Return the client."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Disconnect."""
        self.close()

    def close(self) -> None:
        """Disconnect."""
        self._socket.close()

    def fileno(self) -> int:
        """Return the socket, readable when `messages` is worth asking."""
        return self._socket.fileno()

    def ring(self) -> None:
        """Say that this desk has committed something; raises RelayLostError."""
        try:
            self._socket.sendall(RING)
        except OSError as error:
            raise RelayLostError(str(error)) from error

    def messages(self, *, is_readable: bool) -> list[Page | Beat]:
        """Return what came, without waiting; raises RelayLostError, also after a silence."""
        if is_readable:
            self._receive()
        elif monotonic() - self._heard_at > SILENT_SECONDS:
            raise RelayLostError(f"silent for {SILENT_SECONDS} s")
        *lines, self._unread = self._unread.split(b"\n")
        try:
            said = [message(line) for line in lines]
        except ValueError as error:
            raise RelayLostError(f"not understood: {error}") from error
        for each in said:
            if isinstance(each, Audience):
                self.desks = each.desks
        return [each for each in said if isinstance(each, Page | Beat)]

    def _greet(self, token: str, life: str) -> None:
        greeting = self._line()
        words, _, nonce = greeting.rpartition(" ")
        if words != f"{GREETING} {life}":
            raise ValueError(f"another relay or another database: {greeting!r}")
        self._socket.sendall(f"hello {proof(token, nonce)}\n".encode())
        answer = self._line()
        if answer != WELCOME:
            raise ValueError(f"not welcome: {answer!r}")

    def _line(self) -> str:
        while b"\n" not in self._unread:
            self._receive()
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode()

    def _receive(self) -> None:
        try:
            came = self._socket.recv(_AT_ONCE)
        except OSError as error:
            raise RelayLostError(str(error)) from error
        if not came:
            raise RelayLostError("the relay closed the connection")
        self._heard_at = monotonic()
        self._unread += came
        if len(self._unread) > MAX_LINE:
            raise RelayLostError(f"a line of more than {MAX_LINE} octets")
