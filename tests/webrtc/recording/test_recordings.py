"""Calls of an engine recorded as desks do: both sides, pauses, ends, refusals."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent_desk.domain.sound import RecordingState, SoundFileFormat
from telephony.webrtc.engine import RecordingChanged
from telephony.webrtc.errors import MediaError
from telephony.webrtc.recording.formats import open_sound_file
from tests.webrtc.beats import Time
from tests.webrtc.ends import End, join, local_end
from tests.webrtc.recording.listening import listen

HERE_HZ, THERE_HZ = 400, 1000
LOUD, QUIET = 5000, 100


@pytest.fixture
async def here(time: Time) -> AsyncIterator[End]:
    """Give an end that records as desks do."""
    end = local_end(time, HERE_HZ, sound_files=open_sound_file)
    await end.engine.start()
    yield end
    await end.engine.stop()


@pytest.fixture
async def call(time: Time, here: End, there: End) -> End:
    """Give this side of a call that both are in."""
    await join(here, there)
    await here.engine.put_on("call")
    await there.engine.put_on("call")
    await time.wait(0.3)
    return here


def _states(end: End) -> list[RecordingState]:
    return [each.state for each in end.told(RecordingChanged)]


@pytest.mark.parametrize("kind", list(SoundFileFormat))
async def test_the_agent_is_left_and_the_caller_right(
    time: Time, call: End, tmp_path: Path, kind: SoundFileFormat
) -> None:
    path = tmp_path / f"call.{kind.value}"
    await call.engine.start_recording("call", path, kind)
    await time.wait(0.5)
    await call.engine.stop_recording("call")

    heard = listen(path)
    assert heard.seconds == pytest.approx(0.5, abs=0.001)
    assert heard.strengths("left", HERE_HZ, since=0.1)[0] > LOUD
    assert heard.strengths("left", THERE_HZ, since=0.1)[0] < QUIET
    assert heard.strengths("right", THERE_HZ, since=0.1)[0] > LOUD
    assert heard.strengths("right", HERE_HZ, since=0.1)[0] < QUIET
    assert _states(call) == [RecordingState.RECORDING, RecordingState.OFF]
    assert {each.file for each in call.told(RecordingChanged)} == {str(path)}


async def test_a_pause_is_silence_of_both_that_takes_its_time(
    time: Time, call: End, tmp_path: Path
) -> None:
    path = tmp_path / "call.wav"
    await call.engine.start_recording("call", path, SoundFileFormat.WAV)
    await time.wait(0.4)
    await call.engine.pause_recording("call", True)
    await time.wait(0.4)
    await call.engine.pause_recording("call", False)
    await time.wait(0.4)
    await call.engine.stop_recording("call")

    heard = listen(path)
    assert heard.seconds == pytest.approx(1.2, abs=0.001)
    for side, hz in (("left", HERE_HZ), ("right", THERE_HZ)):
        assert heard.strengths(side, hz, since=0.1, until=0.38)[0] > LOUD
        assert heard.strengths(side, hz, since=0.42, until=0.78)[0] < 5
        assert heard.strengths(side, hz, since=0.85)[0] > LOUD
    assert _states(call) == [
        *(RecordingState.RECORDING, RecordingState.PAUSED),
        *(RecordingState.RECORDING, RecordingState.OFF),
    ]


async def test_what_a_caller_cannot_hear_is_not_recorded(
    time: Time, call: End, tmp_path: Path
) -> None:
    path = tmp_path / "call.wav"
    await call.engine.start_recording("call", path, SoundFileFormat.WAV)
    await call.engine.set_muted("call", True)
    await time.wait(0.3)
    await call.engine.put_on()
    await time.wait(0.3)
    await call.engine.stop_recording("call")

    heard = listen(path)
    assert max(map(abs, heard.left)) == 0
    assert heard.strengths("right", THERE_HZ, since=0.05, until=0.28)[0] > LOUD
    assert heard.strengths("right", THERE_HZ, since=0.35)[0] < 5


async def test_time_that_the_engine_lost_is_silence(time: Time, call: End, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    await call.engine.start_recording("call", path, SoundFileFormat.WAV)
    await time.beat(10)
    await time.beat(1, passed=10)
    await call.engine.stop_recording("call")
    assert listen(path).seconds == pytest.approx(0.4, abs=0.001)


async def test_the_end_of_the_call_completes_the_file(
    time: Time, call: End, tmp_path: Path
) -> None:
    path = tmp_path / "call.opus"
    await call.engine.start_recording("call", path, SoundFileFormat.OPUS)
    await time.wait(0.2)
    await call.engine.close("call")
    assert _states(call)[-1] is RecordingState.OFF
    assert listen(path).seconds == pytest.approx(0.2, abs=0.001)


async def test_what_cannot_be_is_refused(call: End, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    with pytest.raises(MediaError, match="not recorded"):
        await call.engine.pause_recording("call", True)
    await call.engine.stop_recording("call")
    with pytest.raises(MediaError, match=r"nowhere.*No such file"):
        await call.engine.start_recording("call", tmp_path / "nowhere" / "a", SoundFileFormat.WAV)
    await call.engine.start_recording("call", path, SoundFileFormat.WAV)
    with pytest.raises(MediaError, match="already"):
        await call.engine.start_recording("call", tmp_path / "b", SoundFileFormat.WAV)
    await call.engine.stop_recording("call")
    with pytest.raises(MediaError, match="exists"):
        await call.engine.start_recording("call", path, SoundFileFormat.WAV)


async def test_three_people_are_two_channels(time: Time, here: End, tmp_path: Path) -> None:
    one, other = local_end(time, 1000), local_end(time, 1600)
    await join(here, one, call="one")
    await join(here, other, call="other")
    await one.engine.put_on("one")
    await other.engine.put_on("other")
    await here.engine.put_on("one", "other")
    await time.wait(0.3)
    path = tmp_path / "one.wav"
    await here.engine.start_recording("one", path, SoundFileFormat.WAV)
    await time.wait(0.4)
    await here.engine.stop_recording("one")

    heard = listen(path)
    assert min(heard.strengths("right", 1000, 1600, since=0.1)) > LOUD
    assert heard.strengths("right", HERE_HZ, since=0.1)[0] < 400
    assert heard.strengths("left", HERE_HZ, since=0.1)[0] > LOUD
    assert max(heard.strengths("left", 1000, 1600, since=0.1)) < 400
    await one.engine.stop()
    await other.engine.stop()
