"""One call at the real desk and the far ends it connects; runs on the `desk-loop` thread."""

from __future__ import annotations

from typing import Protocol

from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId
from telephony.simulator.floor.queue import FloorCall, FloorQueue
from telephony.simulator.kernel import Timer


class FarEnd(Protocol):
    """Somebody at the other end of a line, who can go on without the desk."""

    @property
    def device(self) -> DeviceId:
        """Number or extension, ``""`` when withheld."""
        ...

    def move_to(self, line: Line) -> None:
        """Belong to ``line`` from now on."""
        ...

    def put_on_hold(self) -> None:
        """Hear music from now on."""
        ...

    def take_back(self) -> None:
        """Talk again."""
        ...

    def leave(self) -> None:
        """Be left alone: nobody else is in the call."""
        ...

    def go_on_with(self, other: FarEnd) -> None:
        """Talk to ``other``, without the desk, from now on."""
        ...


class LineOwner(Protocol):
    """The telephone, told by far ends what they do."""

    def far_queued(self, line: Line, queue: FloorQueue) -> None:
        """The desk's call waits in a queue."""
        ...

    def far_alerting(self, line: Line, device: DeviceId) -> None:
        """``device`` rings."""
        ...

    def far_answered(self, line: Line, device: DeviceId) -> None:
        """``device`` has answered."""
        ...

    def far_failed(self, line: Line, device: DeviceId, cause: EventCause) -> None:
        """The call cannot be completed."""
        ...

    def far_left(self, line: Line, end: FarEnd, cause: EventCause) -> None:
        """``end`` hung up."""
        ...


class Line:
    """One call at the desk.

    call: what the events so far make of it. ends: its far ends, two in a conference. floor_call:
    the call of the floor behind an inbound one, None otherwise. digits: DTMF sent so far.
    timer: ringing or busy tone that ends by itself.
    """

    __slots__ = ("call", "digits", "ends", "floor_call", "timer")

    def __init__(self, call: Call) -> None:
        """Begin with no far end."""
        self.call = call
        self.ends: list[FarEnd] = []
        self.floor_call: FloorCall | None = None
        self.digits = ""
        self.timer: Timer | None = None

    @property
    def call_id(self) -> CallId:
        """The switch's id of the call."""
        return self.call.call_id

    @property
    def state(self) -> LocalConnectionState:
        """The desk's own connection state."""
        return self.call.state

    def stop_timer(self) -> None:
        """Forget ringing or busy tone."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
