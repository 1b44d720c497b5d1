"""What every database does with articles: found alike, versions kept, an author's review refused.

A subclass named ``Test...`` gives the fixture ``database``, one for the whole class.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from agent_desk.domain.article import (
    Article,
    ArticleContent,
    ArticleFigures,
    ArticleHit,
    ArticleLink,
    ArticleQuestion,
    ArticleRating,
    ArticleState,
    ArticleText,
)
from agent_desk.domain.errors import (
    AgentDeskError,
    AuthorReviewError,
    NotFoundError,
    StaleVersionError,
)
from agent_desk.domain.identifiers import AgentId, ArticleId, TicketId
from agent_desk.domain.ticket import Ticket
from db.article_terms import article_texts_of
from db.search_question import WordQuestion, word_question
from db.unit_of_work import SqlUnitOfWork
from tests.contracts.article_samples import BLINKS, INVOICE, NOISE, REVIEWER, SLOW, an_article
from tests.contracts.database_samples import Database, connection_of
from tests.contracts.storage_samples import AGENT, NOW, a_customer, a_ticket, fresh_id

_S = ArticleState
CORPUS = (BLINKS, SLOW, INVOICE, NOISE)
QUERIES = (
    # English, German letters, beginnings, several words
    "router", "rout", "ROUTER red", "blinks", "wi-fi", "wifi", "slow room", "repeater", "r300",
    "R310 update", "junction box", "landline", "the", "rain", "nothing like it", "box dry",
    # Chinese by characters, in any text; pinyin of the titles, whole and by initials
    "路由器", "红灯", "升级", "复位键", "发票", "扣款", "重复扣", "灯红",
    "冲销 账务", "路由 update",
    "luyouqi", "lyq", "fapiao", "fpcfkk", "fapiaochong", "hongdeng",
    # Signs that an index might take for its own
    "", " ", '"', "*", "'", "(", "\\", "&", "|", ":", "a:b", "NOT", "title : router", "\0", "% \\",
)  # fmt: skip


def publish(unit: SqlUnitOfWork, content: ArticleContent, **fields: Any) -> Article:
    """Store ``content`` and let it through every step."""
    article = an_article(content, **fields)
    unit.articles.add(article)
    waiting = unit.articles.save(replace(article, state=_S.IN_REVIEW))
    through = replace(waiting, state=_S.PUBLISHED, published=waiting.number, reviewer=REVIEWER)
    return unit.articles.save(through)


def retire(database: Database, article: Article) -> None:
    """Take ``article`` away again, so that no other test finds it."""
    gone = replace(article, state=_S.RETIRED, published=None)
    database.write(lambda unit: unit.articles.save(gone))


def stored_ticket(database: Database) -> Ticket:
    """Return a new ticket of a new customer."""

    def work(unit: SqlUnitOfWork) -> Ticket:
        customer = a_customer()
        unit.customers.add(customer, ())
        category = unit.catalogue.categories()[0].id
        ticket = a_ticket(customer, category, unit.tickets.next_number())
        unit.tickets.add(ticket)
        return ticket

    return database.write(work)


def _stands(question: WordQuestion, columns: tuple[str, ...]) -> bool:
    *whole, last = question.phrases
    padded = [f" {column} " for column in columns]
    end = "" if question.unfinished else " "
    return all(any(f" {p} " in column for column in padded) for p in whole) and any(
        f" {last}{end}" in column for column in padded
    )


def expected(query: str) -> list[str]:
    """Return the titles that ``query`` must find, by looking at every text."""
    question = word_question(query)
    if not question.phrases:
        return [] if query.strip() else sorted(content.title for content in CORPUS)
    found = []
    for content in CORPUS:
        texts = article_texts_of(content)
        if _stands(question, (texts.title, texts.spelled, texts.body)):
            in_title = _stands(question, (texts.title, texts.spelled))
            found.append((not in_title, content.title))
    return [title for _, title in sorted(found)]


class ArticlesContract:
    @pytest.fixture(scope="class")
    @classmethod
    def corpus(cls, database: Database) -> list[Article]:
        return database.write(lambda unit: [publish(unit, content) for content in CORPUS])

    def suggested(self, database: Database, subject: str, **more: Any) -> list[str]:
        asked = ArticleQuestion(subject=subject, **more)
        return [hit.title for hit in database.read(lambda u: u.articles.suggest(asked, rows=3))]

    @pytest.mark.parametrize("query", QUERIES)
    def test_a_search_finds_what_reading_every_article_finds(
        self, database: Database, corpus: list[Article], query: str
    ) -> None:
        found = database.read(lambda unit: unit.articles.search(query))

        assert [hit.title for hit in found] == expected(query)

    @pytest.mark.parametrize(
        ("subject", "best"),
        [
            ("Router blinks red, customer very angry", BLINKS.title),
            ("router red light", BLINKS.title),
            ("slow Wi-Fi upstairs", SLOW.title),
            ("客户说路由器红灯一直闪", BLINKS.title),
            ("账单重复扣款两次", INVOICE.title),
            ("crackling line in the rain", NOISE.title),
            ("crackl", NOISE.title),
            ("fapiao", INVOICE.title),
        ],
    )
    def test_a_subject_suggests_what_fits_it_best(
        self, database: Database, corpus: list[Article], subject: str, best: str
    ) -> None:
        assert self.suggested(database, subject)[:1] == [best]

    @pytest.mark.parametrize("subject", ["", "the", "ab", "Address has changed", "地址变更", "''"])
    def test_nothing_is_suggested_rather_than_a_guess(
        self, database: Database, corpus: list[Article], subject: str
    ) -> None:
        assert self.suggested(database, subject) == []

    def test_the_category_and_the_customers_product_decide_between_equals(
        self, database: Database, corpus: list[Article]
    ) -> None:
        category = database.read(lambda unit: unit.catalogue.categories()[0].id)
        text = ArticleText(title="Socket sparks", problem="It sparks.", fix="Replace it.")
        plain = ArticleContent(en=text)
        filed = replace(plain, category_id=category, en=replace(text, title="Socket sparks B"))
        owned = replace(plain, products="S7 Max", en=replace(text, title="Socket sparks C"))
        made = database.write(lambda u: [publish(u, c) for c in (plain, filed, owned)])

        assert self.suggested(database, "socket sparks", categories=frozenset({category}))[0] == (
            "Socket sparks B"
        )
        products = ("Socket S7 Max, white",)
        assert self.suggested(database, "socket sparks", products=products)[0] == "Socket sparks C"
        for article in made:
            retire(database, article)
        assert self.suggested(database, "socket sparks") == []

    def test_every_saved_version_is_read_as_it_was(self, database: Database) -> None:
        first = database.write(lambda unit: publish(unit, SLOW))
        words = replace(SLOW.en, title="Wi-Fi is slow upstairs")
        content, later = replace(SLOW, en=words), NOW + timedelta(days=1)
        revised = replace(
            first, state=_S.DRAFT, content=content, number=2, author=REVIEWER, changed_at=later
        )
        saved = database.write(lambda unit: unit.articles.save(revised))

        versions = database.read(lambda unit: unit.articles.versions(first.id))
        published = database.read(lambda unit: unit.articles.published(first.id))
        stored = database.read(lambda unit: unit.articles.get(first.id))

        assert [(v.number, v.author, v.at, v.content) for v in versions] == [
            (2, REVIEWER, later, content),
            (1, AGENT, NOW, SLOW),
        ]
        assert published == versions[1]
        assert stored == saved == replace(revised, version=first.version + 1)
        retire(database, saved)

    def test_an_index_follows_what_is_published(self, database: Database) -> None:
        article = database.write(
            lambda unit: publish(unit, replace(NOISE, en=replace(NOISE.en, title="Zebra hum")))
        )
        words = replace(NOISE.en, title="Gnu hum")
        draft = replace(article, state=_S.DRAFT, content=replace(NOISE, en=words), number=2)
        draft = database.write(lambda unit: unit.articles.save(draft))

        def found(query: str) -> list[str]:
            return [hit.title for hit in database.read(lambda u: u.articles.search(query))]

        assert (found("zebra"), found("gnu")) == (["Zebra hum"], [])
        waiting = database.write(lambda u: u.articles.save(replace(draft, state=_S.IN_REVIEW)))
        through = replace(waiting, state=_S.PUBLISHED, published=2, reviewer=REVIEWER)
        through = database.write(lambda u: u.articles.save(through))
        assert (found("zebra"), found("gnu")) == ([], ["Gnu hum"])
        retire(database, through)
        assert found("gnu") == []
        with pytest.raises(NotFoundError):
            database.read(lambda unit: unit.articles.published(article.id))

    def test_who_saves_too_late_is_told(self, database: Database) -> None:
        article = an_article(SLOW)
        database.write(lambda unit: unit.articles.add(article))
        database.write(lambda unit: unit.articles.save(replace(article, state=_S.IN_REVIEW)))

        with pytest.raises(StaleVersionError) as caught:
            database.write(lambda unit: unit.articles.save(article))

        assert caught.value.details["theirs"] == 2

    def test_the_database_refuses_the_review_of_its_author(self, database: Database) -> None:
        article = an_article(SLOW, state=_S.IN_REVIEW)
        database.write(lambda unit: unit.articles.add(article))
        own = replace(article, state=_S.PUBLISHED, published=1, reviewer=AGENT)

        with pytest.raises(AuthorReviewError):
            database.write(lambda unit: unit.articles.save(own))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE article_versions SET fix_en = 'better'",
            "DELETE FROM article_versions",
            "UPDATE articles SET state = 'PUBLISHED', published = number WHERE reviewer = ''",
            "UPDATE articles SET reviewer = author WHERE state = 'PUBLISHED'",
            "UPDATE articles SET published = NULL WHERE state = 'PUBLISHED'",
            "UPDATE articles SET state = 'GONE'",
        ],
    )
    def test_plain_sql_rewrites_no_version_and_publishes_nothing_unreviewed(
        self, database: Database, corpus: list[Article], statement: str
    ) -> None:
        unreviewed = an_article(SLOW)
        database.write(lambda unit: unit.articles.add(unreviewed))

        with pytest.raises((DBAPIError, AgentDeskError)):
            database.write(lambda unit: connection_of(unit).exec_driver_sql(statement))

    def test_a_link_and_a_rating_are_there_once_and_say_the_last_word(
        self, database: Database, corpus: list[Article]
    ) -> None:
        article, ticket = corpus[3], stored_ticket(database)

        def use(solved: bool, later: int) -> None:
            link = ArticleLink(
                article_id=article.id,
                ticket_id=ticket.id,
                number=1,
                solved=solved,
                actor=AGENT,
                at=NOW + timedelta(minutes=later),
            )
            rating = ArticleRating(
                article_id=article.id,
                ticket_id=ticket.id,
                actor=AGENT,
                at=link.at,
                helped=solved,
                remark=f"after {later}",
            )
            database.write(lambda unit: unit.articles.use(link))
            database.write(lambda unit: unit.articles.rate(rating))

        use(False, 1)
        use(True, 2)

        links = database.read(lambda unit: unit.articles.links_of(ticket.id))
        ratings = database.read(lambda unit: unit.articles.ratings(article.id))
        figures = database.read(lambda unit: unit.articles.figures([article.id, corpus[0].id]))
        assert [(link.title, link.solved) for link in links] == [(NOISE.title, True)]
        assert [(r.helped, r.remark) for r in ratings] == [(True, "after 2")]
        assert figures == {
            article.id: ArticleFigures(used=1, solved=1, rated=1, helped=1),
            corpus[0].id: ArticleFigures(),
        }
        (hit,) = database.read(lambda unit: unit.articles.search("rains noise"))
        assert isinstance(hit, ArticleHit)
        assert hit.figures.solved == 1

    def test_lists_are_by_state_and_author_changed_last_first(self, database: Database) -> None:
        author = AgentId(fresh_id())
        drafts = [
            an_article(SLOW, author=author, changed_at=NOW + timedelta(minutes=m)) for m in (1, 2)
        ]
        waiting = an_article(SLOW, author=author, state=_S.IN_REVIEW)
        for article in (*drafts, waiting):
            database.write(lambda unit, a=article: unit.articles.add(a))  # type: ignore[misc]

        def listed(*states: ArticleState) -> list[ArticleId]:
            lines = database.read(
                lambda unit: unit.articles.lines(states=frozenset(states), author=author)
            )
            return [line.article.id for line in lines]

        assert listed(_S.DRAFT) == [drafts[1].id, drafts[0].id]
        assert listed(_S.IN_REVIEW, _S.RETIRED) == [waiting.id]
        found = database.read(lambda unit: unit.articles.get(waiting.id))
        assert (found, found.content.category_id) == (waiting, None)

    def test_what_does_not_exist_is_told(self, database: Database) -> None:
        nobody = ArticleId(fresh_id())

        with pytest.raises(NotFoundError):
            database.read(lambda unit: unit.articles.get(nobody))
        assert database.read(lambda u: u.articles.links_of(TicketId(fresh_id()))) == []
