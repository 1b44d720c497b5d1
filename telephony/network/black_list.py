"""Servers that failed, avoided for a while (RFC 3263 s. 4.3); any one thread."""

from __future__ import annotations

from collections.abc import Iterable

from telephony.network.flow import Server
from telephony.network.ticker import Ticker

FIRST_SECONDS, MOST_SECONDS = 30.0, 300.0
_MOST_SERVERS = 256

Place = tuple[str, str, int]


class BlackList:
    """Remembers failures; each heals by itself, the later the more of them came in a row."""

    def __init__(self, ticker: Ticker) -> None:
        """Begin empty."""
        self._ticker = ticker
        self._failed: dict[Place, tuple[float, int]] = {}

    def add(self, server: Server) -> None:
        """Note a failure of ``server``."""
        place = _place(server)
        until, failures = self._failed.pop(place, (0.0, 0))
        if self._ticker.time() > until + MOST_SECONDS:
            failures = 0
        seconds = min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** min(failures, 10))
        while len(self._failed) >= _MOST_SERVERS:
            del self._failed[next(iter(self._failed))]
        self._failed[place] = (self._ticker.time() + seconds, failures + 1)

    def has(self, server: Server) -> bool:
        """Return whether ``server`` is still to be avoided."""
        until, _ = self._failed.get(_place(server), (0.0, 0))
        return self._ticker.time() < until

    def ordered(self, servers: Iterable[Server]) -> list[Server]:
        """Return the servers in their order, those to be avoided last: better them than none."""
        return sorted(servers, key=self.has)


def _place(server: Server) -> Place:
    return (server.transport, server.address, server.port)
