"""What every implementation of `ports.routing_book.RoutingBook` keeps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.errors import StaleVersionError
from agent_desk.domain.routing import WhenClosed
from agent_desk.domain.routing_check import PastOrder
from agent_desk.ports.routing_book import RoutingBook, Rulebook
from tests.unit.domain.routing_cases import DIESEL, ENGINE, FIELD, GONE, NORD, SUED, rule

RULES = (
    replace(
        rule("b", SUED, NORD),
        categories=frozenset({ENGINE}),
        regions=frozenset({"010", "021"}),
        products=frozenset({"柴油", "diesel"}),
        when_closed=WhenClosed.WAIT,
    ),
    replace(rule("a", FIELD), is_enabled=False),
)


class RoutingBookContract:
    """A book of the house of `routing_cases`."""

    def make(self, past: Sequence[PastOrder] = ()) -> RoutingBook:
        raise NotImplementedError

    async def test_is_empty_at_first(self) -> None:
        assert await self.make().rulebook() == Rulebook(rules=(), version=0)

    async def test_keeps_rules_and_their_order(self) -> None:
        book = self.make()
        saved = await book.save(Rulebook(rules=RULES))
        assert saved == Rulebook(rules=RULES, version=1)
        assert await book.rulebook() == saved
        turned = await book.save(replace(saved, rules=RULES[::-1]))
        assert (await book.rulebook()).rules == RULES[::-1]
        assert turned.version == 2

    async def test_refuses_what_was_edited_from_an_older_version(self) -> None:
        book = self.make()
        await book.save(Rulebook(rules=RULES))
        with pytest.raises(StaleVersionError):
            await book.save(Rulebook(rules=()))
        assert (await book.rulebook()).rules == RULES

    async def test_knows_the_closed_ones_too(self) -> None:
        directory = (await self.make().world()).directory
        assert {one.id: one.is_active for one in directory.values()} == {
            NORD: True,
            SUED: True,
            FIELD: True,
            GONE: False,
        }

    async def test_past_orders_are_those_of_the_time(self) -> None:
        at = DIESEL.at
        past = [
            PastOrder(
                number=number, order=replace(DIESEL, at=at + timedelta(days=number)), went_to=NORD
            )
            for number in range(4)
        ]
        found = await self.make(past).past_orders(at + timedelta(days=1), at + timedelta(days=3))
        assert [one.number for one in found] == [1, 2]
