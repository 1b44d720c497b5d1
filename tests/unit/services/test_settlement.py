"""Claims on a file: two people approve, a third pays, and a dealer sees the own ones."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from agent_desk.domain.claim_list import ClaimFilter, totals_of
from agent_desk.domain.errors import (
    ApprovalError,
    InputError,
    NotFoundError,
    RightsError,
    StaleVersionError,
    TransitionRefusedError,
)
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import AgentId, ClaimId, DepartmentId
from agent_desk.domain.money import Money
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.settlement import ClaimAmounts, ClaimKind, ClaimState, OrderClaim
from agent_desk.domain.work_order import WorkOrderState
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.case_log import ClaimChangedEvent
from agent_desk.services.commands import Commands
from agent_desk.services.event_bus import EventBus
from agent_desk.services.settlement import Settlement
from db.sqlite_storage import SqliteStorage
from tests.contracts.order_loop_contract import a_claim, an_order_to_verify
from tests.contracts.storage_contract import a_department
from tests.contracts.storage_samples import fresh_id
from tests.fakes.desk_file import new_desk_file
from tests.fakes.manual_clock import ManualClock

_C = ClaimState


@dataclass(frozen=True, slots=True)
class Clerk:
    """One person with what they settle by."""

    settlement: Settlement
    make: Commands
    bus: EventBus


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    storage = SqliteStorage(path=new_desk_file(tmp_path), calling_code="86")
    await storage.open()
    yield storage
    await storage.close()


@pytest.fixture
async def department(storage: Storage) -> DepartmentId:
    return await a_department(storage)


@pytest.fixture
def clerk(storage: Storage) -> Callable[..., Clerk]:
    clock = ManualClock()

    def named(login: str, *roles: Role, department_id: DepartmentId | None = None) -> Clerk:
        person = Person(
            login=AgentId(login), name=login, roles=frozenset(roles), department_id=department_id
        )
        bus = EventBus()
        return Clerk(
            Settlement(storage=storage, bus=bus, clock=clock, access=Access(person)),
            Commands(clock=clock, agent_id=person.login, region="CN"),
            bus,
        )

    return named


@pytest.fixture
async def claim(storage: Storage, department: DepartmentId) -> OrderClaim:
    order = await an_order_to_verify(
        storage, state=WorkOrderState.VERIFYING, department_id=department
    )
    claim = a_claim(order, department)
    await storage.write(lambda unit: unit.order_claims.add(claim))
    return claim


async def test_two_approve_and_it_is_settled(
    storage: Storage, claim: OrderClaim, clerk: Callable[..., Clerk]
) -> None:
    office, hq = clerk("lin", Role.DISPATCHER), clerk("zhao", Role.SUPERVISOR)
    seen: list[ClaimChangedEvent] = []
    hq.bus.subscribe(ClaimChangedEvent, seen.append)

    approved = await office.settlement.apply(office.make.approve_claim_at_office(claim))
    confirmed = await hq.settlement.apply(hq.make.approve_claim_at_hq(approved))
    settled = await hq.settlement.apply(hq.make.settle_claim(confirmed))

    assert (approved.state, confirmed.state) == (_C.OFFICE_APPROVED, _C.HQ_APPROVED)
    assert (settled.state, settled.version) == (_C.SETTLED, 4)
    assert (settled.office_approved_by, settled.hq_approved_by) == ("lin", "zhao")
    assert [event.kind for event in seen] == ["ClaimApprovedAtHq", "ClaimSettled"]
    log = await storage.read(lambda unit: unit.events.of(Stream.WORK_ORDER, claim.order_id))
    assert replay_orders(log).claims == {claim.id: settled}
    assert (await hq.settlement.claims()).claims == ()
    totals = await hq.settlement.totals()
    assert totals == {(ClaimKind.EXPENSE, _C.SETTLED): [claim.amounts.total]}


async def test_the_same_person_does_not_approve_twice(
    claim: OrderClaim, clerk: Callable[..., Clerk]
) -> None:
    zhao = clerk("zhao", Role.SUPERVISOR)
    approved = await zhao.settlement.apply(zhao.make.approve_claim_at_office(claim))

    with pytest.raises(ApprovalError, match="another person"):
        await zhao.settlement.apply(zhao.make.approve_claim_at_hq(approved))


async def test_no_step_is_left_out_and_a_command_counts_once(
    claim: OrderClaim, clerk: Callable[..., Clerk]
) -> None:
    zhao, lin = clerk("zhao", Role.SUPERVISOR), clerk("lin", Role.DISPATCHER)
    for command in (zhao.make.approve_claim_at_hq(claim), zhao.make.settle_claim(claim)):
        with pytest.raises(TransitionRefusedError):
            await zhao.settlement.apply(command)
    once = lin.make.approve_claim_at_office(claim)

    approved = await lin.settlement.apply(once)

    assert await lin.settlement.apply(once) == approved
    with pytest.raises(StaleVersionError):
        await zhao.settlement.apply(zhao.make.approve_claim_at_office(claim))


async def test_a_claim_goes_back_and_comes_again_with_other_amounts(
    claim: OrderClaim, clerk: Callable[..., Clerk], department: DepartmentId
) -> None:
    lin = clerk("lin", Role.DISPATCHER)
    dealer = clerk("wu", Role.DEALER, department_id=department)
    approved = await lin.settlement.apply(lin.make.approve_claim_at_office(claim))
    with pytest.raises(InputError, match="what is wrong"):
        lin.make.send_claim_back(approved, " ")

    back = await lin.settlement.apply(lin.make.send_claim_back(approved, "no invoice"))
    assert (back.state, back.reason, back.office_approved_by) == (_C.SENT_BACK, "no invoice", None)
    less = replace(back.amounts, parts=Money(amount=Decimal("50.00"), currency="CNY"))
    again = await dealer.settlement.apply(dealer.make.resubmit_claim(back, less))

    assert (again.state, again.amounts, again.reason) == (_C.SUBMITTED, less, "")
    assert again.submitted_by == "wu"


def test_a_claim_in_a_wrong_currency_is_refused_at_its_field(
    clerk: Callable[..., Clerk], claim: OrderClaim
) -> None:
    dealer = clerk("wu", Role.DEALER, department_id=claim.department_id)
    euros = Money(amount=Decimal(1), currency="EUR")
    amounts = ClaimAmounts(labour=euros, parts=euros, travel=euros)

    with pytest.raises(InputError) as caught:
        dealer.make.resubmit_claim(claim, amounts)

    accepted = {"field": "labour.currency", "value": "EUR", "accepted": "CNY"}
    assert caught.value.details == accepted


async def test_a_dealer_approves_nothing_and_sees_no_other_money(
    storage: Storage, claim: OrderClaim, clerk: Callable[..., Clerk]
) -> None:
    own = clerk("wu", Role.DEALER, department_id=claim.department_id)
    departments = await storage.read(lambda unit: unit.catalogue.departments())
    rival = clerk("sun", Role.DEALER, department_id=departments[1].id)
    owed = replace(claim, id=ClaimId(fresh_id()), kind=ClaimKind.SUPPLIER)

    def add(unit: UnitOfWork) -> None:
        unit.order_claims.add(owed)

    await storage.write(add)

    assert (await own.settlement.claims()).claims == (claim,)
    assert await own.settlement.of_order(claim.order_id) == [claim]
    assert list(await own.settlement.totals()) == [(ClaimKind.EXPENSE, _C.SUBMITTED)]
    assert (await rival.settlement.claims()).claims == ()
    with pytest.raises(RightsError):
        await own.settlement.apply(own.make.approve_claim_at_office(claim))
    with pytest.raises(NotFoundError):
        await rival.settlement.apply(rival.make.resubmit_claim(claim, claim.amounts))


async def test_what_is_listed_adds_up_to_what_the_database_says(
    storage: Storage, claim: OrderClaim, clerk: Callable[..., Clerk]
) -> None:
    first = claim.submitted_at
    many = [
        replace(
            claim,
            id=ClaimId(fresh_id()),
            report=number,
            kind=ClaimKind.SUPPLIER if number % 3 else ClaimKind.EXPENSE,
            # Two at the same moment, on the border of a page too.
            submitted_at=first + timedelta(seconds=number // 2),
            amounts=in_currency("JPY" if number % 5 == 0 else "CNY", number * 7 + 1),
        )
        for number in range(2, 452)
    ]

    def add(unit: UnitOfWork) -> None:
        for other in many:
            unit.order_claims.add(other)

    await storage.write(add)
    hq = clerk("zhao", Role.SUPERVISOR).settlement

    listed = await hq.claims()

    assert [c.id for c in listed.claims] == [
        c.id for c in sorted((claim, *many), key=lambda c: (c.submitted_at, c.id))
    ]
    assert listed.is_complete
    sums = {
        (kind, money.currency): money
        for (kind, _), found in (await hq.totals()).items()
        for money in found
    }
    assert {(t.kind, t.currency): t.total for t in totals_of(listed.claims)} == sums
    assert await hq.currencies() == ["CNY", "JPY"]


async def test_a_filter_takes_what_it_names_and_nothing_else(
    storage: Storage, claim: OrderClaim, clerk: Callable[..., Clerk]
) -> None:
    yen = replace(
        claim,
        id=ClaimId(fresh_id()),
        report=2,
        submitted_at=claim.submitted_at + timedelta(days=40),
        amounts=in_currency("JPY", 5),
    )
    await storage.write(lambda unit: unit.order_claims.add(yen))
    hq = clerk("zhao", Role.SUPERVISOR).settlement
    later = claim.submitted_at + timedelta(days=1)

    for wanted, found in (
        (ClaimFilter(currency="JPY"), (yen,)),
        (ClaimFilter(since=later), (yen,)),
        (ClaimFilter(until=later), (claim,)),
        (ClaimFilter(until=claim.submitted_at), ()),
        (ClaimFilter(kind=ClaimKind.SUPPLIER), ()),
        (ClaimFilter(department_id=claim.department_id), (claim, yen)),
        (ClaimFilter(states=frozenset({_C.SETTLED})), ()),
    ):
        assert (await hq.claims(wanted)).claims == found


async def test_a_dealer_who_asks_for_others_claims_gets_the_own_ones(
    claim: OrderClaim, clerk: Callable[..., Clerk]
) -> None:
    dealer = clerk("wu", Role.DEALER, department_id=claim.department_id).settlement

    assert (await dealer.claims(ClaimFilter(department_id=DepartmentId("x")))).claims == (claim,)
    assert (await dealer.claims(ClaimFilter(kind=ClaimKind.SUPPLIER))).claims == ()


def in_currency(currency: str, minor: int) -> ClaimAmounts:
    money = Money.of_minor(minor, currency)
    return ClaimAmounts(labour=money, parts=money, travel=Money.of_minor(0, currency))
