"""Articles in a few words: their merits, their text in the language on screen; main thread."""

from __future__ import annotations

from agent_desk.domain.article import (
    ArticleContent,
    ArticleFigures,
    ArticleLink,
    ArticleState,
    ArticleText,
)
from ui.language import Language, current_language, in_current_language, tr
from ui.widgets.pill import PillKind

_KINDS: dict[ArticleState, PillKind] = {
    ArticleState.DRAFT: "neutral",
    ArticleState.IN_REVIEW: "warning",
    ArticleState.PUBLISHED: "success",
    ArticleState.RETIRED: "neutral",
}


def article_kind(state: ArticleState) -> PillKind:
    """Return the colour of a state's pill."""
    return _KINDS[state]


def text_of(content: ArticleContent, language: Language) -> ArticleText:
    """Return the text in ``language``, the other one where it is not written."""
    first, second = (
        (content.zh, content.en) if language is Language.ZH else (content.en, content.zh)
    )
    return second if first.is_empty else first


def shown_title(content: ArticleContent) -> str:
    """Return the title in the language on screen."""
    return text_of(content, current_language()).title


def merits(figures: ArticleFigures) -> str:
    """Return how the article serves, in one line."""
    if not figures.used:
        return tr("article.unused")
    parts = [tr("article.used", count=figures.used), tr("article.solved", count=figures.solved)]
    if figures.helped_percent is not None:
        parts.append(tr("article.helped", percent=figures.helped_percent))
    return " · ".join(parts)


def merits_in_a_list(figures: ArticleFigures) -> str:
    """Return what tells articles apart, short enough for half a row."""
    if not figures.used:
        return tr("article.unused")
    parts = [tr("article.solved", count=figures.solved)]
    if figures.helped_percent is not None:
        parts.append(tr("article.helped", percent=figures.helped_percent))
    return " · ".join(parts)


def link_line(link: ArticleLink) -> str:
    """Return what was read for a ticket, and whether it solved it, in one line."""
    title = in_current_language(link.title, link.title_zh) or tr("article.retired")
    return tr("knowledge.link_solved", title=title) if link.solved else title
