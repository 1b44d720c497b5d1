"""Calls, legs, agent and headset of one telephone, kept in step; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import CallEvent, ConnectionClearedEvent
from agent_desk.domain.errors import LineAwayError, UnknownCallError, UnprotectedLineError
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import CallId, DeviceId
from agent_desk.domain.sip_account import SipAccount
from telephony.desk.agent import DeskAgent, busy_kind_of
from telephony.dialog_events.call_facts import CallFacts, facts_of_offered
from telephony.phone.account import header_names, identity_trust
from telephony.phone.call_book import CallBook
from telephony.phone.headset import Headset
from telephony.phone.leg import Leg
from telephony.phone.line import Line
from telephony.phone.phone_call import PhoneCall
from telephony.sip.message.message import Request
from telephony.sip.sdp.profile import Profile
from telephony.sip.user_agent.user_agent import UserAgent
from telephony.sip.values.uri import Uri
from telephony.webrtc.tones.tone import CallTone

ALERTING = LocalConnectionState.ALERTING
CONNECTED = LocalConnectionState.CONNECTED
FAIL = LocalConnectionState.FAIL
NULL = LocalConnectionState.NULL

_UNREACHABLE = frozenset({EventCause.DEST_NOT_OBTAINABLE, EventCause.NETWORK_SIGNAL})
"""ITU-T E.180 s. 5: not the called person stands in the way, but the network or the number."""


class Switchboard:
    """What news and wishes both change.

    legs: by the SIP telephone's handles. first_profile: what a peer took that refused the account's
    best, offered first from then on. is_reached: whether the exchange takes messages from us.
    tells_waiting: whether the agent hears it when another call rings while one talks.
    """

    def __init__(
        self,
        *,
        account: SipAccount,
        line: Line,
        book: CallBook,
        headset: Headset,
        agent: DeskAgent,
        now: Callable[[], datetime],
    ) -> None:
        """Begin without calls."""
        self.account = account
        self.line = line
        self.book = book
        self.headset = headset
        self.agent = agent
        self.now = now
        self.legs: dict[str, Leg] = {}
        self.first_profile: Profile | None = None
        self.is_reached = False
        self.tells_waiting = True
        self._trust = identity_trust(account)
        self._headers = header_names(account)
        self._names = count(1)

    @property
    def device(self) -> DeviceId:
        """The desk's own number."""
        return DeviceId(self.account.user)

    @property
    def calls(self) -> dict[CallId, PhoneCall]:
        """The calls that exist, oldest first."""
        return self.book.calls

    def call(self, call_id: CallId) -> PhoneCall:
        """Return a call that exists; raises UnknownCallError."""
        call = self.calls.get(call_id)
        if call is None:
            raise UnknownCallError(call_id=call_id)
        return call

    def facts_of(self, invite: Request) -> CallFacts:
        """Return what an INVITE says to this account: who calls, for which queue, under what id."""
        return facts_of_offered(invite, device=self.device, trust=self._trust, names=self._headers)

    def new_leg(self, *, uri: Uri | None = None, handle: str = "") -> Leg:
        """Return a leg with nothing open."""
        leg = Leg(media=f"leg-{next(self._names)}", uri=uri, handle=handle)
        if handle:
            self.legs[handle] = leg
        return leg

    def require_protection(self, uri: Uri) -> None:
        """Raise UnprotectedLineError for a sips URI that no TLS or WSS of this line leads to."""
        if not self.line.agent.account.reaches(uri):
            raise UnprotectedLineError(value=str(uri), account=self.account.address)

    def dial(self, leg: Leg, profile: Profile | None = None) -> None:
        """Send the INVITE of a leg whose media is open.

        Raises LineAwayError, UnprotectedLineError.
        """
        if not self.is_reached:
            raise LineAwayError(account=self.account.address)
        uri, local = leg.uri, leg.local
        assert uri is not None
        self.require_protection(uri)
        assert local is not None

        def ask(agent: UserAgent, now: float) -> None:
            leg.handle = agent.dial(uri, local, now, profile=profile)
            self.legs[leg.handle] = leg

        self.line.do(ask)

    def settle(self) -> None:
        """Make agent and headset follow from the calls; ends every step."""
        engaged = [call for call in self.calls.values() if call.state is not ALERTING]
        for call in engaged:
            self.agent.begin_call(busy_kind_of(call.call), call.call.queue_id)
        if not engaged:
            self.agent.end_calls()
        connected = [call for call in engaged if call.state is CONNECTED]
        heard = [leg for call in connected for leg in call.heard if leg.agreement is not None]
        self.headset.wear(heard)
        self.headset.sound(_tone_of(engaged) or self._waiting(heard) or self._attention(engaged))

    def _waiting(self, heard: list[Leg]) -> CallTone | None:
        """Return the call-waiting tone while a call rings beside one that is heard."""
        rings = any(call.state is ALERTING for call in self.calls.values())
        return CallTone.WAITING if self.tells_waiting and heard and rings else None

    def _attention(self, engaged: list[PhoneCall]) -> CallTone | None:
        """Return the beeps before a call that the desk answers by itself."""
        if any(call.state is not LocalConnectionState.HOLD for call in engaged):
            return None
        answered = self.account.auto_answer
        rings = (call for call in self.calls.values() if call.state is ALERTING)
        is_announced = any(call.call.queue_id in answered for call in rings)
        return CallTone.ATTENTION if is_announced else None

    def forget(self, leg: Leg) -> None:
        """Let go of a leg that is over; its call is told of by whoever asked for this."""
        self.legs.pop(leg.handle, None)
        leg.is_over = True
        for call in self.calls.values():
            if leg in call.legs:
                call.legs.remove(leg)
            if leg is call.successor:
                call.successor = None
        self.headset.close(leg)

    def finish(self, event: CallEvent) -> None:
        """Report the last event of a call."""
        if isinstance(event, ConnectionClearedEvent):
            self.book.clear(event)
        else:
            self.book.report(event)

    def cleared(
        self, call: PhoneCall, releasing: DeviceId, cause: EventCause = EventCause.NORMAL
    ) -> None:
        """Report that ``releasing`` has ended the call."""
        self.book.clear(self.release(call, releasing, NULL, cause))

    def release(
        self,
        call: PhoneCall,
        releasing: DeviceId,
        state: LocalConnectionState,
        cause: EventCause = EventCause.NORMAL,
    ) -> ConnectionClearedEvent:
        """Return the event of somebody who leaves; the desk's own state is ``state`` then."""
        return ConnectionClearedEvent(
            call_id=call.call_id,
            at=self.now(),
            device=self.device,
            local_state=state,
            cause=cause,
            releasing=releasing,
        )


def _tone_of(calls: list[PhoneCall]) -> CallTone | None:
    """Return what the agent is to hear of a call in which the network says nothing itself."""
    for call in calls:
        if call.state is FAIL:
            is_unreachable = call.call.failure in _UNREACHABLE
            return CallTone.CONGESTION if is_unreachable else CallTone.BUSY
        if call.state is CONNECTED and any(leg.rings_silently for leg in call.legs):
            return CallTone.RINGING
    return None
