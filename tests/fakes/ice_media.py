"""Media with candidates and a certificate that nobody looks at."""

from __future__ import annotations

from dataclasses import replace

from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Fingerprint, IceDescription


def with_ice(local: LocalMedia) -> LocalMedia:
    """Return ``local`` with ICE and DTLS; the credentials follow from its port."""
    candidates = (
        f"1 1 udp 2 {local.address} {local.port} typ host",
        f"1 2 udp 1 {local.address} {local.port + 1} typ host",
    )
    ice = IceDescription(ufrag=f"name{local.port}", pwd=f"{local.port:022}", candidates=candidates)
    return replace(local, ice=ice, fingerprint=Fingerprint("sha-256", ":".join(["AB"] * 32)))
