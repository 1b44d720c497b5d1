"""Requests that are too large for a datagram go over TCP (RFC 3261 s. 18.1.1); any one thread."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace

from telephony.network.ticker import Ticker
from telephony.sip.message.message import Request
from telephony.sip.transaction.hop import Hop

_MOST_BRANCHES = 256


class LargeRequests:
    """Knows which requests go over TCP, and which servers do not take that."""

    def __init__(self, *, ticker: Ticker, most_octets: int, no_tcp_seconds: float) -> None:
        """Send what has more than ``most_octets`` over TCP."""
        self._ticker = ticker
        self._most_octets = most_octets
        self._no_tcp_seconds = no_tcp_seconds
        self._branches: OrderedDict[str, None] = OrderedDict()
        self._refused: dict[Hop, float] = {}

    def takes(self, request: Request, hop: Hop, octets: int) -> bool:
        """Return whether a request that was made for UDP goes over TCP.

        CANCEL and the ACK of a failure have the branch of their INVITE and go where that went.
        """
        branch = request.top_via.branch or ""
        if branch in self._branches:
            return True
        if octets <= self._most_octets or self._ticker.time() < self._refused.get(hop, 0.0):
            return False
        self._branches[branch] = None
        while len(self._branches) > _MOST_BRANCHES:
            self._branches.popitem(last=False)
        return True

    def refused(self, request: Request, hop: Hop) -> None:
        """Note that ``hop`` takes no TCP: its datagrams may be large for a while."""
        self._branches.pop(request.top_via.branch or "", None)
        self._refused[hop] = self._ticker.time() + self._no_tcp_seconds


def by_tcp(request: Request) -> bytes:
    """Return the octets of a request whose Via says that it goes over TCP."""
    via = replace(request.top_via, transport="TCP")
    return request.with_vias((via, *request.vias[1:])).encode()
