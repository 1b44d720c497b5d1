"""Line and media engine of one telephone: started, listened to, stopped; on `desk-loop`."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from agent_desk.domain.registration import RegistrationChangedEvent
from agent_desk.domain.sound import MediaPath
from agent_desk.ports.exchange_line import RegistrationListener
from telephony.network.errors import NetworkError
from telephony.phone.admission import Admission
from telephony.phone.call_news import CallNewsReader
from telephony.phone.errands import Errands
from telephony.phone.ice_restarts import MOST_OFFERS, OFFER_AGAIN_SECONDS, IceRestarts
from telephony.phone.leg import Leg
from telephony.phone.line import LineMoved, LineNews, LineReached, LineUnreached
from telephony.phone.phone_call import PhoneCall
from telephony.phone.registration_watch import RegistrationWatch
from telephony.phone.switchboard import Switchboard
from telephony.sip.errors import DialogError, SipError
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.user_agent.news import (
    CallAnswered,
    CallNews,
    IceRestartOffered,
    MappingChanged,
    RegistrationChanged,
)
from telephony.webrtc.engine import EngineEvent, EngineLost, MediaEngine, PathChanged
from telephony.webrtc.errors import MediaError

_log = logging.getLogger(__name__)

REOPEN_SECONDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Pauses before media that was lost is opened anew: an engine needs a moment to be back."""

CLOSE_SECONDS = 3.0
"""Longest wait for media to close when the desk stops."""


class Station:
    """`agent_desk.ports.exchange_line.ExchangeLine`, and all that runs below the calls."""

    def __init__(
        self,
        *,
        board: Switchboard,
        reader: CallNewsReader,
        registration: RegistrationWatch,
        admission: Admission,
        engine: MediaEngine,
        errands: Errands,
    ) -> None:
        """Nothing runs before `start`."""
        self._board = board
        self._reader = reader
        self._registration = registration
        self._admission = admission
        self._engine = engine
        self._errands = errands
        self._restarts = IceRestarts(board)
        self._address = ""
        self._has_moved = False
        self._stops: list[Callable[[], None]] = []

    def subscribe_registration(self, listener: RegistrationListener) -> Callable[[], None]:
        """Send every further change to ``listener``; return how to stop that."""
        return self._registration.subscribe(listener)

    def registration(self) -> RegistrationChangedEvent:
        """Return how the registration is now."""
        return self._registration.state

    async def use_password(self, password: str) -> None:
        """Prove by ``password`` from now on, and try at once."""
        self._board.line.use_password(password)

    async def register_again(self) -> None:
        """Try at once, whatever was said before."""
        self._registration.asked()
        self._board.line.register_now()

    async def start(self) -> None:
        """Begin; an exchange or an engine that is not there is told of and looked for again."""
        line = self._board.line
        self._stops = [line.subscribe(self._on_line), self._engine.subscribe(self._on_engine)]
        line.agent.admission = self._admission.status_for
        self._admission.is_open = True
        self._registration.began()
        try:
            await self._engine.start()
        except MediaError as error:
            _log.warning("calls have no sound: %s", error)
        try:
            await line.start()
        except NetworkError as error:
            _log.warning("no calls can be made or come: %s", error)
            self._registration.unreached(error)

    async def stop(self) -> None:
        """Take the registration back and release everything; the calls are over already."""
        self._admission.is_open = False
        await self._errands.stop()
        await self._media_closed()
        await self._board.line.stop()
        await self._engine.stop()
        for stop in self._stops:
            stop()
        self._stops = []
        self._registration.off()

    async def _media_closed(self) -> None:
        """Wait for recordings and last figures, but not for an engine that hangs."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._board.headset.settled()
        except TimeoutError:
            _log.warning("the media engine does not close its calls")

    def drop(self, call: PhoneCall) -> None:
        """End a call at once, whatever its far side says to that."""
        successor = call.successor
        for leg in [*call.legs, *([successor] if successor is not None else [])]:
            self._drop_leg(leg)
        if call.call_id in self._board.calls:
            self._board.cleared(call, self._board.device)
        self._board.settle()

    def _drop_leg(self, leg: Leg) -> None:
        if leg.handle:
            try:
                self._board.line.do(lambda agent, now: agent.hang_up(leg.handle, now))
            except SipError as error:
                _log.debug("%s was over: %s", leg.handle, error)
        if not leg.is_over:
            self._board.forget(leg)

    # The line

    def _on_line(self, news: LineNews) -> None:
        try:
            self._take(news)
        except Exception:  # noqa: BLE001 the line has more to do; what was told before stands
            _log.exception("news of the line broke: %s", type(news).__name__)

    def _take(self, news: LineNews) -> None:
        if isinstance(news, LineReached):
            self._reached(news)
        elif isinstance(news, LineUnreached):
            self._board.is_reached = False
            self._registration.unreached(news.why)
        elif isinstance(news, LineMoved):
            self._has_moved = True
        elif isinstance(news, RegistrationChanged):
            self._registration.changed(news)
        elif isinstance(news, MappingChanged):
            if news.has_moved:
                self._move_all()
        else:
            leg = self._board.legs.get(news.call)
            self._reader.take(news)
            if leg is not None:
                self._follow_up(leg, news)

    def _follow_up(self, leg: Leg, news: CallNews) -> None:
        if isinstance(news, CallAnswered) and leg.needs_renewal:
            self._errands.begin(self._offer(leg))
        elif isinstance(news, IceRestartOffered):
            self._errands.begin(self._restarts.answer(leg))

    def _reached(self, news: LineReached) -> None:
        self._board.is_reached = True
        self._registration.began()
        former, self._address = self._address, news.address
        if former and (former != news.address or self._has_moved):
            self._move_all()
        else:
            self._find_lost_paths()
        self._has_moved = False

    # Ways that were lost

    def _move_all(self) -> None:
        for leg in tuple(self._board.legs.values()):
            self._errands.begin(self._move(leg))

    async def _move(self, leg: Leg) -> None:
        """Let the media of a call follow this machine to another address.

        By ICE it keeps its keys and is heard the sooner. Where that cannot be, all is opened anew.
        """
        leg.has_moved = await self._restarts.begin(leg)
        if not leg.has_moved:
            await self._renew(leg)

    def _find_lost_paths(self) -> None:
        for leg in tuple(self._board.legs.values()):
            if leg.has_lost_path:
                self._errands.begin(self._restart(leg))

    async def _restart(self, leg: Leg) -> None:
        """Look for another way by ICE; where there is none the call stays as it is."""
        await self._restarts.begin(leg)

    def _path_changed(self, event: PathChanged) -> None:
        leg = self._board.headset.leg(event.call)
        if leg is None or leg.is_over:
            return
        leg.has_lost_path = event.path is MediaPath.LOST
        # An exchange that is away could not be asked; it is when it is back.
        if not leg.has_lost_path or not self._board.is_reached:
            return
        if leg.has_moved:
            # Both sides have agreed, and no way was found: then all is opened anew.
            leg.has_moved = False
            self._errands.begin(self._renew(leg))
        else:
            self._errands.begin(self._restart(leg))

    # Media that was lost

    def _on_engine(self, event: EngineEvent) -> None:
        if isinstance(event, EngineLost):
            _log.warning("the media engine is lost: %s", event.why)
            self._board.headset.lose()
            self._renew_all()
        elif isinstance(event, PathChanged):
            self._path_changed(event)

    def _renew_all(self) -> None:
        for leg in tuple(self._board.legs.values()):
            self._errands.begin(self._renew(leg))

    async def _renew(self, leg: Leg) -> None:
        """Open the media of a call anew and offer it to the peer: the call goes on."""
        for seconds in REOPEN_SECONDS:
            await asyncio.sleep(seconds)
            if leg.is_over:
                return
            try:
                await self._board.headset.reopen(leg)
            except MediaError as error:
                _log.info("media of %s is not back yet: %s", leg.media, error)
                continue
            await self._offer(leg)
            return
        _log.warning("media of %s does not come back", leg.media)

    async def _offer(self, leg: Leg) -> None:
        """Offer the new media; a call that nobody has answered hears of it afterwards."""
        leg.needs_renewal = not leg.is_answered
        for _ in range(MOST_OFFERS if leg.is_answered else 0):
            local = leg.local
            if leg.is_over or local is None:
                return
            try:
                self._renew_media(leg, local)
            except DialogError as error:
                _log.debug("new media waits: %s", error)
                await asyncio.sleep(OFFER_AGAIN_SECONDS)
            else:
                break
        self._board.settle()

    def _renew_media(self, leg: Leg, local: LocalMedia) -> None:
        self._board.line.do(lambda agent, now: agent.renew_media(leg.handle, local, now))
