"""A TCP proxy on loopback that makes the way to a server as long as between two offices.

It runs in a process of its own, so that whoever is measured does not share its interpreter.
"""

from __future__ import annotations

from multiprocessing import get_context
from multiprocessing.connection import Connection as Pipe
from multiprocessing.context import SpawnProcess
from types import TracebackType

from tests.servers.proxy import Proxy


class DelayingProxy:
    """A context manager; connections to ``port`` of 127.0.0.1 reach the server late.

    round_trip_seconds: as of `Proxy`.
    """

    host = Proxy.host

    def __init__(self, *, port: int, round_trip_seconds: float) -> None:
        """Prepare a proxy to the server on ``port`` of this machine."""
        self.port = 0
        self._server_port = port
        self._round_trip_seconds = round_trip_seconds
        self._process: SpawnProcess | None = None
        self._told: Pipe | None = None

    def __enter__(self) -> DelayingProxy:
        """Start it."""
        context = get_context("spawn")
        self._told, theirs = context.Pipe()
        self._process = context.Process(
            target=_serve, args=(theirs, self._server_port, self._round_trip_seconds), daemon=True
        )
        self._process.start()
        theirs.close()
        self.port = self._told.recv()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it; every connection through it ends."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()
        if self._told is not None:
            self._told.close()


def _serve(told: Pipe, server_port: int, round_trip_seconds: float) -> None:
    with Proxy(server=server_port, round_trip_seconds=round_trip_seconds) as proxy:
        told.send(proxy.port)
        # Until it is terminated, or whoever started it is gone.
        told.poll(None)
