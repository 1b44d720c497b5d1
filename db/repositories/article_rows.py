"""Rows of articles, and articles of rows; pure, any thread."""

from __future__ import annotations

from typing import Any

from agent_desk.domain.article import (
    Article,
    ArticleContent,
    ArticleFigures,
    ArticleHit,
    ArticleLink,
    ArticleRating,
    ArticleState,
    ArticleText,
    ArticleVersion,
)
from agent_desk.domain.identifiers import (
    AgentId,
    ArticleId,
    CategoryId,
    TicketId,
    WorkOrderId,
)
from db.statement_types import AnyRow


def article_row(article: Article) -> dict[str, Any]:
    """Return the row of an article, without its text."""
    return {
        "id": article.id,
        "state": article.state.value,
        "author": article.author,
        "number": article.number,
        "published": article.published,
        "reviewer": article.reviewer or "",
        "reason": article.reason,
        "order_id": article.order_id,
        "created_at": article.created_at,
        "changed_at": article.changed_at,
        "version": article.version,
    }


def version_row(article: Article) -> dict[str, Any]:
    """Return the row of an article's newest version."""
    content = article.content
    return {
        "article_id": article.id,
        "number": article.number,
        "author": article.author,
        "at": article.changed_at,
        "category_id": content.category_id,
        "products": content.products,
        **_text_row("en", content.en),
        **_text_row("zh", content.zh),
    }


def article_from(row: AnyRow) -> Article:
    """Return the article of a row of `articles` with the columns of its newest version."""
    return Article(
        id=ArticleId(row.id),
        state=ArticleState(row.state),
        author=AgentId(row.author),
        content=_content_from(row),
        created_at=row.created_at,
        changed_at=row.changed_at,
        number=row.number,
        published=row.published,
        reviewer=AgentId(row.reviewer) if row.reviewer else None,
        reason=row.reason,
        order_id=WorkOrderId(row.order_id) if row.order_id else None,
        version=row.version,
    )


def version_from(row: AnyRow) -> ArticleVersion:
    """Return the version of a row."""
    return ArticleVersion(
        article_id=ArticleId(row.article_id),
        number=row.number,
        author=AgentId(row.author),
        at=row.at,
        content=_content_from(row),
    )


def hit_from(row: AnyRow, figures: ArticleFigures) -> ArticleHit:
    """Return the hit of a published version's row."""
    return ArticleHit(
        id=ArticleId(row.article_id),
        number=row.number,
        title=row.title_en or row.title_zh,
        title_zh=row.title_zh,
        category_id=CategoryId(row.category_id) if row.category_id else None,
        figures=figures,
    )


def link_row(link: ArticleLink) -> dict[str, Any]:
    """Return the row of a link."""
    return {
        "ticket_id": link.ticket_id,
        "article_id": link.article_id,
        "number": link.number,
        "solved": link.solved,
        "actor": link.actor,
        "at": link.at,
    }


def link_from(row: AnyRow) -> ArticleLink:
    """Return the link of a row, with the title that agents read now."""
    return ArticleLink(
        article_id=ArticleId(row.article_id),
        ticket_id=TicketId(row.ticket_id),
        number=row.number,
        solved=row.solved,
        actor=AgentId(row.actor),
        at=row.at,
        title=row.title_en or row.title_zh or "",
        title_zh=row.title_zh or "",
    )


def rating_row(rating: ArticleRating) -> dict[str, Any]:
    """Return the row of a rating."""
    return {
        "article_id": rating.article_id,
        "ticket_id": rating.ticket_id,
        "actor": rating.actor,
        "at": rating.at,
        "helped": rating.helped,
        "remark": rating.remark,
    }


def rating_from(row: AnyRow) -> ArticleRating:
    """Return the rating of a row."""
    return ArticleRating(
        article_id=ArticleId(row.article_id),
        ticket_id=TicketId(row.ticket_id),
        actor=AgentId(row.actor),
        at=row.at,
        helped=row.helped,
        remark=row.remark,
    )


def _text_row(language: str, text: ArticleText) -> dict[str, str]:
    return {
        f"title_{language}": text.title,
        f"problem_{language}": text.problem,
        f"cause_{language}": text.cause,
        f"fix_{language}": text.fix,
    }


def _content_from(row: AnyRow) -> ArticleContent:
    return ArticleContent(
        en=_text_from(row, "en"),
        zh=_text_from(row, "zh"),
        category_id=CategoryId(row.category_id) if row.category_id else None,
        products=row.products or "",
    )


def _text_from(row: AnyRow, language: str) -> ArticleText:
    return ArticleText(
        title=getattr(row, f"title_{language}") or "",
        problem=getattr(row, f"problem_{language}") or "",
        cause=getattr(row, f"cause_{language}") or "",
        fix=getattr(row, f"fix_{language}") or "",
    )
