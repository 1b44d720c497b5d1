"""What becomes of calls when their media engine, their network or their exchange is lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.identifiers import CallId
from agent_desk.domain.registration import (
    RegistrationChangedEvent,
    RegistrationStatus,
    RegistrationTrouble,
)
from agent_desk.domain.sound import (
    MediaPath,
    MediaPathChangedEvent,
    QualityMeasuredEvent,
    RecordingChangedEvent,
    RecordingState,
    SoundEvent,
    SoundFileFormat,
)
from telephony.network.network import NetworkChanged
from telephony.phone import station
from telephony.phone.recording_folder import RecordingFolder
from tests.fakes.exchange import DOMAIN, Habit, Subscriber
from tests.fakes.sip_house import SipHouse
from tests.phone.conftest import MakeHouse

CONNECTED, HOLD = LocalConnectionState.CONNECTED, LocalConnectionState.HOLD
CALLER, SECOND = "+8613800138000", "+8613900139000"


def listen(house: SipHouse) -> list[SoundEvent]:
    heard: list[SoundEvent] = []
    house.phone.media.subscribe(heard.append)
    return heard


@pytest.mark.expected_logs("media engine is lost")
async def test_calls_go_on_with_new_media_when_the_engine_dies(house: SipHouse) -> None:
    heard = listen(house)
    first, caller = await house.talk_to(CALLER)
    house.exchange.add(SECOND)
    second = await house.switch.consultation_call(first, SECOND)
    await house.answered()
    before = caller.agreed().agreement.port
    house.engine.die()
    await house.settle()
    assert house.switch.connections() == {first: HOLD, second: CONNECTED}
    assert sorted(house.engine.opened) == ["leg-1", "leg-2"]
    assert house.engine.worn == ("leg-2",)
    assert caller.agreed().agreement.port == house.engine.opened["leg-1"].port != before
    paths = [(e.call_id, e.path) for e in heard if isinstance(e, MediaPathChangedEvent)]
    assert (first, MediaPath.LOST) in paths
    assert (second, MediaPath.LOST) in paths
    await house.switch.alternate_call(second, first)
    assert house.switch.connections() == {first: CONNECTED, second: HOLD}


@pytest.mark.expected_logs("media engine is lost")
async def test_what_was_muted_and_recorded_stays_so(house: SipHouse, tmp_path: Path) -> None:
    heard = listen(house)
    call, _ = await house.talk_to(CALLER)
    await house.phone.media.set_muted(call, True)
    await house.phone.media.start_recording(call)
    await house.phone.media.pause_recording(call, True)
    house.engine.die()
    await recorded_again(house)
    await house.settle()
    assert house.engine.muted == {"leg-1": True}
    assert house.phone.media.is_muted(call)
    assert house.engine.paused == {"leg-1"}
    assert house.phone.media.recording(call) is RecordingState.PAUSED
    files = {e.file for e in heard if isinstance(e, RecordingChangedEvent)}
    assert len(files) == 2
    assert all(Path(file).parent.parent == tmp_path for file in files)


async def recorded_again(house: SipHouse) -> None:
    """Wait for the folder, which is made apart from the loop."""
    async with asyncio.timeout(5.0):
        while not house.engine.recordings:
            await asyncio.sleep(0.001)


@pytest.mark.expected_logs("media engine is lost")
async def test_an_engine_that_needs_a_moment_is_asked_again(
    house: SipHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station, "REOPEN_SECONDS", (0.0, 0.001, 0.001))
    call, _ = await house.talk_to(CALLER)
    house.engine.refusal = "not back yet"
    house.engine.die()
    await house.settle()
    house.engine.refusal = ""
    await asyncio.sleep(0.01)
    await house.settle()
    assert list(house.engine.opened) == ["leg-1"]
    assert house.switch.connections() == {call: CONNECTED}


@pytest.mark.expected_logs("media engine is lost", "does not come back")
async def test_a_call_whose_media_never_comes_back_is_still_a_call(
    house: SipHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station, "REOPEN_SECONDS", (0.0, 0.001))
    call, _ = await house.talk_to(CALLER)
    house.engine.refusal = "gone for good"
    house.engine.die()
    await asyncio.sleep(0.01)
    await house.settle()
    assert house.switch.connections() == {call: CONNECTED}
    await house.switch.clear_connection(call)
    assert house.switch.connections() == {}


@pytest.mark.expected_logs("media engine is lost")
async def test_a_call_that_was_only_dialled_hears_of_new_media_when_it_is_answered(
    house: SipHouse,
) -> None:
    called = house.exchange.add(CALLER, Habit.SILENT)
    call = await house.switch.make_call(CALLER)
    await house.settle()
    house.engine.die()
    await house.settle()
    handle = called.handle_of(call)
    called.do(lambda agent, now: agent.answer(handle, called.media(), now))
    await house.settle()
    assert house.switch.connections() == {call: CONNECTED}
    assert called.agreed().agreement.port == house.engine.opened["leg-1"].port


async def test_a_change_of_network_moves_registration_and_media(house: SipHouse) -> None:
    call, peer = await house.talk_to(CALLER)
    house.network.move("10.0.9.1")
    house.engine.address = "10.0.9.1"
    house.network.tell(NetworkChanged(addresses=("10.0.9.1",)))
    await house.settle()
    assert house.exchange.registered["201"].address == "10.0.9.1"
    assert house.engine.wishes[-1].address == "10.0.9.1"
    assert peer.agreed().agreement.address == "10.0.9.1"
    peer.hang_up(call)
    await house.settle()
    assert house.switch.connections() == {}


async def test_the_last_quality_of_a_call_comes_after_its_end(house: SipHouse) -> None:
    heard = listen(house)
    first, _ = await house.talk_to(CALLER)
    house.exchange.add(SECOND)
    second = await house.switch.consultation_call(first, SECOND)
    await house.answered()
    await house.switch.conference_call(second, first)
    await house.switch.clear_connection(first)
    await house.settle()
    final = [e.call_id for e in heard if isinstance(e, QualityMeasuredEvent) and e.is_final]
    assert sorted(final) == sorted([first, second])


async def test_a_call_that_never_sounded_has_no_quality(house: SipHouse) -> None:
    heard = listen(house)
    call = await house.incoming_call(CALLER)
    await house.switch.clear_connection(call)
    await house.settle()
    assert house.engine.closed == ["leg-1"]
    assert not [e for e in heard if isinstance(e, QualityMeasuredEvent)]


async def test_a_recording_is_told_with_its_file(house: SipHouse, tmp_path: Path) -> None:
    heard = listen(house)
    call, _ = await house.talk_to(CALLER)
    await house.phone.media.start_recording(call)
    (told,) = [e for e in heard if isinstance(e, RecordingChangedEvent)]
    assert Path(told.file).exists()
    assert Path(told.file).parent.parent == tmp_path


def test_recordings_lie_by_day_time_and_call(tmp_path: Path) -> None:
    folder = RecordingFolder(path=tmp_path, format=SoundFileFormat.WAV)
    at = datetime(2026, 3, 2, 23, 59, 5, tzinfo=UTC)
    first = folder.new_file(CallId("acd/7 *"), at)
    assert first == tmp_path / "2026-03-02" / "20260302T235905Z-acd_7_.wav"
    first.touch()
    assert folder.new_file(CallId("acd/7 *"), at).name == "20260302T235905Z-acd_7_-2.wav"


# Registration


def follow(house: SipHouse) -> list[RegistrationChangedEvent]:
    heard: list[RegistrationChangedEvent] = []
    house.phone.line.subscribe_registration(heard.append)
    return heard


async def test_the_registration_is_told_from_its_beginning_to_its_end(
    make_house: MakeHouse, tmp_path: Path
) -> None:
    house = SipHouse(tmp_path)
    heard = follow(house)
    async with house:
        assert house.phone.line.registration().can_be_called
    states = [event.status for event in heard]
    assert states == [
        RegistrationStatus.TRYING,
        RegistrationStatus.REGISTERED,
        RegistrationStatus.OFF,
    ]
    assert {event.account for event in heard} == {"201@pbx.example"}


@pytest.mark.parametrize(
    ("status", "expected", "trouble"),
    [
        (403, RegistrationStatus.REFUSED, RegistrationTrouble.FORBIDDEN),
        (404, RegistrationStatus.REFUSED, RegistrationTrouble.UNKNOWN_ACCOUNT),
        (401, RegistrationStatus.REFUSED, RegistrationTrouble.WRONG_PASSWORD),
        (500, RegistrationStatus.AWAY, RegistrationTrouble.EXCHANGE),
    ],
)
async def test_a_refusal_has_a_kind_and_the_exchanges_words(
    tmp_path: Path, status: int, expected: RegistrationStatus, trouble: RegistrationTrouble
) -> None:
    house = SipHouse(tmp_path)
    house.exchange.refusal = status
    async with house:
        now = house.phone.line.registration()
        assert (now.status, now.trouble) == (expected, trouble)
        assert now.detail.startswith(str(status))
        assert not now.can_be_called


async def test_an_exchange_that_is_not_reached_is_away_and_found_again(tmp_path: Path) -> None:
    house = SipHouse(tmp_path)
    house.wire.unreachable.add(DOMAIN)
    async with house:
        now = house.phone.line.registration()
        assert (now.status, now.trouble) == (
            RegistrationStatus.AWAY,
            RegistrationTrouble.UNREACHABLE,
        )
        heard = follow(house)
        house.wire.unreachable.clear()
        await house.phone.line.register_again()
        await house.settle()
        assert [event.status for event in heard] == [
            RegistrationStatus.TRYING,
            RegistrationStatus.REGISTERED,
        ]
        assert house.phone.line.registration().status is RegistrationStatus.REGISTERED


async def seen_at(house: SipHouse, address: str, port: int) -> None:
    """Let the exchange see the desk there, often enough to be believed."""
    house.exchange.seen = (address, port)
    for _ in range(2):
        await house.phone.line.register_again()
        await house.settle()


def target_of(peer: Subscriber) -> str:
    """Return where the peer of the only call sends its requests."""
    (call,) = peer.agent.calls.values()
    assert call.dialog is not None
    return str(call.dialog.target)


async def test_a_nat_with_another_address_moves_media_and_contact(house: SipHouse) -> None:
    await seen_at(house, "203.0.113.5", 40_000)
    _, peer = await house.talk_to(CALLER)
    opened = len(house.engine.wishes)
    await seen_at(house, "198.51.100.9", 40_000)
    assert len(house.engine.wishes) == opened + 1
    assert "@198.51.100.9:40000" in target_of(peer)


async def test_a_nat_with_another_port_costs_no_media(house: SipHouse) -> None:
    await seen_at(house, "203.0.113.5", 40_000)
    _, peer = await house.talk_to(CALLER)
    opened = len(house.engine.wishes)
    assert "@203.0.113.5:40000" in target_of(peer)
    await seen_at(house, "203.0.113.5", 40_001)
    assert len(house.engine.wishes) == opened
    assert "@203.0.113.5:40001" in target_of(peer)
