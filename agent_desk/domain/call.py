"""Calls as one desk sees them: CSTA connection states and what each allows; pure, any thread.

Source: ECMA-269 (CSTA phase III) s. 6.1.5 connection states, s. 17 call control services.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import CallStateError
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, CustomerId, DeviceId, QueueId


class LocalConnectionState(StrEnum):
    """State of the desk's own connection to a call (ECMA-269 s. 6.1.5)."""

    NULL = "NULL"
    INITIATED = "INITIATED"
    ALERTING = "ALERTING"
    CONNECTED = "CONNECTED"
    HOLD = "HOLD"
    QUEUED = "QUEUED"
    FAIL = "FAIL"


class CallDirection(StrEnum):
    """Which way the first leg of the call went, seen from the desk."""

    INBOUND = "INBOUND"
    OUTBOUND = "OUTBOUND"
    INTERNAL = "INTERNAL"


class CallService(StrEnum):
    """Call control services of the switch (ECMA-269 s. 17)."""

    MAKE_CALL = "make_call"
    ANSWER_CALL = "answer_call"
    HOLD_CALL = "hold_call"
    RETRIEVE_CALL = "retrieve_call"
    CLEAR_CONNECTION = "clear_connection"
    CONSULTATION_CALL = "consultation_call"
    ALTERNATE_CALL = "alternate_call"
    RECONNECT_CALL = "reconnect_call"
    TRANSFER_CALL = "transfer_call"
    SINGLE_STEP_TRANSFER_CALL = "single_step_transfer_call"
    CONFERENCE_CALL = "conference_call"
    DEFLECT_CALL = "deflect_call"
    GENERATE_DIGITS = "generate_digits"


_ALLOWED: Mapping[LocalConnectionState, frozenset[CallService]] = MappingProxyType(
    {
        LocalConnectionState.NULL: frozenset(),
        LocalConnectionState.INITIATED: frozenset({CallService.CLEAR_CONNECTION}),
        LocalConnectionState.ALERTING: frozenset(
            {CallService.ANSWER_CALL, CallService.DEFLECT_CALL, CallService.CLEAR_CONNECTION}
        ),
        LocalConnectionState.CONNECTED: frozenset(
            {
                CallService.HOLD_CALL,
                CallService.CLEAR_CONNECTION,
                CallService.CONSULTATION_CALL,
                CallService.SINGLE_STEP_TRANSFER_CALL,
                CallService.GENERATE_DIGITS,
                CallService.ALTERNATE_CALL,
                CallService.RECONNECT_CALL,
                CallService.TRANSFER_CALL,
                CallService.CONFERENCE_CALL,
            }
        ),
        LocalConnectionState.HOLD: frozenset(
            {CallService.RETRIEVE_CALL, CallService.CLEAR_CONNECTION}
        ),
        LocalConnectionState.QUEUED: frozenset({CallService.CLEAR_CONNECTION}),
        LocalConnectionState.FAIL: frozenset({CallService.CLEAR_CONNECTION}),
    }
)

_NEEDS_ANSWERED = frozenset(
    {
        CallService.HOLD_CALL,
        CallService.CONSULTATION_CALL,
        CallService.SINGLE_STEP_TRANSFER_CALL,
        CallService.GENERATE_DIGITS,
        CallService.ALTERNATE_CALL,
        CallService.CONFERENCE_CALL,
    }
)
"""The far end must have answered: a call that only rings back is CONNECTED at the desk too."""

_NEEDS_HELD_CALL = frozenset(
    {
        CallService.ALTERNATE_CALL,
        CallService.RECONNECT_CALL,
        CallService.TRANSFER_CALL,
        CallService.CONFERENCE_CALL,
    }
)
_NEEDS_NO_OTHER_CALL = frozenset(
    {CallService.CONSULTATION_CALL, CallService.SINGLE_STEP_TRANSFER_CALL}
)

_IN_USE = frozenset({LocalConnectionState.CONNECTED, LocalConnectionState.INITIATED})
_TAKES_A_LINE = _IN_USE | {LocalConnectionState.HOLD}
"""A call that only rings or has failed must not take Consult and Transfer away in mid-talk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call at this desk.

    call_id: the switch's id. device: the desk's own device. direction: first leg.
    state: local connection state. remote: number or extension of the other side, as signalled.
    remote_name: display name the network sent, ``""`` when none. dialled: what the caller dialled.
    queue_id: the ACD queue it came through, None when direct. queue_wait_seconds: time in queue.
    reason: why the caller calls as far as the switch knows (IVR choice), ``""`` when unknown.
    parties: every far device, more than one in a conference.
    began_at: first event. state_since: last change of ``state``. answered_at: far or near answer.
    held_seconds: completed time on hold. consults: the call on hold that this one asks about.
    failure: why the call is in FAIL, None in every other state.
    customer_id: filled in once the desk knows who it is.
    """

    call_id: CallId
    device: DeviceId
    direction: CallDirection
    state: LocalConnectionState
    remote: str
    remote_name: str = ""
    dialled: str = ""
    queue_id: QueueId | None = None
    queue_wait_seconds: float = 0.0
    reason: str = ""
    parties: tuple[DeviceId, ...] = ()
    began_at: datetime
    state_since: datetime
    answered_at: datetime | None = None
    held_seconds: float = 0.0
    consults: CallId | None = None
    failure: EventCause | None = None
    customer_id: CustomerId | None = None
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_answered(self) -> bool:
        """Whether both sides have talked."""
        return self.answered_at is not None


def allowed_services(call: Call, others: Iterable[Call]) -> frozenset[CallService]:
    """Return the services possible on ``call`` beside the desk's ``others``."""
    others = [other for other in others if other.call_id != call.call_id]
    allowed = _ALLOWED[call.state]
    if not call.is_answered:
        allowed -= _NEEDS_ANSWERED
    if not any(o.state is LocalConnectionState.HOLD and o.is_answered for o in others):
        allowed -= _NEEDS_HELD_CALL
    if any(o.state in _TAKES_A_LINE for o in others):
        allowed -= _NEEDS_NO_OTHER_CALL
    if any(o.state in _IN_USE for o in others):
        allowed -= {CallService.RETRIEVE_CALL}
    return allowed


def require_service(service: CallService, call: Call, others: Iterable[Call]) -> None:
    """Raise CallStateError unless ``service`` is possible on ``call`` now."""
    allowed = allowed_services(call, others)
    if service in allowed:
        return
    raise CallStateError(
        service=service.value,
        call_id=call.call_id,
        state=call.state.value,
        allowed=", ".join(sorted(allowed)) or "nothing",
    )
