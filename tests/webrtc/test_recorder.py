"""Recordings on disks that are slow, full or broken."""

from __future__ import annotations

import asyncio
import threading
from array import array
from pathlib import Path

import pytest

from agent_desk.domain.sound import RecordingState, SoundFileFormat
from telephony.webrtc import recorder as recorder_module
from telephony.webrtc.engine import RecordingChanged
from telephony.webrtc.errors import MediaError
from telephony.webrtc.recorder import Recorder
from telephony.webrtc.sound_card import CARD_FRAME
from telephony.webrtc.sound_file import SoundFile, no_sound_files
from tests.logfail import LogGuard


class BadFile:
    """A file whose disk stands still until it is released, and then has no room."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.frames: list[tuple[array[int], array[int]]] = []
        self.is_full = False
        self.is_closed = False

    def write(self, ours: array[int], theirs: array[int]) -> None:
        self.released.wait()
        if self.is_full:
            raise OSError(28, "No space left on device")
        self.frames.append((ours, theirs))

    def close(self) -> None:
        self.is_closed = True


class House:
    """A recorder with one file and what it told."""

    def __init__(self) -> None:
        self.file = BadFile()
        self.told: list[RecordingChanged] = []
        self.news = asyncio.Event()
        self.recorder = Recorder(self._make, self._tell)

    def _make(self, file: Path, format: SoundFileFormat) -> SoundFile:
        return self.file

    def _tell(self, event: RecordingChanged) -> None:
        self.told.append(event)
        self.news.set()

    async def start(self) -> None:
        await self.recorder.start("call", Path("call.wav"), SoundFileFormat.WAV)
        self.news.clear()


async def test_a_slow_disk_loses_nothing() -> None:
    house = House()
    await house.start()
    one = array("h", [1] * CARD_FRAME)
    for _ in range(100):
        house.recorder.write("call", one, None, passed=1)
    house.recorder.write("call", one, one, passed=4)
    house.file.released.set()
    await house.recorder.stop("call")
    assert len(house.file.frames) == 104
    assert house.file.frames[0] == (one, array("h", bytes(2 * CARD_FRAME)))
    assert not any(house.file.frames[-2][0])
    assert house.file.is_closed
    assert [each.error for each in house.told] == ["", ""]


async def test_a_full_disk_ends_the_recording_and_says_so() -> None:
    house = House()
    house.file.is_full = True
    house.file.released.set()
    await house.start()
    house.recorder.write("call", None, None, passed=1)
    async with asyncio.timeout(10):
        await house.news.wait()
    assert house.told[-1].state is RecordingState.OFF
    assert house.told[-1].error == "No space left on device"
    with pytest.raises(MediaError):
        house.recorder.pause("call", True)
    house.recorder.write("call", None, None, passed=1)
    await house.recorder.stop("call")
    assert len(house.told) == 2


async def test_a_disk_that_has_stood_still_for_long_ends_the_recording() -> None:
    house = House()
    await house.start()
    for _ in range(1700):
        house.recorder.write("call", None, None, passed=1)
    assert house.told[-1].error == "the disk is too slow"
    house.file.released.set()


async def test_a_disk_that_does_not_answer_holds_up_no_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recorder_module, "_END_SECONDS", 0.01)
    house = House()
    await house.start()
    house.recorder.write("call", None, None, passed=1)
    await house.recorder.stop("call")
    assert house.told[-1].error == "the disk does not answer"
    house.file.released.set()


async def test_a_fault_of_the_program_ends_the_recording_too(
    expected_logs: LogGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected_logs.expect("the recording call.wav has failed")
    house = House()
    monkeypatch.setattr(house.file, "write", lambda ours, theirs: 1 / 0)
    await house.start()
    house.recorder.write("call", None, None, passed=1)
    async with asyncio.timeout(10):
        await house.news.wait()
    assert house.told[-1].error == "division by zero"


async def test_an_engine_without_files_refuses() -> None:
    recorder = Recorder(no_sound_files, lambda event: None)
    with pytest.raises(MediaError):
        await recorder.start("call", Path("call.wav"), SoundFileFormat.WAV)
