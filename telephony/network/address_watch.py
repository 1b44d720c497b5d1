"""Notices that this machine has other addresses now; runs on the `desk-loop` thread.

Asks the routing table for our address on every way that is in use, which costs microseconds and
works on every system. While no way leads there nothing is told: what comes back the same was not
lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from telephony.network.datagram import source_address
from telephony.network.errors import NetworkError
from telephony.network.flow import Flow
from telephony.network.ticker import Alarm, Ticker

SourceAddress = Callable[[str, int], str]


class AddressWatch:
    """Compares every few seconds."""

    def __init__(
        self,
        *,
        ticker: Ticker,
        seconds: float,
        flows: Callable[[], Iterable[Flow]],
        changed: Callable[[tuple[str, ...], list[Flow]], None],
        source: SourceAddress = source_address,
    ) -> None:
        """Tell ``changed`` the new addresses, and the flows that have another one."""
        self._ticker = ticker
        self._seconds = seconds
        self._flows = flows
        self._changed = changed
        self._source = source
        self._alarm: Alarm | None = None

    def start(self) -> None:
        """Look from now on."""
        self._alarm = self._ticker.call_at(self._ticker.time() + self._seconds, self._look)

    def stop(self) -> None:
        """Look no more."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _look(self) -> None:
        self.start()
        stale: list[Flow] = []
        addresses: dict[str, None] = {}
        for flow in self._flows():
            now = self._address(flow)
            if now is not None and now != flow.local[0]:
                stale.append(flow)
                addresses[now] = None
        if stale:
            self._changed(tuple(addresses), stale)

    def _address(self, flow: Flow) -> str | None:
        try:
            return self._source(flow.far, flow.hop.port)
        except NetworkError:
            return None
