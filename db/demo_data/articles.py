"""A dozen articles in two languages, and the tickets that they helped with; caller's thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, select

from agent_desk.domain.article import (
    Article,
    ArticleContent,
    ArticleLink,
    ArticleRating,
    ArticleState,
    ArticleText,
)
from agent_desk.domain.article_log import RATED, USED
from agent_desk.domain.event_log import LoggedEvent, Stream, to_payload
from agent_desk.domain.identifiers import AgentId, ArticleId, CategoryId, EventId, TicketId
from db import tables
from db.demo_data.article_texts import ARTICLES, DRAFTS, Words
from db.demo_data.rows import IdSource
from db.repositories.articles import SqlArticleRepository
from db.repositories.event_log import SqlEventLog

AUTHORS: Final = (AgentId("agent004"), AgentId("agent011"), AgentId("agent023"))
REVIEWER: Final = AgentId("supervisor01")
_MOST_TICKETS: Final = 30
_SOLVED: Final = 0.6
_RATED: Final = 0.5
_HELPED: Final = 0.85
_AGE: Final = timedelta(days=60)


class ArticleWriter:
    """Writes articles and what they were used for, with their events."""

    def __init__(
        self, connection: Connection, *, random: Random, ids: IdSource, now: datetime
    ) -> None:
        """Everything happened before ``now``."""
        self._connection = connection
        self._articles = SqlArticleRepository(connection)
        self._log = SqlEventLog(connection)
        self._random = random
        self._ids = ids
        self._now = now

    def write(self, categories: dict[str, CategoryId]) -> None:
        """Store everything; ``categories`` by their English names."""
        for number, words in enumerate(ARTICLES):
            article = self._draft(words, categories, AUTHORS[number % len(AUTHORS)])
            self._published(article)
            for ticket in self._tickets_of(article.content.category_id):
                self._use(article, *ticket)
        for words in DRAFTS:
            draft = self._draft(words, categories, AUTHORS[0])
            self._step("ArticleSubmitted", replace(draft, state=ArticleState.IN_REVIEW))

    def _draft(self, words: Words, categories: dict[str, CategoryId], author: AgentId) -> Article:
        category, products, english, chinese = words
        at = self._now - _AGE + timedelta(hours=self._random.randrange(600))
        content = ArticleContent(
            en=ArticleText(title=english[0], problem=english[1], cause=english[2], fix=english[3]),
            zh=ArticleText(title=chinese[0], problem=chinese[1], cause=chinese[2], fix=chinese[3]),
            category_id=categories[category],
            products=products,
        )
        article = Article(
            id=ArticleId(self._ids.next()),
            state=ArticleState.DRAFT,
            author=author,
            content=content,
            created_at=at,
            changed_at=at,
        )
        self._articles.add(article)
        self._tell("ArticleWritten", article, author, at)
        return article

    def _published(self, draft: Article) -> None:
        waiting = self._step("ArticleSubmitted", replace(draft, state=ArticleState.IN_REVIEW))
        through = replace(
            waiting, state=ArticleState.PUBLISHED, published=waiting.number, reviewer=REVIEWER
        )
        self._step("ArticlePublished", through, by=REVIEWER)

    def _step(self, kind: str, article: Article, *, by: AgentId | None = None) -> Article:
        at = article.changed_at + timedelta(hours=3)
        saved = self._articles.save(replace(article, changed_at=at))
        self._tell(kind, saved, by or saved.author, at)
        return saved

    def _tickets_of(
        self, category_id: CategoryId | None
    ) -> Iterator[tuple[TicketId, AgentId, datetime]]:
        found = tables.tickets.c
        asked = (
            select(found.id, found.owner, found.resolved_at)
            .where(found.category_id == category_id, found.resolved_at.is_not(None))
            .order_by(found.number)
            .limit(self._random.randrange(3, _MOST_TICKETS))
        )
        for row in self._connection.execute(asked).all():
            yield TicketId(row.id), AgentId(row.owner), row.resolved_at

    def _use(self, article: Article, ticket: TicketId, agent: AgentId, at: datetime) -> None:
        solved = self._random.random() < _SOLVED
        link = ArticleLink(
            article_id=article.id,
            ticket_id=ticket,
            number=article.number,
            solved=solved,
            actor=agent,
            at=at,
        )
        self._articles.use(link)
        used = {"ticket_id": ticket, "number": article.number, "solved": solved}
        self._tell(USED, article, agent, at, **used)
        if solved or self._random.random() < _RATED:
            helped = solved or self._random.random() < _HELPED
            rating = ArticleRating(
                article_id=article.id, ticket_id=ticket, actor=agent, at=at, helped=helped
            )
            self._articles.rate(rating)
            self._tell(RATED, article, agent, at, ticket_id=ticket, helped=helped, remark="")

    def _tell(self, kind: str, article: Article, actor: AgentId, at: datetime, **more: Any) -> None:
        payload = {k: v for k, v in to_payload(article).items() if k != "content"} | more
        event = LoggedEvent(
            id=EventId(self._ids.next()),
            stream=Stream.ARTICLE,
            stream_id=article.id,
            kind=kind,
            at=at,
            actor=actor,
            payload=payload,
        )
        self._log.append([event])
