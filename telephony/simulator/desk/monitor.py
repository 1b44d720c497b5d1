"""The CSTA monitor of the desk's device: what its events say and what they make of its lines.

Runs on the `desk-loop` thread.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
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
    QueuedEvent,
    RetrievedEvent,
    TransferredEvent,
)
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId
from telephony.desk.event_feed import EventFeed
from telephony.simulator.clock import WallTime
from telephony.simulator.desk.line import Line
from telephony.simulator.floor.queue import FloorQueue

ALERTING = LocalConnectionState.ALERTING
CONNECTED = LocalConnectionState.CONNECTED
HOLD = LocalConnectionState.HOLD
FAIL = LocalConnectionState.FAIL
NULL = LocalConnectionState.NULL


class CallMonitor:
    """Changes a line's state and says so, always both.

    lines: the calls that exist, oldest first; a line is gone before its last event is out.
    """

    def __init__(self, *, device: DeviceId, wall_time: WallTime, feed: EventFeed) -> None:
        """Report for ``device``."""
        self.device = device
        self._wall_time = wall_time
        self._feed = feed
        self._call_count = 0
        # Ids are stored for good, so runs that begin at different times must not share them.
        self._id_prefix = f"sim-{wall_time.at(0.0):%Y%m%dT%H%M%S}"
        self.lines: dict[CallId, Line] = {}

    def new_line(self, *, direction: CallDirection, remote: str, **about: Any) -> Line:
        """Return a new line; ``about`` are further fields of `Call`."""
        self._call_count += 1
        now = self._wall_time.now()
        inbound = direction is CallDirection.INBOUND
        call = Call(
            call_id=CallId(f"{self._id_prefix}-{self._call_count:06d}"),
            device=self.device,
            direction=direction,
            state=ALERTING if inbound else CONNECTED,
            remote=remote,
            began_at=now,
            state_since=now,
            **about,
        )
        self.lines[call.call_id] = line = Line(call)
        return line

    def originated(self, line: Line, cause: EventCause) -> None:
        """The desk dialled."""
        self._report(
            OriginatedEvent,
            line,
            CONNECTED,
            cause,
            calling=self.device,
            called=DeviceId(line.call.dialled),
            consults=line.call.consults,
        )

    def alerting_here(self, line: Line, cause: EventCause) -> None:
        """The desk rings."""
        call = line.call
        self._report(
            DeliveredEvent,
            line,
            ALERTING,
            cause,
            alerting=self.device,
            calling=DeviceId(call.remote),
            calling_name=call.remote_name,
            called=DeviceId(call.dialled),
            queue_id=call.queue_id,
            queue_wait_seconds=call.queue_wait_seconds,
            reason=call.reason,
            details=call.details,
        )

    def alerting_there(self, line: Line, device: DeviceId) -> None:
        """The far end rings; the desk's own state is CONNECTED (ringback)."""
        self._report(
            DeliveredEvent,
            line,
            CONNECTED,
            EventCause.NEW_CALL,
            alerting=device,
            calling=self.device,
            called=DeviceId(line.call.dialled),
        )

    def queued(self, line: Line, queue: FloorQueue) -> None:
        """The desk's call waits in ``queue``."""
        self._report(
            QueuedEvent,
            line,
            CONNECTED,
            EventCause.NORMAL,
            queue_id=queue.queue_id,
            calling=self.device,
        )

    def established(self, line: Line, answering: DeviceId) -> None:
        """Both sides are connected."""
        call = line.call
        inbound = call.direction is CallDirection.INBOUND
        line.call = replace(call, answered_at=self._wall_time.now())
        self._report(
            EstablishedEvent,
            line,
            CONNECTED,
            EventCause.NORMAL,
            answering=answering,
            calling=DeviceId(call.remote) if inbound else self.device,
            called=DeviceId(call.dialled),
        )

    def held(self, line: Line, cause: EventCause) -> None:
        """The desk put the call on hold."""
        self._report(HeldEvent, line, HOLD, cause, holding=self.device)

    def retrieved(self, line: Line, cause: EventCause) -> None:
        """The desk took the call back."""
        self._report(RetrievedEvent, line, CONNECTED, cause, retrieving=self.device)

    def diverted(self, line: Line, destination: DeviceId, cause: EventCause) -> None:
        """The call left the desk unanswered."""
        self._report(
            DivertedEvent,
            line,
            NULL,
            cause,
            diverting=self.device,
            new_destination=destination,
        )

    def transferred(self, primary: Line, secondary: Line | None, destination: DeviceId) -> None:
        """The desk left both lines, or the only one, to ``destination``."""
        if secondary is not None:
            self._forget(secondary)
        self._report(
            TransferredEvent,
            primary,
            NULL,
            EventCause.TRANSFER if secondary else EventCause.SINGLE_STEP_TRANSFER,
            transferring=self.device,
            transferred_to=destination,
            secondary_call_id=secondary.call_id if secondary else None,
        )

    def conferenced(self, primary: Line, secondary: Line) -> None:
        """``secondary`` was joined into ``primary``."""
        self._forget(secondary)
        parties = tuple(end.device for end in primary.ends)
        primary.call = replace(primary.call, parties=parties)
        self._report(
            ConferencedEvent,
            primary,
            CONNECTED,
            EventCause.CONFERENCE,
            conferencing=self.device,
            secondary_call_id=secondary.call_id,
            parties=parties,
        )

    def failed(self, line: Line, failing: DeviceId, cause: EventCause) -> None:
        """The call could not be completed."""
        called = DeviceId(line.call.dialled)
        self._report(FailedEvent, line, FAIL, cause, failing=failing, called=called)

    def party_left(self, line: Line, releasing: DeviceId, cause: EventCause) -> None:
        """One of several far ends left; the call goes on."""
        self._report(ConnectionClearedEvent, line, line.state, cause, releasing=releasing)

    def left(self, line: Line, cause: EventCause) -> None:
        """The desk left; the others go on."""
        self._report(ConnectionClearedEvent, line, NULL, cause, releasing=self.device)

    def cleared(self, line: Line, releasing: DeviceId, cause: EventCause) -> None:
        """``releasing`` left and so ended the whole call."""
        self._report(ConnectionClearedEvent, line, NULL, cause, releasing=releasing)
        self._report(CallClearedEvent, line, NULL, cause)

    def _report(
        self,
        kind: type[CallEvent],
        line: Line,
        state: LocalConnectionState,
        cause: EventCause,
        **fields: Any,
    ) -> None:
        now = self._wall_time.now()
        if line.state is not state:
            line.call = replace(line.call, state=state, state_since=now)
        if state is NULL:
            self._forget(line)
        self._feed.publish(
            kind(
                call_id=line.call_id,
                at=now,
                device=self.device,
                local_state=state,
                cause=cause,
                **fields,
            )
        )

    def _forget(self, line: Line) -> None:
        line.stop_timer()
        self.lines.pop(line.call_id, None)
