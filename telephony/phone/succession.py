"""A peer puts somebody else in its place: by REFER, or by an INVITE with Replaces.

The call of the desk goes on with another leg: nothing rings, the agent reads who is there now.
Runs on the `desk-loop` thread. Sources: RFC 3515, RFC 3891, RFC 5589.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from agent_desk.domain.call import CallDirection, LocalConnectionState
from agent_desk.domain.call_events import EstablishedEvent, TransferredEvent
from agent_desk.domain.errors import LineAwayError, UnprotectedLineError
from agent_desk.domain.event_cause import EventCause
from agent_desk.domain.identifiers import DeviceId
from telephony.dialog_events.identity import number_of
from telephony.phone.dial_plan import DialPlan
from telephony.phone.errands import Errands
from telephony.phone.leg import Leg
from telephony.phone.phone_call import PhoneCall
from telephony.phone.switchboard import Switchboard
from telephony.sip.errors import SipError
from telephony.sip.user_agent.news import CallEnded
from telephony.sip.user_agent.user_agent import UserAgent
from telephony.sip.values.uri import SipUri, Uri
from telephony.webrtc.errors import MediaError

_log = logging.getLogger(__name__)

CONNECTED = LocalConnectionState.CONNECTED
HOLD = LocalConnectionState.HOLD


class Succession:
    """Replaces a call's leg, or refuses to."""

    def __init__(self, *, board: Switchboard, plan: DialPlan, errands: Errands) -> None:
        """Follow transfers within the house of ``plan``, where the account allows it."""
        self._board = board
        self._plan = plan
        self._errands = errands

    def is_open(self, call: PhoneCall) -> bool:
        """Return whether somebody is about to take the place of the far side."""
        return call.successor is not None

    # REFER

    def refer(self, call: PhoneCall | None, leg: Leg, target: Uri) -> None:
        """Call ``target`` in place of the peer that asks for it, or refuse (603)."""
        if call is None or not isinstance(target, SipUri) or not self._may_follow(call, target):
            self._refuse(leg)
            return
        successor = self._board.new_leg(uri=target)
        successor.facts = replace(
            leg.known,
            direction=CallDirection.OUTBOUND,
            calling=self._board.device,
            calling_name="",
            called=DeviceId(number_of(target)),
        )
        call.successor = successor
        self._errands.begin(self._follow(call, leg, successor, target))

    def _may_follow(self, call: PhoneCall, target: SipUri) -> bool:
        is_plain = len(call.legs) == 1 and call.successor is None
        may = self._board.account.follow_transfers and call.state in (CONNECTED, HOLD)
        return is_plain and may and self._plan.is_inside(target)

    def _refuse(self, leg: Leg) -> None:
        self._board.line.do(lambda agent, now: agent.refuse_referral(leg.handle, now))

    async def _follow(self, call: PhoneCall, leg: Leg, successor: Leg, target: SipUri) -> None:
        board = self._board
        try:
            await board.headset.open(successor)
        except MediaError as error:
            _log.warning("a transfer is not followed: %s", error)
            self._give_up(call, leg, successor)
            return
        if successor is not call.successor:
            return
        local = successor.local
        assert local is not None

        def ask(agent: UserAgent, now: float) -> None:
            successor.handle = agent.follow_referral(leg.handle, target, local, now)
            board.legs[successor.handle] = successor

        try:
            if leg.is_over:
                # Who asked for it has left already, and wants no news of it.
                board.dial(successor)
            else:
                board.line.do(ask)
        except (SipError, LineAwayError, UnprotectedLineError) as error:
            _log.warning("a transfer is not followed: %s", error)
            self._give_up(call, leg, successor)

    def _give_up(self, call: PhoneCall, leg: Leg, successor: Leg) -> None:
        if not leg.is_over:
            self._refuse(leg)
        self._board.forget(successor)
        self.fail(call)
        self._board.settle()

    # Replaces

    def take_over(self, call: PhoneCall, former: Leg, leg: Leg) -> None:
        """Answer an INVITE that takes the place of ``former``; refuse it (486) in a conference."""
        if len(call.legs) != 1 or call.successor is not None:
            self._board.line.do(lambda agent, now: agent.reject(leg.handle, now, 486))
            self._board.forget(leg)
            return
        leg.belongs_to(call.call_id)
        call.successor = leg
        self._errands.begin(self._answer(call, leg))

    async def _answer(self, call: PhoneCall, leg: Leg) -> None:
        board = self._board
        try:
            await board.headset.open(leg)
            local = leg.local
            if local is not None and leg is call.successor:
                board.line.do(lambda agent, now: agent.answer(leg.handle, local, now))
        except (MediaError, SipError) as error:
            _log.warning("a call is not taken over: %s", error)
            if not leg.is_over:
                board.line.do(lambda agent, now: agent.hang_up(leg.handle, now))

    # Both

    def complete(self, call: PhoneCall, successor: Leg) -> None:
        """Go on with ``successor``, who has answered."""
        board = self._board
        former = call.legs[0] if call.legs else None
        transferring = DeviceId(call.call.remote)
        was_answered, is_held = call.call.is_answered, call.state is HOLD
        call.legs, call.successor = [successor], None
        board.book.report(
            TransferredEvent(
                call_id=call.call_id,
                at=board.now(),
                device=board.device,
                local_state=HOLD if is_held else CONNECTED,
                cause=EventCause.TRANSFER,
                transferring=transferring,
                transferred_to=successor.remote,
            )
        )
        if not was_answered:
            self._established(call, successor)
        if former is not None:
            self._dismiss(former)
        if is_held:
            board.line.do(lambda agent, now: agent.hold(successor.handle, now))

    def fail(self, call: PhoneCall) -> None:
        """Note that nobody takes the place; without the former leg the call is over."""
        if not call.legs and call.call_id in self._board.calls:
            self._board.cleared(call, DeviceId(call.call.remote))

    def _established(self, call: PhoneCall, leg: Leg) -> None:
        board = self._board
        board.book.report(
            EstablishedEvent(
                call_id=call.call_id,
                at=board.now(),
                device=board.device,
                local_state=CONNECTED,
                answering=leg.remote,
                calling=board.device,
                called=leg.remote,
            )
        )

    def _dismiss(self, former: Leg) -> None:
        """End a leg whose peer has been replaced, unless that has left by itself."""
        handle = former.handle
        self._board.forget(former)
        try:
            self._board.line.do(lambda agent, now: agent.hang_up(handle, now))
        except SipError:
            _log.debug("%s was over", handle)
        former.tell(CallEnded(call=handle, by_us=True))
