"""The desk's calls, which are what its events make of them; runs on the `desk-loop` thread."""

from __future__ import annotations

from types import MappingProxyType

from agent_desk.domain.call_events import CallClearedEvent, CallEvent
from agent_desk.domain.call_table import Calls, advance
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId
from telephony.desk.event_feed import EventFeed
from telephony.phone.leg import Leg
from telephony.phone.phone_call import PhoneCall


class CallBook:
    """Changes the calls and says so, always both.

    calls: those that exist, oldest first; a call is gone before its last event is out.
    """

    def __init__(self, feed: EventFeed) -> None:
        """Begin without calls."""
        self._feed = feed
        self._folded: Calls = MappingProxyType({})
        self.calls: dict[CallId, PhoneCall] = {}

    def begin(self, event: CallEvent, leg: Leg) -> PhoneCall:
        """Report the first event of a new call, whose only leg is ``leg``."""
        self._folded = advance(self._folded, event)
        call = PhoneCall(self._folded[event.call_id], leg)
        self.calls[event.call_id] = call
        self._feed.publish(event)
        return call

    def report(self, event: CallEvent) -> None:
        """Report an event of a call that exists."""
        self._folded = advance(self._folded, event)
        for call_id in tuple(self.calls):
            folded = self._folded.get(call_id)
            if folded is None:
                self.calls.pop(call_id).stop_timer()
            else:
                self.calls[call_id].call = folded
        self._feed.publish(event)

    def clear(self, event: CallEvent) -> None:
        """Report the last event of a call, and that the call is over for everybody."""
        self.report(event)
        self._feed.publish(
            CallClearedEvent(
                call_id=event.call_id,
                at=event.at,
                device=event.device,
                local_state=event.local_state,
                cause=event.cause,
            )
        )

    def new_id(self, wanted: CallId) -> CallId:
        """Return ``wanted``, or one like it that no present call has.

        An exchange that sends our own call back to us, or forks one, repeats the id.
        """
        number, call_id = 1, wanted
        while call_id in self.calls:
            number += 1
            call_id = CallId(f"{wanted}-{number}")
        return call_id

    def of(self, leg: Leg) -> PhoneCall | None:
        """Return the call that ``leg`` carries or is about to, None when it is gone."""
        for call in self.calls.values():
            if leg in call.legs or leg is call.successor:
                return call
        return None

    def cause_of_failure(self, call: PhoneCall) -> EventCause:
        """Return why a call is in FAIL."""
        return call.call.failure or EventCause.NORMAL
