"""The only module that knows threads: main (Qt) on one side, `desk-loop` (asyncio) on the other.

Calls go from main into `desk-loop` and come back as a result or an error on main; events go from
`desk-loop` to main, first in, first out, one queued signal per burst.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeVar, TypeVarTuple

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from agent_desk.domain.errors import AgentDeskError

logger = logging.getLogger(__name__)

E = TypeVar("E")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

BATCH: Final = 200
"""How many events main handles in a row before it looks after the keyboard again."""

STOP_SECONDS: Final = 5.0
"""How long `DeskLoop.stop` waits for cancelled tasks before it gives up and says so."""


class DeskLoop:
    """An asyncio loop in a thread of its own, named "desk-loop"."""

    def __init__(self) -> None:
        """Make the loop; nothing runs before `start`."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="desk-loop", daemon=True)
        self._started = threading.Event()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop; use it through `Bridge` or the thread-safe functions of asyncio."""
        return self._loop

    def start(self) -> None:
        """Start the thread and return once the loop runs."""
        self._thread.start()
        self._started.wait()

    def is_running(self) -> bool:
        """Return whether the thread is alive."""
        return self._thread.is_alive()

    def stop(self, timeout_seconds: float = STOP_SECONDS) -> bool:
        """Cancel every task, end the thread and return whether it ended in time.

        Called on main; calling it twice or before `start` changes nothing.
        """
        if self._thread.ident is None:
            self._loop.close()
            return True
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout_seconds)
        if self._thread.is_alive():
            logger.error("desk-loop did not end within %.1f s", timeout_seconds)
            return False
        return True

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.call_soon(self._started.set)
        try:
            self._loop.run_forever()
            self._cancel_all()
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.run_until_complete(self._loop.shutdown_default_executor())
        finally:
            asyncio.set_event_loop(None)
            self._loop.close()

    def _cancel_all(self) -> None:
        tasks = asyncio.all_tasks(self._loop)
        if not tasks:
            return
        for task in tasks:
            task.cancel()
        results = self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        for result in results:
            if isinstance(result, Exception):
                logger.error("a task failed while desk-loop ended", exc_info=result)


@dataclass(frozen=True, slots=True)
class _Asker:
    """Who made a call: its name for the log, whom to tell, and whose death silences it."""

    name: str
    on_result: Callable[[Any], None] | None
    on_error: Callable[[Exception], None] | None
    owner: QObject | None

    def is_gone(self) -> bool:
        """Return whether Qt has deleted the widget that waits."""
        return any(_is_deleted(who) for who in (self.owner, _self_of(self.on_result)))


@dataclass(frozen=True, slots=True)
class _Reply:
    """What a call into `desk-loop` came back with; error is None when it went well."""

    asker: _Asker
    result: object = None
    error: Exception | None = None


class Bridge(QObject):
    """Carries calls into `desk-loop` and events and replies out of it; lives on main.

    events: every posted event, on main, in the order of posting. failed: an exception that nobody
    took: of a call without ``on_error``, of a handler, or one that is no AgentDeskError.
    """

    events = Signal(object)
    failed = Signal(object)
    _woken = Signal()

    def __init__(self, loop: asyncio.AbstractEventLoop, parent: QObject | None = None) -> None:
        """Carry calls into ``loop``, which runs in another thread."""
        super().__init__(parent)
        self._loop = loop
        self._incoming: deque[object] = deque()
        self._lock = threading.Lock()
        self._is_awake = False
        self._is_closed = False
        self._handlers: dict[type, list[Callable[[Any], None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def post(self, event: object) -> None:
        """Hand ``event`` to main; callable from any thread, never waits."""
        with self._lock:
            if self._is_closed:
                return
            self._incoming.append(event)
            if self._is_awake:
                return
            self._is_awake = True
        self._woken.emit()

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> Callable[[], None]:
        """Call ``handler`` on main with each event of ``kind`` or a subclass.

        Returns what ends the subscription. A method of a deleted widget is dropped by itself.
        """
        handlers = self._handlers.setdefault(kind, [])
        handlers.append(handler)

        def unsubscribe() -> None:
            if handler in handlers:
                handlers.remove(handler)

        return unsubscribe

    def call(
        self,
        function: Callable[[*Ts], Coroutine[Any, Any, T]],
        *args: *Ts,
        on_result: Callable[[T], None] | None = None,
        on_error: Callable[[Exception], None] | None = None,
        owner: QObject | None = None,
    ) -> None:
        """Run ``function(*args)`` on `desk-loop`; one of the callbacks follows on main.

        An AgentDeskError goes to ``on_error`` as it is. Any other exception is a fault of the
        program: it is logged, goes to ``failed``, and to ``on_error`` so that nobody waits on.
        Nothing is called once ``owner``, or the widget whose method ``on_result`` is, is deleted,
        nor when the loop ends first.
        """
        name = getattr(function, "__qualname__", repr(function))
        asker = _Asker(name, on_result, on_error, owner)
        if self._is_closed or self._loop.is_closed():
            logger.debug("%s was asked for after the bridge closed", name)
            return
        self._loop.call_soon_threadsafe(self._begin, function, args, asker)

    def close(self) -> None:
        """Deliver nothing any more; called on main before the loop is stopped."""
        with self._lock:
            self._is_closed = True
            self._incoming.clear()

    def _begin(
        self,
        function: Callable[..., Coroutine[Any, Any, Any]],
        args: tuple[Any, ...],
        asker: _Asker,
    ) -> None:
        task = self._loop.create_task(self._answer(function, args, asker), name=asker.name)
        # asyncio itself holds tasks weakly.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(
        self,
        function: Callable[..., Coroutine[Any, Any, Any]],
        args: tuple[Any, ...],
        asker: _Asker,
    ) -> None:
        try:
            result = await function(*args)
        except AgentDeskError as error:
            self.post(_Reply(asker, error=error))
        except Exception as error:
            logger.exception("%s failed", asker.name)
            self.post(_Reply(asker, error=error))
        else:
            self.post(_Reply(asker, result))

    def _drain(self) -> None:
        for _ in range(BATCH):
            with self._lock:
                if not self._incoming:
                    self._is_awake = False
                    return
                item = self._incoming.popleft()
            self._deliver(item)
        self._woken.emit()

    def _deliver(self, item: object) -> None:
        if isinstance(item, _Reply):
            self._deliver_reply(item)
            return
        self.events.emit(item)
        for kind in type(item).__mro__:
            for handler in tuple(self._handlers.get(kind, ())):
                if _is_deleted(_self_of(handler)):
                    self._handlers[kind].remove(handler)
                else:
                    self._run(handler, item)

    def _deliver_reply(self, reply: _Reply) -> None:
        asker, error = reply.asker, reply.error
        gone = asker.is_gone()
        if error is None:
            if asker.on_result is not None and not gone:
                self._run(asker.on_result, reply.result)
            return
        heard = asker.on_error is not None and not gone
        if not heard and isinstance(error, AgentDeskError):
            logger.error("%s was refused and nobody listened: %s", asker.name, error)
        if not heard or not isinstance(error, AgentDeskError):
            self.failed.emit(error)
        if heard and asker.on_error is not None:
            self._run(asker.on_error, error)

    def _run(self, handler: Callable[[Any], None], value: object) -> None:
        try:
            handler(value)
        except Exception as error:
            logger.exception("%r failed on %r", handler, type(value).__name__)
            self.failed.emit(error)


def _self_of(handler: Callable[..., Any] | None) -> object:
    return getattr(handler, "__self__", None)


def _is_deleted(who: object) -> bool:
    return isinstance(who, QObject) and not isValid(who)
