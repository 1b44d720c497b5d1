"""The digest: what proves a password without telling it; pure, any thread.

Sources: RFC 7616 s. 3.4, RFC 8760 s. 2, RFC 3261 s. 22.4; RFC 2069 for servers without qop.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Hash = Callable[[bytes], str]


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _sha512_256(data: bytes) -> str:
    return hashlib.new("sha512_256", data).hexdigest()


_HASHES: Mapping[str, Hash] = MappingProxyType(
    {"MD5": _md5, "SHA-256": _sha256, "SHA-512-256": _sha512_256}
)
_SESSION = "-SESS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """user: as the server knows it. password: never shown. realm: ``""`` for any."""

    user: str
    password: str = field(repr=False)
    realm: str = ""

    def fits(self, realm: str) -> bool:
        """Return whether these are for ``realm``."""
        return not self.realm or self.realm == realm


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestInput:
    """What a digest is made of (RFC 7616 s. 3.4).

    algorithm: as the challenge has it, ``""`` for MD5. qop: ``auth`` or ``""``. count: how often
    the nonce was used, this time included. uri: the Request-URI as sent.
    """

    method: str
    uri: str
    realm: str
    nonce: str
    algorithm: str = ""
    qop: str = ""
    cnonce: str = ""
    count: int = 1

    @property
    def count_text(self) -> str:
        """``nc`` as it is hashed and sent: eight hexadecimal digits."""
        return f"{self.count:08x}"


def is_known_algorithm(algorithm: str) -> bool:
    """Return whether this side can compute ``algorithm``; case does not matter."""
    name = _plain(algorithm)
    return name in _HASHES and (
        name != "SHA-512-256" or "sha512_256" in hashlib.algorithms_available
    )


def digest_response(credentials: Credentials, said: DigestInput) -> str:
    """Return the ``response`` parameter (RFC 7616 s. 3.4.1); the algorithm is a known one."""
    make = _HASHES[_plain(said.algorithm)]

    def hashed(*parts: str) -> str:
        return make(":".join(parts).encode("utf-8", "surrogateescape"))

    secret = hashed(credentials.user, said.realm, credentials.password)
    if said.algorithm.upper().endswith(_SESSION):
        secret = hashed(secret, said.nonce, said.cnonce)
    request = hashed(said.method, said.uri)
    if not said.qop:
        return hashed(secret, said.nonce, request)
    return hashed(secret, said.nonce, said.count_text, said.cnonce, said.qop, request)


def _plain(algorithm: str) -> str:
    return (algorithm or "MD5").upper().removesuffix(_SESSION)
