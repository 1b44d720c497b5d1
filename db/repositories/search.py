"""Search as you type over customers, tickets and numbers; on the thread of its unit of work.

Every question is bounded: candidates come from an index in its own order, a page at most, and
only those few are ranked. Ranking all matches of a short beginning would take seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import ColumnElement, Connection, bindparam, literal_column, select

from agent_desk.domain.customer import SearchHit, SearchKind, Tier
from agent_desk.domain.identifiers import SUFFIX_LENGTH, CustomerId
from agent_desk.ports.storage import MAX_PAGE
from db.number_keys import range_end, reversed_digits
from db.repositories import search_fts5, search_tsvector
from db.repositories.search_statements import WordIndex, found_tickets
from db.search_query import SearchQuery, parse_query
from db.search_question import word_question
from db.search_text import searchable, spelled
from db.statement_types import AnyRow, AnySelect
from db.tables import companies, contact_points, customers, tickets


def search(
    connection: Connection, query: str, *, rows: int, calling_code: str
) -> Sequence[SearchHit]:
    """Return what ``query`` may mean, the most specific first, each customer or ticket once.

    ``calling_code`` such as "86" finds the beginning of a number typed without it.
    """
    rows = min(rows, MAX_PAGE)
    found: dict[str, SearchHit] = {}
    for hit in _hits(connection, parse_query(query), calling_code):
        found.setdefault(hit.id, hit)
        if len(found) >= rows:
            break
    return list(found.values())[:rows]


def _hits(connection: Connection, asked: SearchQuery, calling_code: str) -> Iterator[SearchHit]:
    """Yield what is found, asking the next index only when the former ones gave too little."""
    yield from _ticket_by_number(connection, asked)
    yield from _customers_by_number(connection, asked, calling_code)
    yield from _customers_by_address(connection, asked)
    yield from _customers_by_words(connection, asked)
    yield from _tickets_by_words(connection, asked)


def _ticket_by_number(connection: Connection, asked: SearchQuery) -> Iterable[SearchHit]:
    if not asked.ticket:
        return []
    return map(_ticket_hit, connection.execute(_TICKET_BY_NUMBER, {"number": asked.ticket}))


def _customers_by_number(
    connection: Connection, asked: SearchQuery, calling_code: str
) -> list[SearchHit]:
    if not asked.digits:
        return []
    tail = reversed_digits(asked.digits[-SUFFIX_LENGTH:])
    beginnings = [f"+{asked.digits}"]
    if calling_code and not asked.international:
        beginnings.append(f"+{calling_code}{asked.digits.lstrip('0')}")
    hits = [
        _point_hit(row)
        for beginning in beginnings
        for row in connection.execute(_BY_VALUE, _value_range(beginning))
    ]
    if asked.international:
        return hits
    ending = {"from_key": tail, "to_key": range_end(tail)}
    return hits + [_point_hit(row) for row in connection.execute(_BY_ENDING, ending)]


def _customers_by_address(connection: Connection, asked: SearchQuery) -> list[SearchHit]:
    if not asked.address:
        return []
    return [
        _point_hit(row)
        for beginning in dict.fromkeys((asked.address, asked.address.lower()))
        for row in connection.execute(_BY_VALUE, _value_range(beginning))
    ]


def _customers_by_words(connection: Connection, asked: SearchQuery) -> Iterable[SearchHit]:
    """Return customers whose name begins so before those that only contain it."""
    question = word_question(asked.words)
    if not question.phrases:
        return []
    found = _index_of(connection).customers_by_words(connection, question)
    return map(_customer_hit, sorted(found, key=lambda row: _rank(row, question.text)))


def _tickets_by_words(connection: Connection, asked: SearchQuery) -> Iterable[SearchHit]:
    question = word_question(asked.words)
    if not question.phrases or question.is_lone_letter:
        return []
    return map(_ticket_hit, _index_of(connection).tickets_by_words(connection, question))


def _index_of(connection: Connection) -> WordIndex:
    return search_fts5 if connection.dialect.name == "sqlite" else search_tsvector


def _rank(row: AnyRow, wanted: str) -> tuple[int, int, str, str]:
    """Return the place of a customer: the whole name, its beginning, then tier and name."""
    joined = spelled(row.pinyin).split()
    ways = (searchable(row.name), row.pinyin, *joined[:1])
    if wanted in ways or wanted in joined:
        place = 0
    elif any(way.startswith(wanted) for way in ways):
        place = 1
    else:
        place = 2
    return place, -_TIER_ORDER.index(row.tier), row.name, row.id


_TIER_ORDER = [tier.value for tier in Tier]


def _value_range(beginning: str) -> dict[str, str]:
    return {"from_value": beginning, "to_value": range_end(beginning)}


def _customer_hit(row: AnyRow) -> SearchHit:
    return SearchHit(
        kind=SearchKind.CUSTOMER,
        id=row.id,
        customer_id=CustomerId(row.id),
        title=row.name,
        detail=" · ".join(part for part in (row.company_name, row.city) if part),
        tier=Tier(row.tier),
    )


def _point_hit(row: AnyRow) -> SearchHit:
    return SearchHit(
        kind=SearchKind.CUSTOMER,
        id=row.id,
        customer_id=CustomerId(row.id),
        title=row.name,
        detail=" · ".join(part for part in (row.value, row.company_name) if part),
        tier=Tier(row.tier),
    )


def _ticket_hit(row: AnyRow) -> SearchHit:
    return SearchHit(
        kind=SearchKind.TICKET,
        id=row.id,
        customer_id=CustomerId(row.customer_id),
        title=row.subject,
        detail=row.name,
        tier=Tier(row.tier),
        number=row.number,
    )


def _points(condition: ColumnElement[bool], key: ColumnElement[str]) -> AnySelect:
    """Return the statement for the first points by ``key``, then by id, with their customers."""
    points = (
        select(contact_points.c.id, contact_points.c.customer_id, contact_points.c.value, key)
        .where(condition)
        .order_by(key, contact_points.c.id)
        .limit(literal_column("50"))
        .subquery("points")
    )
    return (
        select(
            customers.c.id,
            customers.c.name,
            customers.c.tier,
            companies.c.name.label("company_name"),
            points.c.value,
        )
        .select_from(points)
        .join(customers, customers.c.id == points.c.customer_id)
        .outerjoin(companies, companies.c.id == customers.c.company_id)
        .order_by(points.c[key.name], points.c.id)
    )


_TICKET_BY_NUMBER = found_tickets().where(tickets.c.number == bindparam("number"))
_BY_VALUE = _points(
    (contact_points.c.value >= bindparam("from_value"))
    & (contact_points.c.value < bindparam("to_value")),
    contact_points.c.value,
)
_BY_ENDING = _points(
    (contact_points.c.suffix_reversed >= bindparam("from_key"))
    & (contact_points.c.suffix_reversed < bindparam("to_key")),
    contact_points.c.suffix_reversed,
)
