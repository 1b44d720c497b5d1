"""A process ends with the one that started it, whatever happened to that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from agent_desk.bootstrap import lifeline

WAIT_SECONDS = 30.0

CHILD = """
import sys, threading
from agent_desk.bootstrap import lifeline
lifeline.GRACE_SECONDS = 0.2
password = sys.stdin.readline()
lifeline.end_with_stdin()
try:
    print("waiting", flush=True)
    threading.Event().wait(60)
except KeyboardInterrupt:
    print("ended in good order", flush=True)
    if sys.argv[1] == "hangs":
        threading.Event().wait(60)
"""

PARENT = """
import multiprocessing, os, signal, sys, time
from agent_desk.bootstrap.lifeline import end_with_parent

def work(pipe):
    end_with_parent()
    pipe.send(os.getpid())
    time.sleep(60)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    context.Process(target=work, args=(theirs,), daemon=True).start()
    print(ours.recv(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def child(how: str) -> subprocess.Popen[str]:
    """Return a process that has got its password and waits."""
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("a password\n")
    process.stdin.flush()
    assert process.stdout.readline() == "waiting\n"
    return process


def test_a_process_ends_in_good_order_when_its_input_ends() -> None:
    told, complaint = child("ends").communicate(timeout=WAIT_SECONDS)

    assert told == "ended in good order\n"
    assert complaint == ""


def test_a_process_that_hangs_ends_all_the_same() -> None:
    process = child("hangs")

    process.communicate(timeout=WAIT_SECONDS)

    assert process.returncode == lifeline.EXIT_ORPHANED


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_a_worker_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    path = os.pathsep.join(sys.path)
    killed = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    # The output is the worker's too: it ends when both are gone, long before it would by itself.
    told, _ = killed.communicate(timeout=WAIT_SECONDS)
    assert int(told) > 0
    assert killed.returncode == -signal.SIGKILL


def test_a_process_without_such_a_parent_lives_on() -> None:
    lifeline.end_with_parent()
