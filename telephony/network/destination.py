"""One place that messages go to, under the name that the account has for it.

Runs on the `desk-loop` thread. It is looked up and connected when it is first needed, keeps its
messages in their order meanwhile, and goes on to the next server when one fails.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from telephony.network.black_list import BlackList
from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.flow import Flow, Server
from telephony.network.race import by_host, first_connected
from telephony.sip.transaction.hop import Hop

MOST_UNSENT = 256
"""Messages that wait for a connection; the oldest fails first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A message on its way. failed: called with the reason when it cannot leave."""

    data: bytes
    failed: Callable[[NetworkError], None]


class Carrier(Protocol):
    """What a destination needs of the network."""

    async def find(self, hop: Hop) -> list[Server]:
        """Return the servers behind ``hop``, best first; raises NetworkError."""
        ...

    async def connect(self, server: Server) -> Flow:
        """Return a way to ``server``; raises NetworkError."""
        ...

    def write(self, flow: Flow, data: bytes) -> None:
        """Send by ``flow``."""
        ...

    def reached(self, destination: Destination) -> None:
        """Note that there is a way to ``destination`` now."""
        ...

    def left(self, destination: Destination) -> None:
        """Note that there is none any more."""
        ...


class Destination:
    """Servers behind one hop, of which one is in use."""

    def __init__(self, *, hop: Hop, carrier: Carrier, black_list: BlackList) -> None:
        """Begin without a connection."""
        self.hop = hop
        self.flow: Flow | None = None
        self.server: Server | None = None
        self._carrier = carrier
        self._black_list = black_list
        self._servers: list[Server] = []
        self._letters: list[Letter] = []
        self._opening: asyncio.Task[Flow] | None = None

    def post(self, letter: Letter) -> None:
        """Send at once where there is a connection, else as soon as there is one."""
        if self._usable is not None and not self._letters:
            self._carrier.write(self._usable, letter.data)
            return
        self._letters.append(letter)
        if len(self._letters) > MOST_UNSENT:
            full = NetworkError(NetworkErrorKind.UNREACHABLE, self.hop.address, "too many wait")
            self._letters.pop(0).failed(full)
        self._open()

    async def connected(self) -> Flow:
        """Return the way there, opened where it is not; raises NetworkError."""
        if self._usable is not None:
            return self._usable
        return await asyncio.shield(self._open())

    def leave(self) -> None:
        """Use the present connection no more."""
        self.flow = self.server = None
        self._carrier.left(self)

    def note_failure(self) -> bool:
        """Avoid the present server; return whether there is one that is not to be avoided."""
        if self.server is not None:
            self._black_list.add(self.server)
        return any(not self._black_list.has(server) for server in self._servers)

    @property
    def is_opening(self) -> bool:
        """Whether a way there is being looked for."""
        return self._opening is not None

    @property
    def is_idle(self) -> bool:
        """Whether nothing would be lost by forgetting it."""
        return self._usable is None and not self.is_opening

    async def stop(self) -> None:
        """Give up what is being opened."""
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])

    @property
    def _usable(self) -> Flow | None:
        return self.flow if self.flow is not None and self.flow.is_open else None

    def _open(self) -> asyncio.Task[Flow]:
        if self._opening is None:
            self._opening = asyncio.get_running_loop().create_task(self._reach())
            self._opening.add_done_callback(self._opened)
        return self._opening

    async def _reach(self) -> Flow:
        """Connect to the first server that takes us; raises the best one's NetworkError."""
        self._servers = await self._carrier.find(self.hop)
        errors: list[NetworkError] = []

        def failed(server: Server, error: NetworkError) -> None:
            self._black_list.add(server)
            errors.append(error)

        for addresses in by_host(self._black_list.ordered(self._servers)):
            found = await first_connected(addresses, self._carrier.connect, failed=failed)
            if found is not None:
                self.server, self.flow = found
                self._carrier.reached(self)
                return self.flow
        raise (
            errors[0] if errors else NetworkError(NetworkErrorKind.NAME_NOT_FOUND, self.hop.address)
        )

    def _opened(self, task: asyncio.Task[Flow]) -> None:
        self._opening = None
        letters, self._letters = self._letters, []
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            for letter in letters:
                self._carrier.write(task.result(), letter.data)
        elif isinstance(error, NetworkError):
            for letter in letters:
                letter.failed(error)
        else:
            raise error
