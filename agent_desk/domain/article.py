"""Articles of the knowledge base: what went wrong, why, and what mends it; pure, any thread.

Agents read the published version only. Whoever changes an article makes a further version, which
somebody else reviews; until then the former one stays published. No version is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import AuthorReviewError, InputError
from agent_desk.domain.identifiers import (
    AgentId,
    ArticleId,
    CategoryId,
    TicketId,
    WorkOrderId,
)
from agent_desk.domain.rights import Right
from agent_desk.domain.transitions import StateTable

MAX_TITLE = 200
"""Longest title, in characters."""

MAX_TEXT = 8000
"""Longest problem, cause or fix, in characters."""

MAX_PRODUCTS = 400
"""Longest list of products, in characters."""

MAX_REMARK = 1000
"""Longest remark beside a rating, in characters."""


class ArticleState(StrEnum):
    """Where the newest version of an article stands."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    PUBLISHED = "PUBLISHED"
    RETIRED = "RETIRED"


_S = ArticleState

ARTICLE_TABLE: StateTable[ArticleState] = StateTable(
    {
        _S.DRAFT: frozenset({_S.IN_REVIEW, _S.RETIRED}),
        _S.IN_REVIEW: frozenset({_S.PUBLISHED, _S.DRAFT}),
        _S.PUBLISHED: frozenset({_S.DRAFT, _S.RETIRED}),
        _S.RETIRED: frozenset({_S.DRAFT}),
    }
)
"""PUBLISHED leaves to DRAFT when somebody revises it: the published version stays readable."""

ARTICLE_STEPS: Mapping[tuple[ArticleState, ArticleState], frozenset[Right]] = MappingProxyType(
    {
        (_S.DRAFT, _S.IN_REVIEW): frozenset({Right.WRITE_ARTICLES}),
        # Its author drops what was never published; the rest is a reviewer's.
        (_S.DRAFT, _S.RETIRED): frozenset({Right.WRITE_ARTICLES, Right.REVIEW_ARTICLES}),
        (_S.IN_REVIEW, _S.PUBLISHED): frozenset({Right.REVIEW_ARTICLES}),
        # Sent back by a reviewer, or taken back by its author.
        (_S.IN_REVIEW, _S.DRAFT): frozenset({Right.WRITE_ARTICLES, Right.REVIEW_ARTICLES}),
        (_S.PUBLISHED, _S.DRAFT): frozenset({Right.WRITE_ARTICLES}),
        (_S.PUBLISHED, _S.RETIRED): frozenset({Right.REVIEW_ARTICLES}),
        (_S.RETIRED, _S.DRAFT): frozenset({Right.WRITE_ARTICLES}),
    }
)
"""Who may take each step: any of these rights is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """An article in one language. cause: "" where nobody knows it."""

    title: str
    problem: str
    cause: str = ""
    fix: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is written."""
        return not any(part.strip() for part in (self.title, self.problem, self.cause, self.fix))


NO_TEXT = ArticleText(title="", problem="")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleContent:
    """What a version says.

    en, zh: in English and in Chinese; `NO_TEXT` where it is not written. category_id: what it is
    about, None for everything. products: names as people say them, separated by commas.
    """

    en: ArticleText = NO_TEXT
    zh: ArticleText = NO_TEXT
    category_id: CategoryId | None = None
    products: str = ""

    @property
    def title(self) -> str:
        """The title, in whichever language there is one."""
        return self.en.title or self.zh.title

    @property
    def texts(self) -> tuple[ArticleText, ...]:
        """The texts that are written."""
        return tuple(text for text in (self.en, self.zh) if not text.is_empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article with its newest version.

    author: of that version. number: of that version, from 1. published: number of the version
    that agents read, None when none is. reviewer: who let that one through. reason: why it was
    sent back or retired. order_id: the solved order that it was written about. version: for
    optimistic concurrency, from 1; steps count too.
    """

    id: ArticleId
    state: ArticleState
    author: AgentId
    content: ArticleContent
    created_at: datetime
    changed_at: datetime
    number: int = 1
    published: int | None = None
    reviewer: AgentId | None = None
    reason: str = ""
    order_id: WorkOrderId | None = None
    version: int = 1

    @property
    def subject(self) -> str:
        """What a refusal calls it."""
        return f"Article “{self.content.title}”"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVersion:
    """One saved version, as it was written ``at`` by ``author``."""

    article_id: ArticleId
    number: int
    author: AgentId
    at: datetime
    content: ArticleContent


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFigures:
    """How an article serves, over all its versions.

    used: tickets that it is linked to. solved: those of them that it solved. rated: answers to
    "did it help?". helped: those that say so.
    """

    used: int = 0
    solved: int = 0
    rated: int = 0
    helped: int = 0

    @property
    def helped_percent(self) -> int | None:
        """helped / rated, rounded; None while nobody rated it."""
        return round(100 * self.helped / self.rated) if self.rated else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """An article as lists show it: the newest version's title and category, and the figures."""

    article: Article
    figures: ArticleFigures = ArticleFigures()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHit:
    """A published article that may answer what is being typed."""

    id: ArticleId
    number: int
    title: str
    title_zh: str
    category_id: CategoryId | None
    figures: ArticleFigures = ArticleFigures()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleQuestion:
    """What is known of a ticket while it is typed.

    categories: the chosen one and those above it. products: names of what the customer owns.
    """

    subject: str
    categories: frozenset[CategoryId] = frozenset()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """A ticket for which an article was used.

    number: the version that was read. title, title_zh: of the one published now, "" when retired.
    """

    article_id: ArticleId
    ticket_id: TicketId
    number: int
    solved: bool
    actor: AgentId
    at: datetime
    title: str = ""
    title_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRating:
    """Whether an article helped its reader with a ticket; one for each of both."""

    article_id: ArticleId
    ticket_id: TicketId
    actor: AgentId
    at: datetime
    helped: bool
    remark: str = ""


def require_content(content: ArticleContent) -> None:
    """Raise InputError for the first field that is missing or too long."""
    if not content.texts:
        raise InputError(field="title", value="", accepted=f"1 to {MAX_TITLE} characters")
    for language, text in (("en", content.en), ("zh", content.zh)):
        if not text.is_empty:
            _require_text(language, text)
    if len(content.products) > MAX_PRODUCTS:
        accepted = f"at most {MAX_PRODUCTS} characters"
        raise InputError(field="products", value=content.products[:40], accepted=accepted)


def require_reviewer(article: Article, reviewer: AgentId) -> None:
    """Raise AuthorReviewError when an author lets their own version through."""
    if reviewer == article.author:
        raise AuthorReviewError(subject=article.subject, author=article.author)


def _require_text(language: str, text: ArticleText) -> None:
    needed = (("title", text.title, MAX_TITLE), ("problem", text.problem, MAX_TEXT))
    for field, value, longest in (*needed, ("fix", text.fix, MAX_TEXT)):
        if not value.strip() or len(value) > longest:
            accepted = f"1 to {longest} characters"
            raise InputError(field=f"{field}_{language}", value=value[:40], accepted=accepted)
    if len(text.cause) > MAX_TEXT:
        accepted = f"at most {MAX_TEXT} characters"
        raise InputError(field=f"cause_{language}", value=text.cause[:40], accepted=accepted)
