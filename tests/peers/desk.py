"""A whole desk's telephone at a real exchange: switch, line, network and media engine.

Only the sound card is a test's: its microphone hears a tone, and its speaker is listened to.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from agent_desk.domain.agent import AgentState
from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import CallEvent, DeliveredEvent, EstablishedEvent
from agent_desk.domain.identifiers import AgentId, CallId
from agent_desk.domain.registration import RegistrationChangedEvent
from agent_desk.domain.sip_account import SipAccount, SipTransport
from agent_desk.domain.sound import SoundFileFormat
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.network.settings import NetworkSettings
from telephony.phone.assembly import PhonePlan, build_phone
from telephony.phone.line_account import server_place
from telephony.phone.recording_folder import RecordingFolder
from telephony.webrtc.codecs.catalogue import CodecCatalogue
from telephony.webrtc.engine import DigitHeard, EngineEvent, MediaEngine
from telephony.webrtc.local_engine import LocalEngine
from telephony.webrtc.sound_card import CARD_HZ
from telephony.webrtc.ticker import SteadyTicker
from tests.fakes.scripted_card import ScriptedCard
from tests.network.heard import Heard
from tests.peers.relayed_engine import RelayedEngine
from tests.servers.lossy_relay import LossyRelay
from tests.servers.telephony.program import HOST
from tests.servers.telephony.sound import Sound

Event = TypeVar("Event")
OWN_HZ = 300
_LISTENS = frozenset({SipTransport.UDP, SipTransport.TCP, SipTransport.AUTO})


class Desk:
    """An asynchronous context manager: a desk that is signed on and ready within the block.

    events: of the switch, of the media port and of the registration. digits: pressed by others.
    """

    def __init__(
        self,
        folder: Path,
        account: SipAccount,
        *,
        password: str,
        turn_password: str = "",
        relay: LossyRelay | None = None,
        engine: MediaEngine | None = None,
    ) -> None:
        """Prepare it; recordings go to ``folder``.

        relay: that its plain media goes through. engine: None for one in this process that a test
        can listen to.
        """
        self.account = account
        self.card = ScriptedCard(OWN_HZ)
        self.events = Heard()
        self.digits: list[str] = []
        settings = NetworkSettings(
            listen_address=HOST,
            listens=account.transport in _LISTENS,
            ca_file=account.ca_file,
            web_socket_path=server_place(account).path,
        )
        if engine is None:
            engine = self._own_engine(relay)
        engine.subscribe(self._on_engine)
        self.network = AsyncioNetwork(settings=settings)
        self.phone = build_phone(
            PhonePlan(
                account=account,
                region="CN",
                recordings=RecordingFolder(path=folder / "recordings", format=SoundFileFormat.WAV),
                password=password,
                turn_password=turn_password,
                wrap_up_seconds=0.0,
            ),
            network=self.network,
            engine=engine,
            now=lambda: datetime.now(UTC),
        )
        self.switch, self.media = self.phone.switch, self.phone.media
        self.switch.subscribe(self.events)
        self.media.subscribe(self.events)
        self.phone.line.subscribe_registration(self.events)

    def _own_engine(self, relay: LossyRelay | None) -> MediaEngine:
        engine = LocalEngine(card=self.card, codecs=CodecCatalogue(), ticker=SteadyTicker())
        return engine if relay is None else RelayedEngine(engine, relay)

    async def __aenter__(self) -> Desk:
        """Start it, register, and let its agent be ready."""
        await self.switch.start()
        await self.events.next(RegistrationChangedEvent, lambda event: event.can_be_called)
        await self.switch.log_on(AgentId("1001"))
        await self.switch.set_agent_state(AgentState.READY)
        return self

    async def __aexit__(self, *_: object) -> None:
        """End its calls and leave the exchange."""
        await self.switch.stop()

    async def rings(self) -> DeliveredEvent:
        """Return the next call that rings here."""
        alerting = LocalConnectionState.ALERTING
        return await self.events.next(DeliveredEvent, lambda event: event.local_state is alerting)

    async def answer(self) -> CallId:
        """Answer the next call that rings here, and return when both sides talk."""
        call = (await self.rings()).call_id
        await self.switch.answer_call(call)
        await self.happens(EstablishedEvent, call)
        return call

    async def dial(self, number: str) -> CallId:
        """Call ``number``; return the call."""
        return await self.switch.make_call(number)

    async def happens(self, kind: type[Event], call: CallId, **wanted: Any) -> Event:
        """Return the next event of a kind in ``call`` whose fields are as ``wanted``."""

        def fits(event: Event) -> bool:
            assert isinstance(event, CallEvent)
            fields = (getattr(event, name) == value for name, value in wanted.items())
            return event.call_id == call and all(fields)

        return await self.events.next(kind, fits)

    # Ears

    @property
    def sound(self) -> Sound:
        """Everything that the headset's speaker was given."""
        return Sound(rate=CARD_HZ, samples=self.card.played)

    async def hears(self, *tones: int, seconds: float = 5.0) -> None:
        """Return when the speaker has had these tones at once for 0.2 s; raises TimeoutError."""
        await self._until(lambda now: all(now.has(hz) for hz in tones), seconds)

    async def hears_nothing_of(self, hz: int, *, seconds: float = 5.0) -> None:
        """Return when the tone has been away for 0.2 s; raises TimeoutError."""
        await self._until(lambda now: not now.has(hz), seconds)

    async def _until(self, fits: Any, seconds: float) -> None:
        begin = self.sound.seconds
        async with asyncio.timeout(seconds):
            while self.sound.seconds - begin < 0.2 or not fits(self.sound.last(0.2)):
                await asyncio.sleep(0.02)

    def _on_engine(self, event: EngineEvent) -> None:
        if isinstance(event, DigitHeard):
            self.digits.append(event.digit)
