"""Articles: their table, what is needed of a text, and figures that the log alone gives again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.article import (
    ARTICLE_STEPS,
    ARTICLE_TABLE,
    MAX_TITLE,
    NO_TEXT,
    Article,
    ArticleContent,
    ArticleFigures,
    ArticleState,
    ArticleText,
    require_content,
    require_reviewer,
)
from agent_desk.domain.article_log import RATED, USED, figures_of
from agent_desk.domain.article_proposal import may_propose, proposed_content
from agent_desk.domain.errors import AuthorReviewError, InputError
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import (
    AgentId,
    ArticleId,
    CategoryId,
    CustomerId,
    EventId,
    TicketId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.report_item import FaultyPart, Liability
from agent_desk.domain.rights import ROLE_RIGHTS, Right
from agent_desk.domain.ticket import Priority, Ticket, TicketState
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LI, ZHAO = AgentId("li"), AgentId("zhao")
TEXT = ArticleText(title="Line is dead", problem="No tone.", fix="Plug it in.")


def an_article(**more: Any) -> Article:
    values: dict[str, Any] = {"id": ArticleId("a"), "state": ArticleState.DRAFT, "author": LI}
    content = ArticleContent(en=TEXT)
    return Article(content=content, created_at=NOW, changed_at=NOW, **(values | more))


def test_every_step_of_the_table_has_somebody_to_take_it() -> None:
    ways = {(s, t) for s in ArticleState for t in ARTICLE_TABLE.targets(s)}

    assert set(ARTICLE_STEPS) == ways
    known = frozenset[Right]().union(*ROLE_RIGHTS.values())
    assert all(rights <= known for rights in ARTICLE_STEPS.values())


def test_nothing_is_published_but_from_its_review() -> None:
    before = {s for s in ArticleState if ArticleState.PUBLISHED in ARTICLE_TABLE.targets(s)}

    assert before == {ArticleState.IN_REVIEW}
    assert ARTICLE_STEPS[ArticleState.IN_REVIEW, ArticleState.PUBLISHED] == {Right.REVIEW_ARTICLES}


def test_an_author_reviews_nothing_of_their_own() -> None:
    require_reviewer(an_article(), ZHAO)
    with pytest.raises(AuthorReviewError, match=r"Line is dead.*li"):
        require_reviewer(an_article(), LI)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (ArticleContent(), "title"),
        (ArticleContent(en=replace(TEXT, title=" ")), "title_en"),
        (ArticleContent(en=replace(TEXT, title="x" * (MAX_TITLE + 1))), "title_en"),
        (ArticleContent(en=TEXT, zh=replace(TEXT, fix="")), "fix_zh"),
        (ArticleContent(zh=replace(TEXT, problem="")), "problem_zh"),
        (ArticleContent(en=replace(TEXT, cause="x" * 9000)), "cause_en"),
        (ArticleContent(en=TEXT, products="x" * 401), "products"),
    ],
)
def test_what_is_missing_or_too_long_is_named(content: ArticleContent, field: str) -> None:
    with pytest.raises(InputError) as caught:
        require_content(content)

    assert caught.value.details["field"] == field


def test_one_language_and_no_cause_are_enough() -> None:
    require_content(ArticleContent(zh=TEXT))
    assert ArticleContent(zh=TEXT).title == TEXT.title
    assert ArticleContent(zh=TEXT).texts == (TEXT,)


def test_nobody_helped_is_no_percentage() -> None:
    assert ArticleFigures(used=3).helped_percent is None
    assert ArticleFigures(rated=3, helped=2).helped_percent == 67


def an_event(kind: str, article: str, actor: str, **payload: Any) -> LoggedEvent:
    return LoggedEvent(
        id=EventId(new_uuid7(NOW)),
        stream=Stream.ARTICLE,
        stream_id=article,
        kind=kind,
        at=NOW,
        actor=actor,
        payload=payload,
    )


_SAYINGS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.sampled_from("lz"), st.booleans()),
    max_size=30,
)


@given(_SAYINGS, _SAYINGS)
def test_the_last_word_on_each_ticket_counts_once(
    uses: list[tuple[str, str, str, bool]], ratings: list[tuple[str, str, str, bool]]
) -> None:
    events = [an_event(USED, a, who, ticket_id=t, solved=s) for a, t, who, s in uses]
    events += [an_event(RATED, a, who, ticket_id=t, helped=h) for a, t, who, h in ratings]
    links = {(a, t): solved for a, t, _, solved in uses}
    rated = {(a, t, who): helped for a, t, who, helped in ratings}

    found = figures_of(events)

    for article in {a for a, *_ in [*uses, *ratings]}:
        assert found[ArticleId(article)] == ArticleFigures(
            used=sum(a == article for a, _ in links),
            solved=sum(solved for (a, _), solved in links.items() if a == article),
            rated=sum(a == article for a, *_ in rated),
            helped=sum(helped for (a, *_), helped in rated.items() if a == article),
        )


def a_case(state: WorkOrderState, outcome: ReportOutcome) -> tuple[WorkOrder, Ticket]:
    report = WorkReport(
        started_at=NOW,
        ended_at=NOW,
        done="更换电源",
        outcome=outcome,
        faulty=FaultyPart(part="电源", liable=Liability.OURSELVES),
    )
    common: dict[str, Any] = {
        "number": 1,
        "customer_id": CustomerId("c"),
        "subject": "电话没有声音",
        "priority": Priority.P3,
        "owner": LI,
    }
    order = WorkOrder(
        id=WorkOrderId("o"),
        ticket_id=TicketId("t"),
        instructions="",
        state=state,
        raised_at=NOW,
        changed_at=NOW,
        report=report,
        **common,
    )
    ticket = Ticket(
        id=TicketId("t"),
        category_id=CategoryId("k"),
        description="拿起听筒没有声音",
        state=TicketState.VERIFYING,
        opened_at=NOW,
        **common,
    )
    return order, ticket


def test_an_approved_and_solved_order_proposes_its_article() -> None:
    order, ticket = a_case(WorkOrderState.VERIFYING, ReportOutcome.SOLVED)

    content = proposed_content(order, ticket)

    assert content.en == NO_TEXT
    assert content.zh == ArticleText(
        title="电话没有声音", problem="拿起听筒没有声音", cause="电源", fix="更换电源"
    )
    assert content.category_id == "k"


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (WorkOrderState.REPORTED, ReportOutcome.SOLVED),
        (WorkOrderState.CLOSED, ReportOutcome.NOT_SOLVED),
    ],
)
def test_other_orders_propose_nothing(state: WorkOrderState, outcome: ReportOutcome) -> None:
    order, ticket = a_case(state, outcome)

    assert not may_propose(order)
    with pytest.raises(InputError, match="approved"):
        proposed_content(order, ticket)
