"""What every implementation of ``ports.storage.Storage`` does with the loop of an order.

A subclass named ``Test...`` gives the fixture ``storage``, as for `storage_contract`.
"""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest

from agent_desk.domain.board import BoardOrder
from agent_desk.domain.claim_list import ClaimFilter
from agent_desk.domain.errors import (
    ApprovalError,
    ClosingGateError,
    NotFoundError,
    StaleVersionError,
    StorageError,
)
from agent_desk.domain.identifiers import AgentId, ClaimId, DepartmentId, WorkOrderId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.money import Money
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.settlement import ClaimAmounts, ClaimKind, ClaimState, OrderClaim
from agent_desk.domain.verification import VerificationAttempt
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.ports.storage import MAX_PAGE, Storage, UnitOfWork
from tests.contracts.storage_contract import a_department, add, add_order, add_ticket
from tests.contracts.storage_samples import AGENT, NOW, a_call, a_customer, fresh_id

_S = WorkOrderState
OFFICE, HQ = AgentId("office"), AgentId("hq")


def cny(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="CNY")


def a_report(*items: ReportItem, faulty: FaultyPart | None = None) -> WorkReport:
    return WorkReport(
        started_at=NOW,
        ended_at=NOW + timedelta(hours=1),
        done="更换水泵",
        outcome=ReportOutcome.SOLVED,
        items=items,
        faulty=faulty,
    )


PUMP = ReportItem(
    kind=ItemKind.PART, name="Pump", quantity=Decimal(1), unit_price=cny("1234567.89")
)
HOURS = ReportItem(
    kind=ItemKind.LABOUR, name="Fitting", quantity=Decimal("1.125"), unit_price=cny("0.10")
)


async def an_order_to_verify(storage: Storage, **fields: object) -> WorkOrder:
    ticket = await add_ticket(storage, await add(storage, a_customer()))
    return await add_order(storage, ticket, **{"state": _S.VERIFYING, **fields})


async def a_call_about(storage: Storage, order: WorkOrder, **fields: object) -> Interaction:
    call = replace(a_call(None, **fields), customer_id=order.customer_id)
    await storage.write(lambda unit: unit.interactions.save(call))
    return call


def an_attempt(
    order: WorkOrder, call: Interaction, day: int, round: int = 1
) -> VerificationAttempt:
    return VerificationAttempt(
        order_id=order.id,
        round=round,
        call=call.id,
        day=date(2026, 3, day),
        at=NOW + timedelta(days=day),
        actor=AGENT,
        note="engaged",
    )


def a_claim(order: WorkOrder, department_id: DepartmentId, **fields: object) -> OrderClaim:
    claim = OrderClaim(
        id=ClaimId(fresh_id()),
        order_id=order.id,
        order_number=order.number,
        report=1,
        kind=ClaimKind.EXPENSE,
        state=ClaimState.SUBMITTED,
        department_id=department_id,
        amounts=ClaimAmounts(labour=cny("0.10"), parts=cny("99.90"), travel=cny("0.01")),
        submitted_by=AGENT,
        submitted_at=NOW,
        changed_at=NOW,
    )
    return dataclasses.replace(claim, **fields)  # type: ignore[arg-type]


def fresh_order() -> WorkOrderId:
    return WorkOrderId(fresh_id())


def _with_report(unit: UnitOfWork, order: WorkOrder) -> WorkOrder:
    saved = unit.orders.save(order)
    unit.orders.keep_report(saved)
    return saved


def _save(unit: UnitOfWork, order: WorkOrder) -> WorkOrder:
    return unit.orders.save(order)


def _save_claim(unit: UnitOfWork, claim: OrderClaim) -> OrderClaim:
    return unit.order_claims.save(claim)


def _add_attempt(unit: UnitOfWork, attempt: VerificationAttempt) -> None:
    unit.orders.add_attempt(attempt)


class ReportLinesContract:
    async def test_the_lines_of_a_report_come_back_with_the_order(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage, state=_S.IN_PROGRESS)
        faulty = FaultyPart(part="Pump", liable=Liability.SUPPLIER, supplier="Hongda")
        reported = replace(
            order, state=_S.REPORTED, reports=1, report=a_report(PUMP, HOURS, faulty=faulty)
        )

        saved = await storage.write(lambda unit: _with_report(unit, reported))

        assert await storage.read(lambda unit: unit.orders.get(order.id)) == saved
        states = frozenset({_S.REPORTED})
        (line,) = await storage.read(lambda unit: unit.orders.lines(states=states))
        assert line.order == saved
        of_ticket = await storage.read(lambda unit: unit.orders.of_ticket(order.ticket_id))
        assert list(of_ticket) == [saved]

    async def test_a_second_report_stands_for_itself(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage, state=_S.IN_PROGRESS)
        first = replace(order, reports=1, report=a_report(PUMP, HOURS))
        once = await storage.write(lambda unit: _with_report(unit, first))
        second = replace(once, reports=2, report=a_report(HOURS))

        saved = await storage.write(lambda unit: _with_report(unit, second))

        assert await storage.read(lambda unit: unit.orders.get(order.id)) == saved
        assert saved.report is not None
        assert saved.report.items == (HOURS,)


class ClosingGateContract:
    async def test_an_answered_call_that_confirmed_closes(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        call = await a_call_about(storage, order, answered_at=NOW)
        closed = replace(order, state=_S.CLOSED, verified_in=call.id, confirmed_at=NOW)

        saved = await storage.write(lambda unit: unit.orders.save(closed))

        assert saved.state is _S.CLOSED

    @pytest.mark.parametrize("missing", ["answer", "confirmation", "customer", "call"])
    async def test_half_a_proof_does_not(self, storage: Storage, missing: str) -> None:
        order = await an_order_to_verify(storage)
        answered_at = None if missing == "answer" else NOW
        call = await a_call_about(storage, order, answered_at=answered_at)
        if missing == "customer":
            stranger = await add(storage, a_customer())
            other = replace(a_call(stranger), answered_at=NOW)
            await storage.write(lambda unit: unit.interactions.save(other))
            call = other
        closed = replace(
            order,
            state=_S.CLOSED,
            verified_in=None if missing == "call" else call.id,
            confirmed_at=None if missing == "confirmation" else NOW,
        )

        with pytest.raises(ClosingGateError):
            await storage.write(lambda unit: unit.orders.save(closed))
        with pytest.raises(ClosingGateError):
            await storage.write(
                lambda unit: unit.orders.add(replace(closed, number=9, id=order.id))
            )
        assert await storage.read(lambda unit: unit.orders.get(order.id)) == order

    @pytest.mark.parametrize(
        ("days", "rounds", "closes"),
        [
            ((2, 3, 4), (1, 1, 1), True),
            ((2, 3), (1, 1), False),
            ((2, 3, 3), (1, 1, 1), False),
            ((2, 3, 4), (2, 1, 1), False),
        ],
    )
    async def test_an_override_needs_attempts_on_three_days_of_this_round(
        self, storage: Storage, days: tuple[int, ...], rounds: tuple[int, ...], closes: bool
    ) -> None:
        order = await an_order_to_verify(storage)
        for day, round_ in zip(days, rounds, strict=True):
            call = await a_call_about(storage, order)
            attempt = an_attempt(order, call, day, round_)
            await storage.write(partial(_add_attempt, attempt=attempt))
        closed = replace(order, state=_S.CLOSED, overridden_by=HQ, override_reason="moved away")

        if closes:
            saved = await storage.write(lambda unit: unit.orders.save(closed))
            assert await storage.read(lambda unit: unit.orders.get(order.id)) == saved
        else:
            with pytest.raises(ClosingGateError, match="3 days"):
                await storage.write(lambda unit: unit.orders.save(closed))

    @pytest.mark.parametrize(
        ("by", "reason"), [(None, "moved away"), (HQ, ""), (HQ, "  ")], ids=["by", "no", "blank"]
    )
    async def test_an_override_needs_a_person_and_a_reason(
        self, storage: Storage, by: AgentId | None, reason: str
    ) -> None:
        order = await an_order_to_verify(storage)
        for day in (2, 3, 4):
            call = await a_call_about(storage, order)
            attempt = an_attempt(order, call, day)
            await storage.write(partial(_add_attempt, attempt=attempt))
        closed = replace(order, state=_S.CLOSED, overridden_by=by, override_reason=reason)

        with pytest.raises(ClosingGateError):
            await storage.write(lambda unit: unit.orders.save(closed))

    async def test_attempts_come_back_oldest_first_and_a_call_counts_once(
        self, storage: Storage
    ) -> None:
        order = await an_order_to_verify(storage)
        calls = [await a_call_about(storage, order) for _ in range(2)]
        late, early = an_attempt(order, calls[0], 9), an_attempt(order, calls[1], 2)
        await storage.write(lambda unit: unit.orders.add_attempt(late))
        await storage.write(lambda unit: unit.orders.add_attempt(early))

        with pytest.raises(ClosingGateError, match="counted already"):
            await storage.write(lambda unit: unit.orders.add_attempt(replace(late, day=NOW.date())))

        found = await storage.read(lambda unit: unit.orders.attempts(order.id))
        assert list(found) == [early, late]


class OrderRulesContract:
    @pytest.mark.parametrize(
        "fields",
        [
            {"state": _S.ON_HOLD},
            {"state": _S.IN_PROGRESS, "field_work": True},
            {"state": _S.REPORTED, "field_work": True, "technician": "Chen", "arrived_at": NOW},
            {"satisfaction": 6},
        ],
        ids=["hold", "field", "phone", "satisfaction"],
    )
    async def test_the_database_asks_what_a_state_demands(
        self, storage: Storage, fields: dict[str, object]
    ) -> None:
        order = await an_order_to_verify(storage, state=_S.ACCEPTED)
        half = replace(order, **fields)  # type: ignore[arg-type]

        with pytest.raises(StorageError):
            await storage.write(lambda unit: unit.orders.save(half))

    async def test_two_who_move_an_order_at_once_one_wins(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage, state=_S.PENDING_DISPATCH)
        departments = await storage.read(lambda unit: unit.catalogue.departments())
        moves = [
            replace(order, state=_S.ASSIGNED, department_id=department.id)
            for department in departments[:2]
        ]

        results = await asyncio.gather(
            *(storage.write(partial(_save, order=move)) for move in moves),
            return_exceptions=True,
        )

        won = [result for result in results if isinstance(result, WorkOrder)]
        lost = [result for result in results if isinstance(result, StaleVersionError)]
        assert (len(won), len(lost)) == (1, 1)
        assert lost[0].details["theirs"] == won[0].version
        assert await storage.read(lambda unit: unit.orders.get(order.id)) == won[0]


class OrderClaimContract:
    async def test_a_claim_comes_back_as_saved(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        claim = a_claim(order, await a_department(storage), part="Pump", supplier="Hongda")
        await storage.write(lambda unit: unit.order_claims.add(claim))
        approved = replace(claim, state=ClaimState.OFFICE_APPROVED, office_approved_by=OFFICE)

        saved = await storage.write(lambda unit: unit.order_claims.save(approved))

        assert saved == replace(approved, version=2)
        assert await storage.read(lambda unit: unit.order_claims.get(claim.id)) == saved
        assert list(await storage.read(lambda unit: unit.order_claims.of_order(order.id))) == [
            saved
        ]

    async def test_an_unknown_claim_is_not_found_and_a_stale_save_is_refused(
        self, storage: Storage
    ) -> None:
        order = await an_order_to_verify(storage)
        claim = a_claim(order, await a_department(storage))
        with pytest.raises(NotFoundError):
            await storage.read(lambda unit: unit.order_claims.get(claim.id))
        await storage.write(lambda unit: unit.order_claims.add(claim))
        await storage.write(lambda unit: unit.order_claims.save(claim))

        with pytest.raises(StaleVersionError):
            await storage.write(lambda unit: unit.order_claims.save(claim))

    async def test_the_database_wants_two_people_to_approve(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        claim = a_claim(order, await a_department(storage))
        await storage.write(lambda unit: unit.order_claims.add(claim))
        alone = replace(
            claim,
            state=ClaimState.HQ_APPROVED,
            office_approved_by=OFFICE,
            hq_approved_by=OFFICE,
        )

        with pytest.raises(ApprovalError, match="another person"):
            await storage.write(lambda unit: unit.order_claims.save(alone))
        for state in (ClaimState.OFFICE_APPROVED, ClaimState.SETTLED, ClaimState.SENT_BACK):
            unsigned = replace(claim, state=state)
            with pytest.raises((StorageError, ApprovalError)):
                await storage.write(partial(_save_claim, claim=unsigned))

        together = replace(alone, hq_approved_by=HQ)
        assert (await storage.write(lambda unit: unit.order_claims.save(together))).version == 2

    async def test_claims_are_listed_by_state_and_department_and_add_up_to_the_cent(
        self, storage: Storage
    ) -> None:
        departments = await storage.read(lambda unit: unit.catalogue.departments())
        ours, theirs = departments[0].id, departments[1].id
        order = await an_order_to_verify(storage)
        hundred = [a_claim(order, ours, report=n, submitted_at=NOW) for n in range(1, 101)]
        foreign = a_claim(
            order,
            theirs,
            kind=ClaimKind.SUPPLIER,
            amounts=ClaimAmounts(
                labour=Money.of_minor(0, "JPY"),
                parts=Money.of_minor(1501, "JPY"),
                travel=Money.of_minor(0, "JPY"),
            ),
        )

        def work(unit: UnitOfWork) -> None:
            for claim in (*hundred, foreign):
                unit.order_claims.add(claim)

        await storage.write(work)

        wanted = ClaimFilter(department_id=theirs, kind=ClaimKind.SUPPLIER, currency="JPY")
        found = await storage.read(lambda unit: unit.order_claims.lines(wanted))
        assert list(found) == [foreign]
        ours_only = ClaimFilter(department_id=ours, since=NOW, until=NOW + timedelta(seconds=1))
        first = await storage.read(lambda unit: unit.order_claims.lines(ours_only, rows=60))
        rest = await storage.read(
            lambda unit: unit.order_claims.lines(ours_only, after=first[-1], rows=60)
        )
        assert {claim.id for claim in (*first, *rest)} == {claim.id for claim in hundred}
        assert (len(first), len(rest)) == (60, 40)
        totals = await storage.read(lambda unit: unit.order_claims.totals())
        assert totals == {
            (ClaimKind.EXPENSE, ClaimState.SUBMITTED): [cny("10001.00")],
            (ClaimKind.SUPPLIER, ClaimState.SUBMITTED): [
                Money(amount=Decimal(1501), currency="JPY")
            ],
        }
        mine = await storage.read(lambda unit: unit.order_claims.totals(department_id=ours))
        assert list(mine) == [(ClaimKind.EXPENSE, ClaimState.SUBMITTED)]


class BoardContract:
    async def test_every_open_order_is_there_once_however_many_there_are(
        self, storage: Storage
    ) -> None:
        first = await an_order_to_verify(storage, state=_S.ASSIGNED)
        ticket = await storage.read(lambda unit: unit.tickets.get(first.ticket_id))
        done = await add_order(storage, ticket, state=_S.CANCELLED)

        def more(unit: UnitOfWork) -> list[WorkOrder]:
            orders = []
            for _ in range(MAX_PAGE):
                number = unit.orders.next_number()
                orders.append(replace(done, id=fresh_order(), number=number, state=_S.ACCEPTED))
                unit.orders.add(orders[-1])
            return orders

        others = await storage.write(more)
        found = await storage.read(lambda unit: unit.board.open_orders())

        assert len(found) == MAX_PAGE + 1
        assert {order.id for order in found} == {order.id for order in (first, *others)}

    async def test_a_card_has_what_its_order_says(self, storage: Storage) -> None:
        customer = replace(a_customer(), city="北京")
        ticket = await add_ticket(storage, await add(storage, customer))
        department = await a_department(storage)
        order = await add_order(
            storage,
            ticket,
            state=_S.ON_HOLD,
            hold_reason="parts",
            department_id=department,
            field_work=True,
            technician="李雷",
            technician_phone="+8613800138000",
            arrived_at=NOW,
            changed_at=NOW + timedelta(hours=1),
        )

        (card,) = await storage.read(lambda unit: unit.board.open_orders())

        assert card == BoardOrder(
            id=order.id,
            number=order.number,
            subject=order.subject,
            customer_id=customer.id,
            customer_name=customer.name,
            city="北京",
            category_id=ticket.category_id,
            department_id=department,
            state=_S.ON_HOLD,
            priority=order.priority,
            owner=order.owner,
            raised_at=order.raised_at,
            changed_at=NOW + timedelta(hours=1),
            version=1,
            field_work=True,
            hold_reason="parts",
            round=1,
        )
        assert card.changed_at.utcoffset() == timedelta(0)
        assert list(await storage.read(lambda unit: unit.board.some([order.id]))) == [card]

    async def test_some_cards_leave_out_what_is_done_or_another_departments(
        self, storage: Storage
    ) -> None:
        department = await a_department(storage)
        mine = await an_order_to_verify(storage, state=_S.ASSIGNED, department_id=department)
        waits = await an_order_to_verify(storage, state=_S.PENDING_DISPATCH)
        done = await an_order_to_verify(storage, state=_S.CANCELLED)
        ids = [mine.id, waits.id, done.id]

        found = await storage.read(lambda unit: unit.board.some(ids))
        of_mine = await storage.read(lambda unit: unit.board.some(ids, department_id=department))
        all_of_mine = await storage.read(
            lambda unit: unit.board.open_orders(department_id=department)
        )

        assert {card.id for card in found} == {mine.id, waits.id}
        assert [card.id for card in of_mine] == [mine.id] == [card.id for card in all_of_mine]


class OrderLoopContract(
    ReportLinesContract, ClosingGateContract, OrderRulesContract, OrderClaimContract, BoardContract
):
    """All of it."""
