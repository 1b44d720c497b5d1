"""The pieces of SIP's grammar that header fields share (RFC 3261 s. 25.1); pure, any thread.

Every pattern is possessive: a character that was consumed is never tried again, so no input costs
more than linear time.
"""

from __future__ import annotations

import re

from telephony.sip.errors import SipSyntaxError

TOKEN_CHARACTERS = r"A-Za-z0-9\-.!%*_+`'~"
QUOTED_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'

_TOKEN = re.compile(f"[{TOKEN_CHARACTERS}]++")
_ELEMENT = re.compile(rf'(?:[^,"<]++|{QUOTED_STRING}|<[^>]*+>)*+', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NUMBER = re.compile(r"[0-9]{1,128}")
_BLANK = " \t"


def is_token(text: str) -> bool:
    """Return whether ``text`` is a token (RFC 3261 s. 25.1)."""
    return _TOKEN.fullmatch(text) is not None


def split_list(text: str, field: str) -> list[str]:
    """Return the elements between commas that stand outside quotes and angle brackets.

    Raises SipSyntaxError for an unbalanced quote or bracket and for an empty element.
    """
    if "," not in text:
        elements = [text.strip(_BLANK)]
    elif '"' not in text and "<" not in text:
        elements = [element.strip(_BLANK) for element in text.split(",")]
    else:
        elements = _split_around_quotes(text, field)
    if "" in elements:
        raise SipSyntaxError(field=field, value=text, accepted="elements between commas")
    return elements


def _split_around_quotes(text: str, field: str) -> list[str]:
    elements: list[str] = []
    position = 0
    while True:
        match = _ELEMENT.match(text, position)
        assert match is not None
        elements.append(match.group().strip(_BLANK))
        position = match.end()
        if position == len(text):
            return elements
        if text[position] != ",":
            raise SipSyntaxError(field=field, value=text, accepted="closed quotes and brackets")
        position += 1


def quote(text: str) -> str:
    """Return ``text`` as a quoted-string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquote(raw: str) -> str:
    """Return what a quoted-string says; any other text as it is."""
    if len(raw) < 2 or raw[0] != '"':
        return raw
    inner = raw[1:-1]
    return _ESCAPED.sub(r"\1", inner) if "\\" in inner else inner


def readable(text: str) -> str:
    """Return ``text`` with octets that are no UTF-8 shown as U+FFFD, for people to read."""
    if text.isascii():
        return text
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def parse_number(text: str, field: str, *, most: int) -> int:
    """Return a decimal number of at most ``most``; raises SipSyntaxError."""
    if _NUMBER.fullmatch(text) and (number := int(text)) <= most:
        return number
    raise SipSyntaxError(field=field, value=text, accepted=f"0 to {most}")


def parse_delta_seconds(text: str, field: str) -> int:
    """Return a time span in seconds, at most 2**32 - 1.

    RFC 3261 s. 25.1 sets no limit to its digits; RFC 4475 s. 3.1.2.4 takes more for the most.
    Parameters after the number, as in Retry-After, are not looked at. Raises SipSyntaxError.
    """
    digits = re.match(r"[0-9]++", text)
    if digits is None:
        raise SipSyntaxError(field=field, value=text, accepted="seconds")
    significant = digits.group().lstrip("0")
    return min(int(significant or "0"), MOST_SECONDS) if len(significant) <= 10 else MOST_SECONDS


MOST_SECONDS = 2**32 - 1
