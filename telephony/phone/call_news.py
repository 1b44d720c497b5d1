"""What the SIP telephone's news make of the desk's calls; runs on the `desk-loop` thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import CallEvent, DivertedEvent, FailedEvent
from agent_desk.domain.event_cause import EventCause
from telephony.desk.timers import Timers
from telephony.dialog_events.call_facts import facts_of_originated
from telephony.dialog_events.translation import translate
from telephony.phone.leg import Leg
from telephony.phone.phone_call import PhoneCall
from telephony.phone.succession import Succession
from telephony.phone.switchboard import Switchboard
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
    DigitReceived,
    MediaAgreed,
    ReferReceived,
)

_log = logging.getLogger(__name__)

BUSY_TONE_SECONDS = 10.0
"""How long a failed call stays before it clears itself."""

_NOT_THIS_PROFILE = frozenset({415, 488, 606})
"""What peers say who cannot take media as it was offered (RFC 3261 s. 21.4.13, 26 and 21.6.4)."""

HOLD = LocalConnectionState.HOLD


class CallNewsReader:
    """Turns news into events, first in, first out."""

    def __init__(self, *, board: Switchboard, succession: Succession, timers: Timers) -> None:
        """Change what is on ``board``."""
        self._board = board
        self._succession = succession
        self._timers = timers

    def take(self, news: CallNews) -> None:
        """Report what ``news`` means, then wake who waits for it."""
        leg = self._board.legs.get(news.call)
        if isinstance(news, CallOffered):
            self._offered(news)
        elif leg is not None and (read := _READERS.get(type(news))) is not None:
            read(self, leg, news)
        self._board.settle()
        if leg is not None:
            leg.tell(news)

    # A call begins

    def _offered(self, news: CallOffered) -> None:
        board = self._board
        leg = board.new_leg(handle=news.call)
        leg.facts = board.facts_of(news.invite)
        former = board.legs.get(news.replaces or "")
        if former is not None and (call := board.book.of(former)) is not None:
            self._succession.take_over(call, former, leg)
            return
        leg.belongs_to(board.book.new_id(leg.known.call_id))
        board.book.begin(self._event(leg, news), leg)
        board.headset.begin_opening(leg)

    def _originated(self, leg: Leg, news: CallOriginated) -> None:
        if leg.facts is not None:
            return  # dialled once more with another profile, or for a call that exists
        board = self._board
        leg.facts = facts_of_originated(news.invite, device=board.device, consults=leg.consults)
        leg.belongs_to(board.book.new_id(leg.known.call_id))
        board.book.begin(self._event(leg, news), leg)

    def _progressed(self, leg: Leg, news: CallProgressed) -> None:
        call = self._carried(leg)
        if call is not None and not leg.has_rung:
            leg.has_rung = True
            self._board.book.report(self._event(leg, news))

    def _answered(self, leg: Leg, news: CallAnswered) -> None:
        leg.is_answered = True
        call = self._board.book.of(leg)
        if call is None:
            return
        if leg is call.successor:
            self._succession.complete(call, leg)
        elif not call.call.is_answered:
            self._board.book.report(self._event(leg, news))

    # A call goes on

    def _agreed(self, leg: Leg, news: MediaAgreed) -> None:
        leg.agreement = news.agreement
        self._board.headset.apply(leg, news.agreement)

    def _held(self, leg: Leg, news: CallHeld) -> None:
        call = self._carried(leg)
        if call is not None and not (news.by_us and call.state is HOLD):
            self._report_hold(call, leg, news)

    def _retrieved(self, leg: Leg, news: CallRetrieved) -> None:
        call = self._carried(leg)
        if call is None or (news.by_us and (call.is_joining or call.state is not HOLD)):
            return
        self._report_hold(call, leg, news)

    def _report_hold(self, call: PhoneCall, leg: Leg, news: CallHeld | CallRetrieved) -> None:
        """Report who waits, or no longer; what the far side does leaves our own state."""
        event = self._event(leg, news)
        if news.by_us:
            event = replace(event, cause=call.take_cause())
        else:
            event = replace(event, local_state=call.state)
        self._board.book.report(event)

    def _referred(self, leg: Leg, news: ReferReceived) -> None:
        self._succession.refer(self._carried(leg), leg, news.target)

    def _digit(self, leg: Leg, news: DigitReceived) -> None:
        _log.debug("digit in %s", leg.handle)

    # A call ends

    def _deflected(self, leg: Leg, news: CallDeflected) -> None:
        self._end(leg, self._event(leg, news))

    def _refused(self, leg: Leg, news: CallRefused) -> None:
        if leg.known.queue_id is not None:
            self._board.agent.miss_call()
        self._end(leg, self._event(leg, news))

    def _cancelled(self, leg: Leg, news: CallCancelled) -> None:
        event = self._event(leg, news)
        if isinstance(event, DivertedEvent) and event.cause is EventCause.NO_ANSWER:
            self._board.agent.miss_call()
        self._end(leg, event)

    def _failed(self, leg: Leg, news: CallFailed) -> None:
        call = self._board.book.of(leg)
        if news.status in _NOT_THIS_PROFILE and leg.other_profiles and not leg.is_answered:
            self._offer_otherwise(leg)
            return
        event = self._event(leg, news)
        is_successor = call is not None and leg is call.successor
        self._board.forget(leg)
        if call is None or self._succession.is_open(call):
            return
        if is_successor:
            self._succession.fail(call)
        elif isinstance(event, FailedEvent):
            self._board.book.report(event)
            call.timer = self._timers.after(BUSY_TONE_SECONDS, lambda: self._tone_over(call))
        else:
            self._board.finish(event)

    def _offer_otherwise(self, leg: Leg) -> None:
        """Dial once more with the account's next way to protect media."""
        self._board.legs.pop(leg.handle, None)
        profile, leg.other_profiles = leg.other_profiles[0], leg.other_profiles[1:]
        self._board.first_profile = profile
        self._board.dial(leg, profile)

    def _tone_over(self, call: PhoneCall) -> None:
        self._board.cleared(call, self._board.device, self._board.book.cause_of_failure(call))
        self._board.settle()

    def _transferred(self, leg: Leg, news: CallTransferred) -> None:
        board, call = self._board, self._board.book.of(leg)
        other = board.legs.get(news.consultation or "")
        secondary = board.book.of(other) if other is not None else None
        consulted = secondary.call_id if secondary is not None else None
        event = translate(leg.known, news, board.now(), consultation=consulted)
        board.forget(leg)
        if other is not None:
            board.forget(other)
        if call is None or event is None:
            return
        if call.is_dissolving:
            board.book.report(board.release(call, board.device, LocalConnectionState.NULL))
        else:
            board.book.report(event)

    def _ended(self, leg: Leg, news: CallEnded) -> None:
        board, call = self._board, self._board.book.of(leg)
        event = self._event(leg, news)
        is_successor = call is not None and leg is call.successor
        board.forget(leg)
        if call is None or self._succession.is_open(call):
            return
        if is_successor:
            self._succession.fail(call)
        elif call.legs:
            releasing = board.device if news.by_us else leg.remote
            board.book.report(board.release(call, releasing, call.state))
        else:
            board.finish(event)

    def _end(self, leg: Leg, event: CallEvent) -> None:
        call = self._carried(leg)
        self._board.forget(leg)
        if call is not None:
            self._board.finish(event)

    def _carried(self, leg: Leg) -> PhoneCall | None:
        """Return the call that ``leg`` carries now, None for a successor and for a former leg."""
        call = self._board.book.of(leg)
        return call if call is not None and leg in call.legs else None

    def _event(self, leg: Leg, news: CallNews) -> CallEvent:
        event = translate(leg.known, news, self._board.now())
        assert event is not None
        return event


_Read = Callable[[CallNewsReader, Leg, Any], None]
_READERS: Mapping[type[CallNews], _Read] = MappingProxyType(
    {
        CallOriginated: CallNewsReader._originated,
        CallProgressed: CallNewsReader._progressed,
        CallAnswered: CallNewsReader._answered,
        MediaAgreed: CallNewsReader._agreed,
        CallHeld: CallNewsReader._held,
        CallRetrieved: CallNewsReader._retrieved,
        ReferReceived: CallNewsReader._referred,
        DigitReceived: CallNewsReader._digit,
        CallDeflected: CallNewsReader._deflected,
        CallRefused: CallNewsReader._refused,
        CallCancelled: CallNewsReader._cancelled,
        CallFailed: CallNewsReader._failed,
        CallTransferred: CallNewsReader._transferred,
        CallEnded: CallNewsReader._ended,
    }
)
