"""Whatever departments and agents do in whatever order, the gate holds and the log tells it all."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.errors import InputError, RefusalError
from agent_desk.domain.event_log import Stream, to_payload
from agent_desk.domain.identifiers import (
    AttachmentId,
    CallId,
    TicketId,
    WorkOrderId,
    new_uuid7,
)
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.money import Money
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.report_item import FaultyPart, ItemKind, Liability, ReportItem
from agent_desk.domain.ticket import Resolution
from agent_desk.domain.verification import DAYS_OF_ATTEMPTS, days_of
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.attachments import Upload
from agent_desk.services.desk import DeskProfile
from tests.fakes.manual_clock import ManualClock
from tests.unit.services.bench import (
    AGENT,
    LI_NUMBER,
    WAIT_SECONDS,
    WANG_NUMBER,
    Bench,
    dump,
    new_bench,
)

STEPS = (
    *["forward"] * 14,
    "accept",
    "start",
    "report",
    "return",
    "send back",
    "decline",
    "dispatch",
    "cancel",
    "arrive",
    "hold",
    "attempt",
    "attempt",
    "three days in vain",
    "override",
    "call",
    "call without answer",
    "call somebody else",
    "verify",
    "verify",
    "unsatisfied",
    "reopen ticket",
    "confirm ticket",
    "log again",
    "inform",
    "hurry",
    "hurry",
    "a day passes",
    "cancel with consent",
    "ask supervisor",
    "route",
    "attach",
    "withdraw attachment",
)


_S = WorkOrderState
_FORWARD: Mapping[WorkOrderState, str] = {
    _S.PENDING_DISPATCH: "dispatch",
    _S.ASSIGNED: "accept",
    _S.ACCEPTED: "report",
    _S.IN_PROGRESS: "report",
    _S.REPORTED: "return",
    _S.VERIFYING: "verify",
}


_PUMP = ReportItem(
    kind=ItemKind.PART,
    name="Pump",
    quantity=Decimal(2),
    unit_price=Money(amount=Decimal("99.90"), currency="CNY"),
)
_HOURS = ReportItem(
    kind=ItemKind.LABOUR,
    name="Fitting",
    quantity=Decimal("1.125"),
    unit_price=Money(amount=Decimal("80.00"), currency="CNY"),
)
_FAULTY = FaultyPart(part="Pump", liable=Liability.SUPPLIER, supplier="Hongda")

_PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


class History:
    """One ticket with its orders under random hands."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.ticket_id = TicketId("")
        self.customer_id: Any = None
        self.last_call: CallId | None = None
        self._steps: Mapping[str, Callable[[WorkOrder], Awaitable[object]]] = {
            "forward": self._forward,
            "accept": lambda o: self.bench.desk.orders.accept(o.id, o.version),
            "start": lambda o: self.bench.desk.orders.start(o.id, o.version),
            "report": self._report,
            "return": lambda o: self.bench.desk.orders.return_to_agent(o.id, o.version),
            "send back": lambda o: self.bench.desk.orders.send_back(o.id, o.version, "more"),
            "decline": lambda o: self.bench.desk.orders.decline(o.id, o.version, "no"),
            "dispatch": self._dispatch,
            "cancel": lambda o: self.bench.desk.orders.cancel(o.id, o.version, "moved"),
            "arrive": self._arrive,
            "hold": lambda o: self.bench.desk.orders.hold(o.id, o.version, "parts"),
            "attempt": self._attempt,
            "three days in vain": self._three_days,
            "override": lambda o: self.bench.desk.orders.override_closing(o.id, o.version, "gone"),
            "call": lambda o: self._call(WANG_NUMBER, answered=True),
            "call without answer": lambda o: self._call(WANG_NUMBER, answered=False),
            "call somebody else": lambda o: self._call(LI_NUMBER, answered=True),
            "verify": lambda o: self._verify(o, satisfied=True),
            "unsatisfied": lambda o: self._verify(o, satisfied=False),
            "reopen ticket": lambda o: self.bench.desk.tickets.reopen(o.ticket_id, "again"),
            "confirm ticket": lambda o: self.bench.desk.tickets.confirm(o.ticket_id, True),
            "log again": self._log_again,
            "inform": self._inform,
            "hurry": lambda o: self.bench.desk.orders.hurry(o.id, o.version, "soon?"),
            "a day passes": self._a_day,
            "cancel with consent": self._cancel_with_consent,
            "ask supervisor": lambda o: self.bench.desk.orders.ask_supervisor(o.id, o.version),
            "route": lambda o: self.bench.desk.orders.route(o.id, o.version),
            "attach": self._attach,
            "withdraw attachment": self._withdraw_attachment,
        }

    async def begin(self) -> None:
        wang = await self.bench.customer("王伟", WANG_NUMBER)
        await self.bench.customer("李娜", LI_NUMBER)
        self.customer_id = wang.id
        form = await self.bench.form(
            wang.id, "Line fault on site", resolution=Resolution.WORK_ORDER
        )
        self.ticket_id = (await self.bench.desk.tickets.log(form, None)).id

    async def step(self, what: str) -> None:
        self.bench.clock.advance(1)
        newest = (await self.orders())[0]
        try:
            await self._steps[what](newest)
        except RefusalError:
            assert (await self.orders())[0] == newest

    async def orders(self) -> list[WorkOrder]:
        key = self.ticket_id
        return list(await self.bench.storage.read(lambda uow: uow.orders.of_ticket(key)))

    async def _forward(self, order: WorkOrder) -> object:
        """Do what brings the order nearer to its end, so that many histories reach it."""
        if order.state is _S.VERIFYING:
            await self._call(WANG_NUMBER, answered=True)
        what = _FORWARD.get(order.state)
        return await self._steps[what](order) if what else None

    async def _report(self, order: WorkOrder) -> object:
        now = self.bench.clock.now()
        report = WorkReport(
            started_at=now - timedelta(hours=1),
            ended_at=now,
            done="replaced it",
            outcome=ReportOutcome.SOLVED,
            items=(_PUMP, _HOURS)[: order.version % 3],
            faulty=_FAULTY if order.version % 2 else None,
        )
        return await self.bench.desk.orders.report(order.id, order.version, report)

    async def _arrive(self, order: WorkOrder) -> object:
        return await self.bench.desk.orders.start(
            order.id,
            order.version,
            technician="Chen",
            technician_phone=LI_NUMBER,
            arrived_at=self.bench.clock.now(),
        )

    async def _attempt(self, order: WorkOrder) -> WorkOrder:
        """Count the last call, whatever it was, or be refused."""
        call = self.bench.record(self.last_call) if self.last_call else None
        try:
            return await self.bench.desk.orders.log_attempt(order.id, order.version, call=call)
        except InputError:
            return order

    async def _three_days(self, order: WorkOrder) -> None:
        for _ in range(3):
            await self._call(WANG_NUMBER, answered=False)
            order = await self._attempt(order)
            self.bench.clock.advance(86_400)

    async def _a_day(self, order: WorkOrder) -> None:
        del order
        self.bench.clock.advance(86_400)

    async def _inform(self, order: WorkOrder) -> object:
        call = self.bench.record(self.last_call) if self.last_call else None
        return await self.bench.desk.orders.inform(order.id, order.version, "dog", call=call)

    async def _cancel_with_consent(self, order: WorkOrder) -> object:
        """Cancel it as agreed in the last call, or be refused: it may be with somebody else."""
        call = self.bench.record(self.last_call) if self.last_call else None
        try:
            return await self.bench.desk.orders.cancel_with_consent(
                order.id, order.version, reason="moved", consent="Mrs Wang", call=call
            )
        except InputError:
            assert call is not None
            assert call.customer_id != order.customer_id
            return order

    async def _attach(self, order: WorkOrder) -> object:
        key = AttachmentId(new_uuid7(self.bench.clock.now()))
        upload = Upload(id=key, order_id=order.id, name="pump.png")
        return await self.bench.desk.attachments.add(upload, _PNG)

    async def _withdraw_attachment(self, order: WorkOrder) -> None:
        for attachment in await self.bench.desk.attachments.of_order(order.id):
            await self.bench.desk.attachments.withdraw(attachment.id, "another pump")

    async def _dispatch(self, order: WorkOrder) -> object:
        departments = await self.bench.desk.tickets.departments()
        chosen = departments[order.version % len(departments)].id
        return await self.bench.desk.orders.dispatch(order.id, order.version, chosen)

    async def _call(self, number: str, *, answered: bool) -> None:
        matches = len(self.bench.seen_matches()) + 1
        call = await self.bench.desk.calls.make_call(number)
        await self.bench.matched(matches)
        if answered:
            self.bench.switch.far_answers(call)
        self.bench.clock.advance(20)
        await self.bench.desk.calls.clear_connection(call)
        self.last_call = call

    async def _verify(self, order: WorkOrder, *, satisfied: bool) -> object:
        interaction = self.bench.record(self.last_call) if self.last_call else None
        return await self.bench.desk.orders.verify(
            order.id, order.version, interaction=interaction, satisfied=satisfied, reason="noise"
        )

    async def _log_again(self, order: WorkOrder) -> object:
        form = await self.bench.form(
            self.customer_id,
            "Line fault on site",
            ticket_id=order.ticket_id,
            resolution=Resolution.WORK_ORDER,
        )
        return await self.bench.desk.tickets.log(form, None)

    async def require_sound(self) -> None:
        await self.bench.desk.recorder.settled()
        for order in await self.orders():
            if order.state is _S.CLOSED:
                await self._require_proven(order)
            await self._require_told(Stream.WORK_ORDER, order.id, to_payload(order))
            await self._require_replayed(order)
            await self._require_beside(order)
        ticket = await self.bench.desk.tickets.get(self.ticket_id)
        await self._require_told(Stream.TICKET, ticket.id, to_payload(ticket))

    async def _require_proven(self, order: WorkOrder) -> None:
        if order.overridden_by is not None:
            attempts = await self.bench.desk.orders.attempts(order.id)
            assert days_of(attempts, round=order.round) >= DAYS_OF_ATTEMPTS
            assert order.override_reason
            return
        key = order.verified_in
        assert key is not None
        assert order.confirmed_at is not None

        def proof_of(uow: Any) -> Interaction:
            found: Interaction = uow.interactions.get(key)
            return found

        proof = await self.bench.storage.read(proof_of)
        assert proof.answered_at is not None
        assert proof.customer_id == order.customer_id

    async def _require_replayed(self, order: WorkOrder) -> None:
        """Prove that the log alone, replayed, says everything that the tables say."""
        replay = replay_orders(await self.bench.log(Stream.WORK_ORDER, order.id))
        assert replay.broken == ()
        assert replay.orders == {order.id: order}
        attempts = await self.bench.desk.orders.attempts(order.id)
        assert replay.attempts.get(order.id, ()) == tuple(attempts)
        claims = await self.bench.desk.settlement.of_order(order.id)
        assert replay.claims == {claim.id: claim for claim in claims}

    async def _require_beside(self, order: WorkOrder) -> None:
        """Prove that the log tells each message and attachment as its table has it."""
        told: dict[str, dict[str, Any]] = {"message": {}, "attachment": {}}
        for event in await self.bench.log(Stream.WORK_ORDER, order.id):
            for kind, newest in told.items():
                if kind in event.payload:
                    newest[event.payload[kind]["id"]] = event.payload[kind]
        messages = await self.bench.desk.orders.messages(order.id)
        attachments = await self.bench.desk.attachments.of_order(order.id)
        assert told == {
            "message": {one.id: to_payload(one) for one in messages},
            "attachment": {one.id: to_payload(one) for one in attachments},
        }

    async def _require_told(
        self, stream: Stream, key: TicketId | WorkOrderId, row: Mapping[str, Any]
    ) -> None:
        """Prove that the newest event of the stream says what the row says."""
        newest = (await self.bench.log(stream, key))[-1].payload
        assert {name: newest[name] for name in row} == dict(row)


async def live_through(folder: Path, steps: list[str]) -> list[WorkOrderState]:
    """Return where the ticket's orders ended, newest first."""
    profile = DeskProfile(agent_id=AGENT, region="CN")
    bench = new_bench(folder, ManualClock(), profile)
    await bench.desk.start()
    try:
        history = History(bench)
        await history.begin()
        async with asyncio.timeout(WAIT_SECONDS):
            for step in steps:
                await history.step(step)
            await history.require_sound()
        return [order.state for order in await history.orders()]
    finally:
        await bench.desk.stop()


@pytest.mark.slow
@settings(max_examples=30)
@given(st.lists(st.sampled_from(STEPS), max_size=25))
def test_no_history_closes_an_order_unproven_and_the_log_tells_each_of_them(
    migrated_database: Path, steps: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as name:
        shutil.copyfile(migrated_database, Path(name) / "desk.db")
        asyncio.run(live_through(Path(name), steps))


def test_a_history_that_goes_round_twice_is_sound(migrated_database: Path, tmp_path: Path) -> None:
    shutil.copyfile(migrated_database, tmp_path / "desk.db")
    once = ["accept", "report", "return"]
    steps = [*once, "call", "unsatisfied", *once, "forward", "reopen ticket", "log again"]

    assert asyncio.run(live_through(tmp_path, steps)) == [_S.ASSIGNED, _S.CLOSED]


def test_a_history_in_the_field_that_a_supervisor_ends_is_sound(
    migrated_database: Path, tmp_path: Path
) -> None:
    shutil.copyfile(migrated_database, tmp_path / "desk.db")
    way = ["accept", "arrive", "hold", "arrive", "report", "return"]
    steps = [*way, "override", "three days in vain", "attempt", "override", "verify"]

    assert asyncio.run(live_through(tmp_path, steps)) == [_S.CLOSED]


def test_a_history_in_which_much_is_said_beside_the_order_is_sound(
    migrated_database: Path, tmp_path: Path
) -> None:
    shutil.copyfile(migrated_database, tmp_path / "desk.db")
    said = ["call", "inform", "hurry", "hurry", "a day passes", "hurry", "attach", "attach"]
    again = ["decline", "route", "dispatch", *said, "withdraw attachment"]
    back = ["accept", "report", "return", "ask supervisor", "three days in vain", "ask supervisor"]
    gone = ["unsatisfied", "call", "unsatisfied", "call somebody else", "cancel with consent"]

    ended = asyncio.run(
        live_through(
            tmp_path, [*said, *again, *back, *gone, "call", "cancel with consent", "inform"]
        )
    )

    assert ended == [_S.CANCELLED]
    assert {kind for _, _, _, _, kind, *_ in dump(tmp_path / "desk.db")["event_log"]} >= {
        *("OrderInformed", "OrderHurried", "OrderNotRouted", "SupervisorAsked"),
        *("AttachmentAdded", "AttachmentWithdrawn", "CancellingAgreed"),
    }
