"""What a program does that was bundled into one file, as it is on a machine without Python."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Sequence

import pytest

from agent_desk import cli
from agent_desk.__main__ import main as desk_main
from agent_desk.bootstrap.own_program import own_program

WORKED = 7


@pytest.mark.parametrize("main", [desk_main, cli.main])
def test_a_worker_does_its_work_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, main: Callable[[Sequence[str]], int]
) -> None:
    """A worker is the same program once more: it must neither open a window nor read options."""

    def worked() -> None:
        raise SystemExit(WORKED)

    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(multiprocessing, "freeze_support", worked)

    with pytest.raises(SystemExit) as ended:
        main(["--multiprocessing-fork"])

    assert ended.value.code == WORKED


def test_a_bundled_program_starts_itself_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_program() == (sys.executable, "-m", "agent_desk")

    monkeypatch.setattr(sys, "frozen", True, raising=False)

    assert own_program() == (sys.executable,)
