"""Rights asked at the desk's use cases, also of what was kept while the database was away."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from agent_desk.domain.claim import WorkKind
from agent_desk.domain.errors import DatabaseUnavailableError, RightsError
from agent_desk.domain.identifiers import TicketId, WorkOrderId
from agent_desk.domain.kept_command import KeptState
from agent_desk.domain.rights import Person, Role
from agent_desk.services import outbox as outbox_module
from agent_desk.services import presence as presence_module
from agent_desk.services import recorder as recorder_module
from agent_desk.services.outbox import Kept, OutboxChangedEvent
from agent_desk.services.screen_pop import PopMatchedEvent
from agent_desk.services.wallboard import QueuesChangedEvent
from tests.unit.services.bench import AGENT, WAIT_SECONDS, WANG_NUMBER, Bench
from tests.unit.services.colleagues import Colleague, fall_silent
from tests.unit.services.conftest import MakeBench

AWAY = pytest.mark.expected_logs("database away")


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_module, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(outbox_module, "LONGEST_PAUSE_SECONDS", 0.02)
    monkeypatch.setattr(recorder_module, "RETRY_SECONDS", 0.01)


def now_only(bench: Bench, *roles: Role) -> None:
    """Take every other role away from the person at the desk."""
    person = Person(login=AGENT, name="Li", roles=frozenset(roles))
    bench.desk.access.change(person)


def away(bench: Bench) -> DatabaseUnavailableError:
    return DatabaseUnavailableError(path=str(bench.database), reason="gone")


async def test_every_service_asks_by_itself(bench: Bench) -> None:
    """Not only the outbox in front of them."""
    customer = await bench.customer()
    commands, desk = bench.desk.commands, bench.desk
    form = await bench.form(customer.id)
    now_only(bench, Role.AUDITOR)

    for applied in (
        desk.tickets.log(form, None),
        desk.tickets.apply(commands.confirm_ticket(TicketId("t"))),
        desk.customers.apply(commands.add_note(customer.id, "a word")),
        desk.orders.apply(commands.accept_order(WorkOrderId("o"), 1)),
        desk.agent.ready(),
        desk.orders.to_verify(),
    ):
        with pytest.raises(RightsError):
            await applied


@AWAY
async def test_what_a_role_may_not_do_is_not_even_kept(bench: Bench) -> None:
    customer = await bench.customer()
    bench.storage.fault = away(bench)
    commands, outbox = bench.desk.commands, bench.desk.outbox
    assert isinstance(await outbox.submit(commands.add_note(customer.id, "first")), Kept)
    now_only(bench, Role.DISPATCHER)

    with pytest.raises(RightsError):
        await outbox.submit(commands.add_note(customer.id, "second"))

    assert len(outbox.kept) == 1


@AWAY
async def test_a_kept_command_whose_right_was_taken_away_goes_to_a_person(bench: Bench) -> None:
    customer = await bench.customer()
    bench.storage.fault = away(bench)
    command = bench.desk.commands.add_note(customer.id, "a word")
    assert isinstance(await bench.desk.outbox.submit(command), Kept)

    now_only(bench, Role.DISPATCHER)
    bench.storage.fault = None
    count = 1
    while not (await bench.seen.nth(OutboxChangedEvent, count)).conflicts:
        count += 1

    (entry,) = bench.desk.outbox.kept
    assert entry.state is KeptState.CONFLICT
    assert entry.refusal is not None
    assert isinstance(entry.refusal.error, RightsError)
    with pytest.raises(RightsError):
        await bench.desk.outbox.edit(command.id, replace(command, text="another"))


async def test_a_caller_stays_a_number_to_whom_may_see_no_customers(bench: Bench) -> None:
    customer = await bench.customer()
    now_only(bench, Role.DEALER)

    call_id = bench.switch.ring("c-1", WANG_NUMBER, queue="support")

    popped = await bench.seen.nth(PopMatchedEvent)
    assert popped.card is None
    assert not popped.result.candidates
    with pytest.raises(RightsError):
        await bench.desk.screen_pop.choose(call_id, customer.id)
    with pytest.raises(RightsError):
        await bench.desk.customers.timeline(customer.id, kinds=None, offset=0)


async def test_work_is_handed_to_whom_it_is_for(bench: Bench) -> None:
    now_only(bench, Role.DISPATCHER)

    assert await bench.desk.claims.take_next(WorkKind.DISPATCH) is None
    for kind in (WorkKind.CALLBACK, WorkKind.DIAL):
        with pytest.raises(RightsError):
            await bench.desk.claims.take_next(kind)
        with pytest.raises(RightsError):
            await bench.desk.claims.waiting(kind)


async def test_queues_are_told_late_only_by_a_desk_that_follows_them(make_bench: MakeBench) -> None:
    bench = make_bench()

    bench.desk.wallboard.tell()

    assert bench.seen.all(QueuesChangedEvent) == []


async def test_those_outside_leave_a_dead_desk_to_the_house(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may not write what a colleague's desk has left."""
    monkeypatch.setattr(presence_module, "BEAT_SECONDS", 0.01)
    monkeypatch.setattr(presence_module, "GONE_AFTER_SECONDS", 0.0)
    bench = make_bench()
    now_only(bench, Role.DEALER)
    await bench.desk.start()
    dead = Colleague(bench.storage, "agent-2")
    await dead.arrive()
    await dead.die()
    await fall_silent(bench.storage, dead.desk_id, 60)

    await beaten(bench, times=3)

    # Given once: nobody has taken it.
    closed = await bench.storage.write(lambda uow: uow.presence.close_gone())
    assert [desk.report.desk_id for desk in closed] == [dead.desk_id]
    await bench.desk.stop()


async def beaten(bench: Bench, *, times: int) -> None:
    """Return when the desk has told ``times`` more that it lives."""
    seen: set[datetime] = set()
    async with asyncio.timeout(WAIT_SECONDS):
        while len(seen) <= times:
            floor = await bench.storage.read(lambda uow: uow.presence.floor())
            own = bench.desk.presence.desk_id
            seen |= {d.heartbeat_at for d in floor.desks if d.report.desk_id == own}
            await asyncio.sleep(0.01)
