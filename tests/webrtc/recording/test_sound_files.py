"""Files of both formats: each side in its channel, whole at every moment, nothing overwritten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from array import array
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.sound import SoundFileFormat
from telephony.rtp.sound.samples import silence
from telephony.webrtc.recording.formats import open_sound_file
from telephony.webrtc.recording.ogg import checksum_of, ogg_page, segments
from telephony.webrtc.sound_file import SoundFile
from tests.webrtc.codecs.sounds import frames
from tests.webrtc.recording.listening import listen

AGENT_HZ, CALLER_HZ = 440, 1200
FORMATS = [SoundFileFormat.WAV, SoundFileFormat.OPUS]
LOUD, QUIET = 4500, 60


def _path(folder: Path, kind: SoundFileFormat) -> Path:
    return folder / f"call.{kind.value}"


def _write(file: SoundFile, count: int) -> None:
    said, heard = frames(AGENT_HZ, 50, 48_000), frames(CALLER_HZ, 50, 48_000)
    for _, left, right in zip(range(count), cycle(said), cycle(heard), strict=False):
        file.write(left, right)


@pytest.mark.parametrize("kind", FORMATS)
def test_each_side_is_alone_in_its_channel(tmp_path: Path, kind: SoundFileFormat) -> None:
    file = open_sound_file(_path(tmp_path, kind), kind)
    _write(file, 60)
    file.close()

    heard = listen(_path(tmp_path, kind))
    assert heard.seconds == pytest.approx(1.2, abs=0.0001)
    agent, leaked = heard.strengths("left", AGENT_HZ, CALLER_HZ, since=0.1)
    assert agent > LOUD
    assert leaked < QUIET
    leaked, caller = heard.strengths("right", AGENT_HZ, CALLER_HZ, since=0.1)
    assert caller > LOUD
    assert leaked < QUIET


@pytest.mark.parametrize("kind", FORMATS)
def test_silence_of_one_side_takes_its_time(tmp_path: Path, kind: SoundFileFormat) -> None:
    file = open_sound_file(_path(tmp_path, kind), kind)
    _write(file, 25)
    for _ in range(25):
        file.write(silence(960), frames(CALLER_HZ, 1, 48_000)[0])
    file.close()

    heard = listen(_path(tmp_path, kind))
    assert heard.seconds == pytest.approx(1.0, abs=0.0001)
    assert max(map(abs, heard.left[-heard.sample_hz // 4 :])) < QUIET
    assert heard.strengths("right", CALLER_HZ, since=0.6)[0] > LOUD


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_that_is_still_written_can_be_read(tmp_path: Path, kind: SoundFileFormat) -> None:
    file = open_sound_file(_path(tmp_path, kind), kind)
    _write(file, 55)
    heard = listen(_path(tmp_path, kind))
    file.close()
    assert 0.98 <= heard.seconds <= 1.1
    assert heard.strengths("left", AGENT_HZ, since=0.1)[0] > LOUD


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_there_is_never_written_over(tmp_path: Path, kind: SoundFileFormat) -> None:
    path = _path(tmp_path, kind)
    path.write_text("kept")
    with pytest.raises(FileExistsError):
        open_sound_file(path, kind)
    assert path.read_text() == "kept"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such bits")
def test_a_recording_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = _path(tmp_path, SoundFileFormat.WAV)
    open_sound_file(path, SoundFileFormat.WAV).close()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="a limit of POSIX stands in for a full disk")
@pytest.mark.parametrize("kind", FORMATS)
def test_a_disk_without_room_leaves_a_file_that_plays(
    tmp_path: Path, kind: SoundFileFormat
) -> None:
    """The limit makes the system write a part of the last piece, as a full disk does."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    file = open_sound_file(_path(tmp_path, kind), kind)
    room = 50_001 if kind is SoundFileFormat.WAV else 9_001
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            _write(file, 1000)
        file.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    path = _path(tmp_path, kind)
    assert path.stat().st_size <= room
    heard = listen(path)
    assert heard.seconds > 0.5
    assert heard.strengths("left", AGENT_HZ, since=0.1)[0] > LOUD


_KILLED = """
import sys
from pathlib import Path
from agent_desk.domain.sound import SoundFileFormat
from telephony.webrtc.recording.formats import open_sound_file
from tests.webrtc.recording.test_sound_files import FORMATS, _path, _write
files = [open_sound_file(_path(Path(sys.argv[1]), kind), kind) for kind in FORMATS]
for file in files:
    _write(file, 150)
print("written", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_a_killed_process_leaves_files_that_play(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"written\n"
        os.kill(process.pid, signal.SIGKILL)
    for kind in FORMATS:
        heard = listen(_path(tmp_path, kind))
        assert 2.9 < heard.seconds <= 3.01
        assert heard.strengths("right", CALLER_HZ, since=2.0)[0] > LOUD


def _checksum_by_bits(data: bytes) -> int:
    """Return the checksum as RFC 3533 words it."""
    value = 0
    for octet in data:
        value ^= octet << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
        value &= 0xFFFFFFFF
    return value


@given(st.binary(max_size=80))
def test_a_checksum_is_that_of_the_standard(data: bytes) -> None:
    assert checksum_of(data) == _checksum_by_bits(data)


@pytest.mark.parametrize(("length", "count"), [(0, 1), (254, 1), (255, 2), (510, 3)])
def test_a_packet_of_whole_segments_has_one_more(length: int, count: int) -> None:
    assert segments(bytes(length)) == count
    page = ogg_page([bytes(length)], serial=1, number=0, position=0)
    assert page[26] == count
    assert sum(page[27 : 27 + count]) == length


def test_a_page_holds_no_more_than_it_can() -> None:
    with pytest.raises(ValueError, match="no room"):
        ogg_page([bytes(255)] * 128, serial=1, number=0, position=0)


def test_loud_noise_fills_pages_early_and_is_kept(tmp_path: Path) -> None:
    path = _path(tmp_path, SoundFileFormat.OPUS)
    file = open_sound_file(path, SoundFileFormat.OPUS)
    noise = array("h", os.urandom(2 * 960))
    for _ in range(60):
        file.write(noise, noise)
    file.close()
    assert listen(path).seconds == pytest.approx(1.2, abs=0.0001)
