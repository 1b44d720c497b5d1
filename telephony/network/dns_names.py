"""Where a domain's servers are: NAPTR, SRV, A and AAAA (RFC 3263); runs on the `desk-loop` thread.

A host without SRV records, or one that only this machine knows (hosts file, mDNS), is looked up by
the system. What SRV records point at is asked in DNS first, and of the system when that is silent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from telephony.network.datagram import source_address
from telephony.network.dns_records import DnsRecords
from telephony.network.errors import NetworkError, NetworkErrorKind
from telephony.network.flow import Server
from telephony.network.names import WEB_SOCKETS, SystemNames, addresses_of, is_numeric
from telephony.sip.transaction.hop import Hop
from telephony.sip.values.host import bare

_SERVICES = {"SIPS+D2T": "TLS", "SIP+D2T": "TCP", "SIP+D2U": "UDP"}
"""RFC 3263 s. 4.1. A WebSocket needs a path, which no record tells: RFC 7118 s. 6."""

_PREFIXES = {"TLS": "_sips._tcp.", "TCP": "_sip._tcp.", "UDP": "_sip._udp."}
"""RFC 3263 s. 4.1 and 4.2; the safest first, where the domain has no wish of its own."""

_ONLY_LOCAL = ".local"
"""RFC 6762 s. 3: answered by neighbours, not by name servers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One SRV record (RFC 2782)."""

    host: str
    port: int
    priority: int
    weight: int


class DnsNames:
    """`telephony.network.names.Names` by DNS, with the system behind it."""

    def __init__(self, *, records: DnsRecords, chance: Callable[[], float]) -> None:
        """chance: random numbers from 0.0 up to, and without, 1.0."""
        self._records = records
        self._chance = chance
        self._system = SystemNames()
        self._services: dict[tuple[str, str], str] = {}

    async def servers(self, hop: Hop) -> list[Server]:
        """Return the servers of ``hop``, best first; raises NetworkError."""
        host = bare(hop.address)
        if hop.port or hop.transport in WEB_SOCKETS or not _may_have_records(host):
            return await self._system.servers(hop)
        targets = await self._targets(hop.transport, host)
        if not targets:
            return await self._system.servers(hop)
        found: list[Server] = []
        for target in ordered(targets, self._chance):
            found += [
                Server(
                    transport=hop.transport,
                    address=address,
                    port=target.port,
                    name=host,
                    host=target.host,
                )
                for address in await self._addresses(target.host)
            ]
        if not found:
            detail = f"none of {len(targets)} servers has an address"
            raise NetworkError(NetworkErrorKind.NAME_NOT_FOUND, host, detail)
        return found

    async def transport(self, domain: str) -> str:
        """Return the transport that ``domain`` prefers (RFC 3263 s. 4.1)."""
        host = bare(domain)
        if not _may_have_records(host):
            return await self._system.transport(domain)
        for record in _wishes(await self._records.ask(host, "NAPTR")):
            transport = _SERVICES[record.service.decode("ascii", "replace").upper()]
            self._services[host.lower(), transport] = record.replacement.to_text()
            return transport
        for transport in _PREFIXES:
            if await self._offers(transport, host):
                return transport
        return await self._system.transport(domain)

    async def _offers(self, transport: str, host: str) -> bool:
        try:
            return bool(await self._targets(transport, host))
        except NetworkError:
            return False

    async def _targets(self, transport: str, host: str) -> list[Target]:
        """Return what SRV records say; raises NetworkError where they refuse the service."""
        usual = f"{_PREFIXES[transport]}{host}"
        name = self._services.get((host.lower(), transport), usual)
        records = await self._records.ask(name, "SRV")
        targets = [
            Target(
                host=record.target.to_text(omit_final_dot=True),
                port=record.port,
                priority=record.priority,
                weight=record.weight,
            )
            for record in records
        ]
        if len(targets) == 1 and targets[0].host in ("", "."):
            # RFC 2782: a target of "." says that the service is decidedly not there.
            detail = f"{host} offers no {transport}"
            raise NetworkError(NetworkErrorKind.NAME_NOT_FOUND, host, detail)
        return targets

    async def _addresses(self, host: str) -> list[str]:
        """Return the addresses of a target, [] when it has none: the next one is tried."""
        if is_numeric(host):
            return [host]
        new, old = await asyncio.gather(
            self._records.ask(host, "AAAA"), self._records.ask(host, "A")
        )
        sixes, fours = [r.to_text() for r in new], [r.to_text() for r in old]
        if not sixes and not fours:
            try:
                return await addresses_of(host)
            except NetworkError:
                return []
        return [*sixes, *fours] if sixes and _is_routed(sixes[0]) else [*fours, *sixes]


def ordered(targets: Iterable[Target], chance: Callable[[], float]) -> list[Target]:
    """Return ``targets`` by priority, within one at random by weight (RFC 2782)."""
    left = sorted(targets, key=lambda target: (target.priority, target.weight))
    found: list[Target] = []
    while left:
        same = [target for target in left if target.priority == left[0].priority]
        drawn = chance() * sum(target.weight for target in same)
        chosen, running = same[-1], 0
        for target in same:
            running += target.weight
            if running > drawn:
                chosen = target
                break
        found.append(chosen)
        left.remove(chosen)
    return found


def _wishes(records: Iterable[Any]) -> list[Any]:
    """Return the NAPTR records that lead to SRV of a transport of ours, best first."""
    usable = [
        record
        for record in records
        if record.service.decode("ascii", "replace").upper() in _SERVICES
        and record.flags.lower() == b"s"
    ]
    return sorted(usable, key=lambda record: (record.order, record.preference))


def _may_have_records(host: str) -> bool:
    return "." in host.rstrip(".") and not is_numeric(host) and not host.endswith(_ONLY_LOCAL)


def _is_routed(address: str) -> bool:
    try:
        source_address(address, 5060)
    except NetworkError:
        return False
    return True
