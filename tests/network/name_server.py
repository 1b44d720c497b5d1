"""A name server of the tests' own on loopback; it answers what it was given, and nothing else."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import dns.asyncresolver
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.network.peers import HOST


class NameServer(asyncio.DatagramProtocol):
    """``records``: (name, type) to (TTL, values); ``asked`` counts each question."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], tuple[int, list[str]]] = {}
        self.asked: Counter[tuple[str, str]] = Counter()
        self._transport: asyncio.DatagramTransport | None = None
        self._port = 0

    async def start(self) -> NameServer:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(HOST, 0))
        self._port = self._transport.get_extra_info("sockname")[1]
        return self

    def add(self, name: str, kind: str, *values: str, ttl: int = 300) -> None:
        self.records[name + ".", kind] = (ttl, list(values))

    def resolver(self) -> dns.asyncresolver.Resolver:
        """Return a resolver that asks this server alone."""
        made = dns.asyncresolver.Resolver(configure=False)
        made.nameservers, made.port = [HOST], self._port
        return made

    def datagram_received(self, data: bytes, addr: Any) -> None:
        query = dns.message.from_wire(data)
        (question,) = query.question
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked[name.rstrip("."), kind] += 1
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        found = self.records.get((name, kind))
        if found is not None:
            ttl, values = found
            answer.answer.append(dns.rrset.from_text(question.name, ttl, "IN", kind, *values))
        elif not any(known == name for known, _ in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        assert self._transport is not None
        self._transport.sendto(answer.to_wire(), addr)

    def stop(self) -> None:
        if self._transport is not None:
            self._transport.close()
