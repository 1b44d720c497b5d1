"""Search by words in PostgreSQL's full-text index; on the thread of its unit of work.

The functions run as the owner of the tables, so that row-level security keeps no question from
its index; they tell ids, and the rows are read with the rights of whoever asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, text

from agent_desk.ports.storage import MAX_PAGE
from db.number_keys import range_end
from db.repositories.search_statements import found_customers, found_tickets
from db.search_question import WordQuestion, tsquery
from db.statement_types import AnyRow
from db.tables import tickets

_CUSTOMERS = found_customers().where(
    text(
        "customers.id IN (SELECT search_customers("
        f"CAST(:beginning AS text), CAST(:ending AS text), CAST(:question AS text), {MAX_PAGE}))"
    )
)
_TICKETS = (
    found_tickets()
    .where(text(f"tickets.id IN (SELECT search_tickets(CAST(:question AS text), {MAX_PAGE}))"))
    .order_by(tickets.c.number.desc())
)


def customers_by_words(connection: Connection, question: WordQuestion) -> Sequence[AnyRow]:
    """Return customers; see ``search_statements.WordIndex``."""
    first, *more = question.phrases
    asked = {
        "beginning": "" if more else first,
        "ending": "" if more else range_end(first),
        "question": _asked_of_customers(question),
    }
    return connection.execute(_CUSTOMERS, asked).all()


def tickets_by_words(connection: Connection, question: WordQuestion) -> Sequence[AnyRow]:
    """Return tickets; see ``search_statements.WordIndex``."""
    return connection.execute(_TICKETS, {"question": tsquery(question)}).all()


def _asked_of_customers(question: WordQuestion) -> str:
    """Return the words for the index, and on a second line a letter that only sifts."""
    if question.is_lone_letter:
        return ""
    if not question.last_letter.phrases:
        return tsquery(question)
    sure = WordQuestion(phrases=question.phrases[:-1])
    return f"{tsquery(sure)}\n{tsquery(question.last_letter)}"
