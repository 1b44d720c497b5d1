"""What is asked of the full-text index, in the words of each database; pure, any thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from db.pinyin import is_han
from db.search_text import searchable

_LONGEST_WORD = 500
"""Characters of a word that PostgreSQL's index keeps, see the migration 0001."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordQuestion:
    """Words that must all be there.

    phrases: words that stand side by side, joined by spaces. unfinished: the last word is still
    being typed, so its beginning is enough.
    """

    phrases: tuple[str, ...] = ()
    unfinished: bool = False

    @property
    def is_lone_letter(self) -> bool:
        """Whether so little is typed that only beginnings of names are worth looking at."""
        (first, *more) = self.phrases or ("",)
        return self.unfinished and not more and len(first) == 1 and first.isascii()

    @property
    def last_letter(self) -> WordQuestion:
        """A letter that is typed after other words, nothing when there is none."""
        last = self.phrases[-1:]
        is_one = self.unfinished and len(self.phrases) > 1 and len(last[0]) == 1
        return WordQuestion(phrases=last if is_one else (), unfinished=is_one)

    @property
    def text(self) -> str:
        """The words with one space between them, as the index has them."""
        return " ".join(self.phrases)


def word_question(query: str) -> WordQuestion:
    """Return what ``query`` asks for; no phrase when it has no letter or digit.

    Neighbouring Chinese characters are a phrase, and so is a word with signs in it.
    """
    phrases: list[str] = []
    for chunk in query.split():
        # A character that begins a chunk continues the characters before it.
        joins = bool(phrases) and is_han(phrases[-1][-1])
        for phrase in _phrases(searchable(chunk).split()):
            if joins and is_han(phrase[0]):
                phrases[-1] += f" {phrase}"
            else:
                phrases.append(phrase)
            joins = False
    unfinished = bool(phrases) and not is_han(phrases[-1][-1])
    return WordQuestion(phrases=tuple(phrases), unfinished=unfinished)


def fts5_expression(question: WordQuestion) -> str:
    """Return the question for SQLite (https://www.sqlite.org/fts5.html s. 3), ``""`` for none."""
    if not question.phrases:
        return ""
    return " AND ".join(f'"{phrase}"' for phrase in question.phrases) + (
        " *" if question.unfinished else ""
    )


def tsquery(question: WordQuestion) -> str:
    """Return the question as PostgreSQL's type of that name reads it, ``""`` for none."""
    if not question.phrases:
        return ""
    phrases = (
        "(" + " <-> ".join(f"'{word[:_LONGEST_WORD]}'" for word in phrase.split()) + ")"
        for phrase in question.phrases
    )
    written = " & ".join(phrases)
    return written.removesuffix(")") + ":*)" if question.unfinished else written


def _phrases(words: list[str]) -> Iterator[str]:
    """Yield the phrases of one chunk: its characters by themselves, its other words too."""
    phrase: list[str] = []
    for word in words:
        if phrase and is_han(word) != is_han(phrase[-1]):
            yield " ".join(phrase)
            phrase = []
        phrase.append(word)
    if phrase:
        yield " ".join(phrase)
