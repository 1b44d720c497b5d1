"""The journal's disk is full, or this machine's clock jumps, while the database is away."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent_desk.domain.command import Command
from tests.faults.audit import assert_each_is_somewhere, effects
from tests.faults.house import House
from tests.faults.station import Station, effect_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.expected_logs("database away", "stays as it was", "error ignored terminating"),
]

DISK_BYTES = 512 * 1024
HOUR_SECONDS = 3600.0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of half a megabyte."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root on Linux")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Return a file that takes what is left of the disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for chunk in (65536, 4096, 512, 1):
            try:
                while file.write(b"x" * chunk):
                    pass
            except OSError:
                continue
    return ballast


@pytest.mark.usefixtures("hurry")
@pytest.mark.expected_logs("neither database nor journal")
async def test_a_full_disk_under_the_journal(house: House, small_disk: Path) -> None:
    # No orders: the second step of one whose first step was refused is a conflict for a person.
    plan = replace(await house.plan(), orders=())
    station = house.station("desk0", plan, folder=small_disk)
    house.before = effects(house.floor)
    await station.open()
    await station.serve()
    house.proxy.refuse()
    await station.serve()
    kept_before = len(station.desk.outbox.kept)
    assert kept_before > 0

    ballast = fill(small_disk)
    refused_before = len(refused(station))
    await station.serve()
    await station.serve()
    assert len(refused(station)) > refused_before
    assert_each_is_somewhere(house.floor, [station])
    # The events of the last call are gathered first: the line comes a moment after it.
    await station.until(lambda: station.line == "storage.disk_full")
    ballast.unlink()
    await station.serve()
    assert len(station.desk.outbox.kept) > kept_before
    house.proxy.accept()

    # What was refused was promised to nobody and is nowhere; all events of the calls are there.
    await house.saved()
    found = effects(house.floor)
    assert all(not found[effect_of(command)] for command in refused(station))
    house.assert_nobody_waited()


def refused(station: Station) -> list[Command]:
    """Return what the desk said it could not save."""
    given, acknowledged = station.book.given, station.book.acknowledged
    return [command for command_id, command in given.items() if command_id not in acknowledged]


@pytest.mark.parametrize("seconds", [HOUR_SECONDS, -HOUR_SECONDS])
@pytest.mark.usefixtures("hurry")
async def test_a_clock_that_jumps(house: House, seconds: float) -> None:
    stations = await house.open(2)
    await house.warm()
    for station in stations:
        station.clock.advance(seconds)
    await house.warm()

    house.proxy.refuse()
    await house.noticed(commands=3)
    for station in stations:
        station.clock.advance(seconds)
    await house.warm(6)
    house.proxy.accept()

    await house.saved()
    for station in stations:
        assert not station.desk.outbox.kept
