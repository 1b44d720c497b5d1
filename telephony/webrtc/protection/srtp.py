"""SRTP by libsrtp, with keys of SDES (RFC 4568) or of a DTLS handshake; the engine's loop.

libsrtp refuses what was seen before or is too old (RFC 3711 s. 3.3.2), and what has another key.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import TYPE_CHECKING

from telephony.sip.sdp.profile import Crypto
from telephony.webrtc.errors import MediaError
from telephony.webrtc.protection.shield import ShieldError

if TYPE_CHECKING:
    from pylibsrtp import Session

SUITES = ("AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32")
"""RFC 4568 s. 6.2.1 and 6.2.2."""

_KEY_OCTETS = 30
_WINDOW = 1024
"""Packets that may overtake each other; libsrtp's own 128 are 2.5 s of sound."""


class SrtpShield:
    """Two sessions of libsrtp, one for each direction."""

    is_authentic = True

    def __init__(self, *, ours: Session, theirs: Session) -> None:
        """Close by ``ours``, open by ``theirs``."""
        from pylibsrtp import Error

        self._ours = ours
        self._theirs = theirs
        # What pylibsrtp raises: for a wrong packet, and for one that is too long.
        self._errors = (Error, ValueError)

    def close_sound(self, packet: bytes) -> bytes:
        """Return the SRTP packet."""
        return self._ours.protect(packet)

    def close_control(self, packet: bytes) -> bytes:
        """Return the SRTCP compound."""
        return self._ours.protect_rtcp(packet)

    def open_sound(self, datagram: bytes) -> bytes:
        """Return the RTP packet; raises ShieldError."""
        return self._opened(self._theirs.unprotect, datagram)

    def open_control(self, datagram: bytes) -> bytes:
        """Return the RTCP compound; raises ShieldError."""
        return self._opened(self._theirs.unprotect_rtcp, datagram)

    def _opened(self, unprotect: Callable[[bytes], bytes], datagram: bytes) -> bytes:
        try:
            return unprotect(datagram)
        except self._errors as error:
            raise ShieldError(str(error)) from error


def sdes_shield(ours: Crypto | None, theirs: Crypto | None) -> SrtpShield:
    """Return the shield of two keys of SDES; raises MediaError for keys that are none."""
    if ours is None or theirs is None:
        raise MediaError("SDES was agreed on without the keys of both sides")
    return SrtpShield(ours=_session(ours, is_ours=True), theirs=_session(theirs, is_ours=False))


def _session(crypto: Crypto, *, is_ours: bool) -> Session:
    from pylibsrtp import Policy, Session

    profiles = {
        SUITES[0]: Policy.SRTP_PROFILE_AES128_CM_SHA1_80,
        SUITES[1]: Policy.SRTP_PROFILE_AES128_CM_SHA1_32,
    }
    if crypto.suite not in profiles:
        raise MediaError(f"the suite {crypto.suite} is not known here")
    policy = Policy(
        key=_key(crypto),
        ssrc_type=Policy.SSRC_ANY_OUTBOUND if is_ours else Policy.SSRC_ANY_INBOUND,
        srtp_profile=profiles[crypto.suite],
    )
    policy.window_size = _WINDOW
    return Session(policy)


def _key(crypto: Crypto) -> bytes:
    try:
        key = base64.b64decode(crypto.key, validate=True)
    except binascii.Error as error:
        raise MediaError("a key of SDES is not in base64") from error
    if len(key) != _KEY_OCTETS:
        raise MediaError(f"a key of SDES has {len(key)} octets, not {_KEY_OCTETS}")
    return key
