"""A desk whose settings have an account: a telephone where an engine is, else simulated calls."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.bootstrap.desk import DeskPlan, open_desk
from agent_desk.bootstrap.media_process import process_engine
from agent_desk.bootstrap.telephone import (
    call_rules,
    own_network,
    recording_folder,
    spoken_here,
)
from agent_desk.domain.call_rules import NO_RULES
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import CategoryId
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.registration import RegistrationChangedEvent, RegistrationStatus
from agent_desk.domain.sip_account import SipAccount, SipTransport
from agent_desk.domain.sound import QualityMeasuredEvent, RecordingState, SoundFileFormat
from agent_desk.domain.ticket import TicketForm
from agent_desk.services.auto_answer import AutoAnswerAnnouncedEvent
from agent_desk.services.desk import Desk
from agent_desk.services.screen_pop import CustomerChosenEvent, PopMatchedEvent
from agent_desk.settings import Places, Settings, load_settings, save_settings, usual_places
from telephony.network.asyncio_network import AsyncioNetwork
from telephony.simulator.switch import SimulatedSwitch
from telephony.sip.sdp.profile import Profile
from telephony.webrtc.codecs import catalogue
from telephony.webrtc.engine import MediaWish
from tests.fakes.exchange import Exchange
from tests.fakes.memory_network import MemoryNetwork, MemoryWire
from tests.fakes.scripted_engine import ScriptedEngine
from tests.fakes.sip_house import ACCOUNT, ADDRESS
from tests.unit.services.bench import Seen

CALLER = "+8613800138000"
LINE = replace(ACCOUNT, record=("support",), auto_answer=("sales",), rings_signed_off=False)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return usual_places(base=tmp_path / "desk")


class LineDesk:
    """A desk with a telephone at an exchange in memory."""

    def __init__(self, places: Places) -> None:
        self.wire = MemoryWire()
        self.exchange = Exchange(self.wire)
        self.engine = ScriptedEngine(ADDRESS)
        self.seen = Seen()
        self.plan = DeskPlan(
            settings=Settings(sip=LINE),
            places=places,
            engine=lambda: self.engine,
            network=lambda account: MemoryNetwork(self.wire, ADDRESS),
        )

    async def open(self) -> Desk:
        return await open_desk(self.plan, prepare=lambda desk: self._follow(desk))

    def _follow(self, desk: Desk) -> None:
        desk.bus.subscribe(object, self.seen.add)


async def test_a_call_from_its_ring_to_its_ticket_at_a_real_exchange(places: Places) -> None:
    line = LineDesk(places)
    desk = await line.open()
    registered = await line.seen.nth(RegistrationChangedEvent, 2)
    assert registered.status is RegistrationStatus.REGISTERED
    wang = (await desk.customers.create(NewCustomer(name="王伟", number=CALLER))).customer
    await desk.agent.log_on()
    await desk.agent.ready()

    caller = line.exchange.add(CALLER)
    caller.call(line.exchange.uri("201"), headers=(("X-Queue", "support"),))
    popped = await line.seen.nth(PopMatchedEvent)
    chosen = await line.seen.nth(CustomerChosenEvent)
    assert chosen.card.customer.id == wang.id
    call = popped.call_id
    await desk.calls.answer_call(call)
    await recorded(desk, call)
    record = desk.interactions.of_call(call)
    category = (await desk.tickets.categories())[0].id
    form = TicketForm(
        customer_id=wang.id,
        category_id=CategoryId(category),
        subject="Refund of order 88",
    )
    ticket = await desk.tickets.log(form, record)
    caller.hang_up(caller.talks[0])
    final = await line.seen.nth(QualityMeasuredEvent)
    assert (final.call_id, final.is_final) == (call, True)
    desk.interactions.dispose(call, Disposition.RESOLVED)
    await desk.recorder.settled()

    log = await desk._ports.storage.read(lambda uow: uow.events.of(Stream.CALL, call))
    assert ticket.number
    assert [event.kind for event in log] == [
        *("Delivered", "Established", "RecordingChanged", "ConnectionCleared", "CallCleared"),
        *("RecordingChanged", "QualityMeasured"),
    ]
    kept = desk._ports.trace
    assert kept is not None
    assert [m.text.split()[0] for m in kept.messages()][:2] == ["REGISTER", "SIP/2.0"]
    assert Path(log[2].payload["file"]).parent.parent == places.recordings
    await desk.stop()


async def recorded(desk: Desk, call: object) -> None:
    async with asyncio.timeout(5.0):
        while desk.sound.recording(call) is not RecordingState.RECORDING:  # type: ignore[arg-type]
            await asyncio.sleep(0.001)


async def test_a_call_of_an_auto_answered_queue_is_announced_and_answered(places: Places) -> None:
    line = LineDesk(places)
    desk = await line.open()
    await line.seen.nth(RegistrationChangedEvent, 2)
    await desk.agent.log_on()
    await desk.agent.ready()
    caller = line.exchange.add(CALLER)
    caller.call(line.exchange.uri("201"), headers=(("X-Queue", "sales"),))
    await line.seen.nth(AutoAnswerAnnouncedEvent)
    await desk.stop()
    assert line.exchange.registered == {}


async def test_without_an_engine_and_in_a_demo_calls_are_simulated(places: Places) -> None:
    for plan in (
        DeskPlan(settings=Settings(sip=LINE), places=places),
        DeskPlan(settings=Settings(sip=LINE), places=places, engine=ScriptedEngine, demo=True),
    ):
        assert not plan.has_line
    desk = await open_desk(DeskPlan(settings=Settings(sip=LINE), places=places))
    assert isinstance(desk._ports.switch, SimulatedSwitch)
    assert desk.line.registration() is None
    await desk.stop()


def test_recordings_go_where_the_settings_say(places: Places, tmp_path: Path) -> None:
    usual = recording_folder(Settings(), places)
    assert (usual.path, usual.format) == (places.recordings, SoundFileFormat.OPUS)
    chosen = Settings(recording_folder=str(tmp_path / "r"), recording_format="wav")
    save_settings(places.settings, chosen)
    folder = recording_folder(load_settings(places.settings), places)
    assert (folder.path, folder.format) == (tmp_path / "r", SoundFileFormat.WAV)


def test_calls_are_recorded_as_wav_where_nothing_writes_opus(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "available_codecs", lambda wanted: ())
    assert recording_folder(Settings(), places).format is SoundFileFormat.WAV


def test_rules_belong_to_an_account_that_is_set() -> None:
    assert call_rules(Settings(sip=SipAccount(record=("support",)))) == NO_RULES
    rules = call_rules(Settings(sip=LINE))
    assert sorted(rules.recorded) == ["support"]
    assert sorted(rules.auto_answered) == ["sales"]


@pytest.mark.parametrize(
    ("transport", "server", "listens"),
    [
        (SipTransport.UDP, "pbx.example", True),
        (SipTransport.TLS, "pbx.example:5061", False),
        (SipTransport.AUTO, "wss://pbx.example/ws", False),
    ],
)
def test_the_network_listens_where_the_exchange_comes_to_us(
    transport: SipTransport, server: str, listens: bool
) -> None:
    network = own_network(replace(LINE, transport=transport, server=server))
    assert isinstance(network, AsyncioNetwork)
    assert network._settings.listens is listens


async def test_the_engine_of_a_desk_is_this_program_once_more() -> None:
    engine = process_engine()
    await engine.start()
    wish = MediaWish(profiles=(Profile.SDES, Profile.RTP), address="127.0.0.1")
    local = await engine.open("leg-1", wish)
    assert local.address == "127.0.0.1"
    assert [crypto.suite for crypto in local.cryptos] == list(wish.suites)
    await engine.close("leg-1")
    await engine.stop()


async def test_only_codecs_that_this_machine_has_are_offered() -> None:
    account = await spoken_here(replace(LINE, codecs=("opus", "speex", "pcmu")))
    assert "speex" not in account.codecs
    assert account.codecs[-1] == "pcmu"
    assert (await spoken_here(replace(LINE, codecs=()))).codecs == ("pcma", "pcmu")
