"""Challenges and credentials of HTTP-style authentication; pure, any thread.

Sources: RFC 3261 s. 20.7, 20.27, 20.28 and 20.44; RFC 8760; RFC 7235 s. 4.1 for several
challenges in one field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telephony.sip.errors import SipSyntaxError
from telephony.sip.values.grammar import QUOTED_STRING, TOKEN_CHARACTERS, quote, unquote

_BLANK = r"[ \t]*+"
_SCHEME = re.compile(rf"{_BLANK}([{TOKEN_CHARACTERS}]++)(?=[ \t]|$)")
_PAIR = re.compile(
    rf"{_BLANK}([{TOKEN_CHARACTERS}]++){_BLANK}={_BLANK}({QUOTED_STRING}|[^\s,\"]*+){_BLANK}",
    re.DOTALL,
)
_BARE = frozenset({"algorithm", "stale", "qop", "nc"})
"""RFC 3261 s. 25.1: these are written without quotes in credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthValue:
    """One challenge or one set of credentials.

    scheme: ``Digest`` or another, as written. items: pairs of name and raw value, quotes kept.
    """

    scheme: str
    items: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return the value as it stands in a message."""
        pairs = ", ".join(f"{name}={value}" for name, value in self.items)
        return f"{self.scheme} {pairs}".rstrip(" ")

    def get(self, name: str, default: str = "") -> str:
        """Return a value without its quotes; case of the name does not matter."""
        for written, value in self.items:
            if written.lower() == name:
                return unquote(value)
        return default

    @property
    def is_digest(self) -> bool:
        """Whether the scheme is Digest."""
        return self.scheme.lower() == "digest"


def make_credentials(scheme: str, items: tuple[tuple[str, str], ...]) -> AuthValue:
    """Return credentials with every value quoted that must be."""
    written = tuple((name, text if name in _BARE else quote(text)) for name, text in items)
    return AuthValue(scheme=scheme, items=written)


def parse_auth_values(text: str, field: str) -> tuple[AuthValue, ...]:
    """Read the challenges or credentials of one field value; raises SipSyntaxError.

    A scheme is followed by a blank and then by pairs with commas between them; another scheme
    after a comma begins the next challenge.
    """
    found: list[AuthValue] = []
    position = 0
    while position < len(text):
        scheme = _SCHEME.match(text, position)
        if scheme is None:
            raise SipSyntaxError(field=field, value=text[position:], accepted="Digest name=value")
        items, position = _pairs(text, scheme.end(), field)
        found.append(AuthValue(scheme=scheme.group(1), items=items))
    if not found:
        raise SipSyntaxError(field=field, value=text, accepted="Digest name=value, ...")
    return tuple(found)


def _pairs(text: str, position: int, field: str) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the pairs from ``position`` on, and where the next challenge begins."""
    items: list[tuple[str, str]] = []
    while match := _PAIR.match(text, position):
        items.append((match.group(1), match.group(2)))
        position = match.end()
        if position == len(text):
            return tuple(items), position
        if text[position] != ",":
            raise SipSyntaxError(field=field, value=text[position:], accepted="a comma")
        position += 1
    if not items or not _SCHEME.match(text, position):
        raise SipSyntaxError(field=field, value=text[position:], accepted="name=value")
    return tuple(items), position
