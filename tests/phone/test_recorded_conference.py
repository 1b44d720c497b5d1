"""The recording of a call that becomes a conference, changes its far side, and ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.sound import RecordingChangedEvent, RecordingState
from tests.fakes.exchange import Subscriber
from tests.fakes.sip_house import SipHouse

CALLER, SECOND = "+8613800138000", "+8613900139000"
OFF, PAUSED, RECORDING = RecordingState.OFF, RecordingState.PAUSED, RecordingState.RECORDING


def listen(house: SipHouse) -> list[RecordingChangedEvent]:
    heard: list[RecordingChangedEvent] = []

    def take(event: object) -> None:
        if isinstance(event, RecordingChangedEvent):
            heard.append(event)

    house.phone.media.subscribe(take)
    return heard


async def consulting(house: SipHouse) -> tuple[CallId, CallId, Subscriber, Subscriber]:
    """Return a call on hold and a consultation, with their far sides."""
    first, caller = await house.talk_to(CALLER)
    asked = house.exchange.add(SECOND)
    second = await house.switch.consultation_call(first, SECOND)
    await house.answered()
    return first, second, caller, asked


async def until(is_so: Callable[[], object]) -> None:
    """Wait for the folder, which is made apart from the loop."""
    async with asyncio.timeout(5.0):
        while not is_so():
            await asyncio.sleep(0.001)


async def test_it_goes_on_when_the_first_far_side_leaves(house: SipHouse) -> None:
    heard = listen(house)
    first, second, caller, asked = await consulting(house)
    await house.phone.media.start_recording(first)
    joined = await house.switch.conference_call(second, first)
    await house.phone.media.pause_recording(joined, True)
    caller.hang_up(caller.talks[0])
    await house.settle()
    assert list(house.engine.recordings) == ["leg-2"]
    assert house.engine.paused == {"leg-2"}
    assert house.phone.media.recording(joined) is PAUSED
    await house.phone.media.pause_recording(joined, False)
    assert house.engine.paused == set()
    asked.hang_up(asked.talks[0])
    await house.settle()
    assert house.engine.recordings == {}
    assert {event.call_id for event in heard} == {joined}
    assert len({event.file for event in heard}) == 1
    assert [event.state for event in heard] == [RECORDING, PAUSED, RECORDING, OFF]


async def test_it_ends_when_the_agent_leaves_the_others_to_each_other(house: SipHouse) -> None:
    heard = listen(house)
    first, second, _, _ = await consulting(house)
    await house.phone.media.start_recording(first)
    joined = await house.switch.conference_call(second, first)
    await house.switch.clear_connection(joined)
    await house.settle()
    assert house.engine.recordings == {}
    assert [event.state for event in heard] == [RECORDING, OFF]


async def test_a_recorded_consultation_is_the_conferences_recording(house: SipHouse) -> None:
    heard = listen(house)
    first, second, _, _ = await consulting(house)
    await house.phone.media.start_recording(second)
    joined = await house.switch.conference_call(second, first)
    await house.settle()
    assert joined == first
    assert house.phone.media.recording(joined) is RECORDING
    assert list(house.engine.recordings) == ["leg-2"]
    assert (heard[-1].call_id, heard[-1].state) == (joined, RECORDING)
    assert heard[-1].file == heard[0].file
    await house.phone.media.stop_recording(joined)
    assert house.phone.media.recording(joined) is OFF
    assert house.engine.recordings == {}


async def test_of_two_recordings_that_of_the_call_that_lives_on_is_kept(house: SipHouse) -> None:
    heard = listen(house)
    first, second, _, _ = await consulting(house)
    await house.phone.media.start_recording(first)
    await house.phone.media.start_recording(second)
    joined = await house.switch.conference_call(second, first)
    await house.settle()
    assert list(house.engine.recordings) == ["leg-1"]
    assert house.phone.media.recording(joined) is RECORDING
    assert (heard[-1].call_id, heard[-1].state) == (second, OFF)


@pytest.mark.expected_logs("media engine is lost")
async def test_it_goes_on_in_a_further_file_after_the_engine_died(
    house: SipHouse, tmp_path: Path
) -> None:
    heard = listen(house)
    first, second, caller, _ = await consulting(house)
    await house.phone.media.start_recording(first)
    joined = await house.switch.conference_call(second, first)
    caller.hang_up(caller.talks[0])
    await house.settle()
    house.engine.die()
    await until(lambda: house.engine.recordings)
    assert list(house.engine.recordings) == ["leg-2"]
    assert house.phone.media.recording(joined) is RECORDING
    files = {Path(event.file) for event in heard}
    assert len(files) == 2
    assert all(file.parent.parent == tmp_path for file in files)


async def test_it_goes_on_with_whoever_takes_the_place_of_the_far_side(house: SipHouse) -> None:
    heard = listen(house)
    call, peer = await house.talk_to(CALLER)
    await house.phone.media.start_recording(call)
    house.exchange.add("2002")
    handle = peer.handle_of(call)
    peer.do(lambda agent, now: agent.transfer(handle, house.exchange.uri("2002"), now))
    await house.answered()
    await house.settle()
    assert list(house.engine.recordings) == ["leg-2"]
    assert house.phone.media.recording(call) is RECORDING
    assert [event.state for event in heard] == [RECORDING]
