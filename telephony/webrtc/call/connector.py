"""From an agreement to a call that can be protected and sent; runs on the engine's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import Crypto, Profile
from telephony.webrtc.errors import MediaError
from telephony.webrtc.protection.shield import NoShield, Shield
from telephony.webrtc.protection.srtp import sdes_shield
from telephony.webrtc.transport.transport import MediaTransport

if TYPE_CHECKING:
    from telephony.webrtc.protection.dtls import Certificate, Handshake

_DTLS = frozenset({Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE})


@dataclass(frozen=True, slots=True)
class Plan:
    """What an agreement needs. shield: at once, None for the one that DTLS makes or has made."""

    agreement: Agreement
    shield: Shield | None


class Connector:
    """The way and the protection of one call.

    shield: None while nothing can be sent. ``on_ready`` hears when DTLS has made one, and
    ``on_failure`` why there is none.
    """

    def __init__(
        self,
        *,
        transport: MediaTransport,
        certificate: Certificate | None,
        send: Callable[[bytes], None],
        on_ready: Callable[[], None],
        on_failure: Callable[[str], None],
    ) -> None:
        """Send DTLS by ``send``; certificate: what was announced, None without DTLS."""
        self.shield: Shield | None = None
        self._transport = transport
        self._certificate = certificate
        self._send = send
        self._on_ready = on_ready
        self._on_failure = on_failure
        self._agreement: Agreement | None = None
        self._handshake: Handshake | None = None
        self._task: asyncio.Task[None] | None = None

    def plan(self, agreement: Agreement) -> Plan:
        """Return what is to be done; raises MediaError when it cannot be."""
        if agreement.profile is Profile.RTP:
            return Plan(agreement, NoShield())
        if agreement.profile is Profile.SDES:
            return Plan(agreement, self._sdes(agreement))
        if self._certificate is None or agreement.fingerprint is None:
            raise MediaError("DTLS was agreed on without a certificate on both sides")
        return Plan(agreement, None)

    def _sdes(self, agreement: Agreement) -> Shield:
        """Return the shield of the keys, the present one where they are the same."""
        keys = agreement.our_key, agreement.their_key
        if self.shield is not None and keys == _keys_of(self._agreement):
            return self.shield
        return sdes_shield(*keys)

    async def follow(self, plan: Plan) -> None:
        """Do as planned; what takes longer goes on behind this."""
        former, self._agreement = self._agreement, plan.agreement
        if plan.agreement.profile not in _DTLS:
            await self._drop_handshake()
            self.shield = plan.shield
        elif former is None or former.fingerprint != plan.agreement.fingerprint:
            await self._drop_handshake()
            self._begin_handshake(plan.agreement)
        elif former.ice != plan.agreement.ice:
            await self._agree_again(plan.agreement)

    def _begin_handshake(self, agreement: Agreement) -> None:
        from telephony.webrtc.protection.dtls import Handshake

        assert self._certificate is not None
        self.shield = None
        self._handshake = Handshake(
            self._certificate, is_client=agreement.is_dtls_client, send=self._send
        )
        self._task = asyncio.create_task(self._shake_hands(self._handshake, agreement))

    async def _shake_hands(self, handshake: Handshake, agreement: Agreement) -> None:
        assert agreement.fingerprint is not None
        try:
            await self._transport.agree(agreement)
            self.shield = await handshake.run(agreement.fingerprint)
        except MediaError as error:
            self._on_failure(str(error))
        else:
            self._on_ready()

    async def _agree_again(self, agreement: Agreement) -> None:
        try:
            await self._transport.agree(agreement)
        except MediaError as error:
            self._on_failure(str(error))

    def take_dtls(self, data: bytes) -> None:
        """Take in a datagram of DTLS."""
        if self._handshake is not None:
            self._handshake.take(data)

    async def close(self) -> None:
        """End what goes on, and every protection."""
        await self._drop_handshake()
        self.shield = None

    async def _drop_handshake(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))
        handshake, self._handshake = self._handshake, None
        if handshake is not None:
            await handshake.close()


def _keys_of(agreement: Agreement | None) -> tuple[Crypto | None, Crypto | None] | None:
    if agreement is None or agreement.profile is not Profile.SDES:
        return None
    return agreement.our_key, agreement.their_key
