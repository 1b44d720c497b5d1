"""Customer cards kept on this machine for the time without a database; pure values, any thread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from agent_desk.domain.customer import (
    ContactKind,
    ContactPoint,
    CustomerCard,
    SearchHit,
    SearchKind,
)
from agent_desk.domain.identifiers import CallerId
from agent_desk.domain.matching import CallerHit, HitKind

MIN_QUERY_DIGITS = 3
"""Fewest digits that are searched for as a part of a number."""

_NUMBER_MARKS = re.compile(r"[\d\s+()./-]")

MIN_SUFFIX = 7
"""Fewest digits that may stand for a number, as in the database's own look-up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedCard:
    """A card as the database had it at ``as_of``.

    sole_numbers: those of its numbers (E.164) that were nobody else's then: only these prove who
    calls, any other only makes the customer a candidate.
    """

    card: CustomerCard
    as_of: datetime
    sole_numbers: frozenset[str] = frozenset()

    @property
    def shown(self) -> CustomerCard:
        """The card, which says itself how old it is."""
        return replace(self.card, as_of=self.as_of)


def same_ending(one: str, other: str) -> bool:
    """Return whether two numbers' last digits may be of one number: at least 7, all the same."""
    shorter = min(len(one), len(other))
    return shorter >= MIN_SUFFIX and one[-shorter:] == other[-shorter:]


def searched_text(card: CustomerCard) -> str:
    """Return what of ``card`` is searched without a database: name, company, numbers, tickets."""
    tickets = (f"{ticket.number} {ticket.subject}" for ticket in card.open_tickets)
    values = (point.value for point in card.contact_points)
    texts = (card.customer.name, card.customer.company_name, *values, *tickets)
    return "\n".join(texts).casefold()


def matches(searched: str, query: str) -> bool:
    """Return whether all words of ``query`` are in a ``searched_text``.

    A number may be written with spaces, brackets, dashes and the zero of the trunk.
    """
    text = query.casefold().strip()
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) >= MIN_QUERY_DIGITS and not _NUMBER_MARKS.sub("", text):
        return digits.lstrip("0") in searched
    words = text.split()
    return bool(words) and all(word in searched for word in words)


def search_hits(card: CustomerCard, query: str) -> Iterator[SearchHit]:
    """Yield what the search box shows of ``card``: the customer, and each ticket that matches."""
    customer = card.customer
    number = next((p.value for p in card.contact_points if p.kind is ContactKind.PHONE), "")
    detail = " · ".join(part for part in (customer.company_name, number, customer.city) if part)
    yield SearchHit(
        kind=SearchKind.CUSTOMER,
        id=customer.id,
        customer_id=customer.id,
        title=customer.name,
        detail=detail,
        tier=customer.tier,
    )
    for ticket in card.open_tickets:
        if matches(f"{ticket.number} {ticket.subject}".casefold(), query):
            yield SearchHit(
                kind=SearchKind.TICKET,
                id=ticket.id,
                customer_id=customer.id,
                title=ticket.subject,
                detail=customer.name,
                number=ticket.number,
            )


def cached_hits(cards: Iterable[CachedCard], caller: CallerId) -> Iterator[CallerHit]:
    """Yield whom of ``cards`` the caller may be, as the database would from what is kept."""
    for cached in cards:
        point = _best_point(cached, caller)
        if point is not None:
            yield _hit(cached, point, caller)


def _best_point(cached: CachedCard, caller: CallerId) -> ContactPoint | None:
    points = [
        point
        for point in cached.card.contact_points
        if point.kind is ContactKind.PHONE and _may_be(point, caller)
    ]
    return max(points, key=lambda point: _is_proof(cached, point, caller), default=None)


def _may_be(point: ContactPoint, caller: CallerId) -> bool:
    exact = caller.number is not None and caller.number.e164 == point.value
    return exact or same_ending(point.suffix, caller.suffix)


def _is_proof(cached: CachedCard, point: ContactPoint, caller: CallerId) -> bool:
    exact = caller.number is not None and caller.number.e164 == point.value
    return exact and point.value in cached.sole_numbers


def _hit(cached: CachedCard, point: ContactPoint, caller: CallerId) -> CallerHit:
    card = cached.card
    return CallerHit(
        customer_id=card.customer.id,
        name=card.customer.name,
        company_name=card.customer.company_name,
        city=card.customer.city,
        tier=card.customer.tier,
        kind=HitKind.EXACT if _is_proof(cached, point, caller) else HitKind.SUFFIX,
        is_primary=point.is_primary,
        open_ticket=max((ticket.number for ticket in card.open_tickets), default=0),
        open_order=max((order.number for order in card.open_orders), default=0),
    )
