"""Redial: what was dialled is remembered, each number once, and survives the desk."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_desk.domain.call import LocalConnectionState
from agent_desk.domain.call_events import OriginatedEvent
from agent_desk.domain.identifiers import CallId, DeviceId
from agent_desk.ports.dialled_numbers import DialledNumbers
from agent_desk.services.event_bus import EventBus
from agent_desk.services.redial import MOST, DialledChangedEvent, Redial
from db.dialled_numbers import FileDialledNumbers
from tests.fakes.memory_dialled import MemoryDialled

DESK = DeviceId("8001")


def dial(bus: EventBus, number: str, calling: DeviceId = DESK) -> None:
    bus.publish(
        OriginatedEvent(
            call_id=CallId(number),
            at=datetime(2026, 3, 2, tzinfo=UTC),
            device=DESK,
            local_state=LocalConnectionState.CONNECTED,
            calling=calling,
            called=DeviceId(number),
        )
    )


@pytest.fixture(params=["memory", "file"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> DialledNumbers:
    if request.param == "memory":
        return MemoryDialled()
    return FileDialledNumbers(path=tmp_path / "deep" / "dialled.json")


async def test_the_last_number_comes_first_and_each_once(kept: DialledNumbers) -> None:
    bus, heard = EventBus(), list[DialledChangedEvent]()
    redial = Redial(kept=kept, bus=bus)
    bus.subscribe(DialledChangedEvent, heard.append)
    await redial.start()
    for number in ("600", "601", "600"):
        dial(bus, number)
    dial(bus, "602", calling=DeviceId("8002"))
    await redial.stop()
    assert redial.numbers() == ("600", "601")
    assert heard[-1].numbers == ("600", "601")
    later = Redial(kept=kept, bus=EventBus())
    await later.start()
    assert later.numbers() == ("600", "601")
    await later.stop()


async def test_only_the_last_ones_are_kept() -> None:
    bus = EventBus()
    redial = Redial(kept=None, bus=bus)
    await redial.start()
    for number in range(600, 600 + MOST + 5):
        dial(bus, str(number))
    await redial.stop()
    assert len(redial.numbers()) == MOST
    assert redial.numbers()[0] == str(600 + MOST + 4)


@pytest.mark.parametrize("text", ["{", "7", '["600", 7]'])
def test_a_damaged_file_forgets_what_it_cannot_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "dialled.json"
    path.write_text(text, encoding="utf-8")
    numbers = FileDialledNumbers(path=path).read()
    assert list(numbers) in ([], ["600"])


def test_a_place_that_cannot_be_written_hinders_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    FileDialledNumbers(path=tmp_path / "file" / "dialled.json").write(["600"])


def test_the_file_is_for_its_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "dialled.json"
    FileDialledNumbers(path=path).write(["600"])
    assert path.stat().st_mode & 0o077 == 0
