"""CSTA call events as the switch reports them to one monitored device; pure, any thread.

Source: ECMA-269 s. 15.2 (call events). Trap: when A calls B both Delivered
events name B as alerting, yet A's own state is CONNECTED (ringback) and B's is ALERTING.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId, QueueId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallEvent:
    """Common part of every call event.

    call_id: the call. at: aware UTC, microseconds. device: the monitored device that this event
    is reported to. local_state: that device's connection state after the event.
    """

    call_id: CallId
    at: datetime
    device: DeviceId
    local_state: LocalConnectionState
    cause: EventCause = EventCause.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceInitiatedEvent(CallEvent):
    """The device went off hook for a new call."""

    initiating: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginatedEvent(CallEvent):
    """The device dialled; ``consults`` names the held call that a consultation is about."""

    calling: DeviceId
    called: DeviceId
    consults: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredEvent(CallEvent):
    """A device rings.

    alerting: the device that rings. calling: number or extension of the caller, ``""`` when
    withheld. calling_name: name the network sent. called: what was dialled first.
    queue_id, queue_wait_seconds: set when an ACD queue distributed the call.
    reason: what the caller chose in the menu. details: further data of the switch (headers).
    """

    alerting: DeviceId
    calling: DeviceId
    calling_name: str = ""
    called: DeviceId
    queue_id: QueueId | None = None
    queue_wait_seconds: float = 0.0
    reason: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishedEvent(CallEvent):
    """Both sides are connected."""

    answering: DeviceId
    calling: DeviceId
    called: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvent(CallEvent):
    """``holding`` put the call on hold."""

    holding: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrievedEvent(CallEvent):
    """``retrieving`` took the call back from hold."""

    retrieving: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedEvent(CallEvent):
    """The call waits in a queue."""

    queue_id: QueueId
    calling: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class DivertedEvent(CallEvent):
    """The call left ``diverting`` without being answered there, for ``new_destination``."""

    diverting: DeviceId
    new_destination: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferredEvent(CallEvent):
    """``transferring`` left; ``call_id`` was the primary (held or only) call.

    secondary_call_id: the consultation call, None for a single-step transfer.
    """

    transferring: DeviceId
    transferred_to: DeviceId
    secondary_call_id: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferencedEvent(CallEvent):
    """The calls were joined into ``call_id``; ``secondary_call_id`` is gone from now on."""

    conferencing: DeviceId
    secondary_call_id: CallId
    parties: tuple[DeviceId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedEvent(CallEvent):
    """The call could not be completed; ``cause`` says why."""

    failing: DeviceId
    called: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionClearedEvent(CallEvent):
    """``releasing`` left the call; when it is the monitored device the call ended here."""

    releasing: DeviceId


@dataclass(frozen=True, slots=True, kw_only=True)
class CallClearedEvent(CallEvent):
    """The whole call is gone."""
