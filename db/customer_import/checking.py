"""Checks the lines of a file, those of a long one in processes of their own.

The caller's thread stores; a second thread of its process reads, and two other processes check
numbers and compute what customers are found by. A process that loses its caller ends.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, TypeAlias

from db.bulk_ids import BulkIds
from db.customer_import.columns import columns_of
from db.customer_import.read_ahead import read_ahead
from db.customer_import.records import Record, UnreadableError
from db.customer_import.report import RefusedValue
from db.customer_import.row_check import CheckedRow, RowChecker
from db.customer_import.staged_rows import StagedRows, staged_rows

_log = logging.getLogger(__name__)

PROCESSES = 2
MANY_LINES = 50_000
"""Lines from which starting processes pays."""

_AHEAD = 16
"""Checked batches that wait for the caller: what is checked while one part is stored, twice."""

Pack: TypeAlias = Callable[[StagedRows], Any]
"""Brings staged rows into the form in which one database takes them; a function of a module."""

_Sent: TypeAlias = tuple[int, list[str] | tuple[str, str]]
"""A record on its way to another process: its line, and its cells or why there are none."""


@dataclass(frozen=True, slots=True)
class Task:
    """How to check. header: first line of the file. region: for numbers without a country code.

    now: for new ids.
    """

    header: str
    region: str
    now: datetime
    pack: Pack


@dataclass(frozen=True, slots=True)
class CheckedBatch:
    """packed: what `Task.pack` made of the right lines. last_line: of the batch."""

    packed: Any
    refused: tuple[RefusedValue, ...]
    last_line: int


class BatchChecker:
    """Checks batch after batch in this process."""

    def __init__(self, task: Task) -> None:
        """Prepare for one file."""
        self._checker = RowChecker(columns_of(task.header, file=""), region=task.region)
        self._ids = BulkIds(task.now)
        self._pack = task.pack

    def check(self, records: Sequence[Record]) -> CheckedBatch:
        """Return what ``records`` come to; there is at least one."""
        rows: list[CheckedRow] = []
        refused: list[RefusedValue] = []
        for record in records:
            result = self._checker.check(record)
            if isinstance(result, CheckedRow):
                rows.append(result)
            else:
                refused.extend(result)
        packed = self._pack(staged_rows(rows, self._ids))
        return CheckedBatch(packed, tuple(refused), records[-1].line)


@contextmanager
def checked(
    batches: Iterable[Sequence[Record]], task: Task, *, processes: int
) -> Iterator[Iterator[CheckedBatch]]:
    """Yield an iterator over what each batch comes to, in order.

    Checked in this process when processes is 0. Else a thread reads ``batches`` and gives them
    out: checking goes on while the caller is busy with what came before.
    """
    if processes == 0:
        yield map(BatchChecker(task).check, batches)
        return
    with read_ahead(_by_processes(batches, task, processes), at_most=_AHEAD) as results:
        yield results


def _by_processes(
    batches: Iterable[Sequence[Record]], task: Task, processes: int
) -> Generator[CheckedBatch, None, None]:
    with ExitStack() as stack:
        idle = deque(stack.enter_context(_Worker(task)) for _ in range(processes))
        busy: deque[_Worker] = deque()
        for batch in batches:
            # One batch at a time for each: two could block both ends of a pipe for ever.
            done = None if idle else busy.popleft()
            result = None if done is None else done.answer()
            worker = done or idle.popleft()
            worker.give(batch)
            busy.append(worker)
            if result is not None:
                yield result
        for worker in busy:
            yield worker.answer()


class _Worker:
    """A process that checks, as a context manager; its caller does the work when it dies."""

    def __init__(self, task: Task) -> None:
        # Spawned, not forked: the caller may have threads, and an open file not to be shared.
        context = multiprocessing.get_context("spawn")
        self._task = task
        self._batch: Sequence[Record] = ()
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, task), daemon=True)
        self._process.start()
        theirs.close()

    def __enter__(self) -> _Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()
        self._process.terminate()
        self._process.join()

    def give(self, batch: Sequence[Record]) -> None:
        self._batch = batch
        with suppress(OSError):
            self._connection.send([_sent(record) for record in batch])

    def answer(self) -> CheckedBatch:
        try:
            answer = self._connection.recv()
        except (EOFError, OSError) as error:
            _log.warning("a process that checks an import has ended: %r", error)
            answer = BatchChecker(self._task).check(self._batch)
        assert isinstance(answer, CheckedBatch)
        return answer


def _work(connection: Connection, task: Task) -> None:
    """Check what comes until nobody is there to send it."""
    # An interrupt on the terminal reaches every process; the caller says what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    checker = BatchChecker(task)
    while True:
        try:
            records = [_received(sent) for sent in connection.recv()]
            connection.send(checker.check(records))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


def _sent(record: Record) -> _Sent:
    # Plain tuples: objects of a class take five times as long on the way.
    cells = record.cells
    if isinstance(cells, UnreadableError):
        return record.line, (cells.value, cells.accepted)
    return record.line, cells


def _received(sent: _Sent) -> Record:
    line, cells = sent
    return Record(line, UnreadableError(*cells) if isinstance(cells, tuple) else cells)
