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
from typing import TYPE_CHECKING, NewType

from agent_desk.domain.errors import InvalidDigitsError, InvalidNumberError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber as PhoneNumberParts

CallId = NewType("CallId", str)
DeviceId = NewType("DeviceId", str)
AgentId = NewType("AgentId", str)
QueueId = NewType("QueueId", str)
CustomerId = NewType("CustomerId", str)
CompanyId = NewType("CompanyId", str)
ContactPointId = NewType("ContactPointId", str)
ProductId = NewType("ProductId", str)
ContractId = NewType("ContractId", str)
NoteId = NewType("NoteId", str)
InteractionId = NewType("InteractionId", str)
TicketId = NewType("TicketId", str)
WorkOrderId = NewType("WorkOrderId", str)
DepartmentId = NewType("DepartmentId", str)
CategoryId = NewType("CategoryId", str)
EventId = NewType("EventId", str)
CommandId = NewType("CommandId", str)
DeskId = NewType("DeskId", str)
WorkItemId = NewType("WorkItemId", str)
AttachmentId = NewType("AttachmentId", str)
ClaimId = NewType("ClaimId", str)
MessageId = NewType("MessageId", str)
ArticleId = NewType("ArticleId", str)

MAX_DIAL_LENGTH = 64
"""Longest text accepted in a dial box, in characters; E.164 has 15 digits (ITU-T E.164 s. 6)."""

MAX_DIGITS = 32
"""Longest digit string of one generate_digits request, in characters."""

MAX_E164_DIGITS = 15
"""Most digits of an international number, country code included (ITU-T E.164 s. 6)."""

SUFFIX_LENGTH = 9
"""Digits kept as the key for numbers that carriers mangle, counted from the end."""

SECURE_PREFIX = "sips:"
"""Before a number or extension that is to be called over protected hops alone."""

_DTMF = frozenset("0123456789*#ABCD")
_SEPARATORS = re.compile(r"[\s().\-/\u00a0\u2010-\u2015\u2212]+")
_WRITTEN_NUMBER = re.compile(r"\+?[0-9]{3,20}")
_EXTENSION = re.compile(r"(?!00)\*?[0-9]{2,6}|000")
"""000 is the emergency number of Australia; otherwise 00 begins an international number."""

_NAME_AND_ADDRESS = re.compile(r"[^<>]*<([^<>]*)>[^<>]*")
_LINK = re.compile(r"(tel|callto|sips?):(?://)?(.*)", re.IGNORECASE | re.DOTALL)
_IPV4_HOST = re.compile(r"[0-9]+(\.[0-9]+){3}(:[0-9]+)?")
_UNDIALLED_ZERO = re.compile(r"\(\s*0\s*\)")
_DIALLED_ZERO_COUNTRIES = ("+39", "0039", "+378", "00378")
"""Italy, Vatican City and San Marino: the zero is part of the number, also from abroad."""

_LOCAL_LENGTH = 7
"""From so many digits on, one without area code is a subscriber's; shorter ones are services."""

_ANONYMOUS_HOST = "@anonymous.invalid"
"""RFC 3323 s. 4.1.1.3."""

_ANONYMOUS = frozenset(
    {
        "",
        "anonymous",
        "blocked",
        "no caller id",
        "private",
        "private number",
        "restricted",
        "unavailable",
        "unknown",
        "unknown number",
        "withheld",
    }
)
_ACCEPTED_NUMBER = (
    "3 to 15 digits with the area code, also with +, spaces, brackets, dots, dashes or slashes, "
    "such as +86 138 0013 8000 or 010-6552 9988"
)


def new_uuid7(now: datetime) -> str:
    """Return a new UUIDv7 (RFC 9562 s. 5.7) whose first 48 bits are ``now`` in milliseconds."""
    # By way of whole microseconds: seconds times 1000 can fall a millisecond short.
    milliseconds = round(now.timestamp() * 1_000_000) // 1000
    return _uuid7((milliseconds & (2**48 - 1)) << 80 | int.from_bytes(os.urandom(10), "big"))


def _uuid7(value: int) -> str:
    """Return the 128 bits of ``value`` as text, version and variant put in."""
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def derived_uuid7(base: str, role: str) -> str:
    """Return the UUIDv7 that ``base``, itself one, has for ``role``: always the same, its time too.

    What is made again by the same command gets the same ids again.
    """
    # Here, as it loads OpenSSL, which the first window does not need.
    import hashlib

    digest = hashlib.sha256(f"{base}:{role}".encode()).digest()
    time = int(base.replace("-", ""), 16) >> 80
    return _uuid7(time << 80 | int.from_bytes(digest[:10], "big"))


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
    """Return only the decimal digits of ``text``, full-width and other scripts' as ASCII."""
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


def number_suffix(text: str) -> str:
    """Return the last nine digits of ``text``; fewer when it has fewer."""
    return digits_of(text)[-SUFFIX_LENGTH:]


def parse_number(text: str, *, region: str, field: str = "number") -> PhoneNumber:
    """Return the number written in ``text``, read in the desk's ``region`` (ISO 3166-1).

    Accepts any way of writing it, also ``tel:`` and ``sip:`` links, digits of other scripts,
    "00" for "+" and "(0)" after a country code. Raises InvalidNumberError otherwise.
    """
    found = _parse_number(_cleaned(text), region)
    if found is None:
        raise InvalidNumberError(field=field, value=_shortened(text), accepted=_ACCEPTED_NUMBER)
    return found


def parse_caller_id(raw: str | None, *, region: str) -> CallerId:
    """Return what the network signalled as ``raw``; never raises, whatever came."""
    text = (raw or "").strip()
    if _is_anonymous(text):
        return CallerId(raw=text, number=None, suffix="", anonymous=True)
    cleaned = _cleaned(text)
    number = _parse_number(cleaned, region)
    suffix = number.suffix if number else _signalled_suffix(cleaned)
    return CallerId(raw=text, number=number, suffix=suffix, anonymous=False)


def parse_dial_string(text: str, *, region: str, field: str = "number") -> str:
    """Return what the switch shall dial for ``text``: E.164, or an extension of 2 to 6 digits.

    Raises InvalidNumberError, which names the first character that does not belong there.
    """
    cleaned = _cleaned(text)
    if _EXTENSION.fullmatch(cleaned):
        return cleaned
    _refuse_strange_characters(text, cleaned, field)
    return parse_number(text, region=region, field=field).e164


def dial_string_of(text: str, *, region: str) -> str:
    """Return what `parse_dial_string` does, behind ``sips:`` where the text asks for that.

    What is asked for over protected hops is never called otherwise.
    """
    number = parse_dial_string(text, region=region)
    return f"{SECURE_PREFIX}{number}" if asks_for_protection(text) else number


def asks_for_protection(text: str) -> bool:
    """Return whether a dial string is a sips URI (RFC 3261 s. 19.1), also as ``name <uri>``."""
    plain = _ascii_text(text).strip()
    address = _NAME_AND_ADDRESS.fullmatch(plain)
    return (address[1].strip() if address else plain).lower().startswith(SECURE_PREFIX)


def parse_digits(text: str, *, field: str = "digits") -> str:
    """Return DTMF digits (RFC 4733: 0-9, *, #, A-D) of ``text``; raises InvalidDigitsError."""
    digits = _SEPARATORS.sub("", _ascii_text(text)).upper()
    if not digits or len(digits) > MAX_DIGITS or set(digits) - _DTMF:
        accepted = f"0-9, *, # and A-D, 1 to {MAX_DIGITS} of them"
        raise InvalidDigitsError(field=field, value=_shortened(text), accepted=accepted)
    return digits


def _ascii_text(text: str) -> str:
    """Return ``text`` with plain digits and signs, without marks that no one can see."""
    return text if text.isascii() else "".join(map(_ascii_character, text))


def _ascii_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    if unicodedata.category(character) == "Cf":
        return ""
    plain = unicodedata.normalize("NFKC", character)
    # A superscript is a footnote, not a digit of the number: it stays and is refused.
    return character if any(c.isdecimal() for c in plain) else plain


def _cleaned(text: str) -> str:
    """Return ``text`` without a scheme, separators and the "(0)" that no one dials."""
    plain = _user_part(_ascii_text(text).strip())
    start = _SEPARATORS.sub("", plain[:MAX_DIAL_LENGTH])
    if start.startswith(("+", "00")):
        zero = "0" if start.startswith(_DIALLED_ZERO_COUNTRIES) else ""
        plain = _UNDIALLED_ZERO.sub(zero, plain)
    return _SEPARATORS.sub("", plain)


def _user_part(text: str) -> str:
    """Return the user of a link or of ``"name" <link>`` (RFC 3261 s. 20.10), else ``text``."""
    address = _NAME_AND_ADDRESS.fullmatch(text)
    text = address[1].strip() if address else text
    link = _LINK.fullmatch(text)
    if link is None:
        return text
    if "@" not in text and _IPV4_HOST.match(link[2]):
        return ""
    user = re.split(r"[@;?:]", link[2])[0]
    return re.sub(r"%([0-7][0-9A-Fa-f])", lambda code: chr(int(code[1], 16)), user).strip()


def _is_anonymous(text: str) -> bool:
    plain = text.lower()
    return plain in _ANONYMOUS or _ANONYMOUS_HOST in plain or _user_part(plain) in _ANONYMOUS - {""}


def _signalled_suffix(cleaned: str) -> str:
    # The digits of a name such as "alice2024" must not find a random customer.
    return "" if any(c.isalpha() for c in cleaned) else number_suffix(cleaned)


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


def _parse_number(cleaned: str, region: str) -> PhoneNumber | None:
    if not _WRITTEN_NUMBER.fullmatch(cleaned):
        return None
    return _known_number("+" + cleaned[2:] if cleaned.startswith("00") else cleaned, region)


@lru_cache(maxsize=4096)
def _known_number(written: str, region: str) -> PhoneNumber | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if not _is_complete(parsed):
        return None
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    if len(e164) > 1 + MAX_E164_DIGITS:
        return None
    code = phonenumbers.region_code_for_number(parsed) or ""
    return PhoneNumber(
        e164=e164,
        suffix=number_suffix(e164),
        international=phonenumbers.format_number(
            parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL
        ),
        # Numbers of no country, such as +800, have the pseudo-region 001.
        region=code if code.isalpha() else "",
    )


def _is_complete(parsed: PhoneNumberParts) -> bool:
    """Return whether the length is right, and no subscriber's area code is missing."""
    import phonenumbers

    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return len(str(parsed.national_number)) < _LOCAL_LENGTH
    return bool(reason == phonenumbers.ValidationResult.IS_POSSIBLE)


def time_zones_of(e164: str) -> tuple[str, ...]:
    """Return the names of the time zones in which the number may be; none for rubbish."""
    import phonenumbers
    from phonenumbers import timezone

    try:
        zones = timezone.time_zones_for_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return ()
    return tuple(zone for zone in zones if zone != timezone.UNKNOWN_TIMEZONE)


def known_regions() -> frozenset[str]:
    """Return the ISO 3166-1 codes that a desk's region may have."""
    import phonenumbers

    return frozenset(phonenumbers.SUPPORTED_REGIONS)


def calling_code(region: str) -> str:
    """Return the country calling code of ``region``, such as "86" for CN; ``""`` for none."""
    import phonenumbers

    code = phonenumbers.country_code_for_region(region)
    return str(code) if code else ""
