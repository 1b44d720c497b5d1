"""The media of the legs: opened, agreed, put on the headset, closed; on the `desk-loop` thread.

What is wished for one leg is done in that order; what is wished for the headset is what holds last.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from telephony.phone.errands import Errands
from telephony.phone.leg import Leg
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.policy import LocalMedia
from telephony.webrtc.engine import MediaEngine, MediaWish
from telephony.webrtc.errors import MediaError
from telephony.webrtc.tones.national import TonePlan
from telephony.webrtc.tones.tone import CallTone

_log = logging.getLogger(__name__)

FRESH_SECONDS = 15.0
"""RFC 4787 s. 4.3: a NAT may forget a way that nobody uses after two minutes; many take 30 s."""

MOST_CLOSED = 64
"""Legs that are over and still remembered: their last quality may come late."""


class Headset:
    """Orders of the telephone to the media engine.

    wish: what is to be opened, asked anew for each leg. tones: of the agent's country.
    on_trouble: hears of a leg whose media cannot be used as agreed, and why. when_opened: does what
    else belongs to media that was opened; when_closing: to media that is about to be closed.
    """

    def __init__(
        self,
        engine: MediaEngine,
        *,
        wish: Callable[[], MediaWish],
        tones: TonePlan,
        on_trouble: Callable[[Leg, str], None],
    ) -> None:
        """Begin with nothing open."""
        self._engine = engine
        self._wish = wish
        self._plan = tones
        self._on_trouble = on_trouble
        self.when_opened: Callable[[Leg], Awaitable[None]] = _nothing_more
        self.when_closing: Callable[[Leg], Awaitable[None]] = _nothing_more
        self._legs: dict[str, Leg] = {}
        self._wanted: tuple[str, ...] = ()
        self._worn: tuple[str, ...] = ()
        self._tone: CallTone | None = None
        self._tones = asyncio.Lock()
        self._wearing: asyncio.Task[None] | None = None
        self._errands = Errands()

    def leg(self, media: str) -> Leg | None:
        """Return the leg with this name, also for a while after its end."""
        return self._legs.get(media)

    def begin_opening(self, leg: Leg) -> None:
        """Open the media of ``leg`` while it still rings, so that answering costs no time."""
        is_opening = leg.opening is not None and not leg.opening.done()
        if leg.local is None and not is_opening:
            leg.opening = asyncio.create_task(self._open(leg), name=f"open {leg.media}")
            leg.opening.add_done_callback(_note_failure)

    async def open(self, leg: Leg) -> None:
        """Return once the media of ``leg`` is open; raises MediaError, and may be tried again.

        What was opened long ago behind a NAT is opened anew: nobody comes through there any more.
        """
        if self._is_stale(leg):
            await self._close(leg)
            leg.opening = None
        self.begin_opening(leg)
        if leg.opening is not None:
            await asyncio.shield(leg.opening)

    async def reopen(self, leg: Leg) -> None:
        """Open the media of ``leg`` anew, wherever it is now; raises MediaError."""
        if leg.local is not None:
            await self._close(leg)
        leg.opening = None
        await self.open(leg)

    async def gather(self, leg: Leg) -> LocalMedia:
        """Return further sockets of ``leg``, for ICE to begin anew with; raises MediaError."""
        async with leg.order:
            if leg.local is None:
                raise MediaError("the call has no media")
            return await self._engine.restart(leg.media, self._wish())

    def apply(self, leg: Leg, agreement: Agreement) -> None:
        """Do as both sides agreed, after what was agreed before."""
        self._errands.begin(self._apply(leg, agreement))

    def close(self, leg: Leg) -> None:
        """End the media of ``leg``, after everything that was wished for it."""
        self._errands.begin(self._close(leg))

    def wear(self, legs: Sequence[Leg]) -> None:
        """Connect the headset with these legs from now on, and these with each other."""
        self._wanted = tuple(leg.media for leg in legs if leg.local is not None)
        if self._wanted != self._worn and self._wearing is None:
            self._wearing = asyncio.create_task(self._wear(), name="headset")

    def sound(self, tone: CallTone | None) -> None:
        """Let the agent hear how a call goes, or no tone."""
        if tone is not self._tone:
            self._tone = tone
            self._errands.begin(self._sound(tone))

    def lose(self) -> None:
        """Note that the engine has died with everything that was open."""
        self._worn, self._tone = (), None
        for leg in self._legs.values():
            leg.local = leg.opening = None

    async def settled(self) -> None:
        """Return once everything wished so far is done."""
        await self._errands.settled()
        if self._wearing is not None:
            await self._wearing

    def _is_stale(self, leg: Leg) -> bool:
        """Return whether a NAT may have forgotten what a STUN server saw of ``leg``."""
        if leg.local is None or not self._wish().relays:
            return False
        return asyncio.get_running_loop().time() - leg.opened_at > FRESH_SECONDS

    async def _open(self, leg: Leg) -> None:
        async with leg.order:
            if leg.local is not None:
                return
            self._remember(leg)
            local = await self._engine.open(leg.media, self._wish())
            if leg.is_over:
                await self._engine.close(leg.media)
                return
            leg.local, leg.opened_at = local, asyncio.get_running_loop().time()
            await self.when_opened(leg)

    async def _apply(self, leg: Leg, agreement: Agreement) -> None:
        async with leg.order:
            if leg.local is None:
                return
            try:
                await self._engine.apply(leg.media, agreement)
            except MediaError as error:
                _log.warning("media of %s cannot be used: %s", leg.media, error)
                self._on_trouble(leg, str(error))

    async def _close(self, leg: Leg) -> None:
        async with leg.order:
            if leg.local is None:
                return
            await self.when_closing(leg)
            leg.local = None
            self._worn = tuple(media for media in self._worn if media != leg.media)
            try:
                await self._engine.close(leg.media)
            except MediaError as error:
                _log.debug("media of %s was closed before: %s", leg.media, error)

    async def _sound(self, tone: CallTone | None) -> None:
        async with self._tones:
            try:
                await self._engine.play_tone(None if tone is None else self._plan.tone(tone))
            except MediaError as error:
                _log.info("no tone is heard: %s", error)

    async def _wear(self) -> None:
        try:
            while self._wanted != self._worn:
                wanted = self._wanted
                await self._engine.put_on(*wanted)
                self._worn = wanted
        except MediaError as error:
            # A leg that is being closed: its end asks for the headset anew.
            _log.debug("the headset stays as it is: %s", error)
        finally:
            self._wearing = None

    def _remember(self, leg: Leg) -> None:
        self._legs.pop(leg.media, None)
        self._legs[leg.media] = leg
        over = [media for media, known in self._legs.items() if known.is_over]
        for media in over[:-MOST_CLOSED]:
            del self._legs[media]


def _note_failure(task: asyncio.Task[None]) -> None:
    """Mark the failure as seen: whoever opens by `Headset.open` hears of it."""
    if not task.cancelled() and (error := task.exception()) is not None:
        _log.info("media was not opened: %s", error)


async def _nothing_more(leg: Leg) -> None:
    """Nothing else belongs to the media of ``leg``."""
