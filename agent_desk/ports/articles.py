"""Port to the stored articles; used on the thread of the unit of work."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from agent_desk.domain.article import (
    Article,
    ArticleFigures,
    ArticleHit,
    ArticleLine,
    ArticleLink,
    ArticleQuestion,
    ArticleRating,
    ArticleState,
    ArticleVersion,
)
from agent_desk.domain.identifiers import AgentId, ArticleId, TicketId


class ArticleRepository(Protocol):
    """Articles, their versions, and how they serve.

    Searching, suggesting and `published` know published versions only; the others give whatever
    is stored, and the service says who may see it.
    """

    def add(self, article: Article) -> None:
        """Store a new article with its first version."""
        ...

    def get(self, article_id: ArticleId) -> Article:
        """Return the article with its newest version; raises NotFoundError.

        A server leaves the text empty for who may read another version only.
        """
        ...

    def save(self, article: Article) -> Article:
        """Save a step and return it with the next version; raises StaleVersionError.

        A ``number`` that is not stored yet is a further version of the text. What agents find
        follows ``published``.
        """
        ...

    def versions(self, article_id: ArticleId) -> Sequence[ArticleVersion]:
        """Return every saved version, newest first."""
        ...

    def published(self, article_id: ArticleId) -> ArticleVersion:
        """Return the version that agents read; raises NotFoundError when none is published."""
        ...

    def lines(
        self, *, states: frozenset[ArticleState], author: AgentId | None = None, rows: int = ...
    ) -> Sequence[ArticleLine]:
        """Return articles in ``states``, of one author or of all, changed last first."""
        ...

    def search(self, query: str, *, rows: int = ...) -> Sequence[ArticleHit]:
        """Return published articles with all words of ``query``; all of them for an empty one.

        Those with the words in a title first, then those that solved most, then by title.
        """
        ...

    def suggest(self, question: ArticleQuestion, *, rows: int = ...) -> Sequence[ArticleHit]:
        """Return what fits a ticket that is being typed, best first; no guesses."""
        ...

    def use(self, link: ArticleLink) -> None:
        """Link an article to a ticket, or say anew whether it solved it."""
        ...

    def links_of(self, ticket_id: TicketId) -> Sequence[ArticleLink]:
        """Return what was used for a ticket, in the order in which it was."""
        ...

    def rate(self, rating: ArticleRating) -> None:
        """Store a rating in the place of the same agent's former one for the same ticket."""
        ...

    def ratings(self, article_id: ArticleId) -> Sequence[ArticleRating]:
        """Return an article's newest ratings first."""
        ...

    def figures(self, article_ids: Collection[ArticleId]) -> Mapping[ArticleId, ArticleFigures]:
        """Return how each of ``article_ids`` serves."""
        ...
