"""What every ``ports.storage.Storage`` does with messages about orders and calls in vain.

A subclass named ``Test...`` gives the fixture ``storage``, as for `storage_contract`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from agent_desk.domain.customer import ContactKind, ContactPoint, TimelineEntry, TimelineKind
from agent_desk.domain.errors import StaleVersionError, StorageError
from agent_desk.domain.event_log import LoggedEvent, Stream
from agent_desk.domain.identifiers import ContactPointId, EventId, MessageId, WorkOrderId
from agent_desk.domain.order_message import MessageKind, OrderMessage
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.ports.storage import Storage, UnitOfWork
from tests.contracts.order_loop_contract import a_call_about, an_attempt, an_order_to_verify
from tests.contracts.storage_samples import AGENT, NOW, fresh_id


def a_message(order: WorkOrder, **fields: object) -> OrderMessage:
    message = OrderMessage(
        id=MessageId(fresh_id()),
        order_id=order.id,
        kind=MessageKind.INFORMATION,
        text="狗在院子里",
        at=NOW,
        actor=AGENT,
    )
    return replace(message, **fields)  # type: ignore[arg-type]


def _say(unit: UnitOfWork, message: OrderMessage) -> None:
    unit.order_messages.add(message)


async def said(storage: Storage, *messages: OrderMessage) -> None:
    for message in messages:
        await storage.write(lambda unit, it=message: _say(unit, it))  # type: ignore[misc]


def a_step(order: WorkOrder, kind: str, minutes: int, **payload: object) -> LoggedEvent:
    return LoggedEvent(
        id=EventId(fresh_id()),
        stream=Stream.WORK_ORDER,
        stream_id=order.id,
        kind=kind,
        at=NOW + timedelta(minutes=minutes),
        actor=AGENT,
        payload={"state": order.state.value, "number": order.number, **payload},
    )


class OrderTalkContract:
    async def test_messages_come_back_as_they_were_said(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        call = await a_call_about(storage, order)
        consent = a_message(order, kind=MessageKind.CONSENT, text="Mrs Wang", call=call.id, at=NOW)
        late = a_message(order, at=NOW + timedelta(hours=1))
        await said(storage, late, consent)

        found = await storage.read(lambda unit: unit.order_messages.of_order(order.id))

        assert list(found) == [consent, late]

    async def test_two_at_once_are_not_both_the_first(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        await said(storage, a_message(order, kind=MessageKind.REMINDER))

        with pytest.raises(StaleVersionError):
            await said(storage, a_message(order, kind=MessageKind.REMINDER))
        await said(storage, a_message(order), a_message(order, ordinal=2))

    async def test_a_message_about_no_order_is_refused(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)

        with pytest.raises(StorageError):
            await said(storage, a_message(order, order_id=WorkOrderId(fresh_id())))

    async def test_orders_are_listed_by_their_ids_whatever_their_state(
        self, storage: Storage
    ) -> None:
        orders = [
            await an_order_to_verify(storage, state=state)
            for state in (WorkOrderState.VERIFYING, WorkOrderState.CANCELLED)
        ]
        await an_order_to_verify(storage)

        found = await storage.read(lambda unit: unit.orders.lines_of([o.id for o in orders]))

        assert {line.order.id for line in found} == {order.id for order in orders}
        assert await storage.read(lambda unit: unit.orders.lines_of([])) == []

    async def test_who_was_called_in_vain_on_enough_days_of_this_round_is_unreached(
        self, storage: Storage
    ) -> None:
        tried = await an_order_to_verify(storage, round=2)
        once = await an_order_to_verify(storage)
        for order, days, number in ((tried, (3, 3, 4, 5), 2), (tried, (6,), 1), (once, (3, 4), 1)):
            for day in days:
                call = await a_call_about(storage, order)
                attempt = an_attempt(order, call, day, number)
                await storage.write(lambda unit, it=attempt: unit.orders.add_attempt(it))  # type: ignore[misc]

        found = {
            days: set(await storage.read(lambda unit, n=days: unit.orders.unreached(days=n)))  # type: ignore[misc]
            for days in (2, 3, 4)
        }

        assert found == {2: {tried.id, once.id}, 3: {tried.id}, 4: set()}

    async def test_the_primary_number_is_the_one_to_call(self, storage: Storage) -> None:
        order = await an_order_to_verify(storage)
        number = await storage.read(lambda unit: unit.customers.number_of(order.customer_id))
        assert number == ""
        for value, primary in (("+8613800138000", False), ("+4930123456", True)):
            point = ContactPoint(
                id=ContactPointId(fresh_id()),
                customer_id=order.customer_id,
                kind=ContactKind.PHONE,
                raw=value,
                value=value,
                is_primary=primary,
            )
            await storage.write(lambda unit, it=point: unit.customers.add_contact_point(it))  # type: ignore[misc]

        number = await storage.read(lambda unit: unit.customers.number_of(order.customer_id))

        assert number == "+4930123456"

    async def test_the_newest_event_before_a_moment_is_found(self, storage: Storage) -> None:
        events = [
            LoggedEvent(
                id=EventId(fresh_id()),
                stream=Stream.AGENT,
                stream_id="li",
                kind=kind,
                at=NOW + timedelta(hours=hours),
                actor=AGENT,
                payload={},
            )
            for kind, hours in (("LoggedOn", 0), ("LoggedOff", 8), ("LoggedOn", 24))
        ]
        await storage.write(lambda unit: unit.events.append(events))

        found = {
            (hours, who): await storage.read(
                lambda unit, h=hours, w=who: unit.events.last_before(  # type: ignore[misc]
                    Stream.AGENT, w, NOW + timedelta(hours=h)
                )
            )
            for hours, who in ((0, "li"), (24, "li"), (25, "li"), (25, "wang"))
        }

        assert found[0, "li"] is None
        assert found[25, "wang"] is None
        assert (found[24, "li"], found[25, "li"]) == (events[1], events[2])

    async def test_the_steps_of_orders_are_told_newest_first_when_they_are_asked_for(
        self, storage: Storage
    ) -> None:
        order = await an_order_to_verify(storage)
        other = await an_order_to_verify(storage)
        kinds = ("OrderRaised", "OrderAssigned", "OrderStarted", "OrderHeld", "OrderReported")
        said: dict[str, dict[str, object]] = {
            "OrderStarted": {"technician": "Chen"},
            "OrderHeld": {"reason": "a pump from Wuxi"},
            "OrderReported": {"report": {"done": "New pump"}},
        }
        events = [
            a_step(of, kind, minutes, **said.get(kind, {}))
            for of in (order, other)
            for minutes, kind in zip((0, 0, 0, 1, 2), kinds, strict=True)
        ]
        claim = a_step(order, "ClaimSubmitted", 3)
        await storage.write(lambda unit: unit.events.append([*events, claim]))
        steps = frozenset({TimelineKind.STEP})

        def read(unit: UnitOfWork) -> list[Sequence[TimelineEntry]]:
            who, timeline = order.customer_id, unit.customers.timeline
            return [
                timeline(who, kinds=steps),
                timeline(who, kinds=steps, offset=1, rows=2),
                timeline(who),
                timeline(who, kinds=frozenset(TimelineKind)),
            ]

        told, page, usual, everything = await storage.read(read)
        total = await storage.read(
            lambda unit: unit.customers.count_timeline(order.customer_id, steps)
        )

        assert [entry.outcome for entry in told] == list(reversed(kinds))
        assert [entry.subject for entry in told] == ["New pump", "a pump from Wuxi", "Chen", "", ""]
        assert {(entry.channel, entry.number) for entry in told} == {(order.id, order.number)}
        assert list(page) == list(told[1:3])
        assert TimelineKind.STEP not in {entry.kind for entry in usual}
        assert len(everything) == len(usual) + len(told)
        assert total == len(told)
