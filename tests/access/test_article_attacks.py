"""Plain SQL against the knowledge base: drafts of others, reviews of one's own, forged names."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import sql
from psycopg.errors import CheckViolation, InsufficientPrivilege

from tests.access.floor import (
    AGENT,
    COLLEAGUE,
    DEALER,
    DEPARTMENT,
    DISPATCHER,
    SUPERUSER,
    SUPERVISOR,
    AccessFloor,
    a_link,
    a_rating,
    a_version,
    an_article,
    insert,
)


def changed(floor: AccessFloor, login: str, article: str, change: str) -> int:
    """Return how many rows ``change`` touches; it is undone."""
    statement = f"UPDATE articles SET {change} WHERE id = '{article}'"
    with floor.acting(login) as connection:
        return connection.execute(sql.SQL(statement)).rowcount


@pytest.mark.parametrize("login", [COLLEAGUE, DISPATCHER, DEPARTMENT, DEALER])
def test_nobody_reads_what_somebody_else_is_writing(attacked: AccessFloor, login: str) -> None:
    draft = attacked.ids[f"article of {AGENT}"]
    with attacked.acting(login) as connection:
        for statement in (
            f"SELECT 1 FROM articles WHERE id = '{draft}'",
            f"SELECT 1 FROM article_versions WHERE article_id = '{draft}'",
        ):
            try:
                assert connection.execute(sql.SQL(statement)).fetchall() == []
            except InsufficientPrivilege:
                connection.rollback()
                assert login == DEALER


@pytest.mark.parametrize(
    "change",
    [
        "state = 'PUBLISHED', published = number, reviewer = 't_supervisor'",
        "published = 1",
        "reviewer = 't_supervisor'",
        "author = 't_agent.two'",
        "order_id = NULL, created_at = now()",
    ],
)
def test_an_author_lets_nothing_of_their_own_through(attacked: AccessFloor, change: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        changed(attacked, AGENT, attacked.ids[f"article of {AGENT}"], change)


@pytest.mark.parametrize(
    "change",
    [
        "state = 'RETIRED', published = NULL",
        "published = NULL, state = 'DRAFT', author = session_user",
        "number = 2, author = session_user",
    ],
)
def test_an_agent_takes_no_published_article_away(attacked: AccessFloor, change: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        changed(attacked, AGENT, attacked.ids["article published"], change)


def test_an_agent_revises_what_is_published_under_their_own_name(attacked: AccessFloor) -> None:
    published = attacked.ids["article published"]
    revised = "state = 'DRAFT', number = 2, author = session_user"

    assert changed(attacked, AGENT, published, revised) == 1
    with pytest.raises(InsufficientPrivilege):
        changed(attacked, AGENT, published, "state = 'DRAFT', number = 2, author = 't_supervisor'")


def test_a_supervisor_signs_a_review_with_their_own_name_and_reviews_no_own_article(
    attacked: AccessFloor,
) -> None:
    article, own = (attacked.ids[f"article of {login}"] for login in (AGENT, SUPERVISOR))
    through = "state = 'PUBLISHED', published = number, reviewer = "
    with attacked.acting(SUPERUSER) as connection:
        connection.execute("UPDATE articles SET state = 'IN_REVIEW' WHERE state = 'DRAFT'")

        def attempt(login: str, key: str, reviewer: str) -> int:
            connection.execute("SAVEPOINT before")
            name = sql.Identifier(login)
            connection.execute(sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(name))
            statement = f"UPDATE articles SET {through} {reviewer} WHERE id = '{key}'"
            try:
                return connection.execute(sql.SQL(statement)).rowcount
            finally:
                connection.execute("ROLLBACK TO before")

        with pytest.raises(InsufficientPrivilege):
            attempt(SUPERVISOR, article, "'t_dispatcher'")
        with pytest.raises(CheckViolation, match="reviewed_by_another"):
            attempt(SUPERVISOR, own, "session_user")
        assert attempt(SUPERVISOR, article, "session_user") == 1


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("articles", an_article(AGENT) | {"author": COLLEAGUE}),
        (
            "articles",
            an_article(AGENT) | {"state": "PUBLISHED", "published": 1, "reviewer": SUPERVISOR},
        ),
        ("article_texts", {"article_id": "of agent", "title": "free words"}),
        ("article_versions", a_version("of agent", 3, AGENT)),
        ("article_versions", a_version("published", 2, AGENT)),
        ("article_links", a_link("published", "ticket", COLLEAGUE)),
        ("article_ratings", a_rating("published", "ticket", COLLEAGUE)),
    ],
)
def test_nothing_is_added_in_anothers_name_or_past_the_review(
    attacked: AccessFloor, table: str, row: dict[str, Any]
) -> None:
    meant = {
        "of agent": attacked.ids[f"article of {AGENT}"],
        "published": attacked.ids["article published"],
        "ticket": attacked.ids[f"ticket of {DEALER}"],
    }
    values = {
        name: meant.get(v, v) if name in ("article_id", "ticket_id") else v
        for name, v in row.items()
    }
    with attacked.acting(AGENT) as connection, pytest.raises(InsufficientPrivilege):
        insert(connection, table, values)


def test_not_even_the_owner_rewrites_a_version(attacked: AccessFloor) -> None:
    for statement in ("UPDATE article_versions SET fix_en = ''", "DELETE FROM article_versions"):
        with attacked.acting(SUPERUSER) as connection, pytest.raises(CheckViolation):
            connection.execute(sql.SQL(statement))
