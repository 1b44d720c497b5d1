"""What the full-text index stores: folded words, characters, pinyin; any thread.

Both databases are given words that are cut already. SQLite's tokenizer takes a run of Chinese
characters for one word; PostgreSQL's parser depends on the locale and cuts serial numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from db.pinyin import is_han

_LETTERS_WITHOUT_MARK: Mapping[str, str] = MappingProxyType(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)
"""Letters that Unicode does not decompose, yet that people type without their stroke."""

_BETWEEN_WORDS = re.compile(r"[\W_]+")
"""Neither letters nor digits, as SQLite's tokenizer sees it too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTexts:
    """One row of the index; columns as in ``tables.SEARCH_COLUMNS``."""

    name: str = ""
    pinyin: str = ""
    spelled: str = ""
    company: str = ""
    subject: str = ""


def customer_texts(*, name: str, pinyin: str, company: str) -> SearchTexts:
    """Return what a customer is found by: name, pinyin as typed with and without spaces."""
    return SearchTexts(
        name=searchable(name),
        pinyin=pinyin,
        spelled=spelled(pinyin),
        company=searchable(company),
    )


def ticket_texts(*, subject: str) -> SearchTexts:
    """Return what a ticket is found by."""
    return SearchTexts(subject=searchable(subject))


def searchable(text: str) -> str:
    """Return the words of ``text``, one space between them: lower case, no accents, no signs.

    Each Chinese character is a word.
    """
    folded = text.lower() if text.isascii() else "".join(map(_folded, text))
    return _BETWEEN_WORDS.sub(" ", folded).strip()


def spelled(pinyin: str) -> str:
    """Return the syllables as one word and their initials; "lv" also as "lu"."""
    syllables = pinyin.split()
    if not syllables:
        return ""
    joined = "".join(syllables)
    initials = "".join(syllable[0] for syllable in syllables)
    other = joined.replace("v", "u")
    return f"{joined} {initials}" if other == joined else f"{joined} {initials} {other}"


@lru_cache(maxsize=16_384)
def _folded(character: str) -> str:
    if _stands_alone(character):
        return f" {character} "
    # Lower case last: there are signs that only decompose into capitals.
    plain = unicodedata.normalize("NFKD", character).lower()
    return "".join(_plain(part) for part in plain if not unicodedata.combining(part))


def _plain(part: str) -> str:
    return f" {part} " if _stands_alone(part) else _LETTERS_WITHOUT_MARK.get(part, part)


def _stands_alone(character: str) -> bool:
    """Return whether ``character`` is Chinese, kana or Hangul, written without spaces."""
    return (
        is_han(character) or "\u3040" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7af"
    )
