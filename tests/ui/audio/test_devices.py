"""The card on real devices: heard by frequency, pulled out, plugged in, gone, none at all."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.servers.pulse import PulseServer, SoundServerMissingError
from tests.ui.audio.media_process import MediaProcess

WORST_DELAY_MS = 120.0
"""From the engine's frame played to the frame heard; 63 to 71 were measured on a quiet machine."""


@pytest.fixture
def sound() -> Iterator[PulseServer]:
    """A sound server with nothing plugged in."""
    try:
        server = PulseServer()
    except SoundServerMissingError as missing:
        pytest.skip(str(missing))
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def media(sound: PulseServer) -> Iterator[MediaProcess]:
    """A media process that was started with two headsets, "desk" being the system's own."""
    sound.plug("desk")
    sound.plug("headset")
    process = MediaProcess(sound.environment)
    yield process
    process.kill()


def delay_ms(media: MediaProcess) -> float:
    """Return how long a tone is under way; a busy machine and a device just woken take longer."""
    media.tell("tone", 0)
    media.until_heard(0)
    media.tell("tone", 440)
    return float(media.until(lambda said: "delay_ms" in said)["delay_ms"])


def test_what_is_played_is_heard_on_the_chosen_devices_and_soon(media: MediaProcess) -> None:
    media.tell("choose", ["headset_mic", "headset"])
    media.tell("open")
    media.until_used("headset_mic", "headset")
    assert media.names("microphones") == {"desk_mic", "headset_mic"}
    media.tell("tone", 880)
    media.until_heard(880)
    assert min(delay_ms(media) for _ in range(5)) < WORST_DELAY_MS
    media.tell("close")
    media.until_used("", "")
    media.until_heard(0)
    assert media.end() == 0


def test_a_headset_pulled_out_in_a_call_gives_way_and_comes_back(
    media: MediaProcess, sound: PulseServer
) -> None:
    media.tell("choose", ["headset_mic", "headset"])
    media.tell("open")
    media.tell("tone", 440)
    media.until_heard(440)
    sound.pull("headset")
    media.until_used("desk_mic", "desk", failed="headset_mic, headset")
    assert media.names("speakers") == {"desk"}
    media.until_heard(440)
    sound.plug("headset")
    media.until_used("headset_mic", "headset")
    media.until_heard(440)
    assert media.end() == 0


def test_a_microphone_alone_may_go(media: MediaProcess, sound: PulseServer) -> None:
    media.tell("choose", ["headset_mic", "headset"])
    media.tell("open")
    media.until_used("headset_mic", "headset")
    sound.pull_microphone("headset")
    media.until_used("desk_mic", "headset", failed="headset_mic")


def test_a_chosen_device_that_is_away_is_used_once_it_is_there(
    media: MediaProcess, sound: PulseServer
) -> None:
    media.tell("choose", ["new_mic", "new"])
    media.tell("open")
    media.until_used("desk_mic", "desk")
    sound.plug("new")
    media.until_used("new_mic", "new")


def test_another_choice_is_taken_in_the_middle_of_a_call(media: MediaProcess) -> None:
    media.tell("open")
    media.tell("tone", 440)
    media.until_heard(440)
    media.tell("choose", ["headset_mic", "desk"])
    media.until_used("headset_mic", "desk")
    media.until_heard(0)
    media.tell("choose", ["headset_mic", "headset"])
    media.until_heard(440)


def test_no_device_at_all_is_silence_until_one_is_plugged_in(sound: PulseServer) -> None:
    media = MediaProcess(sound.environment)
    try:
        media.tell("open")
        media.tell("tone", 440)
        media.until_heard(0)
        assert media.devices == {
            "microphones": [],
            "speakers": [],
            "microphone_in_use": "",
            "speaker_in_use": "",
            "microphone_refused": "",
            "speaker_refused": "",
        }
        sound.plug("headset")
        media.until_used("headset_mic", "headset")
        media.until_heard(440)
        sound.pull_all()
        media.until_used("", "", failed="headset_mic, headset")
        media.until_heard(0)
        assert media.end() == 0
    finally:
        media.kill()


def test_without_a_sound_server_it_is_silent_and_ends_well(sound: PulseServer) -> None:
    sound.remove()
    media = MediaProcess(sound.environment)
    try:
        media.tell("open")
        media.until_heard(0)
        assert media.devices["microphones"] == []
        assert media.end() == 0
    finally:
        media.kill()


@pytest.mark.parametrize(("output", "rings_on"), [("headset", "headset"), ("gone", "desk")])
def test_the_ring_sounds_on_its_own_output_or_else_on_the_systems(
    media: MediaProcess, sound: PulseServer, output: str, rings_on: str
) -> None:
    media.tell("choose", [f"{rings_on}_mic", rings_on])
    media.tell("open")
    media.until_used(f"{rings_on}_mic", rings_on)
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.audio.ringing", output],
        env=sound.environment,
        stdin=subprocess.PIPE,
    ) as ringing:
        media.until_heard(659)
        assert ringing.stdin is not None
        ringing.stdin.close()
        assert ringing.wait(20) == 0
    media.until_heard(0)


def test_a_microphone_that_opens_and_gives_nothing_gives_way(
    media: MediaProcess, sound: PulseServer
) -> None:
    media.tell("choose", ["headset_mic", "headset"])
    media.tell("open")
    media.tell("tone", 440)
    media.until_heard(440)
    sound.control("suspend-source", "headset_mic", "1")
    media.until_heard(0)
    media.until_used("desk_mic", "headset", failed="headset_mic")
    media.tell("choose", ["headset_mic", "desk"])
    media.until_heard(440)
