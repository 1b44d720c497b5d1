"""The knowledge base: articles, their versions and index, links to tickets, ratings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.columns import UtcDateTime, ordered_text, sequence_number, uuid_text
from db.migrations.knowledge_0012 import SQLITE_STATEMENTS, STATEMENTS

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_STREAMS = "'AGENT', 'CALL', 'CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER'"
_STREAMS_NOW = "'AGENT', 'ARTICLE', 'CALL', 'CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER'"
_TABLES = ("article_ratings", "article_links", "article_texts", "article_versions", "articles")
_FUNCTIONS = ("guard_article", "guard_article_link", "keep_versions")


def upgrade() -> None:
    """Make tables and index, let the log tell of articles, then guard it all."""
    _allow_streams(_STREAMS_NOW)
    _articles()
    _versions()
    _texts()
    _links()
    _ratings()
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_STATEMENTS if on_sqlite else STATEMENTS:
        # No parameters: a percent sign is one.
        op.get_bind().exec_driver_sql(statement, execution_options={"no_parameters": True})


def downgrade() -> None:
    """Drop it; what the log told of articles is told of nothing any more."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE article_index")
        # The trigger that keeps versions goes with its table.
    for table in _TABLES:
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        for name in _FUNCTIONS:
            op.execute(f"DROP FUNCTION access.{name}()")
    _forget_articles()
    _allow_streams(_STREAMS)


def _allow_streams(streams: str) -> None:
    name, known = op.f("ck_event_log_stream"), f"stream IN ({streams})"
    with op.batch_alter_table("event_log", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.text(known))
    if op.get_bind().dialect.name == "sqlite":
        # Rebuilding a table drops its triggers.
        _keep_log()


def _keep_log() -> None:
    for name, moment in (("update", "UPDATE"), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER event_log_no_{name} BEFORE {moment} ON event_log "
            "BEGIN SELECT RAISE(ABORT, 'event_log is append-only'); END"
        )


def _forget_articles() -> None:
    """Take what an older program does not know out of the log, which lets nobody else do so."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER event_log_no_delete")
        op.execute("DELETE FROM event_log WHERE stream = 'ARTICLE'")
        op.execute("DROP TRIGGER event_log_no_update")
        return
    op.execute("ALTER TABLE event_log DISABLE TRIGGER USER")
    op.execute("GRANT DELETE ON event_log TO CURRENT_USER")
    op.execute("DELETE FROM event_log WHERE stream = 'ARTICLE'")
    op.execute("REVOKE DELETE ON event_log FROM CURRENT_USER")
    op.execute("ALTER TABLE event_log ENABLE TRIGGER USER")
    for name in ("update", "delete", "truncate"):
        op.execute(f"ALTER TABLE event_log ENABLE ALWAYS TRIGGER event_log_no_{name}")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _link(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name)


def _articles() -> None:
    def check(name: str, condition: str) -> sa.CheckConstraint:
        return sa.CheckConstraint(condition, name=op.f(f"ck_articles_{name}"))

    op.create_table(
        "articles",
        sa.Column("id", uuid_text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published", sa.Integer(), nullable=True),
        _text("reviewer"),
        _text("reason"),
        sa.Column("order_id", uuid_text(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        check("state", "state IN ('DRAFT', 'IN_REVIEW', 'PUBLISHED', 'RETIRED')"),
        check(
            "reviewed_by_another",
            "state <> 'PUBLISHED' OR (published = number AND published IS NOT NULL "
            "AND reviewer <> '' AND reviewer <> author)",
        ),
        check("retired", "state <> 'RETIRED' OR published IS NULL"),
        _link("articles", "order_id", "work_orders"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index("ix_articles_state_changed_at", "articles", ["state", "changed_at", "id"])


def _versions() -> None:
    op.create_table(
        "article_versions",
        sa.Column("article_id", uuid_text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("category_id", uuid_text(), nullable=True),
        _text("products"),
        *(
            _text(f"{part}_{language}")
            for language in ("en", "zh")
            for part in ("title", "problem", "cause", "fix")
        ),
        _link("article_versions", "article_id", "articles"),
        _link("article_versions", "category_id", "categories"),
        sa.PrimaryKeyConstraint("article_id", "number", name=op.f("pk_article_versions")),
    )


def _texts() -> None:
    op.create_table(
        "article_texts",
        sa.Column(
            "row_id",
            sequence_number(),
            sa.Identity(always=True),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("article_id", uuid_text(), nullable=False),
        sa.Column("title", ordered_text(), server_default="", nullable=False),
        _text("spelled"),
        _text("body"),
        _link("article_texts", "article_id", "articles"),
        sa.PrimaryKeyConstraint("row_id", name=op.f("pk_article_texts")),
        sa.UniqueConstraint("article_id", name=op.f("uq_article_texts_article_id")),
    )


def _links() -> None:
    op.create_table(
        "article_links",
        sa.Column("ticket_id", uuid_text(), nullable=False),
        sa.Column("article_id", uuid_text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _link("article_links", "article_id", "articles"),
        _link("article_links", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("ticket_id", "article_id", name=op.f("pk_article_links")),
    )
    op.create_index("ix_article_links_article_id", "article_links", ["article_id", "solved"])


def _ratings() -> None:
    op.create_table(
        "article_ratings",
        sa.Column("article_id", uuid_text(), nullable=False),
        sa.Column("ticket_id", uuid_text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("helped", sa.Boolean(), nullable=False),
        _text("remark"),
        _link("article_ratings", "article_id", "articles"),
        _link("article_ratings", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint(
            "article_id", "ticket_id", "actor", name=op.f("pk_article_ratings")
        ),
    )
