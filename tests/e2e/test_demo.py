"""``agent-desk demo`` without a display: the story of each call, and pictures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from agent_desk.settings import load_settings
from tests.e2e.folders import copy_base, places_of

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PROGRAM_SECONDS = 180.0


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the demo in ``folder`` to its end."""
    command = [sys.executable, "-m", "agent_desk", "demo", "--base", str(folder), *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
    environment |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PROGRAM_SECONDS,
        env=environment,
    )


LOOP = (
    "dealer: accepted",
    "dealer: started, .* is on site",
    "dealer: on hold, waits for parts",
    "dealer: resumed",
    "dealer: reported",
    "dispatcher: sent back",
    "dealer: reported",
    "dispatcher: report approved, back to the agent",
    "supervisor: expense claim of .* approved twice and settled",
    "closed: ",
)
"""What becomes of an order in the demo, in this order."""


def assert_an_order_goes_all_the_way_round(told: str) -> None:
    raised = re.search(r"order +(W-\d+) draft", told)
    assert raised is not None, told
    lines = iter(line for line in told.splitlines() if f" {raised[1]} " in line)
    for step in LOOP:
        assert any(re.search(f"{raised[1]} {step}", line) for line in lines), (step, told)


def test_the_demo_tells_the_story_of_each_call_and_leaves_pictures(
    tmp_path: Path, template: Path
) -> None:
    folder = copy_base(template, tmp_path / "desk")
    pictures = tmp_path / "pictures"

    ended = demo(folder, "--minutes", "1", "--speed", "10", "--pictures", str(pictures))

    assert ended.returncode == 0, ended.stderr
    assert "Traceback" not in ended.stderr
    first = [line for line in ended.stdout.splitlines() if "#1 " in line]
    told = [line.split()[2] for line in first]
    assert told[:3] == ["rang", "popped", "answered"]
    assert told[-2:] == ["ended", "closed"]
    assert re.search(r"T-\d+ (resolved|pending)", ended.stdout)
    assert_an_order_goes_all_the_way_round(ended.stdout)
    names = {path.name for path in pictures.iterdir()}
    assert {
        "call-1-ringing.png",
        "call-1-talking.png",
        "order-came-back.png",
        "order-verified.png",
        "end-other-theme.png",
        "end-other-language.png",
    } <= names
    for path in pictures.iterdir():
        image = QImage(str(path))
        assert (image.width(), image.height()) >= (1280, 720), path.name
    # The demo's own changes of language and theme, and its speed, are not the person's settings.
    assert load_settings(places_of(folder).settings).speed == 1.0
