"""What every implementation of ``ports.local_cache.LocalCache`` does.

A subclass named ``Test...`` gives the fixture ``cache``: open and empty.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.cached_card import CachedCard
from agent_desk.domain.catalogue import Catalogue
from agent_desk.domain.customer import CustomerCard, OpenTicket, TimelineEntry, TimelineKind
from agent_desk.domain.errors import StorageError
from agent_desk.domain.identifiers import CategoryId, CustomerId, DepartmentId
from agent_desk.domain.last_known import MOST_LISTS, LastKnown
from agent_desk.domain.ticket import Category, Department
from agent_desk.ports.local_cache import LocalCache
from tests.contracts.storage_samples import (
    NOW,
    a_customer,
    a_full_customer,
    a_note,
    a_point,
    an_address,
    fresh_id,
)

MOBILE = "138 0013 8000"


def a_card(*numbers: str, age_minutes: int = 0) -> CachedCard:
    customer = a_customer()
    points = tuple(a_point(customer, text) for text in numbers)
    card = CustomerCard(customer=customer, contact_points=points)
    return CachedCard(card=card, as_of=NOW - timedelta(minutes=age_minutes))


def a_full_card() -> CachedCard:
    customer = a_full_customer()
    point = a_point(customer, MOBILE, label="mobile", is_primary=True)
    card = CustomerCard(
        customer=customer,
        contact_points=(point, an_address(customer, "wang@example.com")),
        notes=(a_note(customer, "喜欢用中文", pinned=True),),
        timeline=(
            TimelineEntry(at=NOW, kind=TimelineKind.CALL, id=fresh_id(), subject="", channel="in"),
        ),
        timeline_total=71,
        open_tickets=(
            OpenTicket(
                id=fresh_id(),
                number=7,
                subject="断网",
                state="OPEN",
                category=fresh_id(),
                opened_at=NOW,
            ),
        ),
        calls_90_days=3,
    )
    return CachedCard(card=card, as_of=NOW, sole_numbers=frozenset({point.value}))


class CacheContract:
    """Cards by id and by number, the oldest forgotten first."""

    async def test_a_card_comes_back_as_put(self, cache: LocalCache) -> None:
        cached = a_full_card()

        await cache.put(cached)

        assert await cache.get(cached.card.customer.id) == cached

    async def test_a_customer_without_a_card_has_none(self, cache: LocalCache) -> None:
        await cache.put(a_full_card())

        assert await cache.get(CustomerId(fresh_id())) is None

    async def test_a_newer_card_replaces_the_former(self, cache: LocalCache) -> None:
        old = a_card(MOBILE, age_minutes=5)
        card = CustomerCard(customer=old.card.customer)
        new = CachedCard(card=card, as_of=NOW)
        await cache.put(old)

        await cache.put(new)

        assert await cache.get(card.customer.id) == new
        assert list(await cache.by_suffix("800138000")) == []

    @pytest.mark.parametrize("suffix", ["800138000", "0138000", "13800138000"])
    async def test_a_card_is_found_by_the_last_digits(self, cache: LocalCache, suffix: str) -> None:
        wang, other = a_card("139 0013 9000", MOBILE), a_card("139 0013 9000")
        await cache.put(wang)
        await cache.put(other)

        assert list(await cache.by_suffix(suffix)) == [wang]

    @pytest.mark.parametrize("suffix", ["", "8000", "138001", "900138000"])
    async def test_too_few_or_other_digits_find_nobody(
        self, cache: LocalCache, suffix: str
    ) -> None:
        await cache.put(a_card(MOBILE))
        await cache.put(a_full_card())

        assert list(await cache.by_suffix(suffix)) == []

    async def test_a_shared_number_finds_everyone_who_is_kept(self, cache: LocalCache) -> None:
        household = [a_card(MOBILE), a_card(MOBILE)]
        for cached in household:
            await cache.put(cached)

        found = await cache.by_suffix("800138000")

        assert {c.card.customer.id for c in found} == {c.card.customer.id for c in household}

    async def test_the_oldest_are_evicted(self, cache: LocalCache) -> None:
        first, second, third = (a_card() for _ in range(3))
        for cached in (first, second, third, first):
            await cache.put(cached)

        await cache.evict(2)

        assert set(await cache.ages()) == {third.card.customer.id, first.card.customer.id}
        await cache.evict(2)
        assert len(await cache.ages()) == 2

    async def test_a_forgotten_customer_is_gone_with_the_numbers(self, cache: LocalCache) -> None:
        cached = a_card(MOBILE, age_minutes=9)
        await cache.put(cached)
        assert dict(await cache.ages()) == {cached.card.customer.id: cached.as_of}

        await cache.forget(cached.card.customer.id)
        await cache.forget(CustomerId(fresh_id()))

        assert dict(await cache.ages()) == {}
        assert list(await cache.by_suffix("800138000")) == []

    @pytest.mark.parametrize(
        "query",
        ["wang", "王芳", "FANG", "wang 138", "138 0013-8000", "+86 138", "断网", "013800138000"],
    )
    async def test_a_card_is_found_by_what_is_on_it(self, cache: LocalCache, query: str) -> None:
        wang = a_full_card()
        customer = replace(wang.card.customer, name="王芳 Wang Fang")
        wang = replace(wang, card=replace(wang.card, customer=customer))
        await cache.put(a_card("139 0013 9000"))
        await cache.put(wang)

        assert list(await cache.search(query, most=9)) == [wang]

    @pytest.mark.parametrize("query", ["", "  ", "wang 139", "13800138009", "%", "_"])
    async def test_what_is_on_no_card_finds_nobody(self, cache: LocalCache, query: str) -> None:
        await cache.put(a_full_card())

        assert list(await cache.search(query, most=9)) == []

    async def test_a_search_finds_the_newest_first_and_no_more_than_wanted(
        self, cache: LocalCache
    ) -> None:
        cards = [a_card(MOBILE) for _ in range(3)]
        for cached in cards:
            await cache.put(cached)

        assert list(await cache.search("138", most=2)) == [cards[2], cards[1]]

    async def test_the_catalogue_comes_back_as_kept_last(self, cache: LocalCache) -> None:
        assert await cache.catalogue() is None
        department = Department(
            id=DepartmentId(fresh_id()), name="Field service", name_zh="现场服务"
        )
        category = Category(
            id=CategoryId(fresh_id()),
            parent_id=None,
            name="Line fault",
            name_zh="线路故障",
            department_id=department.id,
        )
        await cache.keep_catalogue(Catalogue())

        kept = Catalogue(categories=(category,), departments=(department,))
        await cache.keep_catalogue(kept)

        assert await cache.catalogue() == kept

    async def test_a_list_comes_back_as_kept_last(self, cache: LocalCache) -> None:
        assert await cache.kept_list("tickets", Catalogue) is None
        await cache.keep_list("tickets", LastKnown(value=Catalogue(), as_of=NOW))

        department = Department(id=DepartmentId(fresh_id()), name="Field service", name_zh="现场")
        known = LastKnown(value=Catalogue(departments=(department,)), as_of=NOW, left_out=7)
        await cache.keep_list("tickets", known)

        assert await cache.kept_list("tickets", Catalogue) == known
        assert await cache.kept_list("orders", Catalogue) is None

    async def test_a_list_of_another_kind_is_passed_over(self, cache: LocalCache) -> None:
        await cache.keep_list("tickets", LastKnown(value=a_full_card().card, as_of=NOW))

        assert await cache.kept_list("tickets", Catalogue) is None

    async def test_the_list_kept_longest_ago_is_forgotten_first(self, cache: LocalCache) -> None:
        known = LastKnown(value=Catalogue(), as_of=NOW)
        for name in ("a", *map(str, range(MOST_LISTS - 1)), "a", "b"):
            await cache.keep_list(name, known)

        found = [name for name in ("a", "b", "0", "1") if await cache.kept_list(name, Catalogue)]

        assert found == ["a", "b", "1"]

    async def test_lists_are_forgotten_but_those_of_a_beginning(self, cache: LocalCache) -> None:
        known = LastKnown(value=Catalogue(), as_of=NOW)
        for name in ("AGENT//tickets", "AGENT%", "DEALER/d/orders"):
            await cache.keep_list(name, known)

        await cache.forget_lists(but="AGENT/")
        assert await cache.kept_list("AGENT//tickets", Catalogue) == known
        assert await cache.kept_list("AGENT%", Catalogue) is None
        assert await cache.kept_list("DEALER/d/orders", Catalogue) is None

        await cache.forget_lists()
        assert await cache.kept_list("AGENT//tickets", Catalogue) is None

    async def test_a_closed_cache_says_so(self, cache: LocalCache) -> None:
        await cache.close()

        with pytest.raises(StorageError):
            await cache.get(CustomerId(fresh_id()))
        with pytest.raises(StorageError):
            await cache.put(a_full_card())
        await cache.close()

    async def test_a_cache_that_is_opened_again_has_its_cards(self, cache: LocalCache) -> None:
        cached = a_full_card()
        await cache.put(cached)

        await cache.close()
        await cache.open()

        assert await cache.get(cached.card.customer.id) == cached
