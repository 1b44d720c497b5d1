"""Waiting on an event loop for work on a thread; called on `desk-loop`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

T = TypeVar("T")


async def finished(executor: Executor, work: Callable[[], T]) -> T:
    """Return what ``work`` returns on ``executor``; a cancelled caller does not stop it."""
    future = asyncio.get_running_loop().run_in_executor(executor, work)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        # Nobody will ask for the result; an error in it must not be reported as forgotten.
        future.add_done_callback(_retrieve)
        raise


def _retrieve(future: asyncio.Future[T]) -> None:
    if not future.cancelled():
        future.exception()
