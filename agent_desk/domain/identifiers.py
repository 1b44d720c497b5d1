"""Names of things: typed ids, UUIDv7 keys and telephone numbers; pure, any thread.

The only domain module that may import ``phonenumbers``; it does so on first use, because the
library costs start-up time that the first window does not need.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NewType
from uuid import UUID

from agent_desk.domain.errors import InvalidDigitsError, InvalidNumberError

CallId = NewType("CallId", str)
DeviceId = NewType("DeviceId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
CustomerId = NewType("CustomerId", str)
CompanyId = NewType("CompanyId", str)
ContactPointId = NewType("ContactPointId", str)
ProductId = NewType("ProductId", str)
NoteId = NewType("NoteId", str)
InteractionId = NewType("InteractionId", str)
TicketId = NewType("TicketId", str)
WorkOrderId = NewType("WorkOrderId", str)
DepartmentId = NewType("DepartmentId", str)
CategoryId = NewType("CategoryId", str)
EventId = NewType("EventId", str)

MAX_DIAL_LENGTH = 64
"""Longest text accepted in a dial box, in characters; E.164 has 15 digits (ITU-T E.164 s. 6)."""

MAX_DIGITS = 32
"""Longest digit string of one generate_digits request, in characters."""

SUFFIX_LENGTH = 9
"""Digits kept as the key for numbers that carriers mangle, counted from the end."""

_DTMF = frozenset("0123456789*#ABCD")
_SEPARATORS = re.compile(r"[\s().\-/\u00a0\u2010-\u2015]+")
_ANONYMOUS = frozenset({"", "anonymous", "unknown", "unavailable", "private", "restricted"})
_ACCEPTED_NUMBER = (
    "3 to 15 digits, also with +, spaces, brackets, dots, dashes or slashes, "
    "such as +86 138 0013 8000 or 010-6552 9988"
)


def new_uuid7(now: datetime) -> str:
    """Return a new UUIDv7 (RFC 9562 s. 5.7) whose first 48 bits are ``now`` in milliseconds."""
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number that a customer can have.

    e164: canonical form, ``+`` and up to 15 digits.
    suffix: its last nine digits, the key for numbers that carriers mangle.
    international: readable form with spaces, for screens.
    region: ISO 3166-1 code of the country, or ``""`` when it has none.
    """

    e164: str
    suffix: str
    international: str
    region: str


@dataclass(frozen=True, slots=True)
class CallerId:
    """What the network signalled about a caller.

    raw: as signalled. number: parsed, None when it is no full number. suffix: its last digits,
    ``""`` when anonymous. anonymous: the caller withheld the number.
    """

    raw: str
    number: PhoneNumber | None
    suffix: str
    anonymous: bool

    @property
    def display(self) -> str:
        """The form for screens: readable when parsed, else as signalled."""
        return self.number.international if self.number else self.raw


def digits_of(text: str) -> str:
    """Return only the decimal digits of ``text``, full-width ones as ASCII."""
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdecimal())


def number_suffix(text: str) -> str:
    """Return the last nine digits of ``text``; fewer when it has fewer."""
    return digits_of(text)[-SUFFIX_LENGTH:]


def parse_number(text: str, *, region: str, field: str = "number") -> PhoneNumber:
    """Return the number written in ``text``, read in the desk's ``region`` (ISO 3166-1).

    Accepts any way of writing it, also ``tel:`` links, full-width digits, "00" for "+" and
    "(0)" after a country code. Raises InvalidNumberError otherwise.
    """
    found = _parse_number(_cleaned(text), region)
    if found is None:
        raise InvalidNumberError(field=field, value=_shortened(text), accepted=_ACCEPTED_NUMBER)
    return found


def parse_caller_id(raw: str | None, *, region: str) -> CallerId:
    """Return what the network signalled as ``raw``; never raises, whatever came."""
    text = (raw or "").strip()
    if text.lower() in _ANONYMOUS:
        return CallerId(raw=text, number=None, suffix="", anonymous=True)
    number = _parse_number(_cleaned(text), region)
    suffix = number.suffix if number else number_suffix(text)
    return CallerId(raw=text, number=number, suffix=suffix, anonymous=False)


def parse_dial_string(text: str, *, region: str, field: str = "number") -> str:
    """Return what the switch shall dial for ``text``: E.164, or an extension of 2 to 6 digits.

    Raises InvalidNumberError, which names the first character that does not belong there.
    """
    cleaned = _cleaned(text)
    if re.fullmatch(r"\*?[0-9]{2,6}", cleaned) and not cleaned.startswith("00"):
        return cleaned
    _refuse_strange_characters(text, cleaned, field)
    return parse_number(text, region=region, field=field).e164


def parse_digits(text: str, *, field: str = "digits") -> str:
    """Return DTMF digits (RFC 4733: 0-9, *, #, A-D) of ``text``; raises InvalidDigitsError."""
    digits = _SEPARATORS.sub("", _ascii_digits(text)).upper()
    if not digits or len(digits) > MAX_DIGITS or set(digits) - _DTMF:
        accepted = f"0-9, *, # and A-D, 1 to {MAX_DIGITS} of them"
        raise InvalidDigitsError(field=field, value=_shortened(text), accepted=accepted)
    return digits


def _ascii_digits(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _cleaned(text: str) -> str:
    """Return ``text`` without a scheme, separators and the "(0)" that no one dials."""
    plain = _ascii_digits(text).strip()
    for scheme in ("tel:", "sip:", "callto:"):
        if plain.lower().startswith(scheme):
            plain = re.split(r"[@;?]", plain[len(scheme) :])[0]
    if plain.startswith(("+", "00")):
        plain = plain.replace("(0)", "")
    return _SEPARATORS.sub("", plain)


def _refuse_strange_characters(text: str, cleaned: str, field: str) -> None:
    strange = next((c for c in cleaned if c not in "+0123456789"), None)
    if strange is None and len(cleaned) <= MAX_DIAL_LENGTH:
        return
    accepted = _ACCEPTED_NUMBER
    if strange is not None:
        accepted = f"{_ACCEPTED_NUMBER} ({strange!r} does not belong there)"
    raise InvalidNumberError(field=field, value=_shortened(text), accepted=accepted)


def _shortened(text: str) -> str:
    return text if len(text) <= MAX_DIAL_LENGTH else f"{text[:MAX_DIAL_LENGTH]}… ({len(text)})"


@lru_cache(maxsize=4096)
def _parse_number(cleaned: str, region: str) -> PhoneNumber | None:
    if not re.fullmatch(r"\+?[0-9]{3,20}", cleaned):
        return None
    import phonenumbers

    if cleaned.startswith("00"):
        cleaned = "+" + cleaned[2:]
    try:
        parsed = phonenumbers.parse(cleaned, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return PhoneNumber(
        e164=e164,
        suffix=number_suffix(e164),
        international=phonenumbers.format_number(
            parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL
        ),
        region=phonenumbers.region_code_for_number(parsed) or "",
    )


def known_regions() -> frozenset[str]:
    """Return the ISO 3166-1 codes that a desk's region may have."""
    import phonenumbers

    return frozenset(phonenumbers.SUPPORTED_REGIONS)
