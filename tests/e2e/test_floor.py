"""``agent-desk floor``: a PostgreSQL of its own and three desks, which play a story or show."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from agent_desk.bootstrap.floor import SEATS
from agent_desk.domain.errors import MissingProgramError
from db.server_programs import server_programs

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PROGRAM_SECONDS = 240.0
ENDING_SECONDS = 60.0

PLAYED = (
    r"agent +it rings; the record pops: \S",
    r"supervisor +sees the agent talking after \d",
    r"agent +ticket and work order W-\d+ saved in \d",
    r"department +W-\d+ for \S.* is on the list after \d",
    r"department +accepts the order",
    r"department +works and reports",
    r"agent +reads after \d.* that W-\d+ came back",
    r"agent +W-\d+ and its ticket are closed",
)


LOOP = (
    r"agent +it rings; the record pops: \S",
    r"agent +raises work order W-\d+; it goes to network operations",
    r"department +declines it",
    r"dispatcher +has it on the board after \d",
    r"dispatcher +assigns it for the evening; network operations has it after \d",
    r"department +accepts it; .* is on site",
    r"department +puts it on hold: parts",
    r"department +reports: router replaced, line tested; 537.80 CNY",
    r"reviewer +sends the report back",
    r"department +reports: router replaced \(serial number",
    r"reviewer +approves the second report",
    r"agent +reads after \d.* that W-\d+ came back",
    r"agent +W-\d+ and its ticket are closed, on the customer's word",
    r"dispatcher +approves what it cost, 537.80 CNY, for the office",
    r"supervisor +approves it for the head office, as the second person",
    r"supervisor +pays it: settled",
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where the floor lies: a folder that the server's account may enter, also for root."""
    try:
        server_programs()
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    made = Path(tempfile.mkdtemp(prefix="agent-desk-floor-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


def environment(**more: str) -> Mapping[str, str]:
    """Return what the program finds: no display, and a terminal that shows every letter."""
    displays = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    kept = {name: value for name, value in os.environ.items() if name not in displays}
    return {**kept, "PYTHONIOENCODING": "utf-8", **more}


def floor(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the floor in ``folder`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "agent_desk", "floor", "--base", str(folder), *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PROGRAM_SECONDS,
        env=environment(**more),
    )


def server_of(told: str) -> int:
    """Return the process id of the server that ``told`` names."""
    found = re.search(r"PostgreSQL on 127\.0\.0\.1:\d+, process (\d+)", told)
    assert found is not None, told
    return int(found[1])


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def test_three_desks_play_an_order_from_the_call_to_the_customers_word(
    folder: Path, tmp_path: Path
) -> None:
    ended = floor(folder, "--pictures", str(tmp_path))

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    told = iter(ended.stdout.splitlines())
    for pattern in PLAYED:
        assert any(re.search(pattern, line) for line in told), (pattern, ended.stdout)
    assert is_gone(server_of(ended.stdout))
    pictures = {path.name for path in tmp_path.iterdir()}
    assert {"all-desks.png", "1-in-call-supervisor.png", "2-report-department.png"} <= pictures
    for name in pictures:
        assert QImage(str(tmp_path / name)).height() >= 720, name


def test_five_desks_play_an_order_all_the_way_round(folder: Path, tmp_path: Path) -> None:
    ended = floor(folder, "--loop", "--pictures", str(tmp_path))

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    told = iter(ended.stdout.splitlines())
    for pattern in LOOP:
        assert any(re.search(pattern, line) for line in told), (pattern, ended.stdout)
    assert is_gone(server_of(ended.stdout))
    pictures = {path.name for path in tmp_path.iterdir()}
    assert {"1-board-dispatcher.png", "3-review-reviewer.png"} <= pictures
    assert {"4-verification-agent.png", "5-settlement-dispatcher.png"} <= pictures


def test_three_windows_sign_in_by_themselves_and_end_with_the_floor(folder: Path) -> None:
    xvfb_run = shutil.which("xvfb-run")
    if xvfb_run is None:
        pytest.skip("needs a window system: apt-get install xvfb xauth")
    command = (sys.executable, "-m", "agent_desk", "floor", "--base", str(folder))
    program = subprocess.Popen(
        [xvfb_run, "-a", *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=environment(),
    )
    assert program.stdout is not None
    told = ""
    for line in program.stdout:
        told += line
        if line.startswith("3 windows"):
            break
    server = server_of(told)
    own = int(listed("-o", "ppid=", "-p", str(server)))
    desks = listed("-o", "args=", "--ppid", str(own))
    os.kill(own, signal.SIGTERM)
    told += program.communicate(timeout=PROGRAM_SECONDS)[0]

    assert desks.count("agent_desk --password-stdin") == len(SEATS), told
    assert program.returncode == 0, told
    assert is_gone(server)


def test_no_window_outlives_a_floor_that_is_killed(folder: Path) -> None:
    xvfb_run = shutil.which("xvfb-run")
    if xvfb_run is None:
        pytest.skip("needs a window system: apt-get install xvfb xauth")
    command = (sys.executable, "-m", "agent_desk", "floor", "--base", str(folder))
    program = subprocess.Popen(
        # The display is there as long as the shell: a lost display would end the desks as well.
        [xvfb_run, "-a", "sh", "-c", '"$@"; read _', "sh", *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env=environment(),
    )
    assert program.stdout is not None
    told = ""
    for line in program.stdout:
        told += line
        if line.startswith("3 windows"):
            break
    server = server_of(told)
    own = int(listed("-o", "ppid=", "-p", str(server)))
    children = [int(line) for line in listed("-o", "pid=", "--ppid", str(own)).split()]
    desks = [child for child in children if child != server]

    os.kill(own, signal.SIGKILL)
    for process in (server, *desks):
        wait_for_end(process)

    assert len(desks) >= len(SEATS)
    program.communicate("\n", timeout=PROGRAM_SECONDS)


def wait_for_end(process: int) -> None:
    """Return when ``process`` has ended; fails after a while."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(process)
        ended, _, _ = select.select([handle], [], [], ENDING_SECONDS)
        os.close(handle)
        assert ended, "a process has outlived the floor"


def listed(*options: str) -> str:
    return subprocess.run(["ps", *options], capture_output=True, text=True).stdout


def test_no_password_is_in_any_file_of_the_desks(folder: Path) -> None:
    for seat in SEATS:
        text = (folder / seat.folder / "settings.toml").read_text(encoding="utf-8")
        assert f'login = "{seat.login}"' in text
        assert "password" not in text


def test_a_machine_without_a_server_gets_the_line_that_installs_it(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from db import server_programs; "
        "server_programs._DEBIANS_SERVERS = Path('/nowhere'); "
        "from agent_desk.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, "floor", "--base", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=PROGRAM_SECONDS,
        env=environment(PATH="/nowhere"),
    )

    assert ended.returncode == 2
    assert "initdb of PostgreSQL 15 or newer; install the package postgresql" in ended.stderr
    assert "apt-get install --no-install-recommends postgresql" in ended.stderr
    assert "Traceback" not in ended.stderr
