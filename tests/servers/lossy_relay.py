"""A UDP relay on loopback that treats packets as a bad line does; any asyncio loop.

What befalls a packet is drawn from a seed: the same packets meet the same fate in every run.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

Address = tuple[str, int]

_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """How bad a line is; shares are 0 to 1.

    loss: share of packets that never arrive. burst: how many are lost in a row, on average; each
    by itself when that is less than chance makes.
    delay_ms: that every packet takes. jitter_ms: each takes up to this much longer, evenly spread;
    order is kept as in a router's queue. reorder: share of packets that the next ones overtake,
    by being held ``reorder_ms`` longer. duplicates: share of packets that arrive twice.
    """

    loss: float = 0.0
    burst: float = 1.0
    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    reorder: float = 0.0
    reorder_ms: float = 25.0
    duplicates: float = 0.0


CLEAR = Weather()


class Fate:
    """What befalls the packets of one direction, one after the other; no clock of its own."""

    def __init__(self, weather: Weather, seed: int) -> None:
        """Begin with a packet that is not lost."""
        self.weather = weather
        self._random = random.Random(seed)
        self._is_losing = False
        self._earliest = 0.0

    def arrivals(self, sent: float) -> Iterator[float]:
        """Yield when each copy of a packet sent at ``sent`` seconds arrives; none when lost."""
        weather, draw = self.weather, self._random.random
        if self._is_lost():
            return
        late = (weather.delay_ms + weather.jitter_ms * draw()) / 1000
        overtaken = draw() < weather.reorder
        doubled = draw() < weather.duplicates
        arrival = sent + late
        if overtaken:
            arrival += weather.reorder_ms / 1000
        else:
            arrival = self._earliest = max(arrival, self._earliest)
        yield arrival
        if doubled:
            yield arrival

    def _is_lost(self) -> bool:
        """Gilbert's two states, so that ``loss`` and ``burst`` come out on average."""
        loss = self.weather.loss
        if loss <= 0 or loss >= 1:
            self._is_losing = loss > 0
            return self._is_losing
        ends = 1 / max(self.weather.burst, 1 / (1 - loss))
        begins = ends * loss / (1 - loss)
        chance = self._random.random()
        self._is_losing = chance >= ends if self._is_losing else chance < begins
        return self._is_losing


class LossyRelay:
    """A context manager of ways between two UDP ports; ``weather`` may change at any time.

    A way has two ends. What comes to one end's port leaves from the other end's port, so each peer
    believes that the relay is its far side.
    """

    def __init__(self, weather: Weather = CLEAR, *, seed: int = 1) -> None:
        """Prepare; ways are opened on the running loop."""
        self._weather = weather
        self._seed = seed
        self._ends: list[End] = []

    async def __aenter__(self) -> LossyRelay:
        """Begin without ways."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close every way; what is under way is lost."""
        self.close()

    @property
    def weather(self) -> Weather:
        """How bad the line is now, in both directions."""
        return self._weather

    @weather.setter
    def weather(self, weather: Weather) -> None:
        self._weather = weather
        for end in self._ends:
            end.fate.weather = weather

    @property
    def ends(self) -> tuple[End, ...]:
        """Every way's two ends, in the order in which they were opened."""
        return tuple(self._ends)

    async def open(self, a: Address | None = None, b: Address | None = None) -> tuple[End, End]:
        """Return a new way's ends: peer a sends to the first one's port and hears from it, b the
        second's.

        a, b: where the peers listen; None to learn it from the first packet that comes.
        """
        ends = await self._end(a), await self._end(b)
        ends[0].other, ends[1].other = ends[1], ends[0]
        return ends

    def close(self) -> None:
        """Close every way."""
        ends, self._ends = self._ends, []
        for end in ends:
            end.close()

    async def _end(self, peer: Address | None) -> End:
        self._seed += 1
        end = End(peer, Fate(self._weather, self._seed))
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(lambda: end, local_addr=(_HOST, 0))
        self._ends.append(end)
        return end


class End(asyncio.DatagramProtocol):
    """One end of a way.

    peer: who listens here. port: where it sends to. taken, lost: packets that came from it, and
    those of them that were thrown away.
    """

    host = _HOST

    def __init__(self, peer: Address | None, fate: Fate) -> None:
        """Wait for a socket; ``fate`` is of the packets that come in here."""
        self.peer = peer
        self.fate = fate
        self.port = 0
        self.taken = 0
        self.lost = 0
        self.other: End | None = None
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is there."""
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """A packet of the peer: pass it on, if and when fate wants."""
        if self.peer is None:
            self.peer = addr
        self.taken += 1
        loop = asyncio.get_running_loop()
        now = loop.time()
        arrivals = list(self.fate.arrivals(now))
        self.lost += not arrivals
        for arrival in arrivals:
            if arrival <= now:
                self._pass(data)
            else:
                loop.call_at(arrival, self._pass, data)

    def error_received(self, exc: Exception) -> None:
        """The peer's port is closed: as if the line had swallowed it."""

    def close(self) -> None:
        """Close the socket."""
        if self._transport is not None:
            self._transport.close()

    def _pass(self, data: bytes) -> None:
        other = self.other
        if other is None or other.peer is None or other._transport is None:
            return
        if not other._transport.is_closing():
            other._transport.sendto(data, other.peer)
