"""Canonical telephone numbers at import speed; any thread.

``phonenumbers`` takes some 40 us a number, a million take most of a minute. Numbers in the forms
that most files consist of are recognised here; for every other form the domain's parser decides.
A parity test holds both to the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.identifiers import parse_number

_FULL_WIDTH = dict(zip(map(ord, "０１２３４５６７８９＋"), "0123456789+", strict=True))
_PLAIN: Mapping[int, str | None] = MappingProxyType(
    {**dict.fromkeys(map(ord, " -.()/\u00a0－（）　"), None), **_FULL_WIDTH}
)
"""Without what people write between digits, and with digits as a keyboard has them."""

_INTERNATIONAL = re.compile(
    r"""(?:\+|00)(?:
        86 1[3-9][0-9]{9}                               # mobiles of China
      | 86 (?: 10[0-9]{8} | 2[0-9]{9} | [3-9][0-9]{9,10} )
      | 1  [2-9][0-9]{9}                                # North America
      | 33 [1-9][0-9]{8}                                # France
      | 44 [1-9][0-9]{9}                                # Britain
      | 49 [1-9][0-9]{6,10}                             # Germany
    )""",
    re.VERBOSE,
)
_CARRIER_OF_CHINA = "86179"
"""17 9 before a number chooses a carrier and is not part of it."""

_NATIONAL: Mapping[str, tuple[str, re.Pattern[str]]] = MappingProxyType(
    {
        "CN": ("+86", re.compile(r"(1[3-9]\d{9})|0(10\d{8}|2\d{9}|[3-9]\d{9,10})")),
        "DE": ("+49", re.compile(r"0([1-9]\d{6,10})")),
        "FR": ("+33", re.compile(r"0([1-9]\d{8})")),
        "GB": ("+44", re.compile(r"0([1-9]\d{9})")),
        "US": ("+1", re.compile(r"1?([2-9]\d{9})")),
    }
)
"""By region: the country code, and numbers as they are dialled within the country."""


def e164_of(text: str, *, region: str, field: str) -> str:
    """Return ``text`` as E.164, like ``parse_number``; raises InvalidNumberError like it."""
    return _plain_form(text, region) or parse_number(text, region=region, field=field).e164


def _plain_form(text: str, region: str) -> str | None:
    """Return E.164 for the common forms whose answer is certain, None for all others."""
    digits = text.translate(_PLAIN)
    if not digits.isascii():
        return None
    if _INTERNATIONAL.fullmatch(digits):
        number = digits.removeprefix("+").removeprefix("00")
        # A zero in brackets after the country code is not dialled; the parser knows where it is.
        is_certain = not number.startswith(_CARRIER_OF_CHINA) and not {"(", "（"} & set(text)
        return "+" + number if is_certain else None
    if region in _NATIONAL:
        code, form = _NATIONAL[region]
        found = form.fullmatch(digits)
        number = code + found[found.lastindex or 0] if found else ""
        return None if number.startswith("+" + _CARRIER_OF_CHINA) else number or None
    return None
