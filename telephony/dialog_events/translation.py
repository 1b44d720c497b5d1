"""News of SIP calls into the CSTA events that every switch of the desk reports; pure, any thread.

The table of `docs/architecture.md`, "One inbound call", and of ECMA-269 s. 15.2; the simulator
reports the same events in the same order, so that nothing above can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.call_events import (
    CallEvent,
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
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId
from telephony.dialog_events.call_facts import CallFacts
from telephony.dialog_events.identity import number_of
from telephony.dialog_events.release_cause import (
    failure_cause,
    is_answered_elsewhere,
    is_ring_time_over,
)
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallCancelled,
    CallDeflected,
    CallEnded,
    CallFailed,
    CallHeld,
    CallNews,
    CallOffered,
    CallOriginated,
    CallProgressed,
    CallRefused,
    CallRetrieved,
    CallTransferred,
)

_S, _C = LocalConnectionState, EventCause
NOBODY = DeviceId("")
"""The destination of a call that was answered elsewhere: the network does not say where."""

Build = Callable[[CallFacts, Any, datetime, CallId | None], CallEvent]


def translate(
    facts: CallFacts, news: CallNews, at: datetime, *, consultation: CallId | None = None
) -> CallEvent | None:
    """Return the event for ``news`` of the call with these ``facts``; None when it is no event.

    at: aware UTC. consultation: the switch's id of the call named in a CallTransferred.
    """
    build = _TABLE.get(type(news))
    return None if build is None else build(facts, news, at, consultation)


def _common(
    facts: CallFacts,
    at: datetime,
    state: LocalConnectionState,
    cause: EventCause = EventCause.NORMAL,
) -> dict[str, Any]:
    return {
        "call_id": facts.call_id,
        "at": at,
        "device": facts.device,
        "local_state": state,
        "cause": cause,
    }


def _originated(facts: CallFacts, _: CallOriginated, at: datetime, __: object) -> CallEvent:
    cause = _C.CONSULTATION if facts.consults else _C.NEW_CALL
    return OriginatedEvent(
        **_common(facts, at, _S.CONNECTED, cause),
        calling=facts.calling,
        called=facts.called,
        consults=facts.consults,
    )


def _offered(facts: CallFacts, _: CallOffered, at: datetime, __: object) -> CallEvent:
    cause = _C.DISTRIBUTED if facts.queue_id else _C.NEW_CALL
    return DeliveredEvent(
        **_common(facts, at, _S.ALERTING, cause),
        alerting=facts.device,
        calling=facts.calling,
        calling_name=facts.calling_name,
        called=facts.called,
        queue_id=facts.queue_id,
        queue_wait_seconds=facts.queue_wait_seconds,
        reason=facts.reason,
        details=facts.details,
    )


def _progressed(facts: CallFacts, _: CallProgressed, at: datetime, __: object) -> CallEvent:
    """Trap of ECMA-269: the far device rings, and we hear it, so we are connected."""
    return DeliveredEvent(
        **_common(facts, at, _S.CONNECTED, _C.NEW_CALL),
        alerting=facts.called,
        calling=facts.calling,
        called=facts.called,
    )


def _answered(facts: CallFacts, _: CallAnswered, at: datetime, __: object) -> CallEvent:
    inbound = facts.direction is CallDirection.INBOUND
    return EstablishedEvent(
        **_common(facts, at, _S.CONNECTED),
        answering=facts.device if inbound else facts.called,
        calling=facts.calling,
        called=facts.called,
    )


def _held(facts: CallFacts, news: CallHeld, at: datetime, __: object) -> CallEvent:
    """Only the holder's own state changes: who is put on hold stays connected (RFC 3264 s. 8.4)."""
    state = _S.HOLD if news.by_us else _S.CONNECTED
    holding = facts.device if news.by_us else facts.remote
    return HeldEvent(**_common(facts, at, state), holding=holding)


def _retrieved(facts: CallFacts, news: CallRetrieved, at: datetime, __: object) -> CallEvent:
    retrieving = facts.device if news.by_us else facts.remote
    return RetrievedEvent(**_common(facts, at, _S.CONNECTED), retrieving=retrieving)


def _deflected(facts: CallFacts, news: CallDeflected, at: datetime, __: object) -> CallEvent:
    return DivertedEvent(
        **_common(facts, at, _S.NULL, _C.REDIRECTED),
        diverting=facts.device,
        new_destination=DeviceId(number_of(news.target)),
    )


def _refused(facts: CallFacts, _: CallRefused, at: datetime, __: object) -> CallEvent:
    """A refused call goes back to its queue, or is over for its caller, as in the simulator."""
    if facts.queue_id is not None:
        return _diverted(facts, at, _C.REDIRECTED, DeviceId(facts.queue_id))
    return _cleared(facts, at, facts.device, _C.BLOCKED)


def _cancelled(facts: CallFacts, news: CallCancelled, at: datetime, __: object) -> CallEvent:
    """Answered elsewhere is no missed call; one that rang too long here is."""
    if is_answered_elsewhere(news.cancel):
        return _diverted(facts, at, _C.REDIRECTED, NOBODY)
    if is_ring_time_over(news.cancel):
        if facts.queue_id is not None:
            return _diverted(facts, at, _C.NO_ANSWER, DeviceId(facts.queue_id))
        return _cleared(facts, at, facts.calling, _C.NO_ANSWER)
    return _cleared(facts, at, facts.calling, _C.ABANDONED)


def _failed(facts: CallFacts, news: CallFailed, at: datetime, __: object) -> CallEvent:
    cause = failure_cause(news.status, news.response)
    if cause is _C.CALL_CANCELLED:
        return _cleared(facts, at, facts.device, cause)
    return FailedEvent(
        **_common(facts, at, _S.FAIL, cause), failing=facts.called, called=facts.called
    )


def _transferred(
    facts: CallFacts, news: CallTransferred, at: datetime, consultation: CallId | None
) -> CallEvent:
    cause = _C.TRANSFER if consultation else _C.SINGLE_STEP_TRANSFER
    return TransferredEvent(
        **_common(facts, at, _S.NULL, cause),
        transferring=facts.device,
        transferred_to=DeviceId(number_of(news.target)),
        secondary_call_id=consultation,
    )


def _ended(facts: CallFacts, news: CallEnded, at: datetime, __: object) -> CallEvent:
    cause = _C.NETWORK_SIGNAL if news.is_lost else _C.NORMAL
    return _cleared(facts, at, facts.device if news.by_us else facts.remote, cause)


def _cleared(facts: CallFacts, at: datetime, releasing: DeviceId, cause: EventCause) -> CallEvent:
    return ConnectionClearedEvent(**_common(facts, at, _S.NULL, cause), releasing=releasing)


def _diverted(facts: CallFacts, at: datetime, cause: EventCause, to: DeviceId) -> CallEvent:
    return DivertedEvent(
        **_common(facts, at, _S.NULL, cause), diverting=facts.device, new_destination=to
    )


_TABLE: Mapping[type[CallNews], Build] = MappingProxyType(
    {
        CallOriginated: _originated,
        CallOffered: _offered,
        CallProgressed: _progressed,
        CallAnswered: _answered,
        CallHeld: _held,
        CallRetrieved: _retrieved,
        CallDeflected: _deflected,
        CallRefused: _refused,
        CallCancelled: _cancelled,
        CallFailed: _failed,
        CallTransferred: _transferred,
        CallEnded: _ended,
    }
)
