"""A probe of lines that is made when it is first asked; runs on the `desk-loop` thread.

A desk of simulated calls reads nothing of SIP until somebody wants to try an account.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from agent_desk.domain.line_check import Finding
from agent_desk.domain.sip_account import SipAccount

if TYPE_CHECKING:
    from agent_desk.ports.line_probe import LineProbe


class LateProbe:
    """`ports.line_probe.LineProbe` that passes everything on."""

    def __init__(self) -> None:
        """Make nothing yet."""
        self._made: LineProbe | None = None

    async def read_authority(self, account: SipAccount) -> Finding:
        """Say whether the certificate file can be used."""
        return await (await self._probe()).read_authority(account)

    async def find(self, account: SipAccount) -> Finding:
        """Look the exchange up."""
        return await (await self._probe()).find(account)

    async def connect(self, account: SipAccount) -> Finding:
        """Reach the exchange."""
        return await (await self._probe()).connect(account)

    async def register(self, account: SipAccount, password: str) -> Finding:
        """Register and take it back at once."""
        return await (await self._probe()).register(account, password)

    async def try_media(self, account: SipAccount, turn_password: str) -> Finding:
        """Ask the account's STUN or TURN server for the way back."""
        return await (await self._probe()).try_media(account, turn_password)

    async def hear_echo(self, account: SipAccount, password: str, turn_password: str) -> Finding:
        """Call the account's echo number and listen."""
        return await (await self._probe()).hear_echo(account, password, turn_password)

    async def _probe(self) -> LineProbe:
        if self._made is None:
            # Reading the libraries takes a good part of a second: not on the loop.
            self._made = await asyncio.to_thread(_make)
        return self._made


def _make() -> LineProbe:
    from agent_desk.bootstrap.telephone import own_network
    from telephony.phone.line_probe import SipLineProbe

    return SipLineProbe(make_network=own_network)
