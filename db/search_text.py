"""What the full-text index stores and is asked: folded words, characters, pinyin; any thread.

SQLite's tokenizer takes a run of Chinese characters for one word, so every character stands
alone here, in the index and in the question.
"""

from __future__ import annotations

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
        spelled=_spelled(pinyin),
        company=searchable(company),
    )


def ticket_texts(*, subject: str) -> SearchTexts:
    """Return what a ticket is found by."""
    return SearchTexts(subject=searchable(subject))


def searchable(text: str) -> str:
    """Return ``text`` in lower case without accents, each Chinese character a word."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(character) for character in text).strip()


def match_expression(query: str) -> str:
    """Return the FTS5 expression for what is typed, ``""`` when it has no letter or digit.

    Every word must be there; the last one is still being typed, so its beginning is enough.
    """
    words = [word for word in searchable(query).split() if any(map(str.isalnum, word))]
    if not words:
        return ""
    phrases = [f'"{_without_quotes(phrase)}"' for phrase in _phrases(words)]
    return " AND ".join(phrases) + ("" if is_han(words[-1]) else " *")


def _phrases(words: list[str]) -> list[str]:
    """Return ``words`` with neighbouring Chinese characters joined to one phrase."""
    phrases: list[str] = []
    after_han = False
    for word in words:
        han = len(word) == 1 and is_han(word)
        if han and after_han:
            phrases[-1] += f" {word}"
        else:
            phrases.append(word)
        after_han = han
    return phrases


def _without_quotes(phrase: str) -> str:
    return phrase.replace('"', " ").replace("\0", " ")


def _spelled(pinyin: str) -> str:
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
    if is_han(character) or "\u3040" <= character <= "\u30ff" or "\uac00" <= character <= "\ud7af":
        return f" {character} "
    lower = character.lower()
    plain = unicodedata.normalize("NFKD", lower)
    return "".join(
        _LETTERS_WITHOUT_MARK.get(part, part) for part in plain if not unicodedata.combining(part)
    )
