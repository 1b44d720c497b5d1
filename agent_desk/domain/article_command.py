"""Commands about articles: written, reviewed, used for a ticket and rated; pure, any thread.

Kept and applied as every `command.Command`.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent_desk.domain.article import ArticleContent
from agent_desk.domain.command import Command
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import ArticleId, TicketId, WorkOrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleCommand(Command):
    """What a person does with an article; the outcome is the article."""

    article_id: ArticleId

    @property
    def about(self) -> tuple[Stream, str]:
        """The article."""
        return Stream.ARTICLE, self.article_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleStep(ArticleCommand):
    """A step of an article, made on its ``version``."""

    version: int

    @property
    def edits(self) -> str:
        """The article."""
        return self.article_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveArticle(ArticleStep):
    """Write a further version, or a new article: version 0.

    order_id: the solved order that it is about, None for none.
    """

    content: ArticleContent
    order_id: WorkOrderId | None = None

    @property
    def makes(self) -> frozenset[str]:
        """The article, when it is new."""
        return frozenset() if self.version else frozenset({self.article_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitArticle(ArticleStep):
    """Its author holds it finished: somebody else is to read it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishArticle(ArticleStep):
    """The reviewer lets it through: agents read it from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendArticleBack(ArticleStep):
    """Something is missing or wrong."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireArticle(ArticleStep):
    """Nobody shall read it any more; its versions stay."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseArticle(ArticleCommand):
    """It was read for a ticket, in its version ``number``; solved: that settled the matter."""

    ticket_id: TicketId
    number: int
    solved: bool

    @property
    def subjects(self) -> frozenset[str]:
        """The article and the ticket, which may still wait to be saved."""
        return frozenset({self.article_id, self.ticket_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class RateArticle(ArticleCommand):
    """It helped with a ticket, or it did not."""

    ticket_id: TicketId
    helped: bool
    remark: str = ""

    @property
    def subjects(self) -> frozenset[str]:
        """The article and the ticket, which may still wait to be saved."""
        return frozenset({self.article_id, self.ticket_id})
