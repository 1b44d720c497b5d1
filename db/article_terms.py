"""What an article is found by, and what is asked while a ticket is typed; pure, any thread.

A subject is no question: it has words that no article has. So each of its words is asked for
alone, Chinese characters two by two, and the rarer a word, the more it says. Pairs of characters
are words of the index besides: to find neighbours among single ones takes ten times as long.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from agent_desk.domain.article import ArticleContent
from db.pinyin import is_han, syllables_of
from db.search_question import WordQuestion, word_question
from db.search_text import searchable, spelled

MAX_TERMS = 12
"""Most words of a subject that are looked for; the first ones say what it is about."""

_LEAST_LETTERS = 3
"""Shorter words of letters say too little: "the" is not looked for either, see `_SAYS_NOTHING`."""

_SAYS_NOTHING = frozenset(
    (
        *("and", "are", "but", "can", "cannot", "customer", "does", "for", "from", "has", "have"),
        *("her", "his", "how", "not", "our", "she", "that", "the", "their", "them", "then"),
        *("they", "this", "was", "what", "when", "where", "which", "who", "why", "will", "with"),
        *("you", "your", "客户", "用户", "不能", "无法", "没有", "怎么", "什么", "一个"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTexts:
    """One row of the index; columns as in the table article_texts."""

    title: str
    spelled: str
    body: str


def article_texts_of(content: ArticleContent) -> ArticleTexts:
    """Return what ``content`` is found by."""
    titles = [text.title for text in content.texts]
    bodies = [
        part for text in content.texts for part in (text.problem, text.cause, text.fix) if part
    ]
    readings = [spelled(syllables_of(title)) for title in titles]
    return ArticleTexts(
        title=_joined(titles),
        spelled=" ".join(reading for reading in readings if reading),
        body=_joined([content.products, *bodies]),
    )


def terms_of(subject: str) -> tuple[WordQuestion, ...]:
    """Return the words of ``subject`` that are worth asking for, each once, in their order."""
    found: dict[str, WordQuestion] = {}
    asked = word_question(subject)
    for place, phrase in enumerate(asked.phrases, start=1):
        # The last word is still being typed: its beginning is enough.
        unfinished = asked.unfinished and place == len(asked.phrases)
        for term in _terms(phrase.split()):
            if term not in _SAYS_NOTHING:
                question = WordQuestion(phrases=(term,), unfinished=unfinished)
                found.setdefault(term, question)
    return tuple(found.values())[:MAX_TERMS]


def weight_of(matches: int, articles: int) -> int:
    """Return what a word says that ``matches`` of ``articles`` have: 0 when most of them do.

    A whole number, so that every database adds up to the same.
    """
    if not matches or 2 * matches > articles > 3:
        return 0
    return round(100 * math.log2(1 + articles / matches))


def names_product(products: str, owned: tuple[str, ...]) -> bool:
    """Return whether one of the article's ``products`` is in the name of one that is owned."""
    wanted = [searchable(name) for name in products.replace("，", ",").split(",")]
    names = [f" {searchable(name)} " for name in owned]
    return any(word and f" {word} " in name for word in wanted for name in names)


def _terms(words: list[str]) -> list[str]:
    if is_han(words[0][0]):
        return _pairs(words) or words
    joined = " ".join(words)
    return [joined] if len(joined) >= _LEAST_LETTERS or joined.isdecimal() else []


def _pairs(words: list[str]) -> list[str]:
    return [a + b for a, b in pairwise(words) if is_han(a[0]) and is_han(b[0])]


def _joined(texts: list[str]) -> str:
    """Return the words of ``texts``, and after them their pairs of characters."""
    words = " ".join(filter(None, map(searchable, texts)))
    return " ".join([words, *dict.fromkeys(_pairs(words.split()))])
