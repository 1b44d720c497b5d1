"""A puppet of ours and what it says; main thread, with one of its own that reads."""

from __future__ import annotations

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final

PATIENCE_SECONDS: Final = 20.0
"""Longest wait for a change: the devices of a sound server that slept wake up in a second."""

LOUD: Final = 2000
"""From this amplitude on a tone of the puppet's (8000) counts as heard."""


class MediaProcess:
    """Runs a puppet and waits for what it says."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.audio.puppet"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.devices: dict[str, Any] = {}
        self.failed = ""

    def tell(self, *what: object) -> None:
        """Call a method of the card, or set the tone."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def until(self, enough: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Read on until it says something that is enough."""
        end = monotonic() + PATIENCE_SECONDS
        while True:
            try:
                said = self._said.get(timeout=max(0.0, end - monotonic()))
            except queue.Empty:
                raise AssertionError(f"not said; last {self.devices} {self.failed!r}") from None
            if "devices" in said:
                self.devices, self.failed = said["devices"], said["failed"]
            if enough(said):
                return said

    def until_heard(self, hz: int) -> None:
        """Wait until only the tone of ``hz`` is heard, or none at all for 0."""

        def enough(said: dict[str, Any]) -> bool:
            return "heard" in said and {
                int(tone) for tone, level in said["heard"].items() if level > LOUD
            } == ({hz} if hz else set())

        self.until(enough)

    def until_used(self, microphone: str, speaker: str, failed: str = "") -> None:
        """Wait until it says that these devices are in use and ``failed`` is not to be had."""

        def enough(said: dict[str, Any]) -> bool:
            used = (self.devices.get("microphone_in_use"), self.devices.get("speaker_in_use"))
            return "devices" in said and (*used, self.failed) == (microphone, speaker, failed)

        self.until(enough)

    def names(self, kind: str) -> set[str]:
        """Return the ids of the microphones or the speakers that it said last."""
        return {device["id"] for device in self.devices[kind]}

    def end(self) -> int:
        """Let it end by itself; return how it ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        code = self._process.wait(PATIENCE_SECONDS)
        self._reader.join(PATIENCE_SECONDS)
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()
        return code

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process.poll() is None:
            self._process.kill()
            self.end()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(json.loads(line))
