"""Who calls: which of the identities in a request is believed; pure, any thread.

Sources: RFC 3325 (P-Asserted-Identity), RFC 3323 and 3325 s. 9.3 (Privacy), Remote-Party-ID
(draft-ietf-sip-privacy-04), RFC 3261 s. 20.20 (From).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from telephony.sip.errors import SipSyntaxError
from telephony.sip.message.message import Message
from telephony.sip.values.address import Address, parse_addresses
from telephony.sip.values.uri import SipUri, TelUri, Uri

_ANONYMOUS_USERS = frozenset({"anonymous", "unavailable", "restricted", "unknown"})
_ANONYMOUS_HOST = "anonymous.invalid"
_WITHHELD = frozenset({"id", "user", "header", "full"})


class IdentityTrust(StrEnum):
    """Whose word counts: From can be written by anybody, the others only by a trusted network."""

    ASSERTED = "asserted"
    REMOTE_PARTY = "remote party"
    FROM = "from"


_FIELDS = {
    IdentityTrust.ASSERTED: ("P-Asserted-Identity", "Remote-Party-ID"),
    IdentityTrust.REMOTE_PARTY: ("Remote-Party-ID",),
    IdentityTrust.FROM: (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """number: as signalled, ``""`` when withheld. name: for people, ``""`` when none came."""

    number: str = ""
    name: str = ""


WITHHELD = Identity()


def caller_of(message: Message, trust: IdentityTrust) -> Identity:
    """Return the caller, withheld when the network or the caller asks for privacy."""
    if trust is not IdentityTrust.FROM and _asks_for_privacy(message):
        return WITHHELD
    for name in _FIELDS[trust]:
        for address in _readable(message, name):
            if _is_withheld(address):
                return WITHHELD
            if number_of(address.uri):
                return _identity(address, _readable(message, name))
    return _identity(message.from_address, ())


def number_of(uri: Uri) -> str:
    """Return what would be dialled to reach ``uri``; ``""`` for an anonymous one.

    The user part without its own parameters (RFC 3261 s. 19.1.6), the host where there is no user.
    """
    if isinstance(uri, TelUri):
        return uri.digits
    if not isinstance(uri, SipUri):
        return ""
    user = uri.user_text.split(";")[0].strip()
    if user.lower() in _ANONYMOUS_USERS or uri.host.lower() == _ANONYMOUS_HOST:
        return ""
    return user


def _identity(address: Address, others: tuple[Address, ...]) -> Identity:
    """Return number and name; a second P-Asserted-Identity may have the name (RFC 3325 s. 9.1)."""
    number = number_of(address.uri)
    if not number:
        return WITHHELD
    names = (address.display_name, *(other.display_name for other in others))
    return Identity(number=number, name=next((name for name in names if name.strip()), "").strip())


def _asks_for_privacy(message: Message) -> bool:
    words = (message.headers.get("Privacy") or "").lower().replace(",", ";").split(";")
    return any(word.strip() in _WITHHELD for word in words)


def _is_withheld(address: Address) -> bool:
    said = (address.parameters.get("privacy") or "").lower().split("-")[0]
    return said in ("full", "uri", "name")


def _readable(message: Message, name: str) -> tuple[Address, ...]:
    """Return the addresses of a field; one that cannot be read counts as absent.

    Remote-Party-ID may name the called party too (``party=called``): that one is passed over.
    """
    try:
        found = parse_addresses(message.headers.all(name), name)
    except SipSyntaxError:
        return ()
    return tuple(a for a in found if (a.parameters.get("party") or "calling") == "calling")
