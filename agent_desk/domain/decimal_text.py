"""Exact decimals as people type them; pure, any thread.

A comma is taken where it can mean one thing only: nobody's 1,234 becomes 1.234 by a guess.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from agent_desk.domain.errors import InputError

LONGEST = 24
"""Most characters of a typed number."""

_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+|[+-]?\d{1,3}(,\d{3}){2,}")
_COMMA = re.compile(r"[+-]?\d*,\d{1,2}|[+-]?\d*,\d{4,}|[+-]?0,\d{3}")


def read_decimal(field: str, text: str) -> Decimal:
    """Return the number in ``text``; raises InputError, naming ``field``, for anything else.

    Takes "12.5", "12,5", "1,234.50", full-width digits and spaces between groups.
    """
    written = "".join(unicodedata.normalize("NFKC", text).split()).replace("−", "-")
    if len(written) <= LONGEST:
        if _PLAIN.fullmatch(written):
            return Decimal(written)
        if _GROUPED.fullmatch(written):
            return Decimal(written.replace(",", ""))
        if _COMMA.fullmatch(written):
            return Decimal(written.replace(",", "."))
    raise InputError(field=field, value=text[:LONGEST], accepted="a number such as 1234.50")
