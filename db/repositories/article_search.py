"""Articles by words, asked for or suggested; on the thread of its unit of work.

Both databases tell which articles have a word; what that is worth is counted here, in whole
numbers, so that both give the same answers in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, select, text

from agent_desk.domain.article import ArticleQuestion
from agent_desk.ports.storage import MAX_PAGE
from db.article_tables import article_texts, article_versions, articles
from db.article_terms import names_product, terms_of, weight_of
from db.search_question import WordQuestion, fts5_expression, tsquery, word_question
from db.statement_types import AnyRow

_MOST_MATCHES = 1500
"""Beginning with the rarest, so many matches of all words are looked at: bounds every keystroke."""

_MOST_CANDIDATES = 50
_TITLE_COUNTS = 2
"""A word in the title says as much as so many elsewhere."""

_ID = article_texts.c.article_id.type
"""Of ids in plain SQL, which PostgreSQL's driver gives as its own kind otherwise."""

_ALL = (
    select(article_texts.c.article_id)
    .order_by(article_texts.c.title, article_texts.c.article_id)
    .limit(MAX_PAGE)
)
_NAMES = select(article_texts.c.row_id, article_texts.c.article_id).where(
    article_texts.c.row_id.in_(bindparam("rows", expanding=True))
)
_CANDIDATES = (
    select(articles.c.id, article_versions.c.category_id, article_versions.c.products)
    .join(
        article_versions,
        (article_versions.c.article_id == articles.c.id)
        & (article_versions.c.number == articles.c.published),
    )
    .where(articles.c.id.in_(bindparam("ids", expanding=True)))
)


def found_by_words(connection: Connection, query: str) -> Sequence[str]:
    """Return ids of published articles with all words of ``query``, titles first, a page."""
    question = word_question(query)
    if not question.phrases:
        return [] if query.strip() else list(connection.execute(_ALL).scalars())
    titled = titled_by_words(connection, query)
    found = dict.fromkeys((*titled, *_page(connection, question, title=False)))
    return list(found)[:MAX_PAGE]


def titled_by_words(connection: Connection, query: str) -> Sequence[str]:
    """Return ids of published articles with all words of ``query`` in a title, a page."""
    question = word_question(query)
    return _page(connection, question, title=True) if question.phrases else []


def fitting(connection: Connection, asked: ArticleQuestion, *, rows: int) -> Sequence[str]:
    """Return ids of published articles that fit a ticket, best first."""
    terms = terms_of(asked.subject)
    if not terms:
        return []
    weights = _telling(connection, terms)
    if not weights:
        return []
    worth, scores = _scores(connection, weights)
    enough = sum(weights.values()) / 3
    likely = {row: scores[row] for row, known in worth.items() if known >= enough}
    return _ranked(connection, asked, _named(connection, likely))[:rows]


def _named(connection: Connection, scores: Mapping[int, int]) -> Mapping[str, int]:
    """Return the best of ``scores`` by article instead of by row, in an order of its own."""
    least = sorted(scores.values(), reverse=True)[:_MOST_CANDIDATES][-1:] or [0]
    # Rows are numbered otherwise in each database: among equals the article's id decides.
    rows = [row for row, score in scores.items() if score >= least[0]]
    found = {r.article_id: scores[r.row_id] for r in connection.execute(_NAMES, {"rows": rows})}
    best = sorted(found, key=lambda key: (-found[key], key))
    return {key: found[key] for key in best[:_MOST_CANDIDATES]}


def _telling(connection: Connection, terms: Sequence[WordQuestion]) -> Mapping[WordQuestion, int]:
    """Return the terms that tell articles apart, with their weights, the rarest first."""
    counts = _counts(connection, terms)
    total = counts.pop(-1)
    rare = sorted((matches, place) for place, matches in counts.items())
    told: dict[WordQuestion, int] = {}
    looked_at = 0
    for matches, place in rare:
        weight = weight_of(matches, total)
        looked_at += matches
        if weight and (looked_at <= _MOST_MATCHES or not told):
            told[terms[place]] = weight
    return told


def _scores(
    connection: Connection, weights: Mapping[WordQuestion, int]
) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """Return what the article of each row has of the terms, and the same with titles above."""
    terms, values = list(weights), list(weights.values())
    worth: dict[int, int] = defaultdict(int)
    for place, row in _matching(connection, terms, title=False):
        worth[row] += values[place]
    scores = dict(worth)
    for place, row in _matching(connection, terms, title=True):
        scores[row] += values[place] * (_TITLE_COUNTS - 1)
    return worth, scores


def _ranked(connection: Connection, asked: ArticleQuestion, scores: Mapping[str, int]) -> list[str]:
    """Return ``scores`` best first: more in the ticket's category, more for an owned product."""
    if not scores:
        return []
    ranks = {}
    for row in connection.execute(_CANDIDATES, {"ids": list(scores)}):
        half = scores[row.id] // 2
        bonus = half if row.category_id in asked.categories else 0
        bonus += half if names_product(row.products, asked.products) else 0
        ranks[row.id] = scores[row.id] + bonus
    return sorted(ranks, key=lambda key: (-ranks[key], key))


def _page(connection: Connection, question: WordQuestion, *, title: bool) -> Sequence[str]:
    """Return the first articles by title that have all words of ``question``."""
    is_file = connection.dialect.name == "sqlite"
    page = _SQLITE_PAGE if is_file else _POSTGRES_PAGE
    matching = page.format(column=_column(title))
    ordered = text(f"{matching} ORDER BY t.title, t.article_id LIMIT {MAX_PAGE}")
    asked = _asked([question], title=title, is_file=is_file)
    found = connection.execute(ordered.columns(article_id=_ID), asked)
    return [row.article_id for row in found]


def _counts(connection: Connection, terms: Sequence[WordQuestion]) -> dict[int, int]:
    """Return how many articles have each term, by its place; -1: how many there are."""
    is_file = connection.dialect.name == "sqlite"
    one = _SQLITE_COUNT if is_file else _POSTGRES_COUNT
    parts = [one.format(place=place) for place in range(len(terms))]
    everything = "SELECT -1 AS term, count(*) AS matches FROM article_texts"
    statement = text(" UNION ALL ".join([everything, *parts]))
    found = connection.execute(statement, _asked(terms, title=False, is_file=is_file))
    return {row.term: row.matches for row in found}


def _matching(
    connection: Connection, terms: Sequence[WordQuestion], *, title: bool
) -> Iterable[AnyRow]:
    """Return which rows have which term, by its place in ``terms``."""
    is_file = connection.dialect.name == "sqlite"
    one = _SQLITE_ROWS if is_file else _POSTGRES_ROWS
    parts = (one.format(place=place, column=_column(title)) for place in range(len(terms)))
    statement = text(" UNION ALL ".join(parts))
    return connection.execute(statement, _asked(terms, title=title, is_file=is_file)).all()


def _column(title: bool) -> str:
    return "title_words" if title else "words"


def _asked(terms: Sequence[WordQuestion], *, title: bool, is_file: bool) -> dict[str, str]:
    if not is_file:
        return {f"q{place}": tsquery(term) for place, term in enumerate(terms)}
    columns = "{title spelled} : " if title else ""
    return {f"q{p}": f"{columns}({fts5_expression(term)})" for p, term in enumerate(terms)}


_SQLITE_COUNT = (
    "SELECT {place} AS term, count(*) AS matches FROM article_index"
    " WHERE article_index MATCH :q{place}"
)
_POSTGRES_COUNT = (
    "SELECT {place} AS term, count(*) AS matches FROM article_texts"
    " WHERE words @@ CAST(:q{place} AS tsquery)"
)
_SQLITE_ROWS = (
    "SELECT {place} AS term, rowid FROM article_index WHERE article_index MATCH :q{place}"
)
_POSTGRES_ROWS = (
    "SELECT {place} AS term, row_id FROM article_texts WHERE {column} @@ CAST(:q{place} AS tsquery)"
)
_SQLITE_PAGE = (
    "SELECT t.article_id FROM article_index JOIN article_texts AS t"
    " ON t.row_id = article_index.rowid WHERE article_index MATCH :q0"
)
_POSTGRES_PAGE = (
    "SELECT t.article_id FROM article_texts AS t WHERE t.{column} @@ CAST(:q0 AS tsquery)"
)
