"""How a stream's media is protected and finds its way; pure, any thread.

Sources: RFC 3551 (RTP/AVP), RFC 4568 (SDES), RFC 5763 and 5764 (DTLS-SRTP), RFC 8839 (ICE in SDP),
RFC 4585 and 5124 (the F of feedback), RFC 8643 (keys beside RTP/AVP).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from telephony.sip.sdp.description import Attribute, MediaDescription, SessionDescription

_PLAIN = frozenset({"RTP/AVP", "RTP/AVPF"})
_SECURE = frozenset({"RTP/SAVP", "RTP/SAVPF"})
_DTLS = frozenset({"UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF"})
_CRYPTO = re.compile(
    r"([0-9]{1,9}+) ++([A-Z0-9_]{1,40}+) ++inline:([A-Za-z0-9+/=]{1,256}+)(\S*+).*"
)
_FINGERPRINT = re.compile(r"([A-Za-z0-9\-]{1,20}+) ++([0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){15,63}) *+")


class Profile(StrEnum):
    """What an account may say it wants (its policy is an ordered choice of these)."""

    DTLS_SRTP_ICE = "dtls-srtp with ice"
    DTLS_SRTP = "dtls-srtp"
    SDES = "sdes"
    RTP = "rtp"

    @property
    def protocol(self) -> str:
        """The protocol of an ``m=`` line that offers it."""
        return _PROTOCOLS[self]


_PROTOCOLS = {
    Profile.DTLS_SRTP_ICE: "UDP/TLS/RTP/SAVPF",
    # Without browsers behind it nobody asks for feedback, and Asterisk then takes no other.
    Profile.DTLS_SRTP: "UDP/TLS/RTP/SAVP",
    Profile.SDES: "RTP/SAVP",
    Profile.RTP: "RTP/AVP",
}


class Setup(StrEnum):
    """Who begins the DTLS handshake (RFC 4145 s. 4, RFC 5763 s. 5)."""

    ACTIVE = "active"
    PASSIVE = "passive"
    ACTPASS = "actpass"


@dataclass(frozen=True, slots=True)
class Crypto:
    """One key of SDES (RFC 4568 s. 9.1): tag, suite, base64 of key and salt."""

    tag: int
    suite: str
    key: str

    def attribute(self) -> Attribute:
        """Return the ``a=crypto`` line."""
        return Attribute("crypto", f"{self.tag} {self.suite} inline:{self.key}")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Hash of a DTLS certificate (RFC 8122 s. 5): algorithm in lower case, octets in upper."""

    algorithm: str
    value: str

    def attribute(self) -> Attribute:
        """Return the ``a=fingerprint`` line."""
        return Attribute("fingerprint", f"{self.algorithm} {self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IceDescription:
    """What ICE needs of one side (RFC 8839 s. 5): candidates are the texts of their lines."""

    ufrag: str
    pwd: str
    candidates: tuple[str, ...] = ()
    is_lite: bool = False

    def attributes(self) -> tuple[Attribute, ...]:
        """Return the lines of a stream."""
        return (
            Attribute("ice-ufrag", self.ufrag),
            Attribute("ice-pwd", self.pwd),
            *(Attribute("candidate", candidate) for candidate in self.candidates),
        )

    def is_begun_anew(self, former: IceDescription) -> bool:
        """Return whether these are other credentials (RFC 8839 s. 4.4.1.1.1)."""
        return (self.ufrag, self.pwd) != (former.ufrag, former.pwd)


def without_control(attributes: Iterable[Attribute]) -> tuple[Attribute, ...]:
    """Return the lines of a stream without candidates for reports of their own port.

    RFC 5761 s. 5.1.3: they are of no use once both sides share one.
    """
    return tuple(a for a in attributes if not (a.name == "candidate" and _is_control(a.value)))


def _is_control(candidate: str | None) -> bool:
    """RFC 8839 s. 5.1: the second word is the component, of which RTCP has number 2."""
    return (candidate or "").split()[1:2] == ["2"]


def profiles_of(session: SessionDescription, stream: MediaDescription) -> tuple[Profile, ...]:
    """Return every profile under which a stream can be taken; empty when there is none.

    Keys beside RTP/AVP are an invitation (RFC 8643 s. 3.1), so plain RTP stays possible there;
    beside a secure protocol they are a must.
    """
    protocol = stream.protocol.upper()
    possible: list[Profile] = []
    if protocol in _PLAIN | _SECURE | _DTLS and fingerprint_of(session, stream):
        possible += [Profile.DTLS_SRTP_ICE] if ice_of(session, stream) else []
        possible.append(Profile.DTLS_SRTP)
    if protocol in _PLAIN | _SECURE and cryptos_of(stream):
        possible.append(Profile.SDES)
    if protocol in _PLAIN:
        possible.append(Profile.RTP)
    return tuple(possible)


def cryptos_of(stream: MediaDescription) -> tuple[Crypto, ...]:
    """Return the SDES keys that can be read; one with a session parameter that binds is not taken.

    RFC 4568 s. 6.3: an unknown session parameter makes its line useless.
    """
    found = []
    for value in stream.all("crypto"):
        if (match := _CRYPTO.fullmatch(value)) and "UNENCRYPTED" not in value.upper():
            tag, suite, key, _ = match.groups()
            found.append(Crypto(int(tag), suite, key))
    return tuple(found)


def fingerprint_of(session: SessionDescription, stream: MediaDescription) -> Fingerprint | None:
    """Return the certificate's hash, of the stream or of the session; None when there is none."""
    match = _FINGERPRINT.fullmatch(session.get(stream, "fingerprint") or "")
    return Fingerprint(match.group(1).lower(), match.group(2).upper()) if match else None


def setup_of(session: SessionDescription, stream: MediaDescription) -> Setup:
    """Return who begins the handshake; actpass when it is not said or odd (RFC 5763 s. 5)."""
    said = (session.get(stream, "setup") or "").strip().lower()
    return Setup(said) if said in list(Setup) else Setup.ACTPASS


def ice_of(session: SessionDescription, stream: MediaDescription) -> IceDescription | None:
    """Return what ICE needs, None unless both credentials are there (RFC 8839 s. 5.4)."""
    ufrag, pwd = session.get(stream, "ice-ufrag"), session.get(stream, "ice-pwd")
    if not ufrag or not pwd:
        return None
    is_lite = any(attribute.name == "ice-lite" for attribute in session.attributes)
    return IceDescription(
        ufrag=ufrag.strip(), pwd=pwd.strip(), candidates=stream.all("candidate"), is_lite=is_lite
    )
