"""From an agreement to a call that can be protected and sent; runs on the engine's loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.profile import Crypto, Profile
from telephony.webrtc.errors import MediaError
from telephony.webrtc.protection.shield import NoShield, Shield
from telephony.webrtc.protection.srtp import sdes_shield
from telephony.webrtc.transport.transport import Component, MediaTransport

if TYPE_CHECKING:
    from telephony.webrtc.protection.dtls import Certificate, Handshake

_log = logging.getLogger(__name__)

_DTLS = frozenset({Profile.DTLS_SRTP, Profile.DTLS_SRTP_ICE})


@dataclass(frozen=True, slots=True)
class Plan:
    """What an agreement needs. shield: at once, None for what DTLS makes or has made."""

    agreement: Agreement
    shield: Shield | None


@dataclass(frozen=True, slots=True)
class _Association:
    """One DTLS association (RFC 5764 s. 3: without rtcp-mux reports have one of their own)."""

    handshake: Handshake
    task: asyncio.Task[None]


class Connector:
    """The way and the protection of one call.

    ``on_ready`` hears when DTLS has made what protects sound, and ``on_failure`` why there is no
    way or no protection. DTLS goes on over whatever way ICE finds, also when it begins anew (RFC
    8842 s. 6).
    """

    def __init__(
        self,
        *,
        transport: MediaTransport,
        certificate: Certificate | None,
        send: Callable[[bytes, Component], None],
        on_ready: Callable[[], None],
        on_failure: Callable[[str], None],
    ) -> None:
        """Send DTLS by ``send``; certificate: what was announced, None without DTLS."""
        self._shields: dict[Component, Shield] = {}
        self._transport = transport
        self._certificate = certificate
        self._send = send
        self._on_ready = on_ready
        self._on_failure = on_failure
        self._agreement: Agreement | None = None
        self._associations: dict[Component, _Association] = {}
        self._looking: asyncio.Task[None] | None = None
        self._has_way = asyncio.Event()

    @property
    def shield(self) -> Shield | None:
        """Return what protects sound, None while nothing can be sent."""
        return self._shields.get(Component.SOUND)

    def shield_of(self, component: Component) -> Shield | None:
        """Return what protects everything by that kind of socket, None while nothing can pass."""
        return self._shields.get(component)

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
        agreement, former = plan.agreement, self._agreement
        self._agreement = agreement
        if agreement.profile not in _DTLS:
            await self._stop_looking()
            await self._drop_associations()
            assert plan.shield is not None
            self._shields = dict.fromkeys(Component, plan.shield)
            return
        is_same_peer = former is not None and former.fingerprint == agreement.fingerprint
        if not is_same_peer:
            await self._drop_associations()
            self._has_way.clear()
        if former is None or not is_same_peer or not agreement.goes_on_with(former):
            await self._stop_looking()
            self._looking = asyncio.create_task(self._look(agreement), name="way to the peer")
        await self._associate(agreement)

    async def _associate(self, agreement: Agreement) -> None:
        """Begin the associations that are missing, end those that are too many."""
        wanted = (Component.SOUND,) if agreement.has_rtcp_mux else tuple(Component)
        for component in wanted:
            if component not in self._associations:
                self._begin_handshake(component, agreement)
        if agreement.has_rtcp_mux:
            await self._drop_association(Component.CONTROL)
            self._share_shield()

    def _begin_handshake(self, component: Component, agreement: Agreement) -> None:
        from telephony.webrtc.protection.dtls import Handshake

        assert self._certificate is not None
        self._shields.pop(component, None)
        handshake = Handshake(
            self._certificate,
            is_client=agreement.is_dtls_client,
            send=lambda data: self._send(data, component),
        )
        task = asyncio.create_task(
            self._shake_hands(component, handshake, agreement), name=f"DTLS of {component.name}"
        )
        self._associations[component] = _Association(handshake, task)

    async def _look(self, agreement: Agreement) -> None:
        try:
            await self._transport.agree(agreement)
        except MediaError as error:
            self._on_failure(str(error))
        else:
            self._has_way.set()

    async def _shake_hands(
        self, component: Component, handshake: Handshake, agreement: Agreement
    ) -> None:
        assert agreement.fingerprint is not None
        await self._has_way.wait()
        try:
            shield = await handshake.run(agreement.fingerprint)
        except MediaError as error:
            if component is Component.SOUND:
                self._on_failure(str(error))
            else:
                _log.info("reports stay away: %s", error)
            return
        self._shields[component] = shield
        if component is Component.SOUND:
            self._share_shield()
            self._on_ready()

    def _share_shield(self) -> None:
        """Let reports be protected as sound is, where they share its socket (RFC 5764 s. 5.1.2)."""
        shield, agreement = self.shield, self._agreement
        if shield is not None and agreement is not None and agreement.has_rtcp_mux:
            self._shields[Component.CONTROL] = shield

    def take_dtls(self, data: bytes, component: Component) -> None:
        """Take in a datagram of DTLS."""
        association = self._associations.get(component)
        if association is not None:
            association.handshake.take(data)

    async def close(self) -> None:
        """End what goes on, and every protection."""
        await self._stop_looking()
        await self._drop_associations()

    async def _stop_looking(self) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
            await asyncio.wait((looking,))

    async def _drop_associations(self) -> None:
        for component in Component:
            await self._drop_association(component)
        self._shields.clear()

    async def _drop_association(self, component: Component) -> None:
        association = self._associations.pop(component, None)
        if association is not None:
            association.task.cancel()
            await asyncio.wait((association.task,))
            await association.handshake.close()


def _keys_of(agreement: Agreement | None) -> tuple[Crypto | None, Crypto | None] | None:
    if agreement is None or agreement.profile is not Profile.SDES:
        return None
    return agreement.our_key, agreement.their_key
