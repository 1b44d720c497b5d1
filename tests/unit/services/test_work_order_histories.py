"""Whatever departments and agents do in whatever order, the gate holds and the log tells it all."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent_desk.domain.errors import RefusalError
from agent_desk.domain.event_log import Stream, to_payload
from agent_desk.domain.identifiers import CallId, TicketId, WorkOrderId
from agent_desk.domain.interaction import Interaction
from agent_desk.domain.ticket import Resolution
from agent_desk.domain.work_order import ReportOutcome, WorkOrder, WorkOrderState, WorkReport
from agent_desk.services.desk import DeskProfile
from tests.fakes.manual_clock import ManualClock
from tests.unit.services.bench import AGENT, LI_NUMBER, WAIT_SECONDS, WANG_NUMBER, Bench, new_bench

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
    "call",
    "call without answer",
    "call somebody else",
    "verify",
    "verify",
    "unsatisfied",
    "reopen ticket",
    "confirm ticket",
    "log again",
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
            "call": lambda o: self._call(WANG_NUMBER, answered=True),
            "call without answer": lambda o: self._call(WANG_NUMBER, answered=False),
            "call somebody else": lambda o: self._call(LI_NUMBER, answered=True),
            "verify": lambda o: self._verify(o, satisfied=True),
            "unsatisfied": lambda o: self._verify(o, satisfied=False),
            "reopen ticket": lambda o: self.bench.desk.tickets.reopen(o.ticket_id, "again"),
            "confirm ticket": lambda o: self.bench.desk.tickets.confirm(o.ticket_id, True),
            "log again": self._log_again,
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
        )
        return await self.bench.desk.orders.report(order.id, order.version, report)

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
        ticket = await self.bench.desk.tickets.get(self.ticket_id)
        await self._require_told(Stream.TICKET, ticket.id, to_payload(ticket))

    async def _require_proven(self, order: WorkOrder) -> None:
        key = order.verified_in
        assert key is not None

        def proof_of(uow: Any) -> Interaction:
            found: Interaction = uow.interactions.get(key)
            return found

        proof = await self.bench.storage.read(proof_of)
        assert proof.answered_at is not None
        assert proof.customer_id == order.customer_id

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
