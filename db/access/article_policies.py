"""Who may do what with articles on a server, as `db.access.policies` says it; pure data.

Agents read what is published, authors what they wrote, reviewers everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from agent_desk.domain.article import ARTICLE_STEPS
from agent_desk.domain.rights import ROLE_RIGHTS, Right, Role
from db.access.guards import INVOKER, before_update, changed, group_role, is_one_of, refused
from db.access.policies import CASE_WORKERS, Rule
from db.access.policy_sql import table_statements
from db.article_guards import (
    POSTGRES_ARTICLE_INDEX,
    POSTGRES_KEEP_VERSIONS,
    POSTGRES_VERSIONS_KEPT,
)


def _with(right: Right) -> tuple[Role, ...]:
    return tuple(role for role in Role if right in ROLE_RIGHTS[role])


READERS = _with(Right.READ_ARTICLES)
WRITERS = _with(Right.WRITE_ARTICLES)
REVIEWERS = _with(Right.REVIEW_ARTICLES)
_ALL_SEEING = (*REVIEWERS, Role.AUDITOR)
_MINE = "author = session_user"
_SIGNED = "actor = session_user"
_UNREVIEWED = f"{_MINE} AND state = 'DRAFT' AND published IS NULL AND reviewer = ''"
_OF_ARTICLE = "SELECT 1 FROM public.articles AS a WHERE a.id = article_versions.article_id"

ARTICLE_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "articles": (
            Rule(name="published", roles=READERS, may=("SELECT",), rows="published IS NOT NULL"),
            Rule(name="own", roles=WRITERS, may=("SELECT",), rows=_MINE),
            Rule(name="all_seeing", roles=_ALL_SEEING, may=("SELECT",)),
            Rule(name="new", roles=WRITERS, may=("INSERT",), rows=_UNREVIEWED),
            # access.guard_article says which steps each of them may take.
            Rule(
                name="writers",
                roles=WRITERS,
                may=("UPDATE",),
                rows=f"{_MINE} OR state = 'PUBLISHED'",
            ),
            Rule(name="reviewers", roles=REVIEWERS, may=("UPDATE",)),
        ),
        "article_versions": (
            Rule(
                name="readable",
                roles=READERS,
                may=("SELECT",),
                rows=f"EXISTS ({_OF_ARTICLE} AND (a.published = article_versions.number"
                " OR a.author = session_user))",
            ),
            Rule(name="all_seeing", roles=_ALL_SEEING, may=("SELECT",)),
            Rule(
                name="own",
                roles=WRITERS,
                may=("INSERT",),
                rows=f"{_MINE} AND EXISTS ({_OF_ARTICLE} AND a.author = session_user"
                " AND a.number = article_versions.number AND a.state = 'DRAFT')",
            ),
        ),
        # Words of what is published, and of nothing else.
        "article_texts": (
            Rule(name="readers", roles=READERS, may=("SELECT",)),
            Rule(name="reviewers", roles=REVIEWERS, may=("INSERT", "DELETE")),
        ),
        "article_links": (
            Rule(name="readers", roles=READERS, may=("SELECT",)),
            Rule(name="own", roles=CASE_WORKERS, may=("INSERT",), rows=_SIGNED),
            # The ticket may have gone to somebody else; access.guard_article_link asks who says so.
            Rule(name="again", roles=CASE_WORKERS, may=("UPDATE",)),
        ),
        "article_ratings": (
            Rule(name="readers", roles=READERS, may=("SELECT",)),
            Rule(name="own", roles=CASE_WORKERS, may=("INSERT", "UPDATE"), rows=_SIGNED),
        ),
    }
)
"""The tables of the knowledge base; `db.access.policies` has those before."""


def _steps() -> Iterator[str]:
    for (state, target), rights in ARTICLE_STEPS.items():
        for role in Role:
            if ROLE_RIGHTS[role] & rights:
                yield f"('{state}', '{target}', '{group_role(role)}')"


ARTICLE_GUARD = f"""CREATE FUNCTION access.guard_article() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("id", "order_id", "created_at")} THEN
        {refused("what article it is and where it came from is never changed")};
    END IF;
    IF {changed("state")} AND NOT EXISTS (
        SELECT 1 FROM (VALUES
            {("," + chr(10) + "            ").join(_steps())}
        ) AS step (state, target, who)
        WHERE step.state = OLD.state AND step.target = NEW.state
            AND pg_has_role(session_user, step.who, 'USAGE')
    ) THEN
        {refused("that step of the article is not yours")};
    END IF;
    IF {changed("author", "number")} AND (NEW.state <> 'DRAFT' OR NEW.author <> session_user) THEN
        {refused("a further version is a draft of whoever writes it")};
    END IF;
    IF {changed("author")} AND OLD.state NOT IN ('PUBLISHED', 'RETIRED') THEN
        {refused("what somebody else is writing is not taken over")};
    END IF;
    IF {changed("published", "reviewer")} AND NOT ({is_one_of(*REVIEWERS)}) THEN
        {refused("only a reviewer lets an article through or takes it away")};
    END IF;
    IF {changed("published", "reviewer")} AND NEW.state NOT IN ('PUBLISHED', 'RETIRED') THEN
        {refused("what agents read changes when an article is published or retired")};
    END IF;
    IF (({changed("reviewer")}) OR (NEW.state = 'PUBLISHED' AND {changed("state")}))
        AND NEW.reviewer <> session_user
    THEN
        {refused("a review is signed by whoever gives it")};
    END IF;
    RETURN NEW;
END
$$"""

LINK_GUARD = f"""CREATE FUNCTION access.guard_article_link() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("ticket_id", "article_id")} OR NEW.actor <> session_user THEN
        {refused("what was used for a ticket is signed by whoever says so")};
    END IF;
    RETURN NEW;
END
$$"""


def article_statements() -> tuple[str, ...]:
    """Return the index and everything that guards articles on a server, in order."""
    return (
        *POSTGRES_ARTICLE_INDEX,
        ARTICLE_GUARD,
        LINK_GUARD,
        POSTGRES_KEEP_VERSIONS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
        *(
            line
            for table, rules in ARTICLE_POLICIES.items()
            for line in table_statements(table, rules)
        ),
        POSTGRES_VERSIONS_KEPT,
        before_update("articles", "guard_article"),
        before_update("article_links", "guard_article_link"),
    )
