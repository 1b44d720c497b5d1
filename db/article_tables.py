"""Articles, their versions, links and ratings, as SQLAlchemy Core sees them; any thread."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from agent_desk.domain.article import ArticleState
from db.columns import UtcDateTime, ordered_text, sequence_number, uuid_text
from db.tables import metadata, quoted

REVIEWED_BY_ANOTHER = "reviewed_by_another"
"""Name of the constraint by which the database refuses an author's own review."""


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, server_default="")


articles = Table(
    "articles",
    metadata,
    Column("id", uuid_text(), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("author", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("published", Integer),
    _text("reviewer"),
    _text("reason"),
    Column("order_id", uuid_text(), ForeignKey("work_orders.id")),
    Column("created_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    CheckConstraint(f"state IN ({quoted(ArticleState)})", name="state"),
    CheckConstraint(
        "state <> 'PUBLISHED' OR "
        "(published = number AND published IS NOT NULL AND reviewer <> '' AND reviewer <> author)",
        name=REVIEWED_BY_ANOTHER,
    ),
    CheckConstraint("state <> 'RETIRED' OR published IS NULL", name="retired"),
    Index("ix_articles_state_changed_at", "state", "changed_at", "id"),
)

article_versions = Table(
    "article_versions",
    metadata,
    Column("article_id", uuid_text(), ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("author", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("category_id", uuid_text(), ForeignKey("categories.id")),
    _text("products"),
    *(
        _text(f"{part}_{language}")
        for language in ("en", "zh")
        for part in ("title", "problem", "cause", "fix")
    ),
)

# What the full-text index is built from: one row per published article. On SQLite the virtual
# table article_index follows it by triggers; on PostgreSQL there are generated columns besides.
article_texts = Table(
    "article_texts",
    metadata,
    Column(
        "row_id", sequence_number(), Identity(always=True), primary_key=True, autoincrement=True
    ),
    Column("article_id", uuid_text(), ForeignKey("articles.id"), nullable=False),
    Column("title", ordered_text(), nullable=False, server_default=""),
    _text("spelled"),
    _text("body"),
    UniqueConstraint("article_id"),
)

article_links = Table(
    "article_links",
    metadata,
    Column("ticket_id", uuid_text(), ForeignKey("tickets.id"), primary_key=True),
    Column("article_id", uuid_text(), ForeignKey("articles.id"), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("solved", Boolean, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_article_links_article_id", "article_id", "solved"),
)

article_ratings = Table(
    "article_ratings",
    metadata,
    Column("article_id", uuid_text(), ForeignKey("articles.id"), primary_key=True),
    Column("ticket_id", uuid_text(), ForeignKey("tickets.id"), primary_key=True),
    Column("actor", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("helped", Boolean, nullable=False),
    _text("remark"),
)
