"""Tries an account at its exchange, one question at a time."""

from __future__ import annotations

from typing import Protocol

from agent_desk.domain.line_check import Finding
from agent_desk.domain.sip_account import SipAccount


class LineProbe(Protocol):
    """Asks with sockets of its own, beside a line that is in use; runs on the `desk-loop` thread.

    What is wrong is a Finding and never an error. Each method ends by itself within some seconds
    and can be cancelled; then, and at its end, nothing stays open and nothing stays registered.
    """

    async def read_authority(self, account: SipAccount) -> Finding:
        """Say whether the certificate file can be used; nothing to say without one."""
        ...

    async def find(self, account: SipAccount) -> Finding:
        """Look the exchange up; detail names the servers found, best first."""
        ...

    async def connect(self, account: SipAccount) -> Finding:
        """Reach the exchange; over TLS and WSS check its certificate as the account wants it.

        Over UDP, which has no connection, an OPTIONS has to be answered by anything.
        """
        ...

    async def register(self, account: SipAccount, password: str) -> Finding:
        """Register and take it back at once; detail has the exchange's own words."""
        ...

    async def try_media(self, account: SipAccount, turn_password: str) -> Finding:
        """Ask the account's STUN or TURN server for the way back; skipped when it has none."""
        ...

    async def hear_echo(self, account: SipAccount, password: str, turn_password: str) -> Finding:
        """Call the account's echo number and listen; skipped when it has none."""
        ...
