"""One way to one far side, whatever carries it; runs on the `desk-loop` thread."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

from telephony.network.errors import NetworkError
from telephony.sip.transaction.hop import Hop
from telephony.sip.values.host import bracketed


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A far side that was looked up.

    transport: in upper case. address: numeric, or the name of a WebSocket server. name: what the
    account calls it, which is what its certificate must say. host: whose address it is, "" for
    ``name`` itself.
    """

    transport: str
    address: str
    port: int
    name: str
    host: str = ""

    @property
    def where(self) -> str:
        """Transport, address and port, for people."""
        return f"{self.transport} {bracketed(self.address)}:{self.port}"


class Flow(Protocol):
    """A connection, or the datagrams to one address (RFC 5626 s. 3.3)."""

    @property
    def hop(self) -> Hop:
        """The far side; a connection's has its number."""
        ...

    @property
    def local(self) -> tuple[str, int]:
        """Address and port of this side."""
        ...

    @property
    def far(self) -> str:
        """The address that packets go to, in numbers: a proxy's, where there is one."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether a message can be sent."""
        ...

    def send(self, data: bytes) -> None:
        """Send a whole message."""
        ...

    def ping(self) -> None:
        """Ask for a sign of life; the owner hears of the answer, if there is one."""
        ...

    def close(self) -> None:
        """Close it; its owner is not told."""
        ...


class Connection(Flow, Protocol):
    """A flow that somebody opened, and that ends."""

    @property
    def number(self) -> int:
        """Of all connections of this telephone."""
        ...

    @property
    def dialled(self) -> bool:
        """Whether this side opened it."""
        ...

    @property
    def gone(self) -> asyncio.Future[None]:
        """Done when the system has closed it."""
        ...

    def abort(self) -> None:
        """Close at once; its owner is not told."""
        ...


class FlowOwner(Protocol):
    """Whoever is told what happens to a flow."""

    def opened(self, flow: Connection) -> None:
        """Note a connection, ours or a peer's."""
        ...

    def received(self, flow: Flow, data: bytes) -> None:
        """Take a whole message."""
        ...

    def heard(self, flow: Flow) -> None:
        """Note that the far side has answered a sign of life."""
        ...

    def closed(self, flow: Flow, why: NetworkError) -> None:
        """Note that nothing more will come."""
        ...
