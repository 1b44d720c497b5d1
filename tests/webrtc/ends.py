"""Ends of calls that a test joins by real offers and answers over real sockets on loopback."""

from __future__ import annotations

import asyncio
from array import array
from dataclasses import dataclass, field, replace
from math import cos, hypot, pi, sin
from typing import TypeVar

from agent_desk.domain.sound import MediaPath
from telephony.sip.sdp.agreement import Agreement
from telephony.sip.sdp.answer import answer_offer
from telephony.sip.sdp.codec import Codec
from telephony.sip.sdp.direction import Direction
from telephony.sip.sdp.offer import accept_answer, make_offer
from telephony.sip.sdp.policy import DIGITS_8, NOISE, PCMA, PCMU, LocalMedia, MediaPolicy
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.chance import Chance
from telephony.webrtc.codec import Codecs
from telephony.webrtc.engine import EngineEvent, MediaEngine, MediaWish, PathChanged
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ
from telephony.webrtc.sound_file import MakeSoundFile, no_sound_files
from tests.fakes.scripted_card import ScriptedCard
from tests.sip.descriptions import without_mux
from tests.webrtc.beats import Time
from tests.webrtc.plain_codecs import PlainCodecs

G711: tuple[Codec, ...] = (PCMA, PCMU, NOISE, DIGITS_8)
LOOPBACK = "127.0.0.1"
Event = TypeVar("Event", bound=EngineEvent)


@dataclass(slots=True)
class End:
    """An engine with its card and everything it told."""

    engine: MediaEngine
    card: ScriptedCard
    events: list[EngineEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine.subscribe(self.events.append)

    def told(self, kind: type[Event]) -> list[Event]:
        """Return the events of one kind."""
        return [each for each in self.events if isinstance(each, kind)]

    def heard(self, frames: int) -> array[int]:
        """Return the last frames that the speaker was given."""
        return self.card.played[-frames * CARD_FRAME :]


def local_end(
    time: Time,
    hz: float = 0.0,
    *,
    codecs: Codecs | None = None,
    sound_files: MakeSoundFile = no_sound_files,
) -> End:
    """Return an end with an engine on a test's time, whose microphone hears a tone."""
    card = ScriptedCard(hz)
    engine = LocalEngine(
        card=card,
        codecs=codecs or PlainCodecs(),
        ticker=time.ticker(),
        sound_files=sound_files,
        clock=time.now,
    )
    return End(engine, card)


def wish(*profiles: Profile) -> MediaWish:
    """Return a wish for loopback."""
    return MediaWish(profiles=profiles or (Profile.RTP,), address=LOOPBACK)


async def join(
    here: End,
    there: End,
    *,
    call: str = "call",
    profile: Profile = Profile.RTP,
    codecs: tuple[Codec, ...] = G711,
    ptime_ms: int = 20,
) -> tuple[Agreement, Agreement]:
    """Open a call at both ends and agree on it; return what each has to do."""
    ours = await here.engine.open(call, wish(profile))
    theirs = await there.engine.open(call, wish(profile))
    agreements = agree(ours, theirs, profile=profile, codecs=codecs, ptime_ms=ptime_ms)
    for end, agreement in zip((here, there), agreements, strict=True):
        await end.engine.apply(call, agreement)
    return agreements


def agree(
    ours: LocalMedia,
    theirs: LocalMedia,
    *,
    profile: Profile = Profile.RTP,
    codecs: tuple[Codec, ...] = G711,
    ptime_ms: int = 20,
    direction: Direction = Direction.SENDRECV,
    has_rtcp_mux: bool = True,
) -> tuple[Agreement, Agreement]:
    """Return what comes of our offer in ``direction`` and their answer."""
    policy = MediaPolicy(profiles=(profile,), codecs=codecs, ptime_ms=ptime_ms)
    offered = replace(ours, direction=direction)
    offer = make_offer(policy, offered)
    if not has_rtcp_mux:
        offer = without_mux(offer)
    chance = Chance()
    answer, for_them = answer_offer(offer, policy, theirs, make_key=lambda suite: chance.key())
    for_us = accept_answer(offer, answer, profile=profile, policy=policy, local=offered)
    return for_us, for_them


async def opened(time: Time, *ends: End) -> None:
    """Beat until sound passes at ``ends``; ICE and DTLS take moments of real time."""
    async with asyncio.timeout(20):
        while not all(_is_open(end) for end in ends):
            await time.beat()
            await asyncio.sleep(0.001)


def _is_open(end: End) -> bool:
    told = end.told(PathChanged)
    return bool(told) and told[-1].path is MediaPath.OPEN


def strength(samples: array[int], hz: float) -> float:
    """Return the peak of the sine of ``hz`` in samples of a card."""
    step = 2 * pi * hz / CARD_HZ
    real = sum(value * cos(step * index) for index, value in enumerate(samples))
    imaginary = sum(value * sin(step * index) for index, value in enumerate(samples))
    return 2 * hypot(real, imaginary) / max(1, len(samples))
