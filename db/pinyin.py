"""Pinyin of Chinese names, so that they are found from a Latin keyboard; any thread."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

_SURNAMES: Mapping[str, str] = MappingProxyType(
    {
        "单": "shan", "單": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha",
        "朴": "piao", "区": "ou", "區": "ou", "盖": "ge", "蓋": "ge", "乐": "yue",
        "樂": "yue", "种": "chong", "员": "yun", "員": "yun", "黑": "he", "折": "she",
        "缪": "miao", "繆": "miao", "覃": "qin", "翟": "zhai", "秘": "bi", "隗": "wei",
        "召": "shao", "繁": "po",
    }
)  # fmt: skip
_COMPOUND_SURNAMES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"尉迟": ("yu", "chi"), "万俟": ("mo", "qi"), "长孙": ("zhang", "sun"), "澹台": ("tan", "tai")}
)
"""Surnames that are read otherwise than the same characters in running text."""


def is_han(character: str) -> bool:
    """Return whether ``character`` is a Chinese character."""
    return (
        "\u4e00" <= character <= "\u9fff"
        or "\u3400" <= character <= "\u4dbf"
        or "\U00020000" <= character <= "\U0003ffff"
        or character == "\u3007"
    )


def pinyin_of(name: str) -> str:
    """Return the syllables of the Chinese characters in ``name``, without tones, "ü" as "v".

    Space-separated, ``""`` when there are none. The first character is read as a surname.
    """
    if name.isascii():
        return ""
    han = [character for character in name if is_han(character)]
    if not han:
        return ""
    surname = _surname(han)
    rest = (_reading(character) for character in han[len(surname) :])
    return " ".join(syllable for syllable in (*surname, *rest) if syllable)


def syllables_of(text: str) -> str:
    """Return the syllables of the Chinese characters in running ``text``, as `pinyin_of` does."""
    if text.isascii():
        return ""
    return " ".join(filter(None, (_reading(c) for c in text if is_han(c))))


def _surname(han: list[str]) -> tuple[str, ...]:
    compound = _COMPOUND_SURNAMES.get("".join(han[:2]))
    return compound or (_SURNAMES.get(han[0]) or _reading(han[0]),)


@lru_cache(maxsize=16_384)
def _reading(character: str) -> str:
    # Imported on first use, because its dictionaries cost start-up time, and without the one of
    # phrases, which takes 40 MB and says nothing about names.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    syllable = lazy_pinyin(character, errors="ignore")
    return syllable[0] if syllable else ""
