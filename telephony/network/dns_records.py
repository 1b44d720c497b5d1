"""NAPTR, SRV and address records by dnspython, kept as long as they may be; on `desk-loop`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.resolver

from telephony.network.ticker import Ticker

_LOG = logging.getLogger(__name__)
_PATIENCE_SECONDS = 3.0
"""For all tries of one question; then the system's own look-up has its turn."""

_MOST_KEPT = 256
_MOST_TTL_SECONDS = 3600.0
MakeResolver = Callable[[], dns.asyncresolver.Resolver]

NOT_THERE = (
    dns.resolver.NXDOMAIN,
    dns.resolver.NoAnswer,
    dns.resolver.YXDOMAIN,
    dns.resolver.NoNameservers,
    dns.resolver.NoResolverConfiguration,
)


class DnsRecords:
    """Answers by name and type, each until its time to live is over."""

    def __init__(self, *, ticker: Ticker, make_resolver: MakeResolver | None = None) -> None:
        """Ask the name servers of this machine, as they are set at each question."""
        self._ticker = ticker
        self._make = make_resolver or dns.asyncresolver.Resolver
        self._kept: dict[tuple[str, str], tuple[float, list[Any]]] = {}

    async def ask(self, name: str, kind: str) -> list[Any]:
        """Return the records of ``kind``, such as ``SRV``; empty when there are none.

        Silence of the name servers is none too: what it was about may be known to the system.
        """
        key = (name.lower(), kind)
        until, known = self._kept.get(key, (0.0, []))
        if self._ticker.time() < until:
            return known
        try:
            # On some systems finding the name servers reads files or asks services.
            resolver = await asyncio.to_thread(self._make)
            answer = await resolver.resolve(name, kind, search=False, lifetime=_PATIENCE_SECONDS)
        except NOT_THERE:
            return []
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            _LOG.info("%s of %s: %s", kind, name, error)
            return []
        records = list(answer)
        self._keep(key, records, answer.rrset.ttl if answer.rrset is not None else 0)
        return records

    def _keep(self, key: tuple[str, str], records: list[Any], ttl: float) -> None:
        if ttl <= 0:
            return
        while len(self._kept) >= _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        self._kept[key] = (self._ticker.time() + min(ttl, _MOST_TTL_SECONDS), records)
