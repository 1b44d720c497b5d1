"""Calls a number that says back what it hears, and listens; runs on the `desk-loop` thread.

It is a telephone of its own for some seconds, with a tone for a microphone: what comes back has
gone all the way of a caller's voice, through every firewall and every protection.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from math import pi, sin
from pathlib import Path
from typing import Final

from agent_desk.domain.call_events import CallEvent, EstablishedEvent, FailedEvent
from agent_desk.domain.errors import SwitchError
from agent_desk.domain.line_check import Finding, SoundTrouble
from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.domain.sip_account import SipAccount
from agent_desk.ports.switch import SwitchEvent
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.phone.assembly import Phone, PhonePlan, build_phone
from telephony.phone.recording_folder import RecordingFolder
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.sound_card import CARD_FRAME, CARD_HZ, NoSoundCard
from telephony.webrtc.ticker import SteadyTicker

REGISTER_SECONDS: Final = 5.0
ANSWER_SECONDS: Final = 5.0
LISTEN_SECONDS: Final = 3.0

_HZ, _PEAK = 400, 8000
"""A tone that every codec carries: half-way up the telephone's band it would be cut by none."""

_LOUD: Final = 500
"""Peak from which a frame counts as sound; comfort noise is far below."""

_FRAMES: Final = 15
"""0.3 s of sound: more than a click of the line."""

_NO_REGION: Final = "001"
"""The number of an echo is an extension or has its country's code: no region is asked for."""


class ToneCard(NoSoundCard):
    """A card whose microphone hears a tone; heard: set once as much came back."""

    def __init__(self) -> None:
        """Have heard nothing yet."""
        self.heard = asyncio.Event()
        self._position = 0
        self._loud = 0

    def take(self) -> array[int]:
        """Return the next 20 ms of the tone."""
        begin = self._position
        self._position = (begin + CARD_FRAME) % CARD_HZ
        step = 2 * pi * _HZ / CARD_HZ
        return array("h", (round(_PEAK * sin(step * (begin + n))) for n in range(CARD_FRAME)))

    def play(self, samples: array[int]) -> None:
        """Count frames with sound in them."""
        self._loud += max(samples, default=0) > _LOUD
        if self._loud >= _FRAMES:
            self.heard.set()


async def hear_echo(
    account: SipAccount, password: str, turn_password: str, *, network: AsyncioNetwork
) -> Finding:
    """Return whether the tone comes back from the account's echo number."""
    codecs = CodecCatalogue()
    # Reading the codecs takes a good part of a second: not on the loop.
    await asyncio.to_thread(codecs.load)
    card = ToneCard()
    phone = build_phone(
        PhonePlan(
            # Calls for this address ring at the desk, not at its probe.
            account=replace(account, rings_signed_off=False),
            password=password,
            turn_password=turn_password,
            region=_NO_REGION,
            recordings=RecordingFolder(path=Path()),
        ),
        network=network,
        engine=LocalEngine(card=card, codecs=codecs, ticker=SteadyTicker()),
        now=lambda: datetime.now(UTC),
    )
    try:
        return await _called(phone, account.echo, card)
    finally:
        await phone.switch.stop()


async def _called(phone: Phone, number: str, card: ToneCard) -> Finding:
    trouble = await _registered(phone)
    if trouble is not None:
        return trouble
    answer: asyncio.Future[CallEvent] = asyncio.get_running_loop().create_future()
    phone.switch.subscribe(_first_answer(answer))
    try:
        await phone.switch.make_call(number)
        async with asyncio.timeout(ANSWER_SECONDS):
            event = await answer
    except SwitchError as error:
        return Finding(trouble=SoundTrouble.ECHO_NOT_REACHED, detail=str(error))
    except TimeoutError:
        return Finding(trouble=SoundTrouble.ECHO_NOT_REACHED, detail=number)
    if isinstance(event, FailedEvent):
        detail = f"{number}, {event.cause}"
        return Finding(trouble=SoundTrouble.ECHO_NOT_REACHED, detail=detail)
    try:
        async with asyncio.timeout(LISTEN_SECONDS):
            await card.heard.wait()
    except TimeoutError:
        return Finding(trouble=SoundTrouble.NO_ECHO, detail=number)
    return Finding(detail=number)


async def _registered(phone: Phone) -> Finding | None:
    """Start the telephone; return why it cannot call, None when it can."""
    news: asyncio.Queue[RegistrationChangedEvent] = asyncio.Queue()
    phone.line.subscribe_registration(news.put_nowait)
    try:
        async with asyncio.timeout(REGISTER_SECONDS):
            await phone.switch.start()
            while True:
                now = await news.get()
                if now.can_be_called:
                    return None
                if now.status in (RegistrationStatus.AWAY, RegistrationStatus.REFUSED):
                    return Finding(trouble=now.trouble, detail=now.detail)
    except TimeoutError:
        return Finding(trouble=RegistrationTrouble.NO_ANSWER)


def _first_answer(answer: asyncio.Future[CallEvent]) -> Callable[[SwitchEvent], None]:
    def take(event: SwitchEvent) -> None:
        if isinstance(event, EstablishedEvent | FailedEvent) and not answer.done():
            answer.set_result(event)

    return take
