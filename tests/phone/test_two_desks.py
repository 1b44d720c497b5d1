"""Two telephones of ours at one exchange, by real datagrams and real sound."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sip_account import MediaProfile
from agent_desk.domain.sound import MediaPath, MediaPathChangedEvent, QualityMeasuredEvent
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.settings import NetworkSettings
from telephony.phone.assembly import PhonePlan, build_phone
from telephony.phone.recording_folder import RecordingFolder
from telephony.sip.transaction.hop import Hop
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from telephony.webrtc.engine import MediaEngine
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.remote.process_engine import ProcessEngine
from telephony.webrtc.sound_card import CARD_HZ
from telephony.webrtc.ticker import SteadyTicker
from tests.fakes.exchange import Exchange
from tests.fakes.scripted_card import ScriptedCard
from tests.fakes.sip_house import ACCOUNT
from tests.fakes.udp_wire import UdpWire
from tests.webrtc.ends import strength
from tests.webrtc.scripted_process import COMMAND, TONE_HZ

CONNECTED, HOLD = LocalConnectionState.CONNECTED, LocalConnectionState.HOLD
PATIENCE_SECONDS = 10.0
HEARD, NOT_HEARD = 2000.0, 200.0
"""Peaks of a tone in the speaker; the microphone's is 8000."""


class TonedDesk:
    """A telephone whose microphone hears a tone."""

    def __init__(
        self,
        user: str,
        hz: float,
        *,
        server: str,
        folder: Path,
        engine: MediaEngine | None = None,
    ) -> None:
        self.card = ScriptedCard(hz)
        own = LocalEngine(card=self.card, codecs=CodecCatalogue(), ticker=SteadyTicker())
        account = replace(
            ACCOUNT,
            user=user,
            server=server,
            codecs=("pcma",),
            profiles=(MediaProfile.SDES,),
        )
        self.phone = build_phone(
            PhonePlan(account=account, region="CN", recordings=RecordingFolder(path=folder)),
            network=AsyncioNetwork(settings=NetworkSettings(listen_address="127.0.0.1")),
            engine=engine or own,
            now=lambda: datetime.now(UTC),
        )
        self.sound: list[object] = []
        self.phone.media.subscribe(self.sound.append)

    @property
    def calls(self) -> dict[CallId, LocalConnectionState]:
        return self.phone.switch.connections()

    def hears(self, hz: float) -> bool:
        return self._peak(hz) > HEARD

    def hears_nothing(self) -> bool:
        return all(self._peak(hz) < NOT_HEARD for hz in (400.0, 700.0))

    def _peak(self, hz: float) -> float:
        """Return the peak of a tone in the last fifth of a second."""
        fresh = self.card.played[-CARD_HZ // 5 :]
        return strength(fresh, hz) if len(fresh) == CARD_HZ // 5 else 0.0


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for something that real time brings."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not is_so():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def two_desks(
    folder: Path, engine: MediaEngine | None = None
) -> AsyncIterator[tuple[TonedDesk, TonedDesk]]:
    """Give two desks that are registered; ``engine`` is the first one's."""
    wire = UdpWire()
    hop = Hop(transport="UDP", address="127.1.2.1", port=wire.port)
    exchange = Exchange(wire, hop=hop, house="127.1.3")
    server = f"{hop.address}:{hop.port}"
    here = TonedDesk("201", TONE_HZ, server=server, folder=folder, engine=engine)
    there = TonedDesk("202", 700.0, server=server, folder=folder)
    try:
        for desk in (here, there):
            await desk.phone.switch.start()
        await until(lambda: len(exchange.registered) == 2)
        yield here, there
    finally:
        for desk in (here, there):
            await desk.phone.switch.stop()
        exchange.stop()
        wire.close()
    assert exchange.registered == {}


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[tuple[TonedDesk, TonedDesk]]:
    async with two_desks(tmp_path) as both:
        yield both


async def talking(here: TonedDesk, there: TonedDesk) -> tuple[CallId, CallId]:
    """Let the first desk call the second; return the call as each of them knows it."""
    call = await here.phone.switch.make_call("202")
    await until(lambda: bool(there.calls))
    (rings,) = there.calls
    await there.phone.switch.answer_call(rings)
    return call, rings


@pytest.mark.expected_logs("media engine is lost")
async def test_a_call_sounds_again_after_its_media_process_was_killed(tmp_path: Path) -> None:
    engine = ProcessEngine(COMMAND)
    async with two_desks(tmp_path, engine) as (here, there):
        call, rings = await talking(here, there)
        await until(lambda: there.hears(TONE_HZ))
        first = engine.pid
        assert first is not None
        os.kill(first, signal.SIGTERM)
        await until(lambda: engine.pid not in (None, first))
        del there.card.played[:]
        await until(lambda: there.hears(TONE_HZ))
        assert (here.calls, there.calls) == ({call: CONNECTED}, {rings: CONNECTED})


async def test_two_desks_hear_each_other_hold_and_come_back(
    desks: tuple[TonedDesk, TonedDesk],
) -> None:
    here, there = desks
    call, rings = await talking(here, there)
    await until(lambda: here.hears(700.0) and there.hears(400.0))
    assert (here.calls, there.calls) == ({call: CONNECTED}, {rings: CONNECTED})
    opened = [e for e in here.sound if isinstance(e, MediaPathChangedEvent)]
    assert opened[-1].path is MediaPath.OPEN

    await here.phone.switch.hold_call(call)
    await until(there.hears_nothing)
    await here.phone.switch.retrieve_call(call)
    await until(lambda: here.hears(700.0) and there.hears(400.0))

    await here.phone.media.set_muted(call, True)
    await until(there.hears_nothing)
    assert here.hears(700.0)

    await there.phone.switch.clear_connection(rings)
    await until(lambda: not here.calls)
    await until(lambda: any(isinstance(e, QualityMeasuredEvent) for e in here.sound))
    final = next(e for e in here.sound if isinstance(e, QualityMeasuredEvent))
    assert (final.call_id, final.is_final, final.quality.codec) == (call, True, "pcma")
    assert not here.card.is_open
