"""A SIP telephone at an exchange with subscribers, all on one event loop and in memory."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sip_account import MediaProfile, SipAccount, SipTransport
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.network import SipNetwork
from telephony.network.settings import NetworkSettings
from telephony.phone.assembly import PhonePlan, build_phone
from telephony.phone.recording_folder import RecordingFolder
from telephony.sip.message.headers import Field
from telephony.sip.transaction.hop import Hop
from tests.fakes.exchange import DOMAIN, Exchange, Subscriber
from tests.fakes.memory_network import MemoryNetwork, MemoryWire
from tests.fakes.scripted_engine import ScriptedEngine
from tests.fakes.udp_wire import UdpWire

ACCOUNT = SipAccount(
    user="201",
    domain=DOMAIN,
    transport=SipTransport.UDP,
    profiles=(MediaProfile.RTP,),
    queues={"support": "Support", "sales": "Sales"},
    directory={"2001": "Chen Jie", "2002": "Anna Müller"},
    rings_signed_off=True,
)
ADDRESS = "10.0.0.100"
SETTLE_SECONDS = 0.02
"""Loopback carries a datagram in microseconds; a machine that is busy needs this."""


class House:
    """A telephone, its exchange and its media engine; started and stopped as a context."""

    def __init__(
        self,
        *,
        exchange: Exchange,
        network: SipNetwork,
        account: SipAccount,
        folder: Path,
        wrap_up_seconds: float = 0.0,
    ) -> None:
        """Keep recordings in ``folder``."""
        self.exchange = exchange
        self.engine = ScriptedEngine(ADDRESS)
        self.account = account
        self.phone = build_phone(
            PhonePlan(
                account=account,
                region="CN",
                recordings=RecordingFolder(path=folder),
                wrap_up_seconds=wrap_up_seconds,
            ),
            network=network,
            engine=self.engine,
            now=lambda: datetime.now(UTC),
        )
        self.switch = self.phone.switch

    async def __aenter__(self) -> Self:
        await self.switch.start()
        await self.settle()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.switch.stop()
        self.exchange.stop()

    async def settle(self) -> None:
        """Let everything under way arrive."""
        await self.exchange.settle()

    async def answered(self) -> None:
        """Let a subscriber who answers pick up."""
        await self.exchange.answered()

    async def incoming_call(self, number: str, *headers: Field) -> CallId:
        """Let ``number`` call the desk; return the id of what then rings."""
        caller = self.exchange.subscribers.get(number) or self.exchange.add(number)
        call_id = caller.call(self.exchange.uri(self.account.user), headers=headers)
        await self.settle()
        return CallId(call_id)

    async def talk_to(self, number: str) -> tuple[CallId, Subscriber]:
        """Call a subscriber who answers; return the call and who that is."""
        subscriber = self.exchange.subscribers.get(number) or self.exchange.add(number)
        call_id = await self.switch.make_call(number)
        await self.answered()
        return call_id, subscriber


class SipHouse(House):
    """All on a network in memory; ``account`` changes fields of ACCOUNT."""

    def __init__(self, folder: Path, *, wrap_up_seconds: float = 0.0, **account: Any) -> None:
        """Keep recordings in ``folder``."""
        self.wire = MemoryWire()
        self.network = MemoryNetwork(self.wire, ADDRESS)
        super().__init__(
            exchange=Exchange(self.wire),
            network=self.network,
            account=replace(ACCOUNT, **account),
            folder=folder,
            wrap_up_seconds=wrap_up_seconds,
        )


class UdpHouse(House):
    """The same on real sockets of this machine."""

    def __init__(self, folder: Path, **account: Any) -> None:
        """Keep recordings in ``folder``."""
        self.wire = UdpWire()
        hop = Hop(transport="UDP", address="127.1.0.1", port=self.wire.port)
        server = f"{hop.address}:{hop.port}"
        super().__init__(
            exchange=Exchange(self.wire, hop=hop, house="127.1.1"),
            network=AsyncioNetwork(settings=NetworkSettings(listen_address="127.0.0.1")),
            account=replace(ACCOUNT, server=server, **account),
            folder=folder,
        )

    async def settle(self) -> None:
        """Let everything under way arrive: a moment of real time."""
        await super().settle()
        await asyncio.sleep(SETTLE_SECONDS)
        await super().settle()

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        self.wire.close()
