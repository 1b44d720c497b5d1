"""Orders that look for somebody, and whom they are for: region, product, tier; pure, any thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from agent_desk.domain.identifiers import CategoryId, CustomerId, DepartmentId
from agent_desk.domain.region import RegionFinding, RegionTable
from agent_desk.domain.ticket import Priority
from agent_desk.domain.tier import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutableOrder:
    """An order that looks for somebody.

    product: name of what it is about, "" when only the subject tells. declined_by: who did not
    want it already.
    """

    customer_id: CustomerId
    category_id: CategoryId
    priority: Priority = Priority.P3
    subject: str = ""
    product: str = ""
    declined_by: frozenset[DepartmentId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOrigin:
    """What is known of the customer. e164: the primary telephone number, ``""`` for none.

    products: names of what the customer has, the newest first.
    """

    city: str = ""
    address: str = ""
    e164: str = ""
    tier: Tier = Tier.STANDARD
    products: tuple[str, ...] = ()


def region_of(
    origin: OrderOrigin, table: RegionTable, place_of: Callable[[str], str]
) -> RegionFinding | None:
    """Return the region of ``origin``; ``place_of`` a number is asked only when nothing tells it.

    A number without a region of its own is mostly a mobile, whose place takes long to look up.
    """
    found = table.find(city=origin.city, address=origin.address, e164=origin.e164)
    if found is not None or not origin.e164:
        return found
    return table.find(number_place=place_of(origin.e164))


def product_of(origin: OrderOrigin, subject: str) -> str:
    """Return the product that an order with that ``subject`` is about.

    The customer's own that the subject names, else the only one there is; of a customer without
    any the subject itself, as it may name one that nobody registered.
    """
    text = subject.casefold()
    named = [name for name in origin.products if name.casefold() in text]
    if named:
        return named[0]
    if len(origin.products) == 1:
        return origin.products[0]
    return "" if origin.products else subject
