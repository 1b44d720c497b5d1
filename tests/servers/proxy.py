"""A TCP proxy on loopback whose way to the server a test can lengthen, silence, cut and close.

Each connection is carried by threads of its own; the methods may be called on any thread.
"""

from __future__ import annotations

import queue
import socket
import struct
import threading
import time
from contextlib import suppress
from enum import Enum
from types import TracebackType

_CHUNK_BYTES = 1 << 16
_POLL_SECONDS = 0.2
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
"""SO_LINGER for zero seconds: closing sends RST and forgets what is under way (socket(7))."""

COMMIT = b"COMMIT\0"
"""What a client's message ends with that commits: a simple query of PostgreSQL's protocol."""


class Moment(Enum):
    """Where in a commit a connection is reset."""

    BEFORE_SERVER = "the server never hears of it"
    AFTER_SERVER = "the server has done it and the client never hears of it"


class Proxy:
    """A context manager; connections to ``port`` of 127.0.0.1 reach the server on ``server``.

    round_trip_seconds: added to each question and answer together, half of it each way; what is
    sent in one go arrives in one go. resets: how many commits `reset_at` has cut.
    """

    host = "127.0.0.1"

    def __init__(self, *, server: int, round_trip_seconds: float = 0.0) -> None:
        """Prepare a proxy to the port ``server`` of this machine."""
        self.port = 0
        self.server = server
        self.delay_seconds = round_trip_seconds / 2
        self.resets = 0
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._moment: Moment | None = None
        self._times = 0
        self._listening: socket.socket | None = None
        self._ways: set[_Way] = set()

    def __enter__(self) -> Proxy:
        """Start it."""
        self.accept()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it; every connection through it ends."""
        self.refuse()
        self.resume()

    # What the way does

    def hang(self) -> None:
        """Take and acknowledge everything, also new connections, and pass nothing on."""
        self._flowing.clear()

    def resume(self) -> None:
        """Pass on what was held back, in its order, and whatever comes."""
        self._flowing.set()

    @property
    def is_hanging(self) -> bool:
        """Whether nothing is passed on."""
        return not self._flowing.is_set()

    def reset(self) -> None:
        """Cut every connection with RST; new ones are welcome."""
        with self._lock:
            ways = tuple(self._ways)
        for way in ways:
            way.reset()

    def reset_at(self, moment: Moment, *, times: int = 1) -> None:
        """Cut the next ``times`` connections that commit, at ``moment``."""
        with self._lock:
            self._moment, self._times = moment, times

    def refuse(self) -> None:
        """Cut every connection with RST and refuse new ones until `accept`."""
        listening, self._listening = self._listening, None
        if listening is not None:
            # Closing alone would not end a thread that waits in accept.
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            listening.close()
        self.reset()

    def accept(self) -> None:
        """Take connections, on the same port as before."""
        if self._listening is not None:
            return
        self._listening = socket.create_server((self.host, self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._serve, args=(self._listening,), daemon=True).start()

    def _serve(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            way = _Way(self, client)
            with self._lock:
                self._ways.add(way)
            way.begin()

    # The ways' part

    def wait_until_flowing(self, ended: threading.Event) -> None:
        """Return when something may be passed on, or when the way has ``ended``."""
        while not self._flowing.wait(_POLL_SECONDS) and not ended.is_set():
            pass

    def take_reset(self, moment: Moment) -> bool:
        """Return whether the commit under way is to be cut at ``moment``, and count it."""
        with self._lock:
            if self._moment is not moment or not self._times:
                return False
            self._times -= 1
            self.resets += 1
            return True

    def forget(self, way: _Way) -> None:
        """Drop a connection that has ended."""
        with self._lock:
            self._ways.discard(way)


class _Way:
    """One connection: the client's socket, the server's, and what is under way between them."""

    def __init__(self, proxy: Proxy, client: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server: socket.socket | None = None
        self._ended = threading.Event()
        self._cuts_answer = False

    def begin(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def reset(self) -> None:
        """End both connections with RST."""
        self._ended.set()
        for end in (self._client, self._server):
            if end is not None:
                with suppress(OSError):
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
                    # A thread that waits in recv keeps the socket open: wake it.
                    end.shutdown(socket.SHUT_RD)
                end.close()

    def _run(self) -> None:
        try:
            self._carry_both_ways()
        except OSError:
            # The server refuses, or this was cut meanwhile: as refused as it can be for somebody
            # who is already connected.
            self.reset()
        self._proxy.forget(self)

    def _carry_both_ways(self) -> None:
        address = self._proxy.host, self._proxy.server
        with self._client as client, socket.create_connection(address) as server:
            self._server = server
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threads = [
                *self._carry(client, server, is_question=True),
                *self._carry(server, client, is_question=False),
            ]
            for thread in threads:
                thread.join()

    def _carry(
        self, source: socket.socket, target: socket.socket, *, is_question: bool
    ) -> list[threading.Thread]:
        """Carry everything from ``source`` to ``target``, on two threads."""
        under_way: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

        def take() -> None:
            data = b"begin"
            while data:
                try:
                    data = source.recv(_CHUNK_BYTES)
                except OSError:
                    data = b""
                under_way.put((time.monotonic() + self._proxy.delay_seconds, data))

        def give() -> None:
            while True:
                due, data = under_way.get()
                time.sleep(max(0.0, due - time.monotonic()))
                self._proxy.wait_until_flowing(self._ended)
                if self._ended.is_set() or self._is_cut(data, is_question=is_question):
                    return
                try:
                    if not data:
                        target.shutdown(socket.SHUT_WR)
                        return
                    target.sendall(data)
                except OSError:
                    return

        threads = [threading.Thread(target=work, daemon=True) for work in (take, give)]
        for thread in threads:
            thread.start()
        return threads

    def _is_cut(self, data: bytes, *, is_question: bool) -> bool:
        """Return whether the connection was reset instead of passing ``data`` on."""
        if is_question:
            if not data.endswith(COMMIT):
                return False
            if not self._proxy.take_reset(Moment.BEFORE_SERVER):
                self._cuts_answer = self._proxy.take_reset(Moment.AFTER_SERVER)
                return False
        elif not self._cuts_answer:
            return False
        self.reset()
        return True
