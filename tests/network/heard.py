"""What was told, and how a test waits for it without a sleep."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
PATIENCE_SECONDS = 20.0


class Heard:
    """Keeps what it is called with; `next` returns each item of a kind once."""

    def __init__(self) -> None:
        self.items: list[Any] = []
        self._read = 0
        self._news = asyncio.Event()

    def __call__(self, item: Any) -> None:
        self.items.append(item)
        self._news.set()

    async def next(self, kind: type[T], fits: Callable[[T], bool] = lambda _: True) -> T:
        """Return the next item of ``kind`` that fits; what came before it is passed over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                while self._read < len(self.items):
                    item = self.items[self._read]
                    self._read += 1
                    if isinstance(item, kind) and fits(item):
                        return item
                self._news.clear()
                await self._news.wait()

    def all(self, kind: type[T]) -> list[T]:
        """Return every item of a kind."""
        return [item for item in self.items if isinstance(item, kind)]
