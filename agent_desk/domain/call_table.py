"""The desk's calls rebuilt from switch events alone; pure, any thread.

Nothing here knows which switch sent the events: the same fold serves the desk, the tests of every
switch and a replay of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.call_events import (
    CallClearedEvent,
    CallEvent,
    ConferencedEvent,
    ConnectionClearedEvent,
    DeliveredEvent,
    EstablishedEvent,
    FailedEvent,
    OriginatedEvent,
    ServiceInitiatedEvent,
    TransferredEvent,
)
from agent_desk.domain.identifiers import CallId, DeviceId

Calls = Mapping[CallId, Call]

MAX_EXTENSION_LENGTH = 4
"""Devices up to this many characters are extensions of the own switch, not outside numbers.

Service numbers of five digits (10086, 95588) are outside numbers."""


def advance(calls: Calls, event: CallEvent) -> Calls:
    """Return the desk's calls after ``event``; an event for a call that is gone changes nothing."""
    former = calls.get(event.call_id)
    call = _BEGIN.get(type(event), _continue)(event, former)
    if call is None:
        return calls
    call = _with_state(call, event)
    call = _CHANGE.get(type(event), _unchanged)(event, call)
    after = {**calls, event.call_id: call}
    for gone in _gone(event):
        after.pop(gone, None)
    return MappingProxyType(after)


def active_call(calls: Calls) -> CallId | None:
    """Return the call that the agent is in: talking, else dialling, else the newest to ring.

    None when every call is on hold or there is none.
    """
    order = {
        LocalConnectionState.CONNECTED: 3,
        LocalConnectionState.INITIATED: 2,
        LocalConnectionState.FAIL: 2,
        LocalConnectionState.ALERTING: 1,
    }
    ranked = [
        (order[call.state], call.state_since, call.call_id)
        for call in calls.values()
        if call.state in order
    ]
    return max(ranked)[2] if ranked else None


def _begin_initiated(event: ServiceInitiatedEvent, former: Call | None) -> Call:
    return former or _new(event, CallDirection.OUTBOUND, remote="")


def _begin_originated(event: OriginatedEvent, former: Call | None) -> Call:
    call = former or _new(event, _outward(event.called), remote=event.called)
    return replace(
        call,
        direction=_outward(event.called),
        remote=event.called,
        dialled=event.called,
        parties=(event.called,),
        consults=event.consults,
    )


def _begin_delivered(event: DeliveredEvent, former: Call | None) -> Call | None:
    if former is not None or event.alerting != event.device:
        return former
    internal = event.queue_id is None and 0 < len(event.calling) <= MAX_EXTENSION_LENGTH
    direction = CallDirection.INTERNAL if internal else CallDirection.INBOUND
    return replace(
        _new(event, direction, remote=event.calling),
        remote_name=event.calling_name,
        dialled=event.called,
        queue_id=event.queue_id,
        queue_wait_seconds=event.queue_wait_seconds,
        reason=event.reason,
        parties=(event.calling,),
        details=event.details,
    )


def _continue(event: CallEvent, former: Call | None) -> Call | None:
    return former


_BEGIN: Mapping[type[CallEvent], Callable[[Any, Call | None], Call | None]] = MappingProxyType(
    {
        ServiceInitiatedEvent: _begin_initiated,
        OriginatedEvent: _begin_originated,
        DeliveredEvent: _begin_delivered,
    }
)


def _new(event: CallEvent, direction: CallDirection, *, remote: str) -> Call:
    return Call(
        call_id=event.call_id,
        device=event.device,
        direction=direction,
        state=event.local_state,
        remote=remote,
        began_at=event.at,
        state_since=event.at,
    )


def _outward(called: DeviceId) -> CallDirection:
    internal = len(called) <= MAX_EXTENSION_LENGTH
    return CallDirection.INTERNAL if internal else CallDirection.OUTBOUND


def _with_state(call: Call, event: CallEvent) -> Call:
    if call.state is event.local_state:
        return call
    held = call.held_seconds
    if call.state is LocalConnectionState.HOLD:
        held += max(0.0, (event.at - call.state_since).total_seconds())
    return replace(
        call, state=event.local_state, state_since=event.at, held_seconds=held, failure=None
    )


def _established(event: EstablishedEvent, call: Call) -> Call:
    if call.answered_at is not None:
        return call
    return replace(call, answered_at=event.at, state_since=event.at)


def _conferenced(event: ConferencedEvent, call: Call) -> Call:
    return replace(call, parties=event.parties, consults=None)


def _transferred(event: TransferredEvent, call: Call) -> Call:
    if event.transferring == event.device:
        return call
    return replace(call, remote=event.transferred_to, parties=(event.transferred_to,))


def _party_cleared(event: ConnectionClearedEvent, call: Call) -> Call:
    left = tuple(party for party in call.parties if party != event.releasing)
    return replace(call, parties=left, remote=left[0] if len(left) == 1 else call.remote)


def _failed(event: FailedEvent, call: Call) -> Call:
    # In a conference another side may fail while this desk goes on talking.
    fails_here = event.local_state is LocalConnectionState.FAIL
    return replace(call, failure=event.cause) if fails_here else call


def _unchanged(event: CallEvent, call: Call) -> Call:
    return call


_CHANGE: Mapping[type[CallEvent], Callable[[Any, Call], Call]] = MappingProxyType(
    {
        EstablishedEvent: _established,
        ConferencedEvent: _conferenced,
        TransferredEvent: _transferred,
        ConnectionClearedEvent: _party_cleared,
        FailedEvent: _failed,
    }
)


def _gone(event: CallEvent) -> tuple[CallId, ...]:
    """Return the calls that are no longer at the desk after ``event``."""
    gone: tuple[CallId, ...] = ()
    if event.local_state is LocalConnectionState.NULL or isinstance(event, CallClearedEvent):
        gone = (event.call_id,)
    own_transfer = isinstance(event, TransferredEvent) and event.transferring == event.device
    if own_transfer and isinstance(event, TransferredEvent) and event.secondary_call_id:
        gone += (event.secondary_call_id,)
    if isinstance(event, ConferencedEvent):
        gone += (event.secondary_call_id,)
    return gone
