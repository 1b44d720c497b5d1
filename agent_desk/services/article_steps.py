"""What each command does to an article, within its unit of work.

Runs on the thread of the unit of work; `knowledge` has checked the rights before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent_desk.domain.article import (
    ARTICLE_TABLE,
    Article,
    ArticleLink,
    ArticleRating,
    ArticleState,
    require_reviewer,
)
from agent_desk.domain.article_command import (
    ArticleCommand,
    ArticleStep,
    PublishArticle,
    RateArticle,
    RetireArticle,
    SaveArticle,
    SendArticleBack,
    SubmitArticle,
    UseArticle,
)
from agent_desk.domain.article_log import PUBLISHED, RATED, RETIRED, USED
from agent_desk.domain.errors import ForeignDraftError, StaleVersionError
from agent_desk.domain.rights import Right
from agent_desk.services.access import Access
from agent_desk.services.case_log import CaseLog
from agent_desk.services.idempotency import version_before

_S = ArticleState
_UNFINISHED = frozenset({_S.DRAFT, _S.IN_REVIEW})
_Step = Callable[[CaseLog, Access, Article, Any], Article]


def take_article_step(log: CaseLog, access: Access, command: ArticleCommand) -> Article:
    """Return the article after ``command``; raises what the table and the rights refuse."""
    if isinstance(command, UseArticle):
        return _use(log, command)
    if isinstance(command, RateArticle):
        return _rate(log, command)
    if isinstance(command, SaveArticle) and not command.version:
        return _write_new(log, command)
    assert isinstance(command, ArticleStep)
    article = log.uow.articles.get(command.article_id)
    mine = version_before(log.uow, command, command.version)
    if article.version != mine:
        raise StaleVersionError(subject=article.subject, mine=mine, theirs=article.version)
    return _STEPS[type(command)](log, access, article, command)


def _write_new(log: CaseLog, command: SaveArticle) -> Article:
    article = Article(
        id=command.article_id,
        state=_S.DRAFT,
        author=log.actor,
        content=command.content,
        created_at=log.now,
        changed_at=log.now,
        order_id=command.order_id,
    )
    log.uow.articles.add(article)
    return log.note_article("ArticleWritten", article)


def _write(log: CaseLog, access: Access, article: Article, command: SaveArticle) -> Article:
    if article.state in _UNFINISHED:
        _require_own(access, article)
    if article.state is not _S.DRAFT:
        ARTICLE_TABLE.require(article.subject, article.state, _S.DRAFT)
    written = replace(
        article,
        state=_S.DRAFT,
        author=log.actor,
        content=command.content,
        number=article.number + 1,
        reason="",
    )
    return _saved(log, "ArticleWritten", written)


def _submit(log: CaseLog, access: Access, article: Article, _: SubmitArticle) -> Article:
    _require_own(access, article)
    return _moved(log, "ArticleSubmitted", replace(article, reason=""), _S.IN_REVIEW)


def _publish(log: CaseLog, access: Access, article: Article, _: PublishArticle) -> Article:
    require_reviewer(article, log.actor)
    reviewed = replace(article, published=article.number, reviewer=log.actor, reason="")
    return _moved(log, PUBLISHED, reviewed, _S.PUBLISHED)


def _send_back(log: CaseLog, access: Access, article: Article, command: SendArticleBack) -> Article:
    told = replace(article, reason=command.reason)
    return _moved(log, "ArticleSentBack", told, _S.DRAFT)


def _retire(log: CaseLog, access: Access, article: Article, command: RetireArticle) -> Article:
    if article.published is not None:
        access.require(Right.REVIEW_ARTICLES)
    else:
        _require_own(access, article)
    gone = replace(article, published=None, reason=command.reason)
    return _moved(log, RETIRED, gone, _S.RETIRED)


def _use(log: CaseLog, command: UseArticle) -> Article:
    article = _read_by(log, command)
    link = ArticleLink(
        article_id=article.id,
        ticket_id=command.ticket_id,
        number=command.number,
        solved=command.solved,
        actor=log.actor,
        at=log.now,
    )
    log.uow.articles.use(link)
    used = {"ticket_id": link.ticket_id, "number": link.number, "solved": link.solved}
    log.note_article(USED, article, **used)
    # Who says that it solved the matter says that it helped.
    return _rated(log, article, command, helped=True) if command.solved else article


def _rate(log: CaseLog, command: RateArticle) -> Article:
    article = _read_by(log, command)
    return _rated(log, article, command, helped=command.helped, remark=command.remark)


def _rated(
    log: CaseLog,
    article: Article,
    command: UseArticle | RateArticle,
    *,
    helped: bool,
    remark: str = "",
) -> Article:
    rating = ArticleRating(
        article_id=article.id,
        ticket_id=command.ticket_id,
        actor=log.actor,
        at=log.now,
        helped=helped,
        remark=remark,
    )
    log.uow.articles.rate(rating)
    about = {"ticket_id": rating.ticket_id, "helped": helped, "remark": remark}
    return log.note_article(RATED, article, **about)


def _read_by(log: CaseLog, command: UseArticle | RateArticle) -> Article:
    """Return the article; raises NotFoundError for a ticket or an article that is not there."""
    log.uow.tickets.get(command.ticket_id)
    return log.uow.articles.get(command.article_id)


def _require_own(access: Access, article: Article) -> None:
    """Raise ForeignDraftError unless they write it themselves, or review."""
    if article.author != access.login and not access.may(Right.REVIEW_ARTICLES):
        raise ForeignDraftError(subject=article.subject, author=article.author)


def _moved(log: CaseLog, kind: str, article: Article, target: ArticleState) -> Article:
    ARTICLE_TABLE.require(article.subject, article.state, target)
    return _saved(log, kind, replace(article, state=target))


def _saved(log: CaseLog, kind: str, article: Article) -> Article:
    saved = log.uow.articles.save(replace(article, changed_at=log.now))
    return log.note_article(kind, saved)


_STEPS: Mapping[type[ArticleStep], _Step] = MappingProxyType(
    {
        SaveArticle: _write,
        SubmitArticle: _submit,
        PublishArticle: _publish,
        SendArticleBack: _send_back,
        RetireArticle: _retire,
    }
)
"""What each command does to an article of the right version."""
