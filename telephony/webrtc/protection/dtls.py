"""Keys for SRTP from a DTLS handshake (RFC 5764), by aiortc; runs on the engine's loop.

Of aiortc's transport only the handshake is used. It reads no packet of sound: those are laid open
with the sessions that it has made. Importing this module takes half a second, so it is imported
where it is needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiortc.rtcdtlstransport import (
    X509_DIGEST_ALGORITHMS,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from OpenSSL import SSL

from telephony.sip.sdp.profile import Fingerprint
from telephony.webrtc.errors import MediaError
from telephony.webrtc.protection.srtp import SrtpShield

HANDSHAKE_SECONDS = 20.0
"""Five repetitions of a lost flight (RFC 6347 s. 4.2.4.1: 1, 2, 4 and 8 s)."""

_ALGORITHM = "sha-256"
_MOST_WAITING = 64
_CIPHERS = ":".join(
    f"ECDHE-{kind}-{rest}"
    for kind in ("ECDSA", "RSA")
    for rest in ("AES128-GCM-SHA256", "CHACHA20-POLY1305", "AES128-SHA", "AES256-SHA")
)
"""Those of aiortc, and the same for peers whose certificates are of RSA, as Asterisk's may be."""


class Certificate(RTCCertificate):
    """A certificate of one call, which nobody signed: its hash is in the description."""

    @property
    def fingerprint(self) -> Fingerprint:
        """Return what a description says of it."""
        found = {each.algorithm: each.value for each in self.getFingerprints()}
        return Fingerprint(_ALGORITHM, found[_ALGORITHM])

    def _create_ssl_context(self, srtp_profiles: list[SRTPProtectionProfile]) -> SSL.Context:
        context = super()._create_ssl_context(srtp_profiles)
        context.set_cipher_list(_CIPHERS.encode())
        return context


class Handshake:
    """One DTLS association over the datagrams of a call."""

    def __init__(
        self, certificate: Certificate, *, is_client: bool, send: Callable[[bytes], None]
    ) -> None:
        """Begin as client, or wait for the peer's; ``send`` sends a datagram."""
        self._datagrams = _Datagrams(send)
        # aiortc types this as its ICE transport, of which it uses three members.
        self._dtls = RTCDtlsTransport(self._datagrams, [certificate])  # type: ignore[arg-type]
        self._dtls._set_role("client" if is_client else "server")

    def take(self, data: bytes) -> None:
        """Take in a DTLS datagram; a flood of them is dropped."""
        self._datagrams.put(data)

    async def run(self, fingerprint: Fingerprint) -> SrtpShield:
        """Return the shield; raises MediaError, saying why there is none."""
        if fingerprint.algorithm not in X509_DIGEST_ALGORITHMS:
            raise MediaError(f"certificates by {fingerprint.algorithm} cannot be checked here")
        expected = RTCDtlsFingerprint(algorithm=fingerprint.algorithm, value=fingerprint.value)
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await self._dtls.start(RTCDtlsParameters(fingerprints=[expected]))
        except TimeoutError:
            raise MediaError("the peer does not answer DTLS") from None
        if self._dtls.state != "connected":
            raise MediaError(self._why())
        return SrtpShield(ours=self._dtls._tx_srtp, theirs=self._dtls._rx_srtp)

    def _why(self) -> str:
        if self._dtls.encrypted:
            return "the peer's certificate is not the one that it has announced"
        return "the DTLS handshake has failed"

    async def close(self) -> None:
        """Tell the peer that the association ends."""
        await self._dtls.stop()
        self._datagrams.close()
        self._dtls.remove_all_listeners()


class _Datagrams:
    """What aiortc's DTLS needs of a transport: it pulls datagrams, and pushes them."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send_datagram = send
        self._waiting: asyncio.Queue[bytes | None] = asyncio.Queue()

    def put(self, data: bytes) -> None:
        if self._waiting.qsize() < _MOST_WAITING:
            self._waiting.put_nowait(data)

    def close(self) -> None:
        self._waiting.put_nowait(None)

    async def _recv(self) -> bytes:
        data = await self._waiting.get()
        if data is None:
            raise ConnectionError("the call is over")
        return data

    async def _send(self, data: bytes) -> None:
        self._send_datagram(data)
