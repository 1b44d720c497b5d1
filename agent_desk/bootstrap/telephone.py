"""Composition of a telephone at a real exchange, or of a simulated floor in its place.

Everything that carries calls is imported inside functions: a desk of simulated calls reads no SIP,
and one at an exchange no simulator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.domain.call_rules import NO_RULES, CallRules
from agent_desk.domain.identifiers import QueueId

if TYPE_CHECKING:
    from agent_desk.domain.sip_account import SipAccount
    from agent_desk.ports.clock import Clock
    from agent_desk.ports.exchange_line import ExchangeLine
    from agent_desk.ports.line_trace import LineTrace
    from agent_desk.ports.media import Media
    from agent_desk.ports.switch import Switch
    from agent_desk.services.line_passwords import LineSecrets
    from agent_desk.settings import Places, Settings
    from telephony.network.asyncio_network import AsyncioNetwork
    from telephony.network.network import SipNetwork
    from telephony.phone.recording_folder import RecordingFolder
    from telephony.simulator.callers import Caller
    from telephony.simulator.scenario import Scenario
    from telephony.webrtc.engine import MediaEngine

MakeEngine = Callable[[], "MediaEngine"]
MakeNetwork = Callable[["SipAccount"], "SipNetwork"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPorts:
    """What carries a desk's calls. line, trace: its messages; None where calls are simulated."""

    switch: Switch
    media: Media
    clock: Clock
    line: ExchangeLine | None = None
    trace: LineTrace | None = None


def simulated_ports(
    scenario: Scenario,
    callers: Sequence[Caller],
    *,
    speed: float,
    seed: int,
    starts_at: datetime | None,
) -> CallPorts:
    """Return a simulated floor. starts_at: its clock at the start, None for now."""
    from telephony.simulator.simulation import build_simulation

    simulation = build_simulation(
        scenario,
        callers=callers,
        speed=speed,
        seed=seed,
        starts_at=starts_at or datetime.now(UTC),
    )
    return CallPorts(switch=simulation.switch, media=simulation.media, clock=simulation.clock)


async def spoken_here(account: SipAccount) -> SipAccount:
    """Return ``account`` with the codecs that this machine has; G.711 is there always."""
    import asyncio

    from telephony.webrtc.codecs.catalogue import PCMA, PCMU, available_codecs

    loop = asyncio.get_running_loop()
    found = await loop.run_in_executor(None, available_codecs, account.codecs)
    return replace(account, codecs=found or (PCMA, PCMU))


async def kept_secrets(account: SipAccount) -> LineSecrets:
    """Return the account's passwords from the system's keyring."""
    from agent_desk.services.line_passwords import LinePasswords
    from db.credentials import KeyringCredentials

    return await LinePasswords(credentials=KeyringCredentials()).read(account)


def sip_ports(
    settings: Settings,
    secrets: LineSecrets,
    places: Places,
    *,
    engine: MediaEngine,
    network: SipNetwork | None = None,
) -> CallPorts:
    """Return the telephone of the settings' account, which is not started.

    network: None for the machine's own.
    """
    from telephony.network.trace import MessageTrace
    from telephony.phone.assembly import PhonePlan, build_phone
    from telephony.phone.wall_clock import WallClock

    account, clock = settings.sip, WallClock()
    plan = PhonePlan(
        account=account,
        password=secrets.password,
        turn_password=secrets.turn_password,
        region=settings.region,
        recordings=recording_folder(settings, places),
        wrap_up_seconds=float(settings.wrap_up_seconds),
        instance=_instance(account, places),
    )
    network = network or own_network(account)
    trace = MessageTrace(now=clock.now)
    network.subscribe(trace.take)
    phone = build_phone(plan, network=network, engine=engine, now=clock.now)
    return CallPorts(
        switch=phone.switch, media=phone.media, clock=clock, line=phone.line, trace=trace
    )


def own_network(account: SipAccount) -> AsyncioNetwork:
    """Return this machine's network as the account wants it used."""
    from agent_desk.domain.sip_account import SipTransport
    from telephony.network.asyncio_network import AsyncioNetwork
    from telephony.network.settings import NetworkSettings
    from telephony.phone.line_account import server_place

    place = server_place(account)
    listens = place.transport in (SipTransport.AUTO, SipTransport.UDP, SipTransport.TCP)
    return AsyncioNetwork(
        settings=NetworkSettings(
            listens=listens,
            ca_file=account.ca_file,
            verify_certificate=account.verify_certificate,
            web_socket_path=place.path,
        )
    )


def recording_folder(settings: Settings, places: Places) -> RecordingFolder:
    """Return where recordings go; as WAV where nothing can write Opus."""
    from agent_desk.domain.sound import SoundFileFormat
    from telephony.phone.recording_folder import RecordingFolder
    from telephony.webrtc.codecs.catalogue import available_codecs

    chosen = settings.recording_folder
    path = Path(chosen).expanduser() if chosen else places.recordings
    wanted = SoundFileFormat(settings.recording_format)
    # A queue whose calls are to be recorded is not left without for want of the smaller format.
    can_be = wanted is SoundFileFormat.WAV or available_codecs(("opus",))
    return RecordingFolder(path=path, format=wanted if can_be else SoundFileFormat.WAV)


def call_rules(settings: Settings) -> CallRules:
    """Return what the desk does by itself in calls of the account's queues."""
    account = settings.sip
    if not account.is_set:
        return NO_RULES
    return CallRules(
        recorded=frozenset(map(QueueId, account.record)),
        auto_answered=frozenset(map(QueueId, account.auto_answer)),
    )


def _instance(account: SipAccount, places: Places) -> str:
    """Return the name of this telephone (RFC 5626 s. 4.1): the same after a restart.

    The exchange then knows that a registration of a desk that died is this one's former.
    """
    import uuid

    name = f"{uuid.getnode()}/{places.settings}/{account.address}"
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
