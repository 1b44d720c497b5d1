"""Start-up and memory of the whole desk beside an empty PySide6 window, each in a fresh process."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROUNDS = 9
REQUIRED_RATIO = 2.2
REQUIRED_MEGABYTES = 200


def run() -> dict[str, Any]:
    """Return medians of interleaved starts, in milliseconds, the ratio, and memory in megabytes."""
    with tempfile.TemporaryDirectory() as folder:
        _probe("desk", folder)  # makes the demo data and the byte code
        _probe("empty")
        empty, desk = [], []
        for _ in range(ROUNDS):
            empty.append(_probe("empty"))
            desk.append(_probe("desk", folder))
    window = statistics.median(mark["window"] for mark in desk)
    baseline = statistics.median(mark["window"] for mark in empty)
    ready = statistics.median(mark["ready"] for mark in desk)
    memory = max(mark["resident_bytes"] for mark in desk)
    return {
        "baseline": "empty PySide6 window",
        "empty_window_ms": round(baseline * 1000, 1),
        "first_usable_window_ms": round(window * 1000, 1),
        "database_ready_ms": round(ready * 1000, 1),
        "ratio": round(window / baseline, 2),
        "required_ratio": REQUIRED_RATIO,
        "resident_megabytes": round(memory / 1e6, 1),
        "required_megabytes": REQUIRED_MEGABYTES,
    }


def _probe(*arguments: str) -> dict[str, float]:
    """Run the probe in a process of its own, with byte code kept as an installed program has it."""
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    byte_code = Path(tempfile.gettempdir()) / "agent-desk-bench-bytecode"
    environment.setdefault("PYTHONPYCACHEPREFIX", str(byte_code))
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.start_probe", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    marks: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return marks
