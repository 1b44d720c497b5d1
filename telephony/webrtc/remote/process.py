"""A process with a pipe each way, and threads that wait for it; for the `desk-loop` thread."""

from __future__ import annotations

import asyncio
import logging
import queue
import subprocess
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import BinaryIO, cast

from telephony.webrtc.remote.wire import Message, read_message, write_message

_LOG = logging.getLogger(__name__)

_LEVELS = {"WARNING": logging.WARNING, "ERROR": logging.ERROR, "CRITICAL": logging.CRITICAL}
_STOP_SECONDS = 3.0


class PipedProcess:
    """One run of the engine's process.

    ``on_message`` and then once ``on_end`` are called with this run on the loop that follows it.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        on_message: Callable[[PipedProcess, Message], None],
        on_end: Callable[[PipedProcess, str], None],
    ) -> None:
        """Start ``command``; raises OSError when that cannot be. `launch` does so elsewhere."""
        self._on_message = on_message
        self._on_end = on_end
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self._out: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []

    @property
    def pid(self) -> int:
        """Return the process's number."""
        return self._process.pid

    def follow(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to read and write."""
        for work, name in ((self._write, "asks"), (self._log, "logs")):
            self._begin(work, name)
        self._begin(lambda: self._read(loop), "hears")

    def send(self, message: Message) -> None:
        """Write a message, soon."""
        self._out.put(message)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def stop(self) -> None:
        """Close its input and wait for its end; may take seconds, so not for a loop's thread."""
        self._out.put(None)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)
        for stream in (self._process.stdout, self._process.stderr):
            cast("BinaryIO", stream).close()

    def _begin(self, work: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=work, name=f"media-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _write(self) -> None:
        stream = cast("BinaryIO", self._process.stdin)
        # A process that is gone is told of by the end of its output.
        with suppress(OSError):
            while (message := self._out.get()) is not None:
                write_message(stream, message)
        with suppress(OSError):
            stream.close()

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        stream = cast("BinaryIO", self._process.stdout)
        # A loop that has ended hears nothing more.
        with suppress(RuntimeError):
            while (message := read_message(stream)) is not None:
                loop.call_soon_threadsafe(self._on_message, self, message)
            why = f"its process has ended with code {self._process.wait()}"
            loop.call_soon_threadsafe(self._on_end, self, why)
        self._out.put(None)

    def _log(self) -> None:
        """Write the process's own log into that of the desk."""
        for line in cast("BinaryIO", self._process.stderr):
            text = line.decode(errors="replace").rstrip()
            level = _LEVELS.get(text.split(":", 1)[0], logging.INFO)
            _LOG.log(level, "media process: %s", text)


async def launch(
    command: Sequence[str],
    *,
    on_message: Callable[[PipedProcess, Message], None],
    on_end: Callable[[PipedProcess, str], None],
) -> PipedProcess:
    """Return the started process; raises OSError. Starting one may take a moment of the disk."""
    process = await asyncio.to_thread(
        lambda: PipedProcess(command, on_message=on_message, on_end=on_end)
    )
    process.follow(asyncio.get_running_loop())
    return process
