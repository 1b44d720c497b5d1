"""Keys by which numbers are found: last digits backwards, numbers inside notes; any thread."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agent_desk.domain.identifiers import number_suffix

MIN_SUFFIX = 7
"""Fewest digits that point to a person; fewer would match strangers."""

MAX_NUMBER_DIGITS = 15
"""Most digits of a telephone number (ITU-T E.164 s. 6); longer runs in a note are no numbers."""

_NUMBER_IN_TEXT = re.compile(r"\+?\(?\d[\d\s().\-/]{5,28}\d")


def reversed_digits(suffix: str) -> str:
    """Return ``suffix`` backwards: numbers with the same ending are neighbours in an index."""
    return suffix[::-1]


def range_end(prefix: str) -> str:
    """Return the first text after all that begin with ``prefix``, for a range of an index."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)


def suffixes_in(text: str) -> Iterator[str]:
    """Yield the suffix of every telephone number written in ``text``, each once."""
    seen: set[str] = set()
    for found in _NUMBER_IN_TEXT.finditer(text):
        digits = sum(character.isdecimal() for character in found.group())
        suffix = number_suffix(found.group())
        if MIN_SUFFIX <= digits <= MAX_NUMBER_DIGITS and suffix not in seen:
            seen.add(suffix)
            yield suffix
