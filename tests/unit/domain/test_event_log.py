import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain import call_events
from agent_desk.domain.agent import (
    AgentState,
    AgentStateChangedEvent,
    AgentStatus,
    BusyKind,
    NotReadyReason,
)
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import CallEvent, DeliveredEvent
from agent_desk.domain.customer import Customer, Tier
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.event_log import (
    LoggedEvent,
    Stream,
    agent_event_from,
    agent_event_record,
    call_event_from,
    call_event_record,
    from_payload,
    to_payload,
)
from agent_desk.domain.identifiers import AgentId, CallId, CustomerId, DeviceId, EventId, QueueId

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=40_000)).map(lambda since: EPOCH + since)
KINDS: list[type[CallEvent]] = sorted(
    (
        kind
        for kind in vars(call_events).values()
        if isinstance(kind, type) and issubclass(kind, CallEvent) and kind is not CallEvent
    ),
    key=lambda kind: kind.__name__,
)


def field_values(name: str, kind: Any) -> st.SearchStrategy[Any]:
    """Values of one field of an event, by its annotation."""
    if kind is datetime:
        return MOMENTS
    if kind is float:
        return st.floats(0, 1e6)
    if name == "parties":
        return st.lists(st.text(), max_size=3).map(tuple)
    if name == "details":
        return st.dictionaries(st.text(), st.text(), max_size=3)
    if isinstance(kind, type) and issubclass(kind, LocalConnectionState | EventCause):
        return st.sampled_from(kind)
    return st.none() | st.text() if type(None) in get_args(kind) else st.text()


def events(kind: type[CallEvent]) -> st.SearchStrategy[CallEvent]:
    hints = get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    return st.builds(kind, **{name: field_values(name, hints[name]) for name in names})


STATUSES = st.builds(
    AgentStatus,
    agent_id=st.text().map(AgentId),
    state=st.sampled_from(AgentState),
    since=MOMENTS,
    reason=st.sampled_from(NotReadyReason),
    busy_kind=st.none() | st.sampled_from(BusyKind),
    pending=st.none() | st.sampled_from(AgentState),
    pending_reason=st.sampled_from(NotReadyReason),
    wrap_up_until=st.none() | MOMENTS,
)


def through_json(record: LoggedEvent) -> LoggedEvent:
    return dataclasses.replace(record, payload=json.loads(json.dumps(record.payload)))


def test_every_event_of_the_standard_is_known() -> None:
    assert [kind.__name__.removesuffix("Event") for kind in KINDS] == [
        "CallCleared",
        "Conferenced",
        "ConnectionCleared",
        "Delivered",
        "Diverted",
        "Established",
        "Failed",
        "Held",
        "Originated",
        "Queued",
        "Retrieved",
        "ServiceInitiated",
        "Transferred",
    ]


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_every_call_event_comes_back_from_the_log_as_it_was(
    kind: type[CallEvent], data: st.DataObject
) -> None:
    event = data.draw(events(kind))
    record = call_event_record(event, id=EventId("e"), actor="li.wei")
    restored = call_event_from(through_json(record))
    assert restored == event
    assert type(restored) is kind


@given(STATUSES, MOMENTS, st.none() | st.text().map(QueueId))
def test_every_agent_event_comes_back_from_the_log_as_it_was(
    status: AgentStatus, at: datetime, queue_id: QueueId | None
) -> None:
    event = AgentStateChangedEvent(at=at, status=status, queue_id=queue_id)
    record = agent_event_record(event, id=EventId("e"))
    restored = agent_event_from(through_json(record))
    assert restored == event
    assert type(restored.status.state) is AgentState


def delivered() -> DeliveredEvent:
    return DeliveredEvent(
        call_id=CallId("c-1"),
        at=datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC),
        device=DeviceId("1001"),
        local_state=LocalConnectionState.ALERTING,
        cause=EventCause.DISTRIBUTED,
        alerting=DeviceId("1001"),
        calling=DeviceId("+8613800138000"),
        called=DeviceId("4008208820"),
        queue_id=QueueId("repairs"),
        queue_wait_seconds=12.5,
        details={"x-ivr": "2"},
    )


def test_a_call_event_is_filed_under_its_call() -> None:
    event = delivered()
    record = call_event_record(event, id=EventId("e-1"), actor="li.wei")
    assert (record.id, record.stream, record.stream_id) == ("e-1", Stream.CALL, "c-1")
    assert (record.kind, record.actor, record.at) == ("Delivered", "li.wei", event.at)


def test_a_payload_is_plain_json_that_a_report_can_read() -> None:
    payload = call_event_record(delivered(), id=EventId("e"), actor="li.wei").payload
    assert payload["at"] == "2026-03-02T09:30:00.250000+00:00"
    assert payload["local_state"] == "ALERTING"
    assert type(payload["local_state"]) is str
    assert payload["cause"] == "distributed"
    assert payload["details"] == {"x-ivr": "2"}


def test_an_agent_event_is_filed_under_its_agent() -> None:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    status = AgentStatus(agent_id=AgentId("li.wei"), state=AgentState.READY, since=at)
    record = agent_event_record(AgentStateChangedEvent(at=at, status=status), id=EventId("e"))
    assert (record.stream, record.stream_id, record.actor) == (Stream.AGENT, "li.wei", "li.wei")
    assert record.kind == "AgentStateChanged"


def test_a_record_with_days_comes_back_as_it_was() -> None:
    customer = Customer(
        id=CustomerId("c"), name="Wang Fang 王芳", tier=Tier.GOLD, since=date(2020, 2, 29)
    )
    payload = json.loads(json.dumps(to_payload(customer)))
    assert payload["since"] == "2020-02-29"
    assert from_payload(Customer, payload) == customer


def unknown_kind(record: LoggedEvent) -> LoggedEvent:
    return dataclasses.replace(record, kind="Teleported")


def unknown_state(record: LoggedEvent) -> LoggedEvent:
    return dataclasses.replace(record, payload={**record.payload, "local_state": "LOST"})


@pytest.mark.parametrize(
    ("spoil", "error"), [(unknown_kind, KeyError), (unknown_state, ValueError)]
)
def test_a_record_that_this_program_does_not_know_is_refused(
    spoil: Callable[[LoggedEvent], LoggedEvent], error: type[Exception]
) -> None:
    record = call_event_record(delivered(), id=EventId("e"), actor="li.wei")
    with pytest.raises(error):
        call_event_from(spoil(record))
