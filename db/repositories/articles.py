"""Articles, their versions, links and ratings; on the thread of its unit of work."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, Integer, bindparam, cast, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as conflict_insert
from sqlalchemy.exc import IntegrityError

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
from agent_desk.domain.errors import AuthorReviewError, NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import AgentId, ArticleId, TicketId
from agent_desk.ports.storage import MAX_PAGE
from db.article_tables import (
    REVIEWED_BY_ANOTHER,
    article_links,
    article_ratings,
    article_texts,
    article_versions,
    articles,
)
from db.article_terms import article_texts_of
from db.repositories.article_rows import (
    article_from,
    article_row,
    hit_from,
    link_from,
    link_row,
    rating_from,
    rating_row,
    version_from,
    version_row,
)
from db.repositories.article_search import fitting, found_by_words, titled_by_words

_A, _V, _L, _R = articles.c, article_versions.c, article_links.c, article_ratings.c
_TEXT = [c for c in article_versions.c if c.name not in ("article_id", "number", "author", "at")]
# Outer: who may read only what is published sees of a draft that there is one.
_NEWEST = select(articles, *_TEXT).outerjoin(
    article_versions, (_V.article_id == _A.id) & (_V.number == _A.number)
)
_PUBLISHED = select(article_versions).join(
    articles, (_V.article_id == _A.id) & (_V.number == _A.published)
)
_BY_ID = _NEWEST.where(_A.id == bindparam("article_id"))
_LINES = (
    _NEWEST.where(_A.state.in_(bindparam("states", expanding=True)))
    .order_by(_A.changed_at.desc(), _A.id)
    .limit(bindparam("rows"))
)
_VERSIONS = (
    select(article_versions)
    .where(_V.article_id == bindparam("article_id"))
    .order_by(_V.number.desc())
    .limit(MAX_PAGE)
)
_SAVE = update(articles).where(
    _A.id == bindparam("article_id"), _A.version == bindparam("stored_version")
)
_LINKS = (
    select(article_links, _V.title_en, _V.title_zh)
    # The title that agents read now: the version that was used then may be nobody's to read.
    .outerjoin(articles, _A.id == _L.article_id)
    .outerjoin(article_versions, (_V.article_id == _A.id) & (_V.number == _A.published))
    .where(_L.ticket_id == bindparam("of_ticket"))
    .order_by(_L.at, _L.article_id)
    .limit(MAX_PAGE)
)
_RATINGS = (
    select(article_ratings)
    .where(_R.article_id == bindparam("of_article"))
    .order_by(_R.at.desc(), _R.ticket_id, _R.actor)
    .limit(MAX_PAGE)
)
_USED = (
    select(_L.article_id, func.count().label("used"), func.sum(cast(_L.solved, Integer)))
    .where(_L.article_id.in_(bindparam("ids", expanding=True)))
    .group_by(_L.article_id)
)
_RATED = (
    select(_R.article_id, func.count().label("rated"), func.sum(cast(_R.helped, Integer)))
    .where(_R.article_id.in_(bindparam("ids", expanding=True)))
    .group_by(_R.article_id)
)
# PostgreSQL's spelling is SQLite's too, and compiles for both.
_NEW_LINK = conflict_insert(article_links)
_LINK = _NEW_LINK.on_conflict_do_update(
    index_elements=["ticket_id", "article_id"],
    set_={name: _NEW_LINK.excluded[name] for name in ("number", "solved", "actor", "at")},
)
_NEW_RATING = conflict_insert(article_ratings)
_RATE = _NEW_RATING.on_conflict_do_update(
    index_elements=["article_id", "ticket_id", "actor"],
    set_={name: _NEW_RATING.excluded[name] for name in ("at", "helped", "remark")},
)


class SqlArticleRepository:
    """``ports.articles.ArticleRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def add(self, article: Article) -> None:
        """Store a new article with its first version."""
        self._connection.execute(insert(articles), article_row(article))
        self._connection.execute(insert(article_versions), version_row(article))

    def get(self, article_id: ArticleId) -> Article:
        """Return the article with its newest version; raises NotFoundError."""
        row = self._connection.execute(_BY_ID, {"article_id": article_id}).first()
        if row is None:
            raise NotFoundError(subject="Article", id=article_id)
        return article_from(row)

    def save(self, article: Article) -> Article:
        """Save a step and return it with the next version; raises StaleVersionError."""
        former = self.get(article.id)
        saved = dataclasses.replace(article, version=article.version + 1)
        keys = {"article_id": article.id, "stored_version": article.version}
        try:
            changed = self._connection.execute(_SAVE, {**article_row(saved), **keys})
        except IntegrityError as error:
            if REVIEWED_BY_ANOTHER not in str(error.orig):
                raise
            raise AuthorReviewError(subject=article.subject, author=article.author) from error
        if changed.rowcount == 0:
            theirs = self.get(article.id).version
            raise StaleVersionError(subject=article.subject, mine=article.version, theirs=theirs)
        if saved.number != former.number:
            self._connection.execute(insert(article_versions), version_row(saved))
        if saved.published != former.published:
            self._index(saved)
        return saved

    def _index(self, article: Article) -> None:
        """Let agents find the version that is published now, or nothing."""
        of_article = article_texts.c.article_id == article.id
        self._connection.execute(delete(article_texts).where(of_article))
        if article.published is not None:
            texts = dataclasses.asdict(article_texts_of(article.content))
            self._connection.execute(insert(article_texts), {"article_id": article.id, **texts})

    def versions(self, article_id: ArticleId) -> Sequence[ArticleVersion]:
        """Return every saved version, newest first."""
        found = self._connection.execute(_VERSIONS, {"article_id": article_id})
        return [version_from(row) for row in found]

    def published(self, article_id: ArticleId) -> ArticleVersion:
        """Return the version that agents read; raises NotFoundError when none is published."""
        asked = _PUBLISHED.where(_A.id == article_id)
        row = self._connection.execute(asked).first()
        if row is None:
            raise NotFoundError(subject="Article", id=article_id)
        return version_from(row)

    def lines(
        self,
        *,
        states: frozenset[ArticleState],
        author: AgentId | None = None,
        rows: int = MAX_PAGE,
    ) -> Sequence[ArticleLine]:
        """Return articles in ``states``, of one author or of all, changed last first."""
        asked = {"states": sorted(states), "rows": min(rows, MAX_PAGE)}
        statement = _LINES if author is None else _LINES.where(_A.author == author)
        found = [article_from(row) for row in self._connection.execute(statement, asked)]
        figures = self.figures([article.id for article in found])
        return [ArticleLine(article=a, figures=figures[a.id]) for a in found]

    def search(self, query: str, *, rows: int = MAX_PAGE) -> Sequence[ArticleHit]:
        """Return published articles with all words of ``query``; all of them for an empty one."""
        hits = self._hits(found_by_words(self._connection, query))
        titled = titled_by_words(self._connection, query)
        hits.sort(key=lambda hit: (hit.id not in titled, -hit.figures.solved, hit.title, hit.id))
        return hits[: min(rows, MAX_PAGE)]

    def suggest(self, question: ArticleQuestion, *, rows: int = 3) -> Sequence[ArticleHit]:
        """Return what fits a ticket that is being typed, best first."""
        return self._hits(fitting(self._connection, question, rows=min(rows, MAX_PAGE)))

    def use(self, link: ArticleLink) -> None:
        """Link an article to a ticket, or say anew whether it solved it."""
        self._connection.execute(_LINK, link_row(link))

    def links_of(self, ticket_id: TicketId) -> Sequence[ArticleLink]:
        """Return what was used for a ticket, in the order in which it was."""
        found = self._connection.execute(_LINKS, {"of_ticket": ticket_id})
        return [link_from(row) for row in found]

    def rate(self, rating: ArticleRating) -> None:
        """Store a rating in the place of the same agent's former one for the same ticket."""
        self._connection.execute(_RATE, rating_row(rating))

    def ratings(self, article_id: ArticleId) -> Sequence[ArticleRating]:
        """Return an article's newest ratings first."""
        found = self._connection.execute(_RATINGS, {"of_article": article_id})
        return [rating_from(row) for row in found]

    def figures(self, article_ids: Collection[ArticleId]) -> Mapping[ArticleId, ArticleFigures]:
        """Return how each of ``article_ids`` serves."""
        if not article_ids:
            return {}
        asked = {"ids": list(article_ids)}
        used = {row[0]: row for row in self._connection.execute(_USED, asked)}
        rated = {row[0]: row for row in self._connection.execute(_RATED, asked)}
        nothing = (None, 0, 0)
        return {
            key: ArticleFigures(
                used=used.get(key, nothing)[1],
                solved=used.get(key, nothing)[2],
                rated=rated.get(key, nothing)[1],
                helped=rated.get(key, nothing)[2],
            )
            for key in article_ids
        }

    def _hits(self, ids: Sequence[str]) -> list[ArticleHit]:
        """Return the published versions of ``ids`` in their order."""
        keys = [ArticleId(key) for key in ids]
        figures = self.figures(keys)
        statement = _PUBLISHED.where(_A.id.in_(bindparam("ids", expanding=True)))
        found = self._connection.execute(statement, {"ids": keys}) if keys else ()
        rows = {row.article_id: row for row in found}
        return [hit_from(rows[key], figures[key]) for key in keys if key in rows]
