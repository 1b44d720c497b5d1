"""Lists of a desk whose server is away: as last known, never as if they were the present ones."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.domain.catalogue import Catalogue
from agent_desk.domain.errors import RightsError, ServerAwayError, StorageError
from agent_desk.domain.identifiers import DepartmentId
from agent_desk.domain.last_known import LastKnown, shortened
from agent_desk.domain.rights import Role
from agent_desk.services.known_lists import OrderLines
from agent_desk.services.last_known import LastKnownLists
from db.local_cache import FileLocalCache
from tests.unit.services.bench import Bench
from tests.unit.services.conftest import MakeBench
from tests.unit.services.test_work_orders import raised, verifying

AWAY = ServerAwayError(path="db.example/desk")


@pytest.fixture
def cards(tmp_path: Path) -> FileLocalCache:
    return FileLocalCache(path=tmp_path / "cards.sqlite")


@pytest.fixture
async def bench(make_bench: MakeBench, cards: FileLocalCache) -> AsyncIterator[Bench]:
    """A started desk that keeps its lists in a file."""
    made = make_bench(cache=cards)
    await made.desk.start()
    yield made
    await made.desk.stop()


async def opened_again(bench: Bench, make_bench: MakeBench) -> Bench:
    """Return the desk on the same files an hour later; its server is away once it is open."""
    await bench.desk.stop()
    bench.clock.advance(3600)
    again = make_bench(clock=bench.clock, cache=FileLocalCache(path=bench.folder / "cards.sqlite"))
    await again.desk.start()
    again.storage.die(AWAY)
    return again


async def test_what_is_read_now_has_no_age(bench: Bench) -> None:
    await verifying(bench)

    known = await bench.desk.lists.my_tickets()

    assert known.as_of is None
    assert [line.order.subject for line in known.value.to_verify.own] == ["line is dead"]


async def test_a_desk_whose_server_goes_away_has_its_lists_as_they_were(bench: Bench) -> None:
    await verifying(bench)
    lists = bench.desk.lists
    tickets, orders, board = await lists.my_tickets(), await lists.orders(), await lists.board()
    then = bench.clock.now()
    bench.clock.advance(600)

    bench.storage.die(AWAY)

    assert await lists.my_tickets() == replace(tickets, as_of=then)
    assert await lists.orders() == replace(orders, as_of=then)
    assert await lists.board() == replace(board, as_of=then)
    bench.storage.revive()
    assert (await lists.my_tickets()).as_of is None


@pytest.mark.expected_logs("database away")
async def test_a_desk_that_opens_without_its_server_has_them_too(
    bench: Bench, make_bench: MakeBench
) -> None:
    wang, order = await verifying(bench)
    lists = bench.desk.lists
    tickets, orders, board = await lists.my_tickets(), await lists.orders(), await lists.board()
    then = bench.clock.now()

    again = await opened_again(bench, make_bench)
    kept = again.desk.lists

    found = await kept.my_tickets()
    assert (found.as_of, found.left_out) == (then, 0)
    assert found.value.tickets == tickets.value.tickets
    assert found.value.names == {wang.id: wang.name}
    assert found.value.to_verify.own == tuple(tickets.value.to_verify.own)
    assert await kept.orders() == replace(orders, as_of=then)
    assert (await kept.board()).value == board.value
    assert [row.id for row in board.value.orders] == [order.id]
    with pytest.raises(ServerAwayError):
        await kept.to_review()
    await again.desk.stop()


@pytest.mark.expected_logs("database away")
async def test_the_board_is_kept_with_what_changed_since(
    bench: Bench, make_bench: MakeBench
) -> None:
    _, order = await raised(bench)
    await bench.desk.lists.board()
    accepted = await bench.desk.orders.accept(order.id, order.version)
    await bench.desk.lists.board_changes([order.id])

    again = await opened_again(bench, make_bench)

    (row,) = (await again.desk.lists.board()).value.orders
    assert (row.state, row.version) == (accepted.state, accepted.version)
    await again.desk.stop()


async def test_a_server_that_answers_with_a_refusal_is_not_covered_up(bench: Bench) -> None:
    await raised(bench)
    await bench.desk.lists.orders()

    bench.storage.die(StorageError(path="desk"))

    with pytest.raises(StorageError):
        await bench.desk.lists.orders()
    bench.storage.revive()


async def test_who_has_another_role_by_now_does_not_see_what_the_former_one_saw(
    bench: Bench,
) -> None:
    await raised(bench)
    await bench.desk.lists.orders()
    await bench.desk.lists.board()
    person = bench.desk.access.person

    bench.storage.die(AWAY)
    elsewhere = DepartmentId("other")
    bench.desk.access.change(
        replace(person, roles=frozenset({Role.DEALER}), department_id=elsewhere)
    )

    with pytest.raises(ServerAwayError):
        await bench.desk.lists.orders()
    with pytest.raises(RightsError):
        await bench.desk.lists.board()
    bench.storage.revive()


async def test_lists_of_former_roles_are_taken_from_the_disk_at_the_start(
    bench: Bench, cards: FileLocalCache
) -> None:
    name, known = "DEALER/d/orders:", LastKnown(value=Catalogue(), as_of=bench.clock.now())
    await cards.keep_list(name, known)

    lists = LastKnownLists(cache=cards, clock=bench.clock, access=bench.desk.access)
    await lists.start()

    assert await cards.kept_list(name, Catalogue) is None


async def test_nothing_is_left_of_the_lists_of_somebody_who_is_barred(bench: Bench) -> None:
    await raised(bench)
    await bench.desk.lists.orders()

    await bench.desk.last_known.forget()

    bench.storage.die(AWAY)
    with pytest.raises(ServerAwayError):
        await bench.desk.lists.orders()
    bench.storage.revive()


async def test_of_long_lists_the_rows_that_matter_most_are_kept(bench: Bench) -> None:
    await verifying(bench)
    (line,) = (await bench.desk.lists.orders()).value.lines
    tickets = (await bench.desk.lists.my_tickets()).value
    now = bench.clock.now()

    kept = shortened(OrderLines(lines=(line,) * 4), now, most=3)
    assert (kept.value.rows, kept.left_out) == (3, 1)
    many = replace(tickets, tickets=tickets.tickets * 5)
    assert shortened(many, now, most=3).value.tickets == tickets.tickets * 2
    assert not many.first(0).to_verify.lines
