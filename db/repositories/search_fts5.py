"""Search by words in SQLite's full-text index; on the thread of its unit of work.

https://www.sqlite.org/fts5.html s. 3.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from agent_desk.ports.storage import MAX_PAGE
from db.repositories.search_statements import found_customers, found_tickets
from db.search_question import WordQuestion, fts5_expression
from db.statement_types import AnyRow
from db.tables import customers, search_texts, tickets

_OF_CUSTOMERS = "{name pinyin spelled company}"
_BEGINNINGS = "{name pinyin spelled}"
_OF_TICKETS = "{subject}"

_MATCHING = text(
    "search_texts.row_id IN (SELECT rowid FROM search_index WHERE search_index MATCH :question "
    f"LIMIT {MAX_PAGE})"
)
_CUSTOMERS = (
    found_customers()
    .join(search_texts, search_texts.c.subject_id == customers.c.id)
    .where(_MATCHING)
)
_TICKETS = (
    found_tickets()
    .join(search_texts, search_texts.c.subject_id == tickets.c.id)
    .where(_MATCHING)
    .order_by(tickets.c.number.desc())
)


def customers_by_words(connection: Connection, question: WordQuestion) -> Sequence[AnyRow]:
    """Return customers; see ``search_statements.WordIndex``."""
    expression = fts5_expression(question)
    found = {row.id: row for row in _matching(connection, f"{_BEGINNINGS} : ^ {expression}")}
    if len(found) < MAX_PAGE and not question.is_lone_letter:
        anywhere = _matching(connection, f"{_OF_CUSTOMERS} : ({expression})")
        found |= {row.id: row for row in anywhere}
    return list(found.values())


def tickets_by_words(connection: Connection, question: WordQuestion) -> Sequence[AnyRow]:
    """Return tickets; see ``search_statements.WordIndex``."""
    asked = {"question": f"{_OF_TICKETS} : ({fts5_expression(question)})"}
    return connection.execute(_TICKETS, asked).all()


def _matching(connection: Connection, question: str) -> Sequence[AnyRow]:
    return connection.execute(_CUSTOMERS, {"question": question}).all()
