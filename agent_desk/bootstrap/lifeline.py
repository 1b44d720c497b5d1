"""Lets a process end with the one that started it, also when that was killed with `kill -9`.

Nobody can tell a child that its parent was killed; but the operating system closes what the parent
held open, on Linux as on Windows. A thread waits for that and does nothing else.
"""

from __future__ import annotations

import _thread
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable

GRACE_SECONDS = 15.0
"""Longest time to end in good order; a desk's journal has what is unsaved then."""

EXIT_ORPHANED = 3
"""Exit code of a process that could not end in good order."""

_CHUNK_BYTES = 1024


def end_with_stdin() -> None:
    """Interrupt this process when its standard input ends; returns at once.

    As Ctrl+C does: whoever handles SIGINT ends in good order, and has `GRACE_SECONDS` for it.
    """
    descriptor = sys.stdin.fileno()
    _watch("stdin-lifeline", lambda: _read_to_end(descriptor), _interrupted)


def end_with_parent() -> None:
    """End this process of `multiprocessing` at once when its parent is gone; returns at once."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        _watch("parent-lifeline", parent.join, lambda: os._exit(EXIT_ORPHANED))


def _watch(name: str, wait: Callable[[], None], end: Callable[[], None]) -> None:
    def run() -> None:
        wait()
        end()

    threading.Thread(target=run, name=name, daemon=True).start()


def _read_to_end(descriptor: int) -> None:
    # Not sys.stdin itself: a thread that waits in it is an error when the interpreter ends.
    while os.read(descriptor, _CHUNK_BYTES):
        pass


def _interrupted() -> None:
    main = threading.main_thread().ident
    if sys.platform != "win32" and main is not None:
        # Also wakes a main thread that waits.
        signal.pthread_kill(main, signal.SIGINT)
    else:
        _thread.interrupt_main(signal.SIGINT)
    threading.Event().wait(GRACE_SECONDS)
    os._exit(EXIT_ORPHANED)
