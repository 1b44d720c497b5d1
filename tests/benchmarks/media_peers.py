"""The desk and baresip on the same bad line: how much of a tone each of them plays.

The far end sends a tone by the plainest sound, through a lossy relay. What the desk plays goes to
a test's sound card. baresip's player is joined to its own microphone, so that what it plays comes
back to the far end, on a way without loss; it uses its jitter buffer of five to ten packets and its
concealment. The desk's engine shares the far end's process here, which is not so in a desk: on a
busy machine it misses beats. Everything goes before others, as the engine's own process does.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import groupby
from math import log10
from pathlib import Path
from statistics import fmean, median
from typing import Any

from agent_desk.domain.call_events import ConnectionClearedEvent
from agent_desk.domain.sip_account import SipAccount
from telephony.phone.line import LineNews
from telephony.sip.user_agent.news import MediaAgreed
from tests.benchmarks.calls_real import an_exchange
from tests.peers.desk import Desk
from tests.peers.exchanges import desk_account
from tests.peers.plain_phone import PlainPhone
from tests.servers.lossy_relay import End, LossyRelay, Weather
from tests.servers.telephony.baresip import Baresip, Line
from tests.servers.telephony.kamailio import Kamailio
from tests.servers.telephony.program import PeerMissingError
from tests.servers.telephony.sound import Sound

_FAR, _DESK, _OTHER = "205", "213", "214"
_PASSWORD = "secret"
_TONE_HZ = 1000
_NICER = -10
_SETTLE_SECONDS = 1.5
_TALK_SECONDS = 20.0
_WINDOW_SECONDS = 0.020
_LINES = {
    "loss_1": Weather(loss=0.01, delay_ms=30),
    "loss_3_jitter_30": Weather(loss=0.03, delay_ms=30, jitter_ms=30),
}


def run() -> dict[str, Any]:
    """Return for each line how much of the time had the tone, and the longest time without it.

    ``lost``: share of packets that the relay has thrown away. ``beside_tone_db``: power of all that
    is no tone (clicks, what was made up) over the whole; the coding alone makes some -38.
    """
    with suppress(OSError):
        os.nice(_NICER)
    try:
        with tempfile.TemporaryDirectory() as name, an_exchange(Path(name)) as kamailio:
            return {
                line: asyncio.run(_compare(kamailio, Path(name) / line, weather))
                for line, weather in _LINES.items()
            }
    except PeerMissingError as missing:
        return {"missing": str(missing)}


async def _compare(kamailio: Kamailio, folder: Path, weather: Weather) -> dict[str, Any]:
    folder.mkdir()
    return {
        "desk": await _desk_plays(kamailio, folder, weather),
        "baresip": await _baresip_plays(kamailio, folder, weather),
    }


class _FarPhone(PlainPhone):
    """The far end, whose sound goes through one end of a relay."""

    def __init__(self, account: SipAccount, ends: tuple[End, End]) -> None:
        super().__init__(account, password=_PASSWORD, tone_hz=_TONE_HZ)
        self._ends = ends

    def _follow(self, news: LineNews) -> None:
        if isinstance(news, MediaAgreed):
            ours, theirs = self._ends
            theirs.peer = (news.agreement.address, news.agreement.port)
            news = replace(
                news, agreement=replace(news.agreement, address=ours.host, port=ours.port)
            )
        super()._follow(news)


class _Looped(Baresip):
    """baresip that speaks what it plays."""

    def _configure(self) -> None:
        super()._configure()
        file = self._folder / "config"
        text = file.read_text()
        for old, new in (
            (f"audio_source ausine,{self.line.tone_hz}", "audio_source aubridge,own"),
            # Its own choice; the tests' is none.
            ("jitter_buffer_delay 0-0", "jitter_buffer_delay 5-10\nmodule plc.so"),
        ):
            assert old in text
            text = text.replace(old, new)
        file.write_text(text)


async def _desk_plays(kamailio: Kamailio, folder: Path, weather: Weather) -> dict[str, float]:
    async with LossyRelay(weather, seed=5) as relay:
        ends = await relay.open()
        far = _FarPhone(desk_account(kamailio, _FAR), ends)
        desk = Desk(folder, desk_account(kamailio, _DESK), password=_PASSWORD)
        async with far, desk:
            await far.registered()
            await far.dial(_DESK)
            call = await desk.answer()
            await desk.hears(_TONE_HZ)
            await asyncio.sleep(_SETTLE_SECONDS + _TALK_SECONDS)
            played = desk.sound.last(_TALK_SECONDS)
            await desk.switch.clear_connection(call)
            await desk.happens(ConnectionClearedEvent, call)
    return _judged(played, ends[0])


async def _baresip_plays(kamailio: Kamailio, folder: Path, weather: Weather) -> dict[str, float]:
    server = f"{kamailio.host}:{kamailio.port}"
    line = Line(user=_OTHER, password=_PASSWORD, server=server, answers=True)
    async with LossyRelay(weather, seed=5) as relay:
        ends = await relay.open()
        far = _FarPhone(desk_account(kamailio, _FAR), ends)
        async with far, _Looped(folder, line):
            await far.registered()
            call = await far.dial(_OTHER)
            await far.answered(call)
            await far.hears(call, _TONE_HZ)
            await asyncio.sleep(_SETTLE_SECONDS + _TALK_SECONDS)
            played = far.sounds[call].sound.last(_TALK_SECONDS)
            far.hang_up(call)
            await far.ended(call)
    return _judged(played, ends[0])


def _judged(played: Sound, sender: End) -> dict[str, float]:
    """Return the share of windows with at least half of the usual tone, and the longest gap."""
    size = int(_WINDOW_SECONDS * played.rate)
    strengths = [
        Sound(rate=played.rate, samples=played.samples[at : at + size]).strength(_TONE_HZ)
        for at in range(0, len(played.samples) - size + 1, size)
    ]
    usual = median(strengths)
    heard = [each >= usual / 2 for each in strengths]
    whole = sum(value * value for value in played.samples) / len(played.samples)
    beside = whole - fmean(each * each / 2 for each in strengths)
    return {
        "lost": round(sender.lost / sender.taken, 4),
        "heard": round(sum(heard) / len(heard), 4),
        "longest_gap_ms": round(1000 * _WINDOW_SECONDS * _longest(heard)),
        "beside_tone_db": round(10 * log10(max(1.0, beside) / whole), 1),
    }


def _longest(heard: Sequence[bool]) -> int:
    return max((len(list(run)) for is_heard, run in groupby(heard) if not is_heard), default=0)


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
