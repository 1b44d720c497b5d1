"""The door for links: one desk behind it, a link once, nothing of a stranger's."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from ui.link_door import LinkDoor, door_name, hand_over

_HAND_OVER = "import sys; from ui.link_door import hand_over; print(hand_over(*sys.argv[1:]))"


@pytest.fixture
def name(tmp_path: Path) -> str:
    return door_name(tmp_path / "settings.toml")


@pytest.fixture
def door(name: str) -> Iterator[LinkDoor]:
    door = LinkDoor(name)
    assert door.open()
    yield door
    door.close()


def test_a_link_of_another_process_comes_once(door: LinkDoor, name: str, qtbot: QtBot) -> None:
    with qtbot.waitSignal(door.came, timeout=20_000) as came:
        other = subprocess.Popen(
            [sys.executable, "-c", _HAND_OVER, name, "tel:+8613800138000"],
            stdout=subprocess.PIPE,
            text=True,
        )
    assert came.args == ["tel:+8613800138000"]
    qtbot.waitUntil(lambda: other.poll() is not None, timeout=20_000)
    assert other.stdout is not None
    assert other.stdout.read().strip() == "True"
    other.stdout.close()


def test_without_a_desk_nobody_takes_a_link(name: str) -> None:
    assert not hand_over(name, "tel:600")


def test_a_second_desk_leaves_the_door_to_the_first(door: LinkDoor, name: str) -> None:
    assert not LinkDoor(name).open()


def test_a_door_that_a_killed_desk_left_is_opened_again(name: str) -> None:
    leave = (
        "import os, sys; from ui.link_door import LinkDoor; door = LinkDoor(sys.argv[1]); "
        "assert door.open(); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", leave, name], check=True)
    door = LinkDoor(name)
    assert door.open()
    door.close()


def test_a_guest_who_talks_without_end_is_shown_out(
    door: LinkDoor, name: str, qtbot: QtBot
) -> None:
    guest = QLocalSocket()
    guest.connectToServer(name)
    assert guest.waitForConnected(2000)
    with qtbot.assertNotEmitted(door.came):
        guest.write(b"x" * 20_000)
        guest.flush()
        qtbot.waitUntil(lambda: guest.state() is QLocalSocket.LocalSocketState.UnconnectedState)


def test_two_desks_have_two_doors(tmp_path: Path) -> None:
    assert door_name(tmp_path / "a.toml") != door_name(tmp_path / "b.toml")
