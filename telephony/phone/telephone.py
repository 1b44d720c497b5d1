"""What the agent wishes of calls, done by SIP and media; runs on the `desk-loop` thread.

The switch has checked every wish before it comes here. A wish returns when the far side has agreed,
so that what the desk shows is so; one that the far side refuses has changed nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent_desk.domain.call import CallService, LocalConnectionState
from agent_desk.domain.call_events import ConferencedEvent
from agent_desk.domain.errors import (
    CallStateError,
    LineAwayError,
    NoSoundError,
    PeerRefusedError,
    SwitchError,
    UnknownCallError,
    UnprotectedLineError,
)
from agent_desk.domain.event_cause import EventCause
from telephony.phone.account import profiles_of
from telephony.phone.dial_plan import Destination, DialPlan
from telephony.phone.leg import Leg
from telephony.phone.phone_call import PhoneCall
from telephony.phone.switchboard import Switchboard
from telephony.sip.errors import DialogError, SipError, UnprotectedWayError
from telephony.sip.message.reply import REASONS
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.sdp.profile import Profile
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallDeflected,
    CallHeld,
    CallNews,
    CallRetrieved,
    CallTransferred,
    HoldFailed,
    TransferFailed,
)
from telephony.sip.user_agent.user_agent import UserAgent
from telephony.webrtc.engine import MediaEngine
from telephony.webrtc.errors import MediaError

ALERTING = LocalConnectionState.ALERTING
CONNECTED = LocalConnectionState.CONNECTED
FAIL = LocalConnectionState.FAIL
HOLD = LocalConnectionState.HOLD

_log = logging.getLogger(__name__)

LEAVE_SECONDS = 5.0
"""How long a conference is waited for that is to go on without the desk."""

_BROKEN = 503
"""What a request hears that did not leave this machine (RFC 3261 s. 8.1.3.1)."""

_Ask = Callable[[UserAgent, float], None]


class Telephone:
    """Call control of the calls on one switchboard."""

    def __init__(self, *, board: Switchboard, plan: DialPlan, engine: MediaEngine) -> None:
        """``engine`` sends digits; everything else about media is the headset's."""
        self._board = board
        self._plan = plan
        self._engine = engine

    # Beginning

    async def dial(
        self,
        destination: Destination,
        *,
        check: Callable[[], None],
        about: PhoneCall | None = None,
    ) -> PhoneCall:
        """Return the new call to ``destination``; ``about`` goes on hold before.

        check: raises what forbids the call by now, since opening media takes a moment.
        """
        board = self._board
        board.require_protection(destination.uri)
        leg = board.new_leg(uri=destination.uri)
        leg.other_profiles = self._other_profiles()
        await self._open(leg)
        held = None
        try:
            check()
            if about is not None:
                leg.consults = about.call_id
                await self.hold(about, EventCause.CONSULTATION, CallService.CONSULTATION_CALL)
                held = about
            board.dial(leg, board.first_profile)
        except BaseException:
            board.forget(leg)
            if held is not None:
                await self.take_back(held)
            raise
        call = board.book.of(leg)
        assert call is not None
        return call

    def _other_profiles(self) -> tuple[Profile, ...]:
        profiles = profiles_of(self._board.account)
        first = self._board.first_profile or profiles[0]
        return tuple(profile for profile in profiles if profile is not first)

    async def answer(self, call: PhoneCall) -> None:
        """Talk; another call that talks goes on hold."""
        leg, held = call.leg, []
        await self._open(leg)
        try:
            for other in list(self._board.calls.values()):
                if other is not call and other.state is CONNECTED:
                    await self.hold(other, EventCause.NORMAL, CallService.ANSWER_CALL)
                    held.append(other)
            await self._answer(call, leg)
        except SwitchError:
            for other in held:
                await self.take_back(other)
            raise

    async def _answer(self, call: PhoneCall, leg: Leg) -> None:
        def ask(agent: UserAgent, now: float) -> None:
            agent.answer(leg.handle, _local_of(leg), now)

        news = await self._asked(call, leg, CallService.ANSWER_CALL, ask, CallAnswered)
        if not isinstance(news, CallAnswered):
            raise UnknownCallError(call_id=call.call_id)

    # Going on

    async def hold(
        self, call: PhoneCall, cause: EventCause, service: CallService = CallService.HOLD_CALL
    ) -> None:
        """Let the far side wait."""
        await self._hold(call, cause, service, on=True)

    async def retrieve(
        self, call: PhoneCall, cause: EventCause, service: CallService = CallService.RETRIEVE_CALL
    ) -> None:
        """Talk again."""
        await self._hold(call, cause, service, on=False)

    async def take_back(self, call: PhoneCall) -> None:
        """Talk again in a call that was held for something that came to nothing."""
        try:
            await self.retrieve(call, EventCause.NORMAL)
        except SwitchError as error:
            _log.warning("call %s stays on hold: %s", call.call_id, error)

    async def _hold(
        self, call: PhoneCall, cause: EventCause, service: CallService, *, on: bool
    ) -> None:
        call.cause = cause
        for leg in tuple(call.legs):
            ask = _hold_of(leg) if on else _retrieval_of(leg)
            kinds = (CallHeld, CallRetrieved, HoldFailed)
            news = await self._asked(call, leg, service, ask, *kinds)
            if isinstance(news, HoldFailed):
                raise self._refused(service, news.status)
            if not isinstance(news, CallHeld | CallRetrieved):
                raise UnknownCallError(call_id=call.call_id)

    async def send_digits(self, call: PhoneCall, digits: str) -> None:
        """Send DTMF by RFC 4733 where the peer takes that, else by INFO."""
        for leg in call.legs:
            if leg.agreement is not None and leg.agreement.digits is not None:
                try:
                    await self._engine.send_digits(leg.media, digits)
                except MediaError as error:
                    raise NoSoundError(reason=str(error)) from error
                continue
            for digit in digits:
                self._do(call, CallService.GENERATE_DIGITS, _digit_of(leg, digit))

    async def conference(self, active: PhoneCall, held: PhoneCall) -> None:
        """Join ``active`` into ``held``: this desk mixes the three."""
        held.is_joining = True
        try:
            await self.retrieve(held, EventCause.CONFERENCE, CallService.CONFERENCE_CALL)
        finally:
            held.is_joining = False
            held.cause = None
        if active.call_id not in self._board.calls:
            raise UnknownCallError(call_id=active.call_id)
        parties = (*(leg.remote for leg in held.legs), *(leg.remote for leg in active.legs))
        for leg in active.legs:
            leg.belongs_to(held.call_id)
        held.legs += active.legs
        active.legs = []
        self._board.book.report(
            ConferencedEvent(
                call_id=held.call_id,
                at=self._board.now(),
                device=self._board.device,
                local_state=CONNECTED,
                cause=EventCause.CONFERENCE,
                conferencing=self._board.device,
                secondary_call_id=active.call_id,
                parties=parties,
            )
        )
        self._board.settle()

    # Leaving

    async def transfer(self, active: PhoneCall, held: PhoneCall) -> None:
        """Connect the far ends of both calls and leave."""
        ask = self._meeting_of(held.leg, active.leg)
        await self._transferred(held, held.leg, CallService.TRANSFER_CALL, ask)

    async def send_on(self, call: PhoneCall, destination: Destination) -> None:
        """Send a call that talks to ``destination`` and leave."""
        leg = call.leg

        def ask(agent: UserAgent, now: float) -> None:
            agent.transfer(leg.handle, destination.uri, now)

        await self._transferred(call, leg, CallService.SINGLE_STEP_TRANSFER_CALL, ask)

    async def deflect(self, call: PhoneCall, destination: Destination) -> None:
        """Send a call that rings to ``destination``."""
        leg = call.leg

        def ask(agent: UserAgent, now: float) -> None:
            agent.deflect(leg.handle, destination.uri, now)

        await self._asked(call, leg, CallService.DEFLECT_CALL, ask, CallDeflected)

    async def clear(self, call: PhoneCall) -> None:
        """Leave the call; reject it while it rings. A conference goes on without the desk."""
        if call.state is FAIL:
            self._board.cleared(call, self._board.device)
            self._board.settle()
        elif len(call.legs) == 2:
            await self._leave_to_each_other(call)
        else:
            self.hang_up(call)

    def hang_up(self, call: PhoneCall) -> None:
        """End every leg of the call."""
        successor = call.successor
        legs = [*call.legs, *([successor] if successor is not None else [])]
        for leg in legs:
            if leg.handle:
                self._do(call, CallService.CLEAR_CONNECTION, _end_of(leg))
            else:
                self._board.forget(leg)
        if call.call_id in self._board.calls and not call.legs and call.successor is None:
            self._board.cleared(call, self._board.device)
            self._board.settle()

    async def _leave_to_each_other(self, call: PhoneCall) -> None:
        """Let the other two go on by themselves, or end all where one of them cannot do that."""
        first, second = call.legs
        ask = self._meeting_of(first, second)
        if call.is_dissolving:
            self.hang_up(call)
            return
        call.is_dissolving = True
        try:
            async with asyncio.timeout(LEAVE_SECONDS):
                await self._transferred(call, first, CallService.CLEAR_CONNECTION, ask)
        except (SwitchError, TimeoutError):
            call.is_dissolving = False
            self.hang_up(call)

    def _meeting_of(self, first: Leg, second: Leg) -> _Ask:
        """Return what connects the far ends of both with each other (RFC 3891)."""
        target = self._plan.uri_of(second.remote)
        return lambda agent, now: agent.transfer(
            first.handle, target, now, consultation=second.handle
        )

    async def _transferred(
        self, call: PhoneCall, leg: Leg, service: CallService, ask: _Ask
    ) -> None:
        news = await self._asked(call, leg, service, ask, CallTransferred, TransferFailed)
        if isinstance(news, TransferFailed):
            raise self._refused(service, news.status)

    # Asking

    def _refused(self, service: CallService, status: int) -> SwitchError:
        if status == _BROKEN:
            return LineAwayError(account=self._board.account.address)
        reason = REASONS.get(status, "")
        return PeerRefusedError(service=service.value, status=status, reason=reason)

    async def _open(self, leg: Leg) -> None:
        try:
            await self._board.headset.open(leg)
        except MediaError as error:
            raise NoSoundError(reason=str(error)) from error

    async def _asked(
        self,
        call: PhoneCall,
        leg: Leg,
        service: CallService,
        ask: _Ask,
        *kinds: type[CallNews],
    ) -> CallNews:
        """Return what the far side makes of ``ask``: news of these kinds, or the leg's last."""
        expected = leg.expect(*kinds)
        try:
            self._do(call, service, ask)
            return await expected
        finally:
            expected.cancel()

    def _do(self, call: PhoneCall, service: CallService, ask: _Ask) -> None:
        """Let the SIP telephone do it now; raises what a person is told of its refusal."""
        try:
            self._board.line.do(ask)
        except DialogError as error:
            if call.call_id not in self._board.calls:
                raise UnknownCallError(call_id=call.call_id) from error
            raise CallStateError(
                service=service.value,
                call_id=call.call_id,
                state=call.state.value,
                allowed="the same once more in a moment",
            ) from error
        except UnprotectedWayError as error:
            account = self._board.account.address
            raise UnprotectedLineError(value=error.uri, account=account) from error
        except SipError as error:
            raise NoSoundError(reason=str(error)) from error


def _local_of(leg: Leg) -> LocalMedia:
    if leg.local is None:
        raise DialogError("the call is over")
    return leg.local


def _hold_of(leg: Leg) -> _Ask:
    return lambda agent, now: agent.hold(leg.handle, now)


def _retrieval_of(leg: Leg) -> _Ask:
    return lambda agent, now: agent.retrieve(leg.handle, now)


def _digit_of(leg: Leg, digit: str) -> _Ask:
    return lambda agent, now: agent.send_digit(leg.handle, digit, now)


def _end_of(leg: Leg) -> _Ask:
    return lambda agent, now: agent.hang_up(leg.handle, now)
