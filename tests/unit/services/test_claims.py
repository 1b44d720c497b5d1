"""The work in this desk's hands: taken, held, finished, given back and lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent_desk.domain.claim import LEASE_SECONDS, WorkItem, WorkKind
from agent_desk.domain.errors import DatabaseLockedError, DatabaseUnavailableError, StaleClaimError
from agent_desk.domain.identifiers import AgentId, DeskId, WorkItemId, new_uuid7
from agent_desk.domain.ticket import Resolution, Ticket
from agent_desk.domain.work_order import WorkOrder
from agent_desk.ports.storage import Storage
from agent_desk.services import claims as claims_module
from agent_desk.services.access import Access
from agent_desk.services.claims import RENEW_SECONDS, ClaimLostEvent, Claims
from agent_desk.services.event_bus import EventBus
from db.sqlite_storage import SqliteStorage
from tests.fakes.desk_file import new_desk_file
from tests.fakes.manual_clock import START
from tests.logfail import LogGuard
from tests.unit.services.bench import WAIT_SECONDS, Bench, Seen
from tests.unit.services.faults import BreakableStorage

ME, OTHER = DeskId(new_uuid7(START)), DeskId(new_uuid7(START))
AGENT = AgentId("agent-1")
LONG_AGO = START.replace(year=2000)
_K = WorkKind


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[BreakableStorage]:
    storage = BreakableStorage(inner=SqliteStorage(path=new_desk_file(tmp_path)))
    await storage.open()
    yield storage
    storage.revive()
    await storage.close()


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
async def claims(
    storage: BreakableStorage, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Claims]:
    """A service that renews a thousand times faster."""
    monkeypatch.setattr(claims_module, "RENEW_SECONDS", 0.01)
    bus = EventBus()
    bus.subscribe(object, seen.add)
    access = Access.without_sign_in(AGENT)
    made = Claims(storage=storage, bus=bus, access=access, desk_id=ME)
    await made.start()
    yield made
    storage.revive()
    await made.stop()


async def put(storage: Storage, kind: WorkKind = _K.CALLBACK) -> WorkItem:
    item = WorkItem(
        id=WorkItemId(new_uuid7(START)), kind=kind, subject_id=new_uuid7(START), due_at=LONG_AGO
    )
    await storage.write(lambda uow: uow.claims.put(item, at=START))
    return item


async def waiting(storage: Storage, kind: WorkKind = _K.CALLBACK) -> int:
    return await storage.read(lambda uow: uow.claims.waiting(kind, agent_id=AGENT))


async def expire(storage: Storage) -> None:
    """Let every lease of this desk run out without a renewal in between."""
    await storage.write(lambda uow: uow.claims.return_from(ME))


def test_a_lease_survives_two_renewals_that_fail() -> None:
    assert 3 * RENEW_SECONDS <= LEASE_SECONDS


async def test_the_next_piece_of_work_is_this_desks(
    claims: Claims, storage: BreakableStorage
) -> None:
    item = await put(storage)
    assert await claims.waiting(_K.CALLBACK) == 1

    claim = await claims.take_next(_K.CALLBACK)

    assert claim is not None
    assert (claim.item.id, claim.desk_id) == (item.id, ME)
    assert set(claims.held) == {item.id}
    assert await claims.waiting(_K.CALLBACK) == 0
    assert await claims.take_next(_K.CALLBACK) is None


async def test_finished_work_is_out_of_its_hands(claims: Claims, storage: BreakableStorage) -> None:
    await put(storage)
    claim = await claims.take_next(_K.CALLBACK)
    assert claim is not None

    await claims.finish(claim)

    assert claims.held == {}
    await expire(storage)
    assert await claims.take_next(_K.CALLBACK) is None


async def test_work_is_given_back_or_put_off(claims: Claims, storage: BreakableStorage) -> None:
    await put(storage)
    first = await claims.take_next(_K.CALLBACK)
    assert first is not None
    await claims.give_back(first)
    again = await claims.take_next(_K.CALLBACK)
    assert again is not None
    assert again.token > first.token

    await claims.give_back(again, due_at=START + timedelta(days=3650))

    assert claims.held == {}
    assert await claims.take_next(_K.CALLBACK) is None


async def test_a_lease_is_renewed_as_long_as_the_work_lasts(
    claims: Claims, storage: BreakableStorage
) -> None:
    await put(storage)
    claim = await claims.take_next(_K.CALLBACK)
    assert claim is not None

    async with asyncio.timeout(WAIT_SECONDS):
        while claims.held[claim.item.id].until <= claim.until:
            await waiting(storage)

    assert claims.held[claim.item.id].token == claim.token


async def test_work_that_somebody_else_has_meanwhile_is_lost_and_said(
    claims: Claims, storage: BreakableStorage, seen: Seen
) -> None:
    await put(storage)
    claim = await claims.take_next(_K.CALLBACK)
    assert claim is not None
    storage.hold()

    def taken_over(uow: object) -> None:
        uow.claims.return_from(ME)  # type: ignore[attr-defined]
        uow.claims.take(_K.CALLBACK, desk_id=OTHER, agent_id=AGENT)  # type: ignore[attr-defined]

    await storage._inner.write(taken_over)
    storage.release()

    lost = await seen.nth(ClaimLostEvent)
    assert lost.claim.item.id == claim.item.id
    assert claims.held == {}
    with pytest.raises(StaleClaimError):
        await claims.finish(claim)


async def test_work_that_was_done_otherwise_is_let_go_in_silence(
    claims: Claims, storage: BreakableStorage, seen: Seen
) -> None:
    item = await put(storage)
    await claims.take_next(_K.CALLBACK)

    await storage.write(lambda uow: uow.claims.withdraw(_K.CALLBACK, item.subject_id))

    async with asyncio.timeout(WAIT_SECONDS):
        while claims.held:
            await waiting(storage)
    assert seen.all(ClaimLostEvent) == []


async def test_an_outage_is_outlived(claims: Claims, storage: BreakableStorage) -> None:
    await put(storage)
    claim = await claims.take_next(_K.CALLBACK)
    assert claim is not None
    writes = storage.writes
    storage.die(DatabaseLockedError(path="desk.db", seconds=5))
    async with asyncio.timeout(WAIT_SECONDS):
        while storage.writes < writes + 3:
            await asyncio.to_thread(lambda: None)

    storage.revive()
    await claims.renew()

    assert set(claims.held) == {claim.item.id}


async def test_a_defect_in_renewing_is_logged_and_renewing_goes_on(
    claims: Claims,
    storage: BreakableStorage,
    expected_logs: LogGuard,
    caplog: pytest.LogCaptureFixture,
) -> None:
    expected_logs.expect("renewing leases failed")
    await put(storage)
    claim = await claims.take_next(_K.CALLBACK)
    assert claim is not None
    storage.fault = ValueError("nobody foresaw it")
    async with asyncio.timeout(WAIT_SECONDS):
        while "renewing leases failed" not in caplog.text:
            await asyncio.to_thread(lambda: None)
    storage.fault = None

    async with asyncio.timeout(WAIT_SECONDS):
        while claims.held[claim.item.id].until <= claim.until:
            await waiting(storage)


async def test_work_that_cannot_be_settled_stays_in_its_hands(
    claims: Claims, storage: BreakableStorage
) -> None:
    await put(storage)
    claim = await claims.take_next(_K.CALLBACK)
    assert claim is not None
    storage.die()

    with pytest.raises(DatabaseUnavailableError):
        await claims.finish(claim)

    assert set(claims.held) == {claim.item.id}


async def test_a_desk_that_stops_gives_everything_back(
    claims: Claims, storage: BreakableStorage
) -> None:
    await put(storage)
    await put(storage, _K.DISPATCH)
    await claims.take_next(_K.CALLBACK)
    await claims.take_next(_K.DISPATCH)

    await claims.stop()
    await claims.stop()

    assert claims.held == {}
    assert (await waiting(storage), await waiting(storage, _K.DISPATCH)) == (1, 1)


async def test_stopping_without_a_database_is_no_error(
    claims: Claims, storage: BreakableStorage
) -> None:
    await put(storage)
    await claims.take_next(_K.CALLBACK)
    storage.die()

    await claims.stop()

    assert claims.held == {}


# What tickets and orders hand out


async def due_callbacks(bench: Bench) -> list[str]:
    def work(uow: object) -> list[str]:
        claims = uow.claims.take(  # type: ignore[attr-defined]
            _K.CALLBACK, desk_id=OTHER, agent_id=AgentId("agent-1"), most=9
        )
        return [claim.item.subject_id for claim in claims]

    return await bench.storage.write(work)


async def promised(bench: Bench, days_ago: float = 1.0) -> Ticket:
    """Return a ticket whose promise is due by the database's clock, the wall's."""
    wang = await bench.customer()
    bench.clock._now = START - timedelta(days=3650)
    due = bench.clock.now() + timedelta(days=days_ago)
    form = await bench.form(wang.id, resolution=Resolution.FOLLOW_UP, follow_up_at=due)
    return await bench.desk.tickets.log(form, None)


async def test_a_promised_follow_up_is_handed_out_when_it_is_due(bench: Bench) -> None:
    ticket = await promised(bench)

    assert await due_callbacks(bench) == [ticket.id]


async def test_a_new_promise_replaces_the_former(bench: Bench) -> None:
    ticket = await promised(bench)
    later = START + timedelta(days=36500)
    form = await bench.form(
        ticket.customer_id,
        ticket_id=ticket.id,
        resolution=Resolution.FOLLOW_UP,
        follow_up_at=later,
    )
    await bench.desk.tickets.log(form, None)

    assert await due_callbacks(bench) == []


@pytest.mark.parametrize("resolution", [Resolution.RESOLVED_NOW, Resolution.WORK_ORDER])
async def test_a_ticket_that_is_settled_needs_no_callback(
    bench: Bench, resolution: Resolution
) -> None:
    ticket = await promised(bench)
    form = await bench.form(ticket.customer_id, ticket_id=ticket.id, resolution=resolution)
    await bench.desk.tickets.log(form, None)

    assert await due_callbacks(bench) == []


async def an_order(bench: Bench) -> WorkOrder:
    """Return an order that a department has."""
    wang = await bench.customer()
    form = await bench.form(wang.id, "Line fault on site", resolution=Resolution.WORK_ORDER)
    ticket = await bench.desk.tickets.log(form, None)
    (order,) = await bench.storage.read(lambda uow: uow.orders.of_ticket(ticket.id))
    return order


async def test_only_an_order_without_a_department_is_handed_out(bench: Bench) -> None:
    order = await an_order(bench)
    assert await waiting(bench.storage, _K.DISPATCH) == 0

    declined = await bench.desk.orders.decline(order.id, order.version, "not ours")
    assert await waiting(bench.storage, _K.DISPATCH) == 1

    (department, *_) = await bench.desk.tickets.departments()
    await bench.desk.orders.dispatch(declined.id, declined.version, department.id)
    assert await waiting(bench.storage, _K.DISPATCH) == 0


async def test_a_cancelled_order_is_not_handed_out(bench: Bench) -> None:
    order = await an_order(bench)
    declined = await bench.desk.orders.decline(order.id, order.version, "not ours")

    await bench.desk.orders.cancel(declined.id, declined.version, "the customer moved")

    assert await waiting(bench.storage, _K.DISPATCH) == 0
