"""``agent-desk-cli floor``: a small floor under load, from its own server to the verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent_desk.domain.errors import MissingProgramError
from db.server_programs import server_programs

LOAD_SECONDS = 12
PATIENCE_SECONDS = 240


@pytest.mark.e2e
@pytest.mark.slow
def test_twenty_desks_lose_nothing_and_hear_everything(tmp_path: Path) -> None:
    try:
        server_programs()
    except MissingProgramError as missing:
        pytest.skip(str(missing))
    command = [
        *(sys.executable, "-m", "agent_desk.cli", "floor"),
        *("--desks", "20", "--desks-per-process", "10", "--customers", "100"),
        *("--minutes", str(LOAD_SECONDS / 60), "--calls-per-hour", "900"),
    ]

    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=PATIENCE_SECONDS, cwd=tmp_path
    )

    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert "Traceback" not in ended.stderr
    report = json.loads(ended.stdout)
    assert report["flawless"]
    assert report["troubles"] == {}
    found = report["verdict"]
    assert found["tickets"]["believed"] == found["tickets"]["stored"] >= 19
    assert found["heard_changes"]["stored"] >= 19 * 18
    for operation in ("pop", "ticket", "presence_beat", "feed_delivery"):
        assert report["operations"][operation]["count"] > 0
    assert report["server"]["commits"] > 0
    assert report["server"]["wal_bytes"] > 0
