"""The desk on the simulated floor: queues, offers, wrap-up, and how calls go on without it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agent_desk.domain.agent import AgentState, AgentStatus, BusyKind, NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import (
    ConnectionClearedEvent,
    DeliveredEvent,
    DivertedEvent,
    FailedEvent,
    QueuedEvent,
)
from agent_desk.domain.errors import CallStateError, DestinationError, UnknownCallError
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import AgentId, CallId
from telephony.simulator.callers import Caller
from telephony.simulator.floor.floor import FloorEvent
from telephony.simulator.floor.queue import CallPhase
from telephony.simulator.simulation import Simulation, build_simulation
from tests.contracts.switch_contract import EventLog
from tests.unit.telephony import quiet_floor
from tests.unit.telephony.quiet_floor import (
    ANSWERING,
    BILLING,
    CALLER,
    NO_ANSWER_SECONDS,
    NOT_OBTAINABLE,
    RING_SECONDS,
    SALES,
    WRAP_UP_SECONDS,
    call_queue,
    quiet_scenario,
)

ALERTING = LocalConnectionState.ALERTING
CONNECTED = LocalConnectionState.CONNECTED
HOLD = LocalConnectionState.HOLD


@pytest.fixture
async def simulation() -> Simulation:
    return await quiet_floor.quiet_simulation()


@pytest.fixture
def log(simulation: Simulation) -> EventLog:
    return EventLog(simulation.switch)


async def ready_agent(simulation: Simulation) -> None:
    await simulation.switch.log_on(AgentId("agent017"))
    await simulation.switch.set_agent_state(AgentState.READY)


def status_of(simulation: Simulation) -> AgentStatus:
    status = simulation.switch.agent_status()
    assert status is not None
    return status


def only_call(simulation: Simulation) -> CallId:
    (call_id,) = simulation.switch.connections()
    return call_id


async def talk_to_customer(simulation: Simulation) -> CallId:
    await ready_agent(simulation)
    call_queue(simulation)
    call_id = only_call(simulation)
    await simulation.switch.answer_call(call_id)
    return call_id


async def test_a_waiting_caller_rings_as_soon_as_the_agent_is_ready(
    simulation: Simulation, log: EventLog
) -> None:
    call_queue(simulation)
    await simulation.advance(7.5)
    await ready_agent(simulation)
    delivered = log.last(DeliveredEvent)
    assert delivered.calling == CALLER.number
    assert delivered.calling_name == CALLER.name
    assert delivered.queue_id == BILLING
    assert delivered.queue_wait_seconds == 7.5
    assert delivered.cause is EventCause.DISTRIBUTED
    assert delivered.details["language"] == "en"


async def test_an_acd_call_is_followed_by_wrap_up_that_ends_by_itself(
    simulation: Simulation, log: EventLog
) -> None:
    call_id = await talk_to_customer(simulation)
    assert status_of(simulation).busy_kind is BusyKind.ACD
    await simulation.switch.clear_connection(call_id)
    status = status_of(simulation)
    assert status.state is AgentState.WORKING_AFTER_CALL
    assert status.wrap_up_until is not None
    assert (status.wrap_up_until - status.since).total_seconds() == WRAP_UP_SECONDS
    await simulation.advance(WRAP_UP_SECONDS)
    assert status_of(simulation).state is AgentState.READY
    assert status_of(simulation).wrap_up_until is None


async def test_without_wrap_up_the_agent_is_ready_at_once() -> None:
    simulation = await quiet_floor.quiet_simulation(quiet_scenario(wrap_up_seconds=0.0))
    call_id = await talk_to_customer(simulation)
    await simulation.switch.clear_connection(call_id)
    assert status_of(simulation).state is AgentState.READY


async def test_the_agent_ends_wrap_up_early_and_gets_the_next_call(
    simulation: Simulation,
) -> None:
    call_id = await talk_to_customer(simulation)
    waiting = call_queue(simulation)
    await simulation.switch.clear_connection(call_id)
    assert simulation.switch.connections() == {}
    await simulation.switch.set_agent_state(AgentState.READY)
    assert list(simulation.switch.connections().values()) == [ALERTING]
    assert waiting.phase is CallPhase.OFFERED


async def test_an_unanswered_offer_returns_to_the_head_with_its_old_wait(
    simulation: Simulation, log: EventLog
) -> None:
    await ready_agent(simulation)
    missed = call_queue(simulation)
    await simulation.advance(1.0)
    later = call_queue(simulation)
    await simulation.advance(NO_ANSWER_SECONDS - 1.0)
    diverted = log.last(DivertedEvent)
    assert (diverted.cause, diverted.new_destination) == (EventCause.NO_ANSWER, "7002")
    status = status_of(simulation)
    assert (status.state, status.reason) == (AgentState.NOT_READY, NotReadyReason.NO_ANSWER)
    await simulation.advance(5.0)
    await simulation.switch.set_agent_state(AgentState.READY)
    assert (missed.phase, later.phase) == (CallPhase.OFFERED, CallPhase.WAITING)
    assert log.last(DeliveredEvent).queue_wait_seconds == NO_ANSWER_SECONDS + 5.0


async def test_an_unanswered_offer_never_moves_an_agent_who_went_on_a_break(
    simulation: Simulation,
) -> None:
    await ready_agent(simulation)
    call_queue(simulation)
    await simulation.switch.set_agent_state(AgentState.NOT_READY, NotReadyReason.BREAK)
    await simulation.advance(NO_ANSWER_SECONDS)
    assert simulation.switch.connections() == {}
    assert status_of(simulation).reason is NotReadyReason.BREAK


async def test_an_agent_on_a_break_who_answers_after_all_goes_back_to_the_break(
    simulation: Simulation,
) -> None:
    await ready_agent(simulation)
    call_queue(simulation)
    await simulation.switch.set_agent_state(AgentState.NOT_READY, NotReadyReason.BREAK)
    call_id = only_call(simulation)
    await simulation.switch.answer_call(call_id)
    assert status_of(simulation).pending is AgentState.NOT_READY
    await simulation.switch.clear_connection(call_id)
    assert status_of(simulation).state is AgentState.NOT_READY
    assert status_of(simulation).reason is NotReadyReason.BREAK


async def test_a_rejected_offer_goes_back_to_its_queue(
    simulation: Simulation, log: EventLog
) -> None:
    await ready_agent(simulation)
    call = call_queue(simulation)
    await simulation.switch.clear_connection(only_call(simulation))
    assert log.last(DivertedEvent).cause is EventCause.REDIRECTED
    assert call.phase is CallPhase.WAITING
    assert status_of(simulation).reason is NotReadyReason.NO_ANSWER


async def test_a_missed_direct_call_leaves_the_agent_ready(
    simulation: Simulation, log: EventLog
) -> None:
    await ready_agent(simulation)
    simulation.switch.receive_call(CALLER)
    await simulation.advance(NO_ANSWER_SECONDS)
    assert log.last(ConnectionClearedEvent).cause is EventCause.NO_ANSWER
    assert status_of(simulation).state is AgentState.READY


async def test_no_queue_call_comes_while_a_direct_call_rings(simulation: Simulation) -> None:
    await ready_agent(simulation)
    simulation.switch.receive_call(CALLER)
    call_queue(simulation)
    assert simulation.floor.queues[BILLING].waiting == 1
    await simulation.advance(NO_ANSWER_SECONDS)
    assert simulation.floor.queues[BILLING].waiting == 0
    assert list(simulation.switch.connections().values()) == [ALERTING]


async def test_a_full_telephone_is_busy_for_direct_callers(simulation: Simulation) -> None:
    for _ in range(4):
        assert simulation.switch.receive_call(CALLER) is not None
    assert simulation.switch.receive_call(CALLER) is None
    assert len(simulation.switch.connections()) == 4


async def test_logging_off_is_refused_while_a_call_rings(simulation: Simulation) -> None:
    await ready_agent(simulation)
    call_queue(simulation)
    with pytest.raises(Exception, match="READY cannot become LOGGED_OFF"):
        await simulation.switch.log_off()
    assert status_of(simulation).state is AgentState.READY


async def test_a_caller_whose_patience_ends_while_it_rings_is_booked_as_abandoned(
    simulation: Simulation, log: EventLog
) -> None:
    await ready_agent(simulation)
    call_queue(simulation, patience_seconds=8.0)
    await simulation.advance(8.0)
    assert log.last(ConnectionClearedEvent).cause is EventCause.ABANDONED
    assert simulation.floor.queues[BILLING].abandoned == 1
    assert status_of(simulation).state is AgentState.READY


async def test_the_far_end_hangs_up_when_everything_is_said(
    simulation: Simulation, log: EventLog
) -> None:
    await ready_agent(simulation)
    call_queue(simulation, talk_seconds=50.0)
    await simulation.switch.answer_call(only_call(simulation))
    await simulation.advance(49.0)
    assert len(simulation.switch.connections()) == 1
    await simulation.advance(1.0)
    assert log.last(ConnectionClearedEvent).releasing == CALLER.number


async def test_time_on_hold_is_no_talking_time(simulation: Simulation) -> None:
    await ready_agent(simulation)
    call_queue(simulation, talk_seconds=50.0)
    call_id = only_call(simulation)
    await simulation.switch.answer_call(call_id)
    await simulation.advance(20.0)
    await simulation.switch.hold_call(call_id)
    await simulation.advance(100.0)
    await simulation.switch.retrieve_call(call_id)
    await simulation.advance(29.0)
    assert simulation.switch.connections() == {call_id: CONNECTED}
    await simulation.advance(1.0)
    assert simulation.switch.connections() == {}


async def test_a_held_customer_loses_patience() -> None:
    simulation = await quiet_floor.quiet_simulation(quiet_scenario(hold_patience_seconds=40.0))
    log = EventLog(simulation.switch)
    call_id = await talk_to_customer(simulation)
    await simulation.switch.hold_call(call_id)
    await simulation.advance(40.0)
    assert log.last(ConnectionClearedEvent).cause is EventCause.ABANDONED
    assert status_of(simulation).state is AgentState.WORKING_AFTER_CALL


async def test_the_agent_wraps_up_after_every_way_of_leaving_a_queues_call(
    simulation: Simulation,
) -> None:
    switch = simulation.switch

    async def transfer(customer: CallId) -> None:
        consultation = await switch.consultation_call(customer, "2001")
        await switch.transfer_call(consultation, customer)

    async def send_on(customer: CallId) -> None:
        await switch.single_step_transfer_call(customer, ANSWERING)

    await switch.log_on(AgentId("agent017"))
    for leave in (switch.clear_connection, transfer, send_on):
        await switch.set_agent_state(AgentState.READY)
        call_queue(simulation)
        customer = only_call(simulation)
        await switch.answer_call(customer)
        await leave(customer)
        assert status_of(simulation).state is AgentState.WORKING_AFTER_CALL


async def test_the_floor_hears_that_the_desk_ended_a_queues_call() -> None:
    events: list[FloorEvent] = []
    simulation = build_simulation(quiet_scenario(), speed=None, trace=events.append)
    await simulation.switch.start()
    call_id = await talk_to_customer(simulation)
    await simulation.switch.clear_connection(call_id)
    assert [event.what for event in events] == ["arrived", "answered", "ended"]
    assert {event.agent for event in events[1:]} == {"2000"}


async def test_a_transferred_customer_talks_on_with_the_colleague(
    simulation: Simulation,
) -> None:
    customer = await talk_to_customer(simulation)
    consultation = await simulation.switch.consultation_call(customer, "2001")
    await simulation.advance(3.0)
    await simulation.switch.transfer_call(consultation, customer)
    colleague = simulation.floor.colleagues["2001"]
    assert colleague.is_busy
    await simulation.advance(quiet_floor.TALK_SECONDS + 10.0)
    assert not colleague.is_busy


async def test_a_customer_transferred_while_it_rings_is_answered_by_the_colleague(
    simulation: Simulation,
) -> None:
    customer = await talk_to_customer(simulation)
    consultation = await simulation.switch.consultation_call(customer, "2001")
    await simulation.advance(1.0)
    await simulation.switch.transfer_call(consultation, customer)
    await simulation.advance(10.0)
    assert simulation.floor.colleagues["2001"].is_busy


async def test_a_customer_sent_to_a_queue_waits_there_and_is_counted(
    simulation: Simulation,
) -> None:
    customer = await talk_to_customer(simulation)
    await simulation.switch.single_step_transfer_call(customer, "7001")
    sales = simulation.floor.queues[SALES]
    assert sales.offered == 1
    await simulation.advance(3.0)
    assert sales.answered == 1


async def test_a_customer_sent_to_the_desks_own_queue_comes_back(
    simulation: Simulation, log: EventLog
) -> None:
    customer = await talk_to_customer(simulation)
    await simulation.switch.single_step_transfer_call(customer, "7002")
    await simulation.switch.set_agent_state(AgentState.READY)
    assert log.last(DeliveredEvent).calling == CALLER.number
    again = only_call(simulation)
    assert again != customer
    await simulation.switch.answer_call(again)
    assert simulation.switch.connections() == {again: CONNECTED}


async def test_a_deflected_call_rings_at_the_colleague(simulation: Simulation) -> None:
    await ready_agent(simulation)
    call_queue(simulation)
    await simulation.switch.deflect_call(only_call(simulation), "2002")
    assert simulation.floor.colleagues["2002"].is_busy
    assert status_of(simulation).state is AgentState.READY


async def test_a_consultation_to_a_queue_waits_rings_and_is_established(
    simulation: Simulation, log: EventLog
) -> None:
    for _ in range(2):
        call_queue(simulation, SALES, talk_seconds=30.0)
    customer = await talk_to_customer(simulation)
    consultation = await simulation.switch.consultation_call(customer, "7001")
    assert log.last(QueuedEvent).queue_id == SALES
    await simulation.advance(60.0)
    assert log.kinds(consultation) == ["Originated", "Queued", "Delivered", "Established"]


async def test_a_consultation_given_up_in_the_queue_leaves_it(simulation: Simulation) -> None:
    for _ in range(2):
        call_queue(simulation, SALES)
    customer = await talk_to_customer(simulation)
    consultation = await simulation.switch.consultation_call(customer, "7001")
    assert simulation.floor.queues[SALES].waiting == 1
    await simulation.switch.reconnect_call(consultation, customer)
    assert simulation.floor.queues[SALES].waiting == 0


async def test_a_busy_colleague_is_a_failed_call_and_no_destination_of_a_transfer(
    simulation: Simulation, log: EventLog
) -> None:
    for _ in range(2):
        call_queue(simulation, SALES)
    customer = await talk_to_customer(simulation)
    with pytest.raises(DestinationError, match="2001"):
        await simulation.switch.single_step_transfer_call(customer, "2001")
    assert simulation.switch.connections() == {customer: CONNECTED}
    await simulation.switch.consultation_call(customer, "2001")
    assert log.last(FailedEvent).cause is EventCause.BUSY


async def test_a_colleague_who_does_not_pick_up_fails_the_call() -> None:
    simulation = await quiet_floor.quiet_simulation(quiet_scenario(no_answer_probability=1.0))
    log = EventLog(simulation.switch)
    call_id = await simulation.switch.make_call("2001")
    await simulation.advance(NO_ANSWER_SECONDS)
    assert log.kinds(call_id) == ["Originated", "Delivered", "Failed"]
    assert log.last(FailedEvent).cause is EventCause.NO_ANSWER
    assert simulation.floor.colleagues["2001"].is_away
    await simulation.advance(20.0)
    again = await simulation.switch.make_call("2001")
    await simulation.advance(NO_ANSWER_SECONDS)
    assert log.kinds(again) == ["Originated", "Delivered", "Failed"]


async def test_a_failed_call_clears_itself_after_the_busy_tone(
    simulation: Simulation, log: EventLog
) -> None:
    await simulation.switch.make_call(NOT_OBTAINABLE)
    await simulation.advance(2.0)
    assert log.last(FailedEvent).cause is EventCause.DEST_NOT_OBTAINABLE
    await simulation.advance(10.0)
    assert simulation.switch.connections() == {}


async def test_leaving_a_conference_lets_the_others_talk_on(
    simulation: Simulation, log: EventLog
) -> None:
    customer = await talk_to_customer(simulation)
    consultation = await simulation.switch.consultation_call(customer, "2001")
    await simulation.advance(3.0)
    conference = await simulation.switch.conference_call(consultation, customer)
    await simulation.switch.clear_connection(conference)
    assert simulation.switch.connections() == {}
    assert simulation.floor.colleagues["2001"].is_busy
    assert status_of(simulation).state is AgentState.WORKING_AFTER_CALL
    assert log.kinds(conference)[-1] == "ConnectionCleared"


async def test_a_fourth_party_is_refused(simulation: Simulation) -> None:
    customer = await talk_to_customer(simulation)
    consultation = await simulation.switch.consultation_call(customer, "2001")
    await simulation.advance(3.0)
    conference = await simulation.switch.conference_call(consultation, customer)
    another = await simulation.switch.consultation_call(conference, "2002")
    await simulation.advance(3.0)
    with pytest.raises(CallStateError, match="three parties"):
        await simulation.switch.conference_call(another, conference)
    assert simulation.switch.connections() == {conference: HOLD, another: CONNECTED}


async def test_a_second_call_cannot_be_answered_while_the_first_rings_back(
    simulation: Simulation,
) -> None:
    first = await simulation.switch.make_call(ANSWERING)
    second = simulation.switch.receive_call(CALLER)
    assert second is not None
    with pytest.raises(CallStateError):
        await simulation.switch.answer_call(second)
    assert simulation.switch.connections() == {first: CONNECTED, second: ALERTING}


async def test_sent_digits_are_recorded(simulation: Simulation) -> None:
    call_id = await simulation.switch.make_call(ANSWERING)
    await simulation.advance(RING_SECONDS)
    await simulation.switch.generate_digits(call_id, "1 2")
    await simulation.switch.generate_digits(call_id, "#a")
    assert simulation.switch.sent_digits(call_id) == "12#A"
    with pytest.raises(UnknownCallError):
        simulation.switch.sent_digits(CallId("gone"))


@pytest.mark.parametrize("number", ["2000", "+861065529900", "010-65529900", "99", "*72"])
async def test_the_desks_own_and_unknown_extensions_have_no_way(
    simulation: Simulation, number: str
) -> None:
    with pytest.raises(DestinationError, match="2001 to 2002"):
        await simulation.switch.make_call(number)


async def test_muting_belongs_to_a_call(simulation: Simulation) -> None:
    call_id = await simulation.switch.make_call(ANSWERING)
    await simulation.media.set_muted(call_id, True)
    assert simulation.media.is_muted(call_id)
    await simulation.media.set_muted(call_id, False)
    assert not simulation.media.is_muted(call_id)
    await simulation.media.set_muted(call_id, True)
    await simulation.switch.clear_connection(call_id)
    assert not simulation.media.is_muted(call_id)
    with pytest.raises(UnknownCallError):
        await simulation.media.set_muted(call_id, True)


async def test_queue_figures_are_live(simulation: Simulation) -> None:
    sales, billing = simulation.switch.queue_statuses()
    assert (sales.agents_ready, billing.agents_ready) == (2, 0)
    await ready_agent(simulation)
    assert simulation.switch.queue_statuses()[1].agents_ready == 1
    call_queue(simulation)
    await simulation.switch.answer_call(only_call(simulation))
    call_queue(simulation)
    await simulation.advance(25.0)
    billing = simulation.switch.queue_statuses()[1]
    assert (billing.offered, billing.answered, billing.waiting) == (2, 1, 1)
    assert (billing.answered_in_target, billing.waiting_over_target) == (1, 1)
    assert billing.longest_wait_seconds == 25.0
    assert (billing.agents_ready, billing.agents_busy) == (0, 1)


async def test_hanging_up_on_a_colleague_frees_the_colleague(simulation: Simulation) -> None:
    call_id = await simulation.switch.make_call("2001")
    await simulation.advance(3.0)
    colleague = simulation.floor.colleagues["2001"]
    await simulation.switch.clear_connection(call_id)
    assert colleague.is_busy
    await simulation.advance(10.0)
    assert not colleague.is_busy


async def test_giving_up_while_a_colleague_rings_frees_the_colleague_at_once(
    simulation: Simulation,
) -> None:
    call_id = await simulation.switch.make_call("2001")
    assert simulation.floor.colleagues["2001"].is_busy
    await simulation.switch.clear_connection(call_id)
    assert not simulation.floor.colleagues["2001"].is_busy


async def test_two_colleagues_joined_by_a_transfer_are_free_when_one_hangs_up(
    simulation: Simulation,
) -> None:
    first = await simulation.switch.make_call("2001")
    await simulation.advance(3.0)
    second = await simulation.switch.consultation_call(first, "2002")
    await simulation.advance(100.0)
    await simulation.switch.transfer_call(second, first)
    colleagues = simulation.floor.colleagues.values()
    assert [colleague.is_busy for colleague in colleagues] == [True, True]
    # The first call's talk ends 600 s after its answer, the second's would go on for 100 s more.
    await simulation.advance(quiet_floor.TALK_SECONDS - 100.0)
    await simulation.advance(10.0)
    assert [colleague.is_busy for colleague in colleagues] == [False, False]


async def test_no_more_calls_are_made_than_the_telephone_has_lines(
    simulation: Simulation,
) -> None:
    for _ in range(4):
        call_id = await simulation.switch.make_call(ANSWERING)
        await simulation.advance(RING_SECONDS)
        await simulation.switch.hold_call(call_id)
    with pytest.raises(CallStateError, match="make_call"):
        await simulation.switch.make_call(ANSWERING)
    assert len(simulation.switch.connections()) == 4


async def test_events_of_events_come_after_them_for_every_listener(
    simulation: Simulation,
) -> None:
    def call_once(event: object) -> None:
        if len(simulation.switch.connections()) == 1:
            simulation.switch.receive_call(Caller(number="+8613900139000"))

    heard: list[str] = []
    simulation.switch.subscribe(call_once)
    simulation.switch.subscribe(
        lambda event: heard.append(event.calling) if isinstance(event, DeliveredEvent) else None
    )
    simulation.switch.receive_call(CALLER)
    assert heard == [CALLER.number, "+8613900139000"]


async def test_a_start_given_by_the_caller_replaces_the_scenarios() -> None:
    begin = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    simulation = build_simulation(quiet_scenario(), speed=None, starts_at=begin)
    assert simulation.clock.now() == begin
    assert simulation.floor.scenario.starts_at == begin
