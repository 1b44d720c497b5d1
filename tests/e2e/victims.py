"""Starts desks as processes of their own, kills them at some moment, keeps what they told."""

from __future__ import annotations

import multiprocessing
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

START_SECONDS = 60.0
"""Longest wait for a desk to begin typing on a busy machine."""

_PRELOADED = (
    "tests.e2e.typist",
    "db.journal",
    "db.sqlite_storage",
    "db.demo_data",
    "telephony.simulator.scenario_file",
    "telephony.simulator.simulation",
)
"""Imported once; a killed desk is a fork of that, so that fifty of them start in a minute."""

_starting = threading.Lock()

Fact = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim:
    """What is known of a killed desk. killed_at: `time.monotonic` just before the kill."""

    folder: Path
    facts: tuple[Fact, ...]
    killed_at: float

    def told(self, word: str) -> list[Fact]:
        """Return the facts of one kind in their order."""
        return [fact for fact in self.facts if fact["word"] == word]


class NeverBeganError(AssertionError):
    """The desk did not come to the point from which the kill is counted."""


def kill_at(
    folder: Path,
    *,
    mode: str,
    seed: int,
    begin: str,
    after_seconds: float,
    **settings: object,
) -> Victim:
    """Run a desk in ``folder`` and kill it ``after_seconds`` after it told ``begin``."""
    context = _context()
    heard, told = context.Pipe(duplex=False)
    process = context.Process(target=_victim, args=(told, folder, mode, seed, settings))
    with _starting:
        process.start()
    told.close()
    facts, killed_at = _hear(heard, begin=begin, after_seconds=after_seconds)
    process.kill()
    facts += _rest(heard)
    process.join()
    exit_code = process.exitcode
    process.close()
    if killed_at is None:
        raise NeverBeganError(
            f"it never told {begin!r} (exit code {exit_code}): {_last_words(facts)}"
        )
    return Victim(folder=folder, facts=tuple(facts), killed_at=killed_at)


def _hear(
    heard: Connection, *, begin: str, after_seconds: float
) -> tuple[list[Fact], float | None]:
    """Return what was told until the moment of the kill, and that moment; None: no such moment."""
    facts: list[Fact] = []
    has_begun = False
    deadline = time.monotonic() + START_SECONDS
    while heard.poll(max(0.0, deadline - time.monotonic())):
        try:
            facts.append(heard.recv())
        except EOFError:
            return facts, None
        if not has_begun and facts[-1]["word"] == begin:
            has_begun = True
            deadline = time.monotonic() + after_seconds
    return facts, time.monotonic() if has_begun else None


def _last_words(facts: list[Fact]) -> list[Fact]:
    return [fact for fact in facts if fact["word"] != "tick"][-5:]


def _context() -> Any:
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    context.set_forkserver_preload(list(_PRELOADED))
    return context


def _victim(*arguments: Any) -> None:
    from tests.e2e.typist import run

    run(*arguments)


def _rest(heard: Connection) -> list[Fact]:
    """Return what was in the pipe when the process died."""
    facts = []
    try:
        while True:
            facts.append(heard.recv())
    except (EOFError, OSError):
        return facts
    finally:
        heard.close()
