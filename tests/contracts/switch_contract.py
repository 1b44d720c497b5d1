"""What every implementation of the switch port must do; one suite, run on each of them.

A subclass gives the fixture ``harness``. The events are all that a desk knows, so every test also
compares the calls that follow from the events with the switch's own truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeVar

import pytest

from agent_desk.domain.agent import AgentState, AgentStateChangedEvent, NotReadyReason
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import (
    CallClearedEvent,
    CallEvent,
    ConferencedEvent,
    ConnectionClearedEvent,
    DeliveredEvent,
    DivertedEvent,
    EstablishedEvent,
    FailedEvent,
    HeldEvent,
    OriginatedEvent,
    RetrievedEvent,
    TransferredEvent,
)
from agent_desk.domain.errors import (
    AgentStateError,
    CallStateError,
    DestinationError,
    InvalidDigitsError,
    InvalidNumberError,
    SwitchError,
    UnknownCallError,
)
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import AgentId, CallId
from agent_desk.ports.switch import Switch, SwitchEvent

ALERTING = LocalConnectionState.ALERTING
CONNECTED = LocalConnectionState.CONNECTED
HOLD = LocalConnectionState.HOLD
FAIL = LocalConnectionState.FAIL
NULL = LocalConnectionState.NULL

E = TypeVar("E", bound=CallEvent)


class SwitchHarness(Protocol):
    """A started switch with somebody at the other end of its calls.

    answering_number, second_number: pick up after a while and then talk until told otherwise.
    busy_number: is busy. silent_number: never picks up. colleague: extension of a free colleague
    who picks up. unknown_extension: nobody has it.
    """

    answering_number: str
    second_number: str
    busy_number: str
    silent_number: str
    colleague: str
    unknown_extension: str

    @property
    def switch(self) -> Switch:
        """Return the switch."""
        ...

    async def incoming_call(self, number: str) -> CallId:
        """Let ``number`` call the desk directly; return the id of the call that now rings."""
        ...

    async def far_end_hangs_up(self, call_id: CallId) -> None:
        """Let the far end of the call leave it; while it rings, give up."""
        ...

    async def answered(self) -> None:
        """Let enough time pass for a called number to pick up."""
        ...

    async def unanswered(self) -> None:
        """Let so much time pass that a call which nobody picks up has failed."""
        ...


class EventLog:
    """Everything that a switch reported, and the calls that follow from it."""

    def __init__(self, switch: Switch) -> None:
        self.events: list[SwitchEvent] = []
        self.calls: dict[CallId, LocalConnectionState] = {}
        self.differences: list[str] = []
        self._switch = switch
        switch.subscribe(self._note)

    def _note(self, event: SwitchEvent) -> None:
        self.events.append(event)
        if isinstance(event, AgentStateChangedEvent):
            return
        if isinstance(event, TransferredEvent | ConferencedEvent) and event.secondary_call_id:
            self.calls.pop(event.secondary_call_id, None)
        if event.local_state is NULL:
            self.calls.pop(event.call_id, None)
        else:
            self.calls[event.call_id] = event.local_state
        # Noted, not raised: a switch must not let a listener's error out.
        if self.calls != (truth := self._switch.connections()):
            self.differences.append(f"{event}: {self.calls} but {truth}")

    def of(self, call_id: CallId) -> list[CallEvent]:
        """Return the events of one call."""
        return [e for e in self.events if isinstance(e, CallEvent) and e.call_id == call_id]

    def kinds(self, call_id: CallId) -> list[str]:
        """Return the names of one call's events without the word Event."""
        return [type(event).__name__.removesuffix("Event") for event in self.of(call_id)]

    def last(self, kind: type[E]) -> E:
        """Return the last event of a kind."""
        return next(event for event in reversed(self.events) if isinstance(event, kind))

    def agent_states(self) -> list[AgentState]:
        """Return the states that the agent went through."""
        return [e.status.state for e in self.events if isinstance(e, AgentStateChangedEvent)]


class SwitchContract:
    """The behaviours of `agent_desk.ports.switch.Switch`."""

    @pytest.fixture
    def switch(self, harness: SwitchHarness) -> Switch:
        return harness.switch

    @pytest.fixture
    def log(self, switch: Switch) -> Iterator[EventLog]:
        log = EventLog(switch)
        yield log
        assert log.differences == []

    # One call

    async def test_an_incoming_call_rings_is_answered_and_ends(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await harness.incoming_call("+8613800138000")
        delivered = log.last(DeliveredEvent)
        assert (delivered.alerting, delivered.calling) == (switch.device, "+8613800138000")
        assert switch.connections() == {call: ALERTING}
        await switch.answer_call(call)
        assert log.last(EstablishedEvent).answering == switch.device
        await harness.far_end_hangs_up(call)
        assert log.kinds(call) == ["Delivered", "Established", "ConnectionCleared", "CallCleared"]
        assert log.last(ConnectionClearedEvent).releasing == "+8613800138000"
        assert switch.connections() == {}

    async def test_a_withheld_number_is_empty(self, harness: SwitchHarness, log: EventLog) -> None:
        await harness.incoming_call("")
        assert log.last(DeliveredEvent).calling == ""

    async def test_a_caller_who_gives_up_while_it_rings_abandons_the_call(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await harness.incoming_call("+8613800138000")
        await harness.far_end_hangs_up(call)
        assert log.last(ConnectionClearedEvent).cause is EventCause.ABANDONED
        assert switch.connections() == {}

    async def test_a_rejected_call_is_gone_from_the_desk(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await harness.incoming_call("+8613800138000")
        await switch.clear_connection(call)
        assert switch.connections() == {}
        assert log.of(call)[-1].local_state is NULL

    async def test_an_outgoing_call_originates_rings_there_and_is_established(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await switch.make_call(harness.answering_number)
        assert log.kinds(call) == ["Originated"]
        assert log.last(OriginatedEvent).local_state is CONNECTED
        await harness.answered()
        assert log.kinds(call) == ["Originated", "Delivered", "Established"]
        delivered = log.last(DeliveredEvent)
        assert delivered.alerting == harness.answering_number
        assert delivered.local_state is CONNECTED
        assert log.last(EstablishedEvent).answering == harness.answering_number
        await switch.clear_connection(call)
        assert log.last(ConnectionClearedEvent).releasing == switch.device
        assert log.kinds(call)[-1] == "CallCleared"

    async def test_a_colleague_is_called_by_extension(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await switch.make_call(harness.colleague)
        await harness.answered()
        assert log.kinds(call) == ["Originated", "Delivered", "Established"]
        assert log.last(EstablishedEvent).answering == harness.colleague

    async def test_an_outgoing_call_is_cancelled_while_it_rings(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await switch.make_call(harness.silent_number)
        await switch.clear_connection(call)
        assert log.last(ConnectionClearedEvent).cause is EventCause.CALL_CANCELLED
        await harness.unanswered()
        assert switch.connections() == {}
        assert log.kinds(call)[-1] == "CallCleared"

    @pytest.mark.parametrize(
        ("which", "cause"),
        [("busy_number", EventCause.BUSY), ("silent_number", EventCause.NO_ANSWER)],
    )
    async def test_a_call_that_fails_says_why_and_is_cleared_by_the_desk(
        self,
        harness: SwitchHarness,
        switch: Switch,
        log: EventLog,
        which: str,
        cause: EventCause,
    ) -> None:
        call = await switch.make_call(getattr(harness, which))
        await harness.unanswered()
        failed = log.last(FailedEvent)
        assert (failed.cause, failed.local_state) == (cause, FAIL)
        if switch.connections():
            await switch.clear_connection(call)
        assert switch.connections() == {}

    async def test_hold_and_retrieve(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await self._talking(harness)
        await switch.hold_call(call)
        assert switch.connections() == {call: HOLD}
        assert log.last(HeldEvent).holding == switch.device
        await switch.retrieve_call(call)
        assert switch.connections() == {call: CONNECTED}
        assert log.last(RetrievedEvent).retrieving == switch.device

    async def test_digits_are_sent_only_into_an_answered_call(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await self._talking(harness)
        await switch.generate_digits(call, "12#")
        with pytest.raises(InvalidDigitsError):
            await switch.generate_digits(call, "12x")
        await switch.hold_call(call)
        with pytest.raises(CallStateError):
            await switch.generate_digits(call, "1")

    async def test_a_ringing_call_is_deflected(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await harness.incoming_call("+8613800138000")
        await switch.deflect_call(call, harness.colleague)
        assert log.last(DivertedEvent).new_destination == harness.colleague
        assert switch.connections() == {}

    async def test_a_single_step_transfer_leaves_the_call_to_its_destination(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await self._talking(harness)
        await switch.single_step_transfer_call(call, harness.colleague)
        transferred = log.last(TransferredEvent)
        assert transferred.call_id == call
        assert transferred.transferred_to == harness.colleague
        assert transferred.secondary_call_id is None
        assert switch.connections() == {}

    # Two calls

    async def test_a_consultation_holds_the_first_call(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        first = await self._talking(harness)
        second = await switch.consultation_call(first, harness.colleague)
        assert switch.connections() == {first: HOLD, second: CONNECTED}
        assert log.last(HeldEvent).cause is EventCause.CONSULTATION
        assert log.last(OriginatedEvent).consults == first

    async def test_alternate_swaps_the_calls(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        first, second = await self._consulting(harness)
        await switch.alternate_call(second, first)
        assert switch.connections() == {first: CONNECTED, second: HOLD}
        await switch.alternate_call(first, second)
        assert switch.connections() == {first: HOLD, second: CONNECTED}

    async def test_reconnect_clears_the_consultation_and_retrieves_the_first_call(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        first, second = await self._consulting(harness)
        await switch.reconnect_call(second, first)
        assert switch.connections() == {first: CONNECTED}
        assert log.kinds(second)[-1] == "CallCleared"
        assert log.last(RetrievedEvent).call_id == first

    @pytest.mark.parametrize("answered", [True, False], ids=["answered", "while it rings"])
    async def test_an_attended_transfer_leaves_both_calls(
        self, harness: SwitchHarness, switch: Switch, log: EventLog, answered: bool
    ) -> None:
        first, second = await self._consulting(harness, answered=answered)
        await switch.transfer_call(second, first)
        transferred = log.last(TransferredEvent)
        assert (transferred.call_id, transferred.secondary_call_id) == (first, second)
        assert transferred.cause is EventCause.TRANSFER
        assert switch.connections() == {}

    async def test_a_conference_lives_on_under_one_id_until_the_last_party_leaves(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        first, second = await self._consulting(harness)
        joined = await switch.conference_call(second, first)
        gone = second if joined == first else first
        assert switch.connections() == {joined: CONNECTED}
        assert log.last(ConferencedEvent).secondary_call_id == gone
        assert len(log.last(ConferencedEvent).parties) == 2
        await harness.far_end_hangs_up(joined)
        assert switch.connections() == {joined: CONNECTED}
        await harness.far_end_hangs_up(joined)
        assert switch.connections() == {}
        assert isinstance(log.of(joined)[-1], CallClearedEvent)

    async def test_answering_a_second_call_holds_the_first(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        first = await self._talking(harness)
        second = await harness.incoming_call("+8613900139000")
        await switch.answer_call(second)
        assert switch.connections() == {first: HOLD, second: CONNECTED}

    async def test_the_held_call_survives_a_failed_consultation(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        first = await self._talking(harness)
        second = await switch.consultation_call(first, harness.busy_number)
        await harness.unanswered()
        if second in switch.connections():
            await switch.clear_connection(second)
        assert switch.connections() == {first: HOLD}
        await switch.retrieve_call(first)
        assert switch.connections() == {first: CONNECTED}

    # Refusals

    async def test_a_call_that_is_gone_is_named(self, switch: Switch, log: EventLog) -> None:
        gone = CallId("never-was")
        for service in (
            switch.answer_call(gone),
            switch.hold_call(gone),
            switch.retrieve_call(gone),
            switch.clear_connection(gone),
            switch.generate_digits(gone, "1"),
            switch.deflect_call(gone, "2001"),
            switch.single_step_transfer_call(gone, "2001"),
            switch.consultation_call(gone, "2001"),
            switch.alternate_call(gone, gone),
            switch.transfer_call(gone, gone),
            switch.conference_call(gone, gone),
            switch.reconnect_call(gone, gone),
        ):
            with pytest.raises(UnknownCallError, match="never-was"):
                await service
        assert log.events == []

    async def test_a_refused_service_changes_nothing(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await harness.incoming_call("+8613800138000")
        before = list(log.events)
        for service in (
            switch.hold_call(call),
            switch.retrieve_call(call),
            switch.generate_digits(call, "1"),
            switch.consultation_call(call, harness.colleague),
            switch.single_step_transfer_call(call, harness.colleague),
            switch.transfer_call(call, call),
            switch.deflect_call(call, harness.unknown_extension),
            switch.make_call(harness.colleague),
        ):
            with pytest.raises(SwitchError):
                await service
        assert log.events == before
        assert switch.connections() == {call: ALERTING}

    @pytest.mark.parametrize(
        "text", ["", "hello", "+86 138 0013 8000 😀", "1" * 200, "+", "12345678901234567890"]
    )
    async def test_a_number_that_is_none_is_refused(
        self, switch: Switch, log: EventLog, text: str
    ) -> None:
        with pytest.raises(InvalidNumberError):
            await switch.make_call(text)
        assert log.events == []

    async def test_an_extension_that_nobody_has_is_refused(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        with pytest.raises(DestinationError, match=harness.unknown_extension):
            await switch.make_call(harness.unknown_extension)
        assert log.events == []

    async def test_a_bad_destination_leaves_a_talking_call_alone(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        call = await self._talking(harness)
        before = list(log.events)
        with pytest.raises(DestinationError):
            await switch.consultation_call(call, harness.unknown_extension)
        with pytest.raises(InvalidNumberError):
            await switch.single_step_transfer_call(call, "nowhere")
        assert (log.events, switch.connections()) == (before, {call: CONNECTED})

    # The agent

    async def test_an_agent_logs_on_gets_ready_and_logs_off(
        self, switch: Switch, log: EventLog
    ) -> None:
        assert switch.agent_status() is None
        await switch.log_on(AgentId("agent017"))
        status = switch.agent_status()
        assert status is not None
        assert (status.state, status.reason) == (AgentState.NOT_READY, NotReadyReason.LOGGED_ON)
        await switch.set_agent_state(AgentState.READY)
        await switch.set_agent_state(AgentState.NOT_READY, NotReadyReason.LUNCH)
        await switch.log_off()
        assert log.agent_states() == [
            AgentState.NOT_READY,
            AgentState.READY,
            AgentState.NOT_READY,
            AgentState.LOGGED_OFF,
        ]
        assert switch.agent_status() is None

    async def test_an_agent_is_busy_during_a_call_and_as_before_afterwards(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        await switch.log_on(AgentId("agent017"))
        await switch.set_agent_state(AgentState.NOT_READY, NotReadyReason.BACK_OFFICE)
        call = await self._talking(harness)
        assert log.agent_states()[-1] is AgentState.BUSY
        await switch.clear_connection(call)
        status = switch.agent_status()
        assert status is not None
        assert (status.state, status.reason) == (AgentState.NOT_READY, NotReadyReason.BACK_OFFICE)

    async def test_a_wish_during_a_call_is_pending_until_it_ends(
        self, harness: SwitchHarness, switch: Switch
    ) -> None:
        await switch.log_on(AgentId("agent017"))
        call = await self._talking(harness)
        await switch.set_agent_state(AgentState.NOT_READY, NotReadyReason.LUNCH)
        status = switch.agent_status()
        assert status is not None
        assert (status.state, status.pending) == (AgentState.BUSY, AgentState.NOT_READY)
        await switch.clear_connection(call)
        status = switch.agent_status()
        assert status is not None
        assert (status.state, status.reason) == (AgentState.NOT_READY, NotReadyReason.LUNCH)
        assert status.pending is None

    async def test_agent_changes_that_the_state_forbids_are_refused(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        for service in (switch.log_off(), switch.set_agent_state(AgentState.READY)):
            with pytest.raises(AgentStateError):
                await service
        assert log.events == []
        await switch.log_on(AgentId("agent017"))
        with pytest.raises(AgentStateError):
            await switch.log_on(AgentId("agent018"))
        with pytest.raises(AgentStateError):
            await switch.set_agent_state(AgentState.BUSY)
        call = await self._talking(harness)
        with pytest.raises(AgentStateError):
            await switch.log_off()
        assert switch.connections() == {call: CONNECTED}

    # Listening

    async def test_an_unsubscribed_listener_hears_nothing_more(
        self, harness: SwitchHarness, switch: Switch
    ) -> None:
        heard: list[SwitchEvent] = []
        stop = switch.subscribe(heard.append)
        await harness.incoming_call("+8613800138000")
        count = len(heard)
        stop()
        stop()
        await harness.incoming_call("+8613900139000")
        assert len(heard) == count > 0

    @pytest.mark.expected_logs("A listener failed")
    async def test_a_listener_that_raises_does_not_disturb_the_others(
        self, harness: SwitchHarness, switch: Switch
    ) -> None:
        def broken(event: SwitchEvent) -> None:
            raise RuntimeError("broken listener")

        switch.subscribe(broken)
        log = EventLog(switch)
        call = await harness.incoming_call("+8613800138000")
        await switch.answer_call(call)
        assert log.kinds(call) == ["Delivered", "Established"]

    async def test_events_are_in_the_order_of_time(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        first, second = await self._consulting(harness)
        await switch.transfer_call(second, first)
        moments = [event.at for event in log.events]
        assert moments == sorted(moments)
        assert all(moment.tzinfo is not None for moment in moments)

    async def test_stop_clears_the_calls_and_logs_the_agent_off(
        self, harness: SwitchHarness, switch: Switch, log: EventLog
    ) -> None:
        await switch.log_on(AgentId("agent017"))
        await self._consulting(harness)
        await harness.incoming_call("+8613900139000")
        await switch.stop()
        assert switch.connections() == {}
        assert switch.agent_status() is None
        assert log.agent_states()[-1] is AgentState.LOGGED_OFF

    async def _talking(self, harness: SwitchHarness) -> CallId:
        call = await harness.switch.make_call(harness.answering_number)
        await harness.answered()
        assert harness.switch.connections() == {call: CONNECTED}
        return call

    async def _consulting(
        self, harness: SwitchHarness, *, answered: bool = True
    ) -> tuple[CallId, CallId]:
        first = await self._talking(harness)
        second = await harness.switch.consultation_call(first, harness.second_number)
        if answered:
            await harness.answered()
        return first, second
