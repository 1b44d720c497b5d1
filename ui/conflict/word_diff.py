"""Which words of one text another one does not have, as rich text; pure, main thread."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from html import escape

# Chinese is compared by characters, everything else by words and the blanks between them.
_WORDS = re.compile(r"[㐀-鿿豈-﫿]|[^\W㐀-鿿豈-﫿]+|\s+|[^\w\s]")

MOST_WORDS = 2000
"""Longer texts are shown without marks: comparing costs the square of their length."""


def marked(text: str, other: str, ground: str) -> str:
    """Return ``text`` as HTML, what ``other`` lacks on the colour ``ground`` ("#rrggbb")."""
    mine, theirs = _WORDS.findall(text), _WORDS.findall(other)
    if not theirs or max(len(mine), len(theirs)) > MOST_WORDS:
        return _html(text)
    parts = []
    matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
    for kind, start, end, _, _ in matcher.get_opcodes():
        piece = _html("".join(mine[start:end]))
        parts.append(piece if kind == "equal" or not piece else _on(ground, piece))
    return "".join(parts)


def _on(ground: str, html: str) -> str:
    return f'<span style="background-color: {ground}">{html}</span>'


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")
