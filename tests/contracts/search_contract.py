"""The search gives the same answers in the same order, whichever database is asked.

A subclass named ``Test...`` gives the fixture ``database``, with the corpus in it. What is
expected is told here by looking at every single row, which no index does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

import pytest

from agent_desk.domain.customer import ContactPoint, Customer, SearchHit, SearchKind, Tier
from agent_desk.domain.identifiers import CategoryId, CustomerId
from agent_desk.domain.ticket import Ticket
from agent_desk.ports.storage import MAX_PAGE, UnitOfWork
from db.search_query import SearchQuery, parse_query
from db.search_question import WordQuestion, word_question
from db.search_text import SearchTexts, customer_texts, ticket_texts
from tests.contracts.search_corpus import Corpus, a_corpus

T = TypeVar("T")

CALLING_CODE = "86"
_POINTS = 50
"""Most contact points that a search looks at for each beginning or ending."""

QUERIES = (
    # Characters
    "王", "李", "王小", "王小明", "小明", "娜娜", "明 小", "欧阳", "吕", "有限公司", "北京", "华为",
    "3M 中", "中国 3m", "豈", "㐂", "商店", "太郎", "山田 太", "カ", "カタ", "김", "김민", "民",
    # Pinyin and initials
    "w", "wang", "wangx", "wang x", "wang xiao", "wang xiao ming", "wangxiaoming", "wxm", "WXM",
    "lxm", "lv", "lu", "lvxiaoming", "luxiao", "zeng", "shan", "ouyang", "ou yang n", "yuchi", "zq",
    "l", "li", "li na", "lin",
    # Western names, with and without their marks
    "Anna", "anna m", "müller", "MULLER", "mul ann", "jurgen", "Zoe", "zoë", "o'brien", "obrien",
    "o brien", "O'Bri", "van der", "der berg", "smith-j", "smith jones", "weiss", "Weiß", "lukasz",
    "siobhan", "lindq", "ольга", "Ольга Ива", "о", "abc", "bo", "b", "x", "o", "anna 王", "王 ann",
    # Companies and mixtures
    "pumps", "beijing pu", "beijing pumps", "wang beijing", "sohne", "and", "AND Logic", "or",
    "neill-wang", "3m", "0e3b", "0e3", "0e3b systems", "123abc", "2nd", "sys",
    # Signs that an index might take for its own
    "", " ", '"', "*", "'", "\\", "(", "^", "-", "&", "|", "!", ":", "<->", "a:b", "f*", "% \\",
    "NOT", "NEAR(a b)", "name : w", "drop table", "\0", "\ud800", "100%", "王'小", "' OR 1=1",
    # Numbers: beginnings, ends, with and without codes
    "138", "1380", "13800138000", "138 0013", "+86138", "0086 138", "+49 228", "0049228", "8000",
    "0008", "55558000", "021 5555 8000", "02155558000", "65529988", "4567", "555 0143", "+1202",
    "12", "007", "99999999", "１３８００", "1234567",
    # Addresses
    "ann.lee", "Ann.Lee+", "ann.lee+3@", "ANN.LEE@", "lee+20@example.org", "@example",
    # Tickets
    "2001", "T-2001", "t 2059", "#2010", "T-9", "router", "rout", "宽带", "宽带 rou", "发票",
    "rückruf", "ruckruf rech", "0e3b-77", "no conn", "connection no", "小明 账单", "账单王",
)  # fmt: skip


class Searched(Protocol):
    """An open database."""

    def read(self, work: Callable[[UnitOfWork], T]) -> T:
        """Return what ``work`` returns."""
        ...

    def write(self, work: Callable[[UnitOfWork], T]) -> T:
        """Run ``work`` in one transaction."""
        ...


def fill(database: Searched) -> Corpus:
    """Store the corpus in an empty ``database`` and return it."""
    corpus = a_corpus(_category(database))
    database.write(corpus.store)
    return corpus


class SearchContract:
    @pytest.fixture(scope="class")
    @classmethod
    def corpus(cls, database: Searched) -> Corpus:
        return a_corpus(_category(database))

    @pytest.mark.parametrize("query", QUERIES)
    def test_the_answers_and_their_order_are_those_of_reading_every_row(
        self, database: Searched, corpus: Corpus, query: str
    ) -> None:
        found = database.read(lambda unit: unit.customers.search(query, rows=MAX_PAGE))

        assert list(found) == expected(corpus, query)[:MAX_PAGE]

    @pytest.mark.parametrize("query", ["wang", "王", "138", "router"])
    def test_a_short_page_is_the_beginning_of_the_long_one(
        self, database: Searched, corpus: Corpus, query: str
    ) -> None:
        found = database.read(lambda unit: unit.customers.search(query, rows=3))

        assert list(found) == expected(corpus, query)[:3] != []

    def test_the_corpus_answers_most_questions(self, corpus: Corpus) -> None:
        answered = [query for query in QUERIES if expected(corpus, query)]

        assert len(answered) > len(QUERIES) / 2
        assert len(corpus.customers) > 200


def expected(corpus: Corpus, query: str) -> list[SearchHit]:
    """Return what ``query`` must find, in order."""
    asked = parse_query(query)
    found: dict[str, SearchHit] = {}
    for hit in _hits(corpus, asked):
        found.setdefault(hit.id, hit)
    return list(found.values())


def _hits(corpus: Corpus, asked: SearchQuery) -> Iterator[SearchHit]:
    people = {customer.id: customer for customer in corpus.customers}
    yield from (_of_ticket(t, people) for t in corpus.tickets if t.number == asked.ticket)
    for beginning in _beginnings(asked):
        matching = (point for point in corpus.points if point.value.startswith(beginning))
        ordered = sorted(matching, key=lambda point: (point.value, point.id))
        yield from (_of_point(point, people) for point in ordered[:_POINTS])
    if asked.digits and not asked.international:
        ending = asked.digits[-9:]
        matching = (point for point in corpus.points if point.suffix.endswith(ending))
        ordered = sorted(matching, key=lambda point: (point.suffix[::-1], point.id))
        yield from (_of_point(point, people) for point in ordered[:_POINTS])
    question = word_question(asked.words)
    if question.phrases:
        yield from _by_words(corpus, question)
        yield from _tickets_by_words(corpus, question, people)


def _beginnings(asked: SearchQuery) -> Iterator[str]:
    if asked.digits:
        yield f"+{asked.digits}"
        if not asked.international:
            yield f"+{CALLING_CODE}{asked.digits.lstrip('0')}"
    if asked.address:
        yield from dict.fromkeys((asked.address, asked.address.lower()))


def _by_words(corpus: Corpus, question: WordQuestion) -> Iterator[SearchHit]:
    placed = []
    for customer in corpus.customers:
        texts = customer_texts(
            name=customer.name, pinyin=customer.pinyin, company=customer.company_name
        )
        if _matches(question, texts):
            tier = list(Tier).index(customer.tier)
            placed.append((_place(question, texts), -tier, customer.name, customer.id, customer))
    # More could not be ranked, and each database would be free in what it leaves out.
    assert len(placed) < MAX_PAGE
    yield from (_of_customer(customer) for *_, customer in sorted(placed, key=lambda p: p[:4]))


def _matches(question: WordQuestion, texts: SearchTexts) -> bool:
    if question.is_lone_letter:
        return any(text.startswith(question.text) for text in (texts.name, texts.spelled))
    columns = (texts.name, texts.pinyin, texts.spelled, texts.company)
    return _all_stand(question, columns)


def _all_stand(question: WordQuestion, columns: Iterable[str]) -> bool:
    *whole, last = question.phrases
    padded = [f" {column} " for column in columns]
    end = "" if question.unfinished else " "
    return all(any(f" {phrase} " in column for column in padded) for phrase in whole) and any(
        f" {last}{end}" in column for column in padded
    )


def _place(question: WordQuestion, texts: SearchTexts) -> int:
    joined = texts.spelled.split()
    ways = [texts.name, texts.pinyin, *joined[:1]]
    if question.text in (*ways, *joined):
        return 0
    return 1 if any(way.startswith(question.text) for way in ways) else 2


def _tickets_by_words(
    corpus: Corpus, question: WordQuestion, people: dict[CustomerId, Customer]
) -> Iterator[SearchHit]:
    if question.is_lone_letter:
        return
    for ticket in sorted(corpus.tickets, key=lambda ticket: -ticket.number):
        if _all_stand(question, [ticket_texts(subject=ticket.subject).subject]):
            yield _of_ticket(ticket, people)


def _of_customer(customer: Customer, *details: str) -> SearchHit:
    shown = details or (customer.company_name, customer.city)
    return SearchHit(
        kind=SearchKind.CUSTOMER,
        id=customer.id,
        customer_id=customer.id,
        title=customer.name,
        detail=" · ".join(filter(None, shown)),
        tier=customer.tier,
    )


def _of_point(point: ContactPoint, people: dict[CustomerId, Customer]) -> SearchHit:
    customer = people[point.customer_id]
    return _of_customer(customer, point.value, customer.company_name)


def _of_ticket(ticket: Ticket, people: dict[CustomerId, Customer]) -> SearchHit:
    customer = people[ticket.customer_id]
    return SearchHit(
        kind=SearchKind.TICKET,
        id=ticket.id,
        customer_id=customer.id,
        title=ticket.subject,
        detail=customer.name,
        tier=customer.tier,
        number=ticket.number,
    )


def _category(database: Searched) -> CategoryId:
    return database.read(lambda unit: unit.catalogue.categories()[1].id)
