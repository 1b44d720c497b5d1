"""One call of the desk over SIP: one leg, or two in a conference; on the `desk-loop` thread."""

from __future__ import annotations

from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId
from telephony.desk.timers import Timer
from telephony.phone.leg import Leg


class PhoneCall:
    """What the switch knows of a call beyond its events.

    call: what the events so far make of it. legs: the SIP calls that carry it. successor: a leg
    that takes the place of the only one as soon as somebody answers. cause: of the next hold or
    retrieval, None for an ordinary one. is_joining: its retrieval is a part of a conference.
    is_dissolving: the desk leaves a conference to the others. timer: of the busy tone.
    """

    __slots__ = ("call", "cause", "is_dissolving", "is_joining", "legs", "successor", "timer")

    def __init__(self, call: Call, leg: Leg) -> None:
        """Begin with one leg."""
        self.call = call
        self.legs = [leg]
        self.successor: Leg | None = None
        self.cause: EventCause | None = None
        self.is_joining = False
        self.is_dissolving = False
        self.timer: Timer | None = None

    @property
    def call_id(self) -> CallId:
        """The switch's id of the call."""
        return self.call.call_id

    @property
    def state(self) -> LocalConnectionState:
        """The desk's own connection state."""
        return self.call.state

    @property
    def leg(self) -> Leg:
        """The only leg, or the first of a conference."""
        return self.legs[0]

    @property
    def heard(self) -> tuple[Leg, ...]:
        """The legs that sound; a successor does while the former leg is gone already."""
        if self.legs:
            return tuple(self.legs)
        return (self.successor,) if self.successor is not None else ()

    def take_cause(self) -> EventCause:
        """Return the cause of the event that is about to be told, and forget it."""
        cause, self.cause = self.cause, None
        return cause or EventCause.NORMAL

    def stop_timer(self) -> None:
        """Forget the busy tone."""
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
