"""The knowledge base: articles found while a ticket is typed, written, reviewed and rated.

Runs on the `desk-loop` thread. What was read lately stays readable while the database is away.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from agent_desk.domain.article import (
    Article,
    ArticleContent,
    ArticleFigures,
    ArticleHit,
    ArticleLine,
    ArticleLink,
    ArticleQuestion,
    ArticleRating,
    ArticleState,
    ArticleVersion,
)
from agent_desk.domain.article_command import ArticleCommand
from agent_desk.domain.article_log import RETIRED
from agent_desk.domain.article_proposal import proposed_content
from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.command import applied
from agent_desk.domain.errors import NotFoundError, StorageError
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import ArticleId, CategoryId, TicketId, WorkOrderId
from agent_desk.domain.rights import Right
from agent_desk.ports.clock import Clock
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.article_steps import take_article_step
from agent_desk.services.case_log import CaseLog
from agent_desk.services.change_watch import SharedRecordsChangedEvent
from agent_desk.services.event_bus import EventBus
from agent_desk.services.idempotency import applied_id

SUGGESTIONS = 3
"""Most articles that are suggested while a ticket is typed."""

KEPT_READINGS = 50
"""How many articles that were read lately stay readable without the database."""

PATIENCE_SECONDS = 1.5
"""Wait for suggestions, in seconds of real time: later ones help nobody."""

_S = ArticleState
_UNPUBLISHED = frozenset({_S.DRAFT, _S.IN_REVIEW, _S.RETIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReading:
    """An article as it is read. is_kept: from this machine, as the database is away."""

    version: ArticleVersion
    figures: ArticleFigures
    is_kept: bool = False


class Knowledge:
    """What people do with articles."""

    def __init__(
        self,
        *,
        storage: Storage,
        bus: EventBus,
        clock: Clock,
        access: Access,
    ) -> None:
        """``access`` is who acts."""
        self._storage = storage
        self._bus = bus
        self._clock = clock
        self._access = access
        self._readings: OrderedDict[ArticleId, ArticleReading] = OrderedDict()
        self._newest_question = 0
        bus.subscribe(SharedRecordsChangedEvent, self._on_others)
        self._asking = asyncio.Lock()

    async def suggest(
        self, subject: str, category_id: CategoryId | None, products: tuple[str, ...] = ()
    ) -> Sequence[ArticleHit]:
        """Return what may answer a ticket that is being typed; nothing once a newer one is asked.

        One question at a time is in the database, so that typing never queues up there. Raises
        RightsError, StorageError.
        """
        self._access.require(Right.READ_ARTICLES)
        self._newest_question += 1
        mine = self._newest_question

        def work(uow: UnitOfWork) -> Sequence[ArticleHit]:
            categories = _line_of(uow, category_id)
            asked = ArticleQuestion(subject=subject, categories=categories, products=products)
            return uow.articles.suggest(asked, rows=SUGGESTIONS)

        async with self._asking:
            if mine != self._newest_question:
                return ()
            return await self._storage.read(work, timeout_seconds=PATIENCE_SECONDS)

    async def search(self, query: str) -> Sequence[ArticleHit]:
        """Return published articles with all words of ``query``; all of them for an empty one."""
        self._access.require(Right.READ_ARTICLES)
        return await self._storage.read(lambda uow: uow.articles.search(query))

    async def read(self, article_id: ArticleId) -> ArticleReading:
        """Return the published version; the one read last here while the database is away.

        Raises NotFoundError when none is published, RightsError, StorageError.
        """
        self._access.require(Right.READ_ARTICLES)

        def work(uow: UnitOfWork) -> ArticleReading:
            version = uow.articles.published(article_id)
            figures = uow.articles.figures([article_id])[article_id]
            return ArticleReading(version=version, figures=figures)

        try:
            reading = await self._storage.read(work, timeout_seconds=PATIENCE_SECONDS)
        except StorageError:
            kept = self._readings.get(article_id)
            if kept is None:
                raise
            return kept
        self._keep(reading)
        return reading

    async def shown(self, article_id: ArticleId) -> tuple[Article, ArticleFigures]:
        """Return the article and its figures; with the published version for who may see no other.

        Raises NotFoundError for what that person may not read at all.
        """
        self._access.require(Right.READ_ARTICLES)

        def work(uow: UnitOfWork) -> tuple[Article, ArticleFigures]:
            article = uow.articles.get(article_id)
            figures = uow.articles.figures([article_id])[article_id]
            if not self._sees_all(article):
                version = uow.articles.published(article_id)
                article = replace(article, content=version.content, number=version.number)
            return article, figures

        return await self._storage.read(work)

    async def versions(self, article_id: ArticleId) -> Sequence[ArticleVersion]:
        """Return every version that the person may read, newest first."""
        self._access.require(Right.READ_ARTICLES)

        def work(uow: UnitOfWork) -> tuple[Article, Sequence[ArticleVersion]]:
            return uow.articles.get(article_id), uow.articles.versions(article_id)

        article, versions = await self._storage.read(work)
        if self._sees_all(article):
            return versions
        return [version for version in versions if version.number == article.published]

    async def mine(self) -> Sequence[ArticleLine]:
        """Return what this person writes and nobody reads yet, changed last first."""
        self._access.require(Right.WRITE_ARTICLES)
        return await self._storage.read(
            lambda uow: uow.articles.lines(states=_UNPUBLISHED, author=self._access.login)
        )

    async def to_review(self) -> Sequence[ArticleLine]:
        """Return what waits for a reviewer other than its author."""
        self._access.require(Right.REVIEW_ARTICLES)
        waiting = frozenset({_S.IN_REVIEW})
        return await self._storage.read(lambda uow: uow.articles.lines(states=waiting))

    async def of_ticket(self, ticket_id: TicketId) -> Sequence[ArticleLink]:
        """Return the articles that were used for a ticket."""
        self._access.require(Right.READ_ARTICLES)
        return await self._storage.read(lambda uow: uow.articles.links_of(ticket_id))

    async def ratings(self, article_id: ArticleId) -> Sequence[ArticleRating]:
        """Return an article's newest ratings first."""
        self._access.require(Right.READ_ARTICLES)
        return await self._storage.read(lambda uow: uow.articles.ratings(article_id))

    async def proposal(self, order_id: WorkOrderId) -> ArticleContent:
        """Return what an article about a solved order would say.

        Raises InputError for an order whose report is not approved or solved nothing.
        """
        self._access.require(Right.WRITE_ARTICLES)
        own = self._access.own_department

        def work(uow: UnitOfWork) -> ArticleContent:
            order = uow.orders.get(order_id)
            if own not in (None, order.department_id):
                raise NotFoundError(subject="Work order", id=order_id)
            return proposed_content(order, uow.tickets.get(order.ticket_id))

        return await self._storage.read(work)

    async def apply(self, command: ArticleCommand) -> Article:
        """Apply ``command`` in one unit of work and return the article.

        One that was applied before changes nothing. Raises RightsError, NotFoundError,
        StaleVersionError, TransitionRefusedError, AuthorReviewError, ForeignDraftError,
        StorageError.
        """
        self._access.require_command(command)

        def unit(uow: UnitOfWork) -> tuple[Article, CaseLog]:
            log = CaseLog(uow=uow, command=command)
            former = applied_id(uow, command)
            if former is not None:
                return uow.articles.get(ArticleId(former)), log
            article = take_article_step(log, self._access, command)
            log.write()
            now = self._clock.now()
            uow.commands.record(applied(command, at=now, id=article.id, version=article.version))
            return article, log

        article, log = await self._storage.write(unit)
        log.publish(self._bus)
        return article

    def _on_others(self, event: SharedRecordsChangedEvent) -> None:
        # What somebody took away must not come back with the next outage.
        for change in event.changes:
            if change.stream is Stream.ARTICLE and change.kind == RETIRED:
                self._readings.pop(ArticleId(change.stream_id), None)

    def _keep(self, reading: ArticleReading) -> None:
        key = reading.version.article_id
        self._readings[key] = ArticleReading(
            version=reading.version, figures=reading.figures, is_kept=True
        )
        self._readings.move_to_end(key)
        if len(self._readings) > KEPT_READINGS:
            self._readings.popitem(last=False)

    def _sees_all(self, article: Article) -> bool:
        return article.author == self._access.login or self._access.may(Right.REVIEW_ARTICLES)


def _line_of(uow: UnitOfWork, category_id: CategoryId | None) -> frozenset[CategoryId]:
    if category_id is None:
        return frozenset()
    return CategoryTree(uow.catalogue.categories()).line_of(category_id)
