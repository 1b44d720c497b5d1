"""Who and what a search by words finds, whichever index is asked; immutable, any thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import Connection, select

from db.search_question import WordQuestion
from db.statement_types import AnyRow, AnySelect
from db.tables import companies, customers, tickets


class WordIndex(Protocol):
    """A full-text index; both give the same answers as long as a page holds them all.

    Of more than ports.storage.MAX_PAGE matches each gives those that its index gives first.
    """

    def customers_by_words(
        self, connection: Connection, question: WordQuestion
    ) -> Sequence[AnyRow]:
        """Return customers, as `found_customers` has them, in any order, each once.

        The phrases may stand in name, pinyin and company. When a page cannot hold all, those
        whose name begins with a single phrase are preferred; for a lone letter there are no
        others. A letter after other words may sift the first 20,000 that those words find.
        """
        ...

    def tickets_by_words(self, connection: Connection, question: WordQuestion) -> Sequence[AnyRow]:
        """Return tickets, as `found_tickets` has them, by their subject, newest first."""
        ...


def found_customers() -> AnySelect:
    """Return the statement for customers as hits show them."""
    return (
        select(
            customers.c.id,
            customers.c.name,
            customers.c.pinyin,
            customers.c.tier,
            customers.c.city,
            companies.c.name.label("company_name"),
        )
        .select_from(customers)
        .outerjoin(companies, companies.c.id == customers.c.company_id)
    )


def found_tickets() -> AnySelect:
    """Return the statement for tickets as hits show them."""
    return select(
        tickets.c.id,
        tickets.c.customer_id,
        tickets.c.subject,
        tickets.c.number,
        customers.c.name,
        customers.c.tier,
    ).join(customers, customers.c.id == tickets.c.customer_id)
