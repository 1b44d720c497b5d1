"""A relay: reads the change feed once and fans it out to hundreds of desks.

``agent-desk-cli relay`` runs it beside the server: fifty desks may listen to PostgreSQL's bell,
five hundred may not, since every ring wakes them all. The lines are described in `relay_protocol`.
Runs on an event loop of its own; the feed and the registration use threads.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

from agent_desk.domain.identifiers import new_uuid7
from db.change_feed.page import Page
from db.change_feed.place import life_of
from db.change_feed.postgres import PostgresChangeFeed
from db.change_feed.relay_protocol import (
    BEAT_SECONDS,
    GREETING,
    RING,
    WELCOME,
    audience_line,
    beat_line,
    is_proof,
    page_line,
)
from db.change_feed.relay_register import RelayRegister
from db.change_feed.snapshot import Snapshot

_log = logging.getLogger(__name__)

READ_GAP_SECONDS = 0.05
"""Shortest pause between two looks of a relay: what happens within it is one line."""

MAX_LINES_PER_SECOND = 1000
"""Most lines that all desks together are sent: five hundred get two a second each, not twenty.

A line wakes every desk, so that a large floor would otherwise do little else than wake up.
"""

GREETING_SECONDS = 5.0
"""Longest wait for a desk to make itself known."""

MAX_UNSENT = 1024 * 1024
"""Octets that may wait for a slow desk; beyond it is cut off and reads the database itself."""

REGISTER_SECONDS = 4.0
"""Pause between two signs of life in the table of relays."""

_MAX_DESK_LINE = 1024


def read_gap_seconds(desks: int) -> float:
    """Return how long a relay for so many desks gathers, at most a second: a poll is no slower."""
    return min(max(READ_GAP_SECONDS, desks / MAX_LINES_PER_SECOND), 1.0)


class Relay:
    """One relay for the database at ``url``.

    listen_host, listen_port: where desks connect, port 0 for a free one. advertised: the address
    (host or host:port) that desks find in the table of relays.
    """

    def __init__(
        self,
        *,
        url: str,
        password: str | None = None,
        listen_host: str = "127.0.0.1",
        listen_port: int = 0,
        advertised: str = "",
    ) -> None:
        """Nothing runs before ``start``."""
        self._host, self._port = listen_host, listen_port
        self._advertised = advertised
        self._token = secrets.token_urlsafe(32)
        self._register = RelayRegister(url=url, password=password, token=self._token)
        self._feed = PostgresChangeFeed(
            url=url,
            password=password,
            uses_relay=False,
            read_gap_seconds=READ_GAP_SECONDS,
            on_page=self._pass_on,
        )
        self._visitors: set[asyncio.StreamWriter] = set()
        self._desks: set[asyncio.StreamWriter] = set()
        self._sent: Snapshot | None = None
        self._has_gap = False
        self._said_at = 0.0
        self._server: asyncio.Server | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._registered = asyncio.Event()

    @property
    def address(self) -> str:
        """Where desks connect, as host:port."""
        assert self._server is not None
        port = self._server.sockets[0].getsockname()[1]
        host, _, given = self._advertised.rpartition(":")
        if host and given.isdecimal():
            return self._advertised
        return f"{self._advertised or self._host}:{port}"

    @property
    def desks(self) -> int:
        """How many desks are connected."""
        return len(self._desks)

    async def start(self) -> None:
        """Follow the database, take desks, and say so in the table; raises OSError for the port.

        A database that is away is waited for.
        """
        self._server = await asyncio.start_server(
            self._serve, self._host, self._port, limit=_MAX_DESK_LINE
        )
        await self._feed.open()
        self._tasks = [
            asyncio.create_task(self._beat(), name="relay-beat"),
            asyncio.create_task(self._stay_registered(), name="relay-register"),
        ]
        _log.info("relay for desks on %s", self.address)

    async def registered(self) -> None:
        """Return once desks can find the relay in the table."""
        await self._registered.wait()

    async def stop(self) -> None:
        """Leave the table, and let every desk go to the database."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.to_thread(self._register.leave)
        if self._server is not None:
            self._server.close()
        self._dismiss()
        await self._feed.close()
        if self._server is not None:
            await self._server.wait_closed()

    # Desks

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._visitors.add(writer)
        try:
            if await self._is_welcome(reader, writer):
                self._desks.add(writer)
                self._keep_pace()
                welcome = f"{WELCOME}\n".encode() + audience_line(len(self._desks))
                writer.write(welcome + beat_line(self._feed.state))
                await self._hear(reader)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError) as error:
            _log.info("a desk is gone: %s", error)
        finally:
            self._visitors.discard(writer)
            self._desks.discard(writer)
            self._keep_pace()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    def _keep_pace(self) -> None:
        """Gather for longer the more desks a line goes to.

        Desks that listen to the database instead, as departments and dealers do, are woken at the
        same pace: each ring makes every one of them ask the server.
        """
        self._feed.keep_pace(read_gap_seconds(len(self._desks)))

    async def _is_welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        if self._feed.position is None:
            return False
        nonce = secrets.token_hex(16)
        writer.write(f"{GREETING} {life_of(self._feed.position)} {nonce}\n".encode())
        async with asyncio.timeout(GREETING_SECONDS):
            line = await reader.readline()
        word, _, given = line.decode().strip().partition(" ")
        return word == "hello" and is_proof(given, token=self._token, nonce=nonce)

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line == RING:
                self._feed.look()
                # Desks that listen to the database instead hear of it too.
                self._feed.ring()

    def _pass_on(self, page: Page) -> None:
        """Send the rows of ``page`` to every desk; nothing when it only moved the position.

        A burst that ends inside of a transaction is not sent but named: a line that begins where
        no desk is yet sends them to the database.
        """
        until = page.until
        if page.reset or self._sent is None:
            self._dismiss()
            self._sent, self._has_gap = until, False
        elif until.partial is not None:
            self._has_gap = True
        elif self._has_gap:
            self._send(page_line(Page(until, until)))
            self._sent, self._has_gap = until, False
        elif page.rows:
            self._send(page_line(Page(self._sent, until, page.rows)))
            self._sent = until

    def _send(self, line: bytes) -> None:
        self._said_at = monotonic()
        line = audience_line(len(self._desks)) + line
        for writer in tuple(self._desks):
            transport = writer.transport
            if transport.get_write_buffer_size() > MAX_UNSENT:
                _log.info("a desk reads too slowly and is cut off")
                self._desks.discard(writer)
                transport.abort()
            else:
                writer.write(line)

    def _dismiss(self) -> None:
        """Cut every desk off; each reads the database and comes back."""
        self._desks.clear()
        for writer in tuple(self._visitors):
            writer.close()

    # Signs of life

    async def _beat(self) -> None:
        told = None
        while True:
            # Every line is a sign of life: a desk that has just had one need not be woken again.
            is_quiet = self._said_at + BEAT_SECONDS / 2 <= monotonic()
            if is_quiet or told is not self._feed.state:
                told = self._feed.state
                self._send(beat_line(told))
            await asyncio.sleep(BEAT_SECONDS)

    async def _stay_registered(self) -> None:
        id_ = new_uuid7(datetime.now(UTC))
        while True:
            if await asyncio.to_thread(self._register.beat, id_, self.address):
                self._registered.set()
            await asyncio.sleep(REGISTER_SECONDS)
