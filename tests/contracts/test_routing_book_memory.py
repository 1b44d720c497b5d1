from collections.abc import Sequence

from agent_desk.domain.routing_check import PastOrder
from agent_desk.ports.routing_book import RoutingBook
from tests.contracts.routing_book_contract import RoutingBookContract
from tests.fakes.memory_routing_book import MemoryRoutingBook
from tests.unit.domain.routing_cases import WORLD


class TestMemoryRoutingBook(RoutingBookContract):
    def make(self, past: Sequence[PastOrder] = ()) -> RoutingBook:
        return MemoryRoutingBook(world=WORLD, past=past)
