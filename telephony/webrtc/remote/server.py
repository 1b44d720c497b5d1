"""The engine's end of the pipe: does what the stand-in asks, and tells what happens."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, BinaryIO

from telephony.webrtc.engine import EngineEvent, MediaEngine
from telephony.webrtc.errors import MediaError
from telephony.webrtc.remote.wire import (
    REQUESTS,
    Message,
    arguments_from_wire,
    event_to_wire,
    read_message,
    to_wire,
    write_message,
)

_LOG = logging.getLogger(__name__)

_END_SECONDS = 3.0
"""So long may the last words take."""


async def serve(
    engine: MediaEngine,
    *,
    asked: BinaryIO,
    told: BinaryIO,
    on_end: Callable[[], None] = lambda: None,
) -> None:
    """Serve ``engine`` until ``asked`` ends, which it does when the desk is gone.

    on_end: is called then, on a thread of its own, to see to it that the process ends.
    """
    await _Server(engine, asked, told, on_end).run()


class _Server:
    """One engine and one pipe each way, each with a thread that may wait."""

    def __init__(
        self, engine: MediaEngine, asked: BinaryIO, told: BinaryIO, on_end: Callable[[], None]
    ) -> None:
        self._engine = engine
        self._asked = asked
        self._told = told
        self._on_end = on_end
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._out: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def run(self) -> None:
        threading.Thread(target=self._read, name="media-asked", daemon=True).start()
        writer = threading.Thread(target=self._write, name="media-told", daemon=True)
        writer.start()
        unsubscribe = self._engine.subscribe(self._tell)
        await self._ended.wait()
        unsubscribe()
        await self._engine.stop()
        self._out.put(None)
        await asyncio.to_thread(writer.join, _END_SECONDS)

    def _tell(self, event: EngineEvent) -> None:
        self._out.put(event_to_wire(event))

    def _take(self, message: Message) -> None:
        task = self._loop.create_task(self._do(message["do"], message["with"]))
        self._tasks.add(task)
        task.add_done_callback(partial(self._answer, message))

    async def _do(self, method: str, arguments: list[Any]) -> Any:
        if method not in REQUESTS:
            raise MediaError(f"{method} cannot be asked for")
        return await getattr(self._engine, method)(*arguments_from_wire(method, arguments))

    def _answer(self, message: Message, task: asyncio.Task[Any]) -> None:
        """Answer a request, whatever went wrong: the desk waits for it."""
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None and not task.cancelled():
            self._out.put({"id": message["id"], "value": to_wire(task.result())})
            return
        if not isinstance(error, MediaError):
            _LOG.error("%s has failed", message["do"], exc_info=error)
        self._out.put({"id": message["id"], "refused": str(error) or repr(error)})

    def _read(self) -> None:
        """Hand on what is asked; on a thread of its own."""
        while (message := read_message(self._asked)) is not None:
            self._loop.call_soon_threadsafe(self._take, message)
        self._loop.call_soon_threadsafe(self._ended.set)
        self._on_end()

    def _write(self) -> None:
        """Write what is told; on a thread of its own, since the desk may read slowly."""
        try:
            while (message := self._out.get()) is not None:
                write_message(self._told, message)
        except OSError:
            # The desk is gone; its end of the other pipe says so as well.
            return
