"""Makes commands about articles: checked, stamped with id, time and actor.

Runs on the `desk-loop` thread and needs no database.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent_desk.domain.article import (
    MAX_REMARK,
    Article,
    ArticleContent,
    ArticleText,
    require_content,
)
from agent_desk.domain.article_command import (
    PublishArticle,
    RateArticle,
    RetireArticle,
    SaveArticle,
    SendArticleBack,
    SubmitArticle,
    UseArticle,
)
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import ArticleId, TicketId, WorkOrderId, derived_uuid7
from agent_desk.services.loop_commands import told


class ArticleCommands:
    """Every method raises InputError for the first field that the desk cannot take."""

    def save_article(
        self,
        article: Article | None,
        content: ArticleContent,
        *,
        order_id: WorkOrderId | None = None,
    ) -> SaveArticle:
        """Write a further version of ``article``, None for a new one."""
        content = _stripped(content)
        require_content(content)
        stamp = self._stamp()
        if article is None:
            new_id = ArticleId(derived_uuid7(stamp["id"], "article"))
            return SaveArticle(
                **stamp, article_id=new_id, version=0, content=content, order_id=order_id
            )
        step = {**stamp, "article_id": article.id, "version": article.version}
        return SaveArticle(**step, content=content)

    def submit_article(self, article: Article) -> SubmitArticle:
        """Have it reviewed."""
        return SubmitArticle(**self._article_step(article))

    def publish_article(self, article: Article) -> PublishArticle:
        """Let it through."""
        return PublishArticle(**self._article_step(article))

    def send_article_back(self, article: Article, reason: str) -> SendArticleBack:
        """Something is missing or wrong."""
        reason = told("reason", reason, "what is missing or wrong")
        return SendArticleBack(**self._article_step(article), reason=reason)

    def retire_article(self, article: Article, reason: str) -> RetireArticle:
        """Nobody shall read it any more."""
        reason = told("reason", reason, "why nobody shall read it any more")
        return RetireArticle(**self._article_step(article), reason=reason)

    def use_article(
        self, article_id: ArticleId, ticket_id: TicketId, *, number: int, solved: bool
    ) -> UseArticle:
        """Link the version ``number`` to a ticket; solved: it settled the matter."""
        return UseArticle(
            **self._stamp(),
            article_id=article_id,
            ticket_id=ticket_id,
            number=number,
            solved=solved,
        )

    def rate_article(
        self, article_id: ArticleId, ticket_id: TicketId, *, helped: bool, remark: str = ""
    ) -> RateArticle:
        """Say whether it helped with a ticket."""
        remark = remark.strip()
        if len(remark) > MAX_REMARK:
            accepted = f"at most {MAX_REMARK} characters"
            raise InputError(field="remark", value=remark[:40], accepted=accepted)
        return RateArticle(
            **self._stamp(),
            article_id=article_id,
            ticket_id=ticket_id,
            helped=helped,
            remark=remark,
        )

    def _stamp(self) -> dict[str, Any]:
        """Return id, time and actor of a new command."""
        raise NotImplementedError

    def _article_step(self, article: Article) -> dict[str, Any]:
        return {**self._stamp(), "article_id": article.id, "version": article.version}


def _stripped(content: ArticleContent) -> ArticleContent:
    return replace(
        content,
        en=_stripped_text(content.en),
        zh=_stripped_text(content.zh),
        products=content.products.strip(),
    )


def _stripped_text(text: ArticleText) -> ArticleText:
    return ArticleText(
        title=text.title.strip(),
        problem=text.problem.strip(),
        cause=text.cause.strip(),
        fix=text.fix.strip(),
    )
