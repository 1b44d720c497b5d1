"""The knowledge base on a whole desk: written, reviewed by another, found, used and counted."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agent_desk.domain.article import Article, ArticleContent, ArticleFigures, ArticleState
from agent_desk.domain.article_log import figures_of
from agent_desk.domain.errors import (
    AuthorReviewError,
    DatabaseUnavailableError,
    ForeignDraftError,
    InputError,
    NotFoundError,
    RightsError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.ticket import Ticket
from agent_desk.services.case_log import ArticleChangedEvent
from agent_desk.services.outbox import Kept
from tests.contracts.article_samples import BLINKS, NOISE, SLOW
from tests.unit.services.bench import AGENT, Bench
from tests.unit.services.test_work_orders import raised, report_of

_S = ArticleState
ZHAO = AgentId("zhao")


def sit(bench: Bench, login: AgentId, *roles: Role) -> None:
    """Let somebody else sit down at the desk."""
    bench.desk.access.change(Person(login=login, name=login, roles=frozenset(roles)))
    bench.desk.commands._agent_id = login


async def written(bench: Bench, content: ArticleContent = BLINKS) -> Article:
    sit(bench, AGENT, Role.AGENT)
    return await bench.desk.knowledge.apply(bench.desk.commands.save_article(None, content))


async def in_review(bench: Bench, content: ArticleContent = BLINKS) -> Article:
    draft = await written(bench, content)
    return await bench.desk.knowledge.apply(bench.desk.commands.submit_article(draft))


async def published(bench: Bench, content: ArticleContent = BLINKS) -> Article:
    waiting = await in_review(bench, content)
    sit(bench, ZHAO, Role.SUPERVISOR)
    article = await bench.desk.knowledge.apply(bench.desk.commands.publish_article(waiting))
    sit(bench, AGENT, Role.AGENT)
    return article


async def a_ticket(bench: Bench) -> Ticket:
    customer = await bench.customer()
    return await bench.desk.tickets.log(await bench.form(customer.id), None)


async def test_somebody_else_reviews_what_agents_will_find(bench: Bench) -> None:
    waiting = await in_review(bench)
    knowledge, commands = bench.desk.knowledge, bench.desk.commands
    assert await knowledge.suggest("router blinks red", None) == []
    with pytest.raises(NotFoundError):
        await knowledge.read(waiting.id)
    assert (await knowledge.shown(waiting.id))[0] == waiting
    sit(bench, ZHAO, Role.AGENT)
    with pytest.raises(NotFoundError):
        await knowledge.shown(waiting.id)
    sit(bench, AGENT, Role.SUPERVISOR)
    with pytest.raises(AuthorReviewError):
        await knowledge.apply(commands.publish_article(waiting))

    sit(bench, ZHAO, Role.SUPERVISOR)
    assert [line.article for line in await knowledge.to_review()] == [waiting]
    article = await knowledge.apply(commands.publish_article(waiting))

    assert (article.state, article.published, article.reviewer) == (_S.PUBLISHED, 1, ZHAO)
    sit(bench, AGENT, Role.AGENT)
    (hit,) = await knowledge.suggest("router blinks red", None)
    assert hit.id == article.id
    reading = await knowledge.read(article.id)
    assert (reading.version.content, reading.is_kept) == (BLINKS, False)
    kinds = [event.kind for event in bench.seen.all(ArticleChangedEvent)]
    assert kinds == ["ArticleWritten", "ArticleSubmitted", "ArticlePublished"]


async def test_a_revision_leaves_the_published_version_until_it_is_reviewed(bench: Bench) -> None:
    article = await published(bench)
    knowledge, commands = bench.desk.knowledge, bench.desk.commands
    better = replace(BLINKS, products="R400")
    sit(bench, AgentId("chen"), Role.AGENT)

    draft = await knowledge.apply(commands.save_article(article, better))

    assert (draft.state, draft.author, draft.number, draft.published) == (_S.DRAFT, "chen", 2, 1)
    assert (await knowledge.read(article.id)).version.content == BLINKS
    assert [v.number for v in await knowledge.versions(article.id)] == [2, 1]
    sit(bench, AGENT, Role.AGENT)
    assert [v.number for v in await knowledge.versions(article.id)] == [1]
    seen, _ = await knowledge.shown(article.id)
    assert (seen.content, seen.number) == (BLINKS, 1)
    with pytest.raises(ForeignDraftError):
        await knowledge.apply(commands.save_article(draft, BLINKS))


async def test_what_is_sent_back_says_why_and_comes_again(bench: Bench) -> None:
    waiting = await in_review(bench)
    knowledge, commands = bench.desk.knowledge, bench.desk.commands
    sit(bench, ZHAO, Role.SUPERVISOR)
    with pytest.raises(InputError):
        commands.send_article_back(waiting, " ")

    back = await knowledge.apply(commands.send_article_back(waiting, "which models?"))

    assert (back.state, back.reason) == (_S.DRAFT, "which models?")
    sit(bench, AGENT, Role.AGENT)
    assert [line.article for line in await knowledge.mine()] == [back]
    again = await knowledge.apply(commands.submit_article(back))
    assert (again.state, again.reason) == (_S.IN_REVIEW, "")
    with pytest.raises(TransitionRefusedError):
        await knowledge.apply(commands.submit_article(again))


async def test_a_retired_article_is_found_by_nobody_and_forgotten_by_nobody(bench: Bench) -> None:
    article = await published(bench)
    knowledge, commands = bench.desk.knowledge, bench.desk.commands
    with pytest.raises(RightsError, match="review articles"):
        await knowledge.apply(commands.retire_article(article, "outdated"))
    sit(bench, ZHAO, Role.SUPERVISOR)

    gone = await knowledge.apply(commands.retire_article(article, "outdated"))

    assert (gone.state, gone.published) == (_S.RETIRED, None)
    assert await knowledge.search("router") == []
    assert [v.content for v in await knowledge.versions(article.id)] == [BLINKS]


async def test_a_hit_that_solves_the_call_is_counted_once_and_by_the_log_too(bench: Bench) -> None:
    article, other = await published(bench), await published(bench, NOISE)
    ticket = await a_ticket(bench)
    knowledge, commands = bench.desk.knowledge, bench.desk.commands
    use = commands.use_article(article.id, ticket.id, number=1, solved=True)

    await knowledge.apply(use)
    await knowledge.apply(use)
    bench.clock.advance(60)
    await knowledge.apply(commands.use_article(other.id, ticket.id, number=1, solved=False))
    await knowledge.apply(commands.rate_article(other.id, ticket.id, helped=False, remark="no"))

    links = await knowledge.of_ticket(ticket.id)
    assert [(link.article_id, link.solved) for link in links] == [
        (article.id, True),
        (other.id, False),
    ]
    expected = {
        article.id: ArticleFigures(used=1, solved=1, rated=1, helped=1),
        other.id: ArticleFigures(used=1, solved=0, rated=1, helped=0),
    }
    stored = await bench.storage.read(lambda u: u.articles.figures([article.id, other.id]))
    events = [
        event
        for id_ in (article.id, other.id)
        for event in await bench.storage.read(
            lambda u, i=id_: u.events.of(Stream.ARTICLE, i)  # type: ignore[misc]
        )
    ]
    assert stored == figures_of(events) == expected
    assert all("content" not in event.payload for event in events)


async def test_somebody_who_saves_too_late_is_told(bench: Bench) -> None:
    draft = await written(bench)
    knowledge, commands = bench.desk.knowledge, bench.desk.commands
    late = commands.save_article(draft, SLOW)
    await knowledge.apply(commands.save_article(draft, NOISE))

    with pytest.raises(StaleVersionError):
        await knowledge.apply(late)


async def test_an_older_question_gives_way_to_a_newer_one(bench: Bench) -> None:
    await published(bench)
    suggest = bench.desk.knowledge.suggest

    found = await asyncio.gather(
        suggest("router", None), suggest("router bl", None), suggest("router blinks", None)
    )

    # The first was in the database already when the others came.
    assert [len(hits) for hits in found] == [1, 0, 1]


@pytest.mark.expected_logs("database away")
async def test_what_was_read_lately_stays_readable_and_what_is_used_is_kept(bench: Bench) -> None:
    article, unread = await published(bench), await published(bench, NOISE)
    ticket = await a_ticket(bench)
    await bench.desk.knowledge.read(article.id)
    bench.storage.fault = DatabaseUnavailableError(path=str(bench.database), reason="gone")

    reading = await bench.desk.knowledge.read(article.id)

    assert (reading.is_kept, reading.version.content) == (True, BLINKS)
    with pytest.raises(DatabaseUnavailableError):
        await bench.desk.knowledge.read(unread.id)
    use = bench.desk.commands.use_article(article.id, ticket.id, number=1, solved=True)
    assert isinstance(await bench.desk.outbox.submit(use), Kept)


async def test_an_approved_order_proposes_an_article(bench: Bench) -> None:
    _, order = await raised(bench)
    orders, knowledge = bench.desk.orders, bench.desk.knowledge
    with pytest.raises(InputError):
        await knowledge.proposal(order.id)
    order = await orders.accept(order.id, order.version)
    order = await orders.start(order.id, order.version)
    order = await orders.report(order.id, order.version, report_of(bench))
    order = await orders.return_to_agent(order.id, order.version)

    content = await knowledge.proposal(order.id)
    article = await knowledge.apply(
        bench.desk.commands.save_article(None, content, order_id=order.id)
    )

    assert article.order_id == order.id
    assert content.texts[0].fix == report_of(bench).done


@pytest.mark.parametrize("role", [Role.DEALER, Role.CAMPAIGN_MANAGER, Role.AUDITOR])
async def test_who_may_not_write_writes_nothing(bench: Bench, role: Role) -> None:
    sit(bench, ZHAO, role)
    knowledge = bench.desk.knowledge

    with pytest.raises(RightsError):
        await knowledge.apply(bench.desk.commands.save_article(None, BLINKS))
    with pytest.raises(RightsError):
        await knowledge.mine()
    if role is Role.DEALER:
        with pytest.raises(RightsError):
            await knowledge.search("router")
