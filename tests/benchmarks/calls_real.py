"""Calls of a whole telephone over real sockets beside baresip's: how soon they ring and are heard.

The far end is the same for both: the SIP core with the plainest sound, at Kamailio on loopback. It
shares the process with the desk and not with baresip: the desk looks slower by that, if anything.
baresip runs without a jitter buffer here, the desk with its own of 40 ms and more.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from agent_desk.domain.call_events import ConnectionClearedEvent
from telephony.sip.user_agent.news import CallAnswered, CallNews, CallProgressed
from tests.benchmarks.rounds import median_ms, percentile_ms
from tests.peers.desk import Desk
from tests.peers.exchanges import desk_account
from tests.peers.plain_phone import PlainPhone
from tests.servers.certificate import self_signed
from tests.servers.telephony.baresip import Baresip, Line
from tests.servers.telephony.kamailio import Kamailio, Subscriber
from tests.servers.telephony.program import PeerMissingError
from tests.servers.telephony.rtpengine import Rtpengine
from tests.servers.telephony.sound import AUDIBLE, Sound

CALLS = 25
REQUIRED_HEARD_MS = 200.0
_FAR, _DESK, _OTHER = "205", "213", "214"
_PASSWORD = "secret"
_TONE_HZ = 1000
_POLL_SECONDS = 0.001


@dataclass(slots=True)
class Times:
    """Seconds of each call.

    ringing: from INVITE to 180. speaking: from 200 to the first sound at the far end. hearing: from
    the far end's 200 to the first sound of it that is decoded.
    """

    ringing: list[float] = field(default_factory=list)
    speaking: list[float] = field(default_factory=list)
    hearing: list[float] = field(default_factory=list)

    def report(self) -> dict[str, float]:
        """Return medians and percentiles in milliseconds."""
        return {
            "invite_to_180_median_ms": median_ms(self.ringing),
            "invite_to_180_p95_ms": percentile_ms(self.ringing, 0.95),
            "200_to_first_sound_sent_p95_ms": percentile_ms(self.speaking, 0.95),
            "200_to_first_sound_decoded_median_ms": median_ms(self.hearing),
            "200_to_first_sound_decoded_p95_ms": percentile_ms(self.hearing, 0.95),
        }


def run(calls: int = CALLS) -> dict[str, Any]:
    """Return milliseconds of the desk and of baresip, or what this machine has not got."""
    try:
        with tempfile.TemporaryDirectory() as name, an_exchange(Path(name)) as kamailio:
            desk, baresip = asyncio.run(_measure(kamailio, Path(name), calls))
    except PeerMissingError as missing:
        return {"missing": str(missing)}
    heard = desk["200_to_first_sound_decoded_p95_ms"]
    return {
        "calls": calls,
        "desk": desk,
        "baresip": baresip,
        "required_first_sound_decoded_p95_ms": REQUIRED_HEARD_MS,
        "passed": heard <= REQUIRED_HEARD_MS,
    }


@contextmanager
def an_exchange(folder: Path) -> Iterator[Kamailio]:
    certificates = folder / "certificate"
    certificates.mkdir()
    now = datetime.now(UTC)
    day = timedelta(days=1)
    rtpengine = Rtpengine(folder)
    try:
        kamailio = Kamailio(
            folder,
            subscribers=[
                Subscriber(user=user, password=_PASSWORD, profile="none")
                for user in (_FAR, _DESK, _OTHER)
            ],
            rtpengine_port=rtpengine.port,
            certificate=self_signed(certificates, begin=now - day, end=now + day),
        )
        try:
            yield kamailio
        finally:
            kamailio.stop()
    finally:
        rtpengine.stop()


async def _measure(
    kamailio: Kamailio, folder: Path, calls: int
) -> tuple[dict[str, float], dict[str, float]]:
    server = f"{kamailio.host}:{kamailio.port}"
    line = Line(user=_OTHER, password=_PASSWORD, server=server, answers=True)
    desk = Desk(folder, desk_account(kamailio, _DESK), password=_PASSWORD)
    far = PlainPhone(desk_account(kamailio, _FAR), password=_PASSWORD, tone_hz=_TONE_HZ)
    async with far, desk, Baresip(folder, line) as baresip:
        await far.registered()
        ours, theirs = Times(), Times()
        for _ in range(calls):
            await _call_in(far, _DESK, ours, answer=desk.answer)
            while desk.switch.connections():
                await asyncio.sleep(_POLL_SECONDS)
            await _call_out_of_desk(far, desk, ours)
            await _call_in(far, _OTHER, theirs)
            await _call_out_of_baresip(far, baresip, theirs)
    return ours.report(), theirs.report()


async def _call_in(
    far: PlainPhone, user: str, times: Times, *, answer: Callable[[], Awaitable[Any]] | None = None
) -> None:
    """Let the far end call ``user``, who answers by itself or by ``answer``."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    call = await far.dial(user)
    first = await far.news.next(CallNews, lambda news: _is_progress(news, call))
    if isinstance(first, CallProgressed):
        times.ringing.append(loop.time() - began)
        if answer is not None:
            await answer()
        await far.answered(call)
    # Else the exchange's workers let the 200 of one who answers by itself overtake its 180.
    began = loop.time()
    while not far.sounds[call].sound.samples:
        await asyncio.sleep(_POLL_SECONDS)
    times.speaking.append(loop.time() - began)
    await asyncio.sleep(0.1)
    far.hang_up(call)
    await far.ended(call)


def _is_progress(news: CallNews, call: str) -> bool:
    """Return whether ``call`` rings there, or was answered before that was told."""
    if isinstance(news, CallProgressed):
        return news.call == call and news.response.status == 180
    return isinstance(news, CallAnswered) and news.call == call


async def _call_out_of_desk(far: PlainPhone, desk: Desk, times: Times) -> None:
    # The end of the call before is not to be heard again.
    del desk.card.played[:]
    call = await desk.dial(_FAR)
    began = await _answered_by(far)
    await _heard(lambda: desk.sound, times, began)
    await desk.switch.clear_connection(call)
    await desk.happens(ConnectionClearedEvent, call)


async def _call_out_of_baresip(far: PlainPhone, baresip: Baresip, times: Times) -> None:
    baresip.forget_sounds()
    await baresip.dial(baresip.at_exchange(_FAR))
    began = await _answered_by(far)
    await _heard(lambda: baresip.sound, times, began)
    await baresip.hang_up()
    await baresip.happens("CALL_CLOSED")


async def _answered_by(far: PlainPhone) -> float:
    """Let the far end answer what rings there; return when."""
    call = (await far.offered()).call
    began = asyncio.get_running_loop().time()
    await far.answer(call)
    return began


async def _heard(ear: Callable[[], Sound], times: Times, began: float) -> None:
    """Note when the tone is heard in 10 ms of sound, loud enough to be no ringing tone."""
    loop = asyncio.get_running_loop()
    while ear().last(0.01).strength(_TONE_HZ) < 4 * AUDIBLE:
        await asyncio.sleep(_POLL_SECONDS)
    times.hearing.append(loop.time() - began)


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
