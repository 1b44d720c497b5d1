"""Calls whose ICE begins anew, as either side wishes; runs on the `desk-loop` thread.

Sources: RFC 8445 s. 9, RFC 8839 s. 4.4.1.1.1. Sound goes on by the former way until there is
another.
"""

from __future__ import annotations

import asyncio
import logging

from telephony.phone.leg import Leg
from telephony.phone.switchboard import Switchboard
from telephony.sip.errors import DialogError
from telephony.sip.sdp.policy import LocalMedia
from telephony.sip.user_agent.news import IceRestartRefused, MediaAgreed
from telephony.webrtc.errors import MediaError

_log = logging.getLogger(__name__)

OFFER_AGAIN_SECONDS = 1.0
MOST_OFFERS = 5
"""An offer is tried so often when the peer just offers something itself."""

PATIENCE_SECONDS = 40.0
"""Longer than a re-INVITE may stay without an answer (RFC 3261 s. 17.1.1.2: 32 s)."""


class IceRestarts:
    """What becomes of the legs on one switchboard whose ICE begins anew."""

    def __init__(self, board: Switchboard) -> None:
        """Nothing is under way."""
        self._board = board
        self._under_way: set[str] = set()

    async def answer(self, leg: Leg) -> None:
        """Answer a peer that begins ICE anew; without candidates it is refused."""
        local = await self._gathered(leg)
        try:
            self._board.line.do(lambda agent, now: agent.answer_restart(leg.handle, local, now))
        except DialogError as error:
            _log.debug("%s no longer waits: %s", leg.handle, error)
            return
        _note(leg, local)

    async def begin(self, leg: Leg) -> bool:
        """Begin ICE anew; return False when that cannot be, or the peer will not."""
        if not _can_restart(leg):
            return False
        if leg.media in self._under_way:
            return True
        self._under_way.add(leg.media)
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._begin(leg)
        except TimeoutError:
            return False
        finally:
            self._under_way.discard(leg.media)

    async def _begin(self, leg: Leg) -> bool:
        local = await self._gathered(leg)
        for _ in range(MOST_OFFERS if local is not None else 0):
            if leg.is_over:
                return True
            assert local is not None
            try:
                is_agreed = await self._offered(leg, local)
            except DialogError as error:
                _log.debug("ICE anew waits: %s", error)
                await asyncio.sleep(OFFER_AGAIN_SECONDS)
                continue
            if is_agreed:
                _note(leg, local)
            return is_agreed
        return False

    async def _offered(self, leg: Leg, local: LocalMedia) -> bool:
        """Return whether the peer agrees; raises DialogError when nothing can be offered now."""
        expected = leg.expect(MediaAgreed, IceRestartRefused)
        former = leg.agreement
        try:
            self._board.line.do(lambda agent, now: agent.restart_ice(leg.handle, local, now))
            news = await expected
            while isinstance(news, MediaAgreed) and former is not None:
                if not news.agreement.goes_on_with(former):
                    return True
                # Something else was agreed on meanwhile, such as the peer's hold.
                expected = leg.expect(MediaAgreed, IceRestartRefused)
                news = await expected
        finally:
            expected.cancel()
        return not isinstance(news, IceRestartRefused)

    async def _gathered(self, leg: Leg) -> LocalMedia | None:
        try:
            return await self._board.headset.gather(leg)
        except MediaError as error:
            _log.info("ICE of %s does not begin anew: %s", leg.media, error)
            return None


def _can_restart(leg: Leg) -> bool:
    agreed = leg.agreement
    return leg.is_answered and not leg.is_over and agreed is not None and agreed.ice is not None


def _note(leg: Leg, local: LocalMedia | None) -> None:
    """Keep what is described now, unless the media was lost meanwhile."""
    if local is not None and leg.local is not None:
        leg.local = local
