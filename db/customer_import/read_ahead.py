"""Runs a generator in a thread of its own, some results ahead of whoever takes them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Semaphore, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


@contextmanager
def read_ahead(results: Generator[T, None, None], *, at_most: int) -> Iterator[Iterator[T]]:
    """Yield an iterator over ``results``, of which ``at_most`` wait to be taken.

    It raises what the generator raises. When the block is left, the generator is closed and its
    thread has ended.
    """
    ahead = _ReadAhead(results, at_most)
    thread = Thread(target=ahead.fill, name="read-ahead")
    thread.start()
    try:
        yield ahead.taken()
    finally:
        ahead.give_up()
        thread.join()


class _ReadAhead(Generic[T]):
    def __init__(self, results: Generator[T, None, None], at_most: int) -> None:
        self._results = results
        self._room = Semaphore(at_most)
        self._waiting: SimpleQueue[tuple[T] | BaseException | None] = SimpleQueue()
        self._is_given_up = False

    def fill(self) -> None:
        """Run the generator to its end, or until nobody takes what it yields."""
        try:
            for result in self._results:
                self._room.acquire()
                if self._is_given_up:
                    break
                self._waiting.put((result,))
            self._results.close()
        except BaseException as error:  # noqa: BLE001 raised again in the thread that takes
            self._waiting.put(error)
        else:
            self._waiting.put(None)

    def taken(self) -> Iterator[T]:
        """Yield the results; raises what ended them."""
        while (found := self._waiting.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            self._room.release()
            yield found[0]

    def give_up(self) -> None:
        """Let the thread end with the result that it is at."""
        self._is_given_up = True
        self._room.release()
