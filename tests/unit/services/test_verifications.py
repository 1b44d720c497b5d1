"""Orders that came back: whose call it is and when, what is known before it, and three in vain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent_desk.domain.call import CallDirection
from agent_desk.domain.claim import WorkItem, WorkKind
from agent_desk.domain.customer import Customer
from agent_desk.domain.errors import ClosingGateError, ReservedError, RightsError
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import EventId, new_uuid7
from agent_desk.domain.order_replay import replay_orders
from agent_desk.domain.rights import Role
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.outbox import Kept
from tests.unit.services.bench import AGENT, Bench
from tests.unit.services.colleagues import fall_silent
from tests.unit.services.team import Teammate
from tests.unit.services.test_outbox import (  # noqa: F401 a fixture that is used by its name
    AWAY,
    conflicts,
    emptied,
    no_long_pauses,
)
from tests.unit.services.test_work_orders import verification_call, verifying

_S = WorkOrderState
SHANGHAI = ZoneInfo("Asia/Shanghai")


async def waiting(bench: Bench, order: WorkOrder) -> WorkItem | None:
    return await bench.storage.read(lambda uow: uow.claims.about(WorkKind.VERIFY, order.id))


async def away(bench: Bench) -> None:
    """Let the owner's desk be silent for long enough to be gone."""
    await fall_silent(bench.storage, bench.desk.presence.desk_id, 3600)


async def returned(bench: Bench) -> tuple[Customer, WorkOrder, Teammate]:
    """Return a customer whose order came back to an owner who is away, and another agent."""
    wang, order = await verifying(bench)
    await bench.desk.presence.stop()
    return wang, order, Teammate(bench, "mei")


async def test_what_comes_back_waits_for_its_owner_in_the_customers_hours(bench: Bench) -> None:
    _, order = await verifying(bench)

    item = await waiting(bench, order)

    # It came back at 20:00 in Shanghai, on a Monday.
    assert item is not None
    assert (item.reserved_for, item.handed_to) == (AGENT, None)
    assert item.due_at == datetime(2026, 3, 3, 9, tzinfo=SHANGHAI)
    assert item.open_at == datetime(2026, 3, 4, 9, tzinfo=SHANGHAI)
    assert await Teammate(bench, "mei").verifications.take_next() is None


async def test_the_owner_is_handed_it_and_it_is_done_when_the_customer_has_spoken(
    bench: Bench,
) -> None:
    _, order = await verifying(bench)
    mine = bench.desk.verifications
    assert await mine.waiting() == 1

    line = await mine.take_next()
    assert line is not None
    assert line.order == order
    call = await verification_call(bench)
    closed = await bench.desk.orders.verify(
        order.id, order.version, interaction=bench.record(call), satisfied=True, remark="thanks"
    )

    assert closed.state is _S.CLOSED
    assert await waiting(bench, order) is None
    assert bench.desk.claims.held == {}
    log = await bench.log(Stream.WORK_ORDER, order.id)
    assert log[-1].payload["reason"] == "thanks"


async def test_another_agent_may_not_before_the_owner_is_away_and_may_then(bench: Bench) -> None:
    wang, order = await verifying(bench)
    mei = Teammate(bench, "mei")

    with pytest.raises(ReservedError) as early:
        await mei.verifications.take((await bench.desk.verifications.mine()).own[0])
    assert early.value.details["owner"] == AGENT
    with pytest.raises(ReservedError):
        await mei.orders.verify(order.id, order.version, interaction=mei.call(wang), satisfied=True)
    await bench.desk.presence.stop()

    assert (await mei.verifications.mine()).for_team == 1
    line = await mei.verifications.take_next()
    assert line is not None
    assert (await mei.verifications.mine()).for_team == 0
    (handed,) = (await mei.verifications.mine()).handed
    assert handed == line
    closed = await mei.orders.verify(
        order.id, order.version, interaction=mei.call(wang), satisfied=True
    )
    assert closed.state is _S.CLOSED
    assert mei.claims.held == {}


async def test_who_was_handed_it_is_not_forestalled_by_the_owner(bench: Bench) -> None:
    _, _, mei = await returned(bench)
    line = await mei.verifications.take_next()
    assert line is not None

    with pytest.raises(ReservedError) as taken:
        await bench.desk.verifications.take(line)

    assert taken.value.details["owner"] == "mei"


async def test_what_the_team_took_comes_back_when_its_desk_dies(bench: Bench) -> None:
    _, order, mei = await returned(bench)
    assert await mei.verifications.take_next() is not None

    await bench.storage.write(lambda uow: uow.claims.return_from(mei.desk_id))

    other = Teammate(bench, "ann")
    line = await other.verifications.take_next()
    assert line is not None
    assert line.order.id == order.id
    item = await waiting(bench, order)
    assert item is not None
    assert item.handed_to == "ann"


async def test_whom_the_customer_calls_asks_at_once(bench: Bench) -> None:
    wang, order = await verifying(bench)
    mei = Teammate(bench, "mei")
    theirs = mei.call(wang, direction=CallDirection.INBOUND)

    again = await mei.orders.verify(
        order.id, order.version, interaction=theirs, satisfied=False, reason="still dead"
    )

    assert (again.state, again.priority) == (_S.ASSIGNED, Priority.P2)
    assert await waiting(bench, order) is None


async def test_a_closing_without_the_call_changes_nothing(bench: Bench) -> None:
    wang, order = await verifying(bench)
    mei = Teammate(bench, "mei")
    await bench.desk.presence.stop()
    assert await mei.verifications.take_next() is not None

    for call in (None, mei.call(wang, answered=False)):
        with pytest.raises(ClosingGateError):
            await mei.orders.verify(order.id, order.version, interaction=call, satisfied=True)

    assert (await bench.desk.orders.get(order.id)) == order


async def test_an_attempt_in_vain_waits_for_another_day(bench: Bench) -> None:
    wang, order = await verifying(bench)
    line = await bench.desk.verifications.take_next()
    assert line is not None

    await bench.desk.orders.log_attempt(
        order.id, order.version, call=Teammate(bench, AGENT).call(wang, answered=False)
    )

    item = await waiting(bench, order)
    assert item is not None
    assert item.due_at == datetime(2026, 3, 3, 9, tzinfo=SHANGHAI)
    assert item.open_at == datetime(2026, 3, 4, 9, tzinfo=SHANGHAI)
    assert bench.desk.claims.held == {}


async def test_what_is_the_teams_stays_the_teams_after_an_attempt(bench: Bench) -> None:
    wang, order, mei = await returned(bench)
    await mei.verifications.take_next()
    before = await waiting(bench, order)
    assert before is not None
    call = mei.call(wang, answered=False)

    await mei.orders.log_attempt(order.id, order.version, call=call)

    after = await waiting(bench, order)
    assert after is not None
    assert (after.open_at, after.handed_to) == (before.open_at, None)


async def test_three_days_in_vain_ask_a_supervisor(bench: Bench) -> None:
    wang, order = await verifying(bench)
    boss = Teammate(bench, "boss", Role.SUPERVISOR)
    li = Teammate(bench, AGENT)
    for day in range(3):
        with pytest.raises(ClosingGateError, match=f"on {day} days"):
            await li.orders.ask_supervisor(order.id, order.version)
        assert (await boss.verifications.mine()).unreached == []
        bench.clock.advance(86_400)
        call = li.call(wang, answered=False)
        order = await li.orders.log_attempt(order.id, order.version, call=call)

    await li.orders.ask_supervisor(order.id, order.version, "moved?")
    (line,) = (await boss.verifications.mine()).unreached
    story = await boss.verifications.story(order.id)

    assert line.order == order
    assert (story.is_unreached, len(story.days_in_vain)) == (True, 3)
    with pytest.raises(RightsError):
        await li.orders.override_closing(order.id, order.version, "moved")
    closed = await boss.orders.override_closing(order.id, order.version, "moved")
    assert closed.overridden_by == "boss"
    assert await waiting(bench, order) is None
    log = await bench.log(Stream.WORK_ORDER, order.id)
    assert "SupervisorAsked" in [event.kind for event in log]
    replay = replay_orders(log)
    assert (replay.orders, replay.broken) == ({order.id: closed}, ())


async def test_the_story_tells_everything_before_the_call(bench: Bench) -> None:
    wang, order = await verifying(bench)
    li = Teammate(bench, AGENT)
    order = await li.orders.verify(
        order.id, order.version, interaction=li.call(wang), satisfied=False, reason="still dead"
    )

    await bench.desk.recorder.settled()
    story = await li.verifications.story(order.id)

    assert story.first_call is not None
    assert story.first_call.id == story.ticket.opened_in
    assert [(r.reason, r.at) for r in story.rounds] == [("still dead", order.changed_at)]
    assert (story.line.customer_name, story.order.round) == ("王伟", 2)
    assert (story.due_at, story.is_unreached) == (None, False)


async def test_only_what_came_back_since_the_last_sign_of_the_agent_is_news(bench: Bench) -> None:
    _, order = await verifying(bench)
    bench.clock.advance(60)
    li = Teammate(bench, AGENT)
    assert await li.verifications.came_back_while_away() == []

    def signed_off(at: datetime) -> LoggedEvent:
        return LoggedEvent(
            id=EventId(new_uuid7(at)),
            stream=Stream.AGENT,
            stream_id=AGENT,
            kind="LoggedOff",
            at=at,
            actor=AGENT,
            payload={},
        )

    for seconds, news in ((-30, [order.id]), (30, [])):
        off = signed_off(order.changed_at + timedelta(seconds=seconds))
        await bench.storage.write(lambda uow, it=off: uow.events.append([it]))  # type: ignore[misc]
        lines = await li.verifications.came_back_while_away()
        assert [line.order.id for line in lines] == news


@AWAY
async def test_an_answer_that_was_kept_offline_closes_once(bench: Bench) -> None:
    _, order = await verifying(bench)
    call = await verification_call(bench)
    command = bench.desk.commands.verify_order(
        order.id, order.version, call=bench.record(call), satisfied=True, satisfaction=5
    )
    bench.storage.die()
    assert isinstance(await bench.desk.outbox.submit(command), Kept)

    bench.storage.revive()
    await emptied(bench)
    again = await bench.desk.orders.apply(command)

    assert (again.state, again.satisfaction) == (_S.CLOSED, 5)
    assert (await bench.kinds(Stream.WORK_ORDER, order.id)).count("OrderClosed") == 1
    assert await waiting(bench, order) is None


def test_the_clock_of_these_tests_is_utc() -> None:
    assert datetime(2026, 3, 2, 12, tzinfo=UTC) == datetime(2026, 3, 2, 20, tzinfo=SHANGHAI)
