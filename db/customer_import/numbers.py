"""Canonical telephone numbers at import speed; any thread.

``phonenumbers`` takes some 40 us a number, a million take most of a minute. Numbers in the forms
that most files consist of are recognised here; for every other form the domain's parser decides.
A parity test holds both to the same answer.
"""

from __future__ import annotations

import re

from agent_desk.domain.errors import InvalidNumberError
from agent_desk.domain.identifiers import parse_number

_FORMATTING = str.maketrans("", "", " -")

_INTERNATIONAL = re.compile(
    r"""(?:\+|00)(?:
        86 1[3-9][0-9]{9}       # mobiles of China; 17 9 is a carrier's prefix
      | 1  [2-9][0-9]{9}        # North America
      | 33 [1-9][0-9]{8}        # France
    )""",
    re.VERBOSE,
)
_NATIONAL_CN = re.compile(r"1[3-9][0-9]{9}")


def e164_of(text: str, *, region: str, field: str) -> str:
    """Return ``text`` as E.164, like ``parse_number``; raises InvalidNumberError like it."""
    return _plain_form(text, region) or parse_number(text, region=region, field=field).e164


def is_number(text: str, *, region: str) -> bool:
    """Return whether ``text`` is a telephone number."""
    try:
        e164_of(text, region=region, field="number")
    except InvalidNumberError:
        return False
    return True


def _plain_form(text: str, region: str) -> str | None:
    """Return E.164 for the common forms whose answer is certain, None for all others."""
    digits = text.translate(_FORMATTING)
    if region == "CN" and _NATIONAL_CN.fullmatch(digits) and not digits.startswith("179"):
        return "+86" + digits
    if _INTERNATIONAL.fullmatch(digits):
        number = digits.removeprefix("+").removeprefix("00")
        return None if number.startswith("86179") else "+" + number
    return None
