"""What a person means by the text in the search box; pure, any thread."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from agent_desk.domain.identifiers import digits_of

MIN_NUMBER_DIGITS = 3
"""Fewest digits that are looked up among telephone numbers."""

_MAX_TICKET_NUMBER = 2**31 - 1
_TICKET = re.compile(r"(?:t\s*-?\s*|#\s*)(\d{1,10})", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[\d\s().\-/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question to the search box.

    ticket: number to look up, 0 when it cannot be one. digits: of a telephone number, ``""``
    when it is none. international: the digits begin with the country code. address: beginning
    of an e-mail address, ``""`` when it is none. words: what to look for in texts.
    """

    ticket: int = 0
    digits: str = ""
    international: bool = False
    address: str = ""
    words: str = ""


def parse_query(text: str) -> SearchQuery:
    """Return what ``text`` asks for; an empty query for an empty text."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if ticket := _TICKET.fullmatch(plain):
        return SearchQuery(ticket=_ticket_number(ticket[1]), words=plain)
    if _NUMBER.fullmatch(plain) and (digits := digits_of(plain)):
        return _number_query(plain, digits)
    if "@" in plain:
        return SearchQuery(address=plain, words=plain)
    return SearchQuery(words=plain)


def _number_query(plain: str, digits: str) -> SearchQuery:
    international = plain.startswith(("+", "00"))
    if plain.startswith("00"):
        digits = digits[2:]
    elif international:
        digits = digits_of(plain.replace("(0)", ""))
    is_plain_number = plain.isdecimal() and not international
    return SearchQuery(
        ticket=_ticket_number(plain) if is_plain_number else 0,
        digits=digits if len(digits) >= MIN_NUMBER_DIGITS else "",
        international=international,
    )


def _ticket_number(digits: str) -> int:
    number = int(digits) if len(digits) <= 10 else 0
    return number if number <= _MAX_TICKET_NUMBER else 0
