"""Imports customers from a CSV file: everything that is right in it, or nothing at all.

Runs in the caller's thread. A database file has one writer: there all lines are checked first,
into a place aside, and stored in a short transaction. On a server earlier lines are stored while
later ones are still checked, in one transaction; customers who were there before are changed last.
Running desks read on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge as merge_sorted
from itertools import islice
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from agent_desk.domain.errors import ImportFileError, InputError
from agent_desk.domain.identifiers import known_regions
from db.bulk_transaction import Place, bulk_connection, writing
from db.customer_import.checking import MANY_LINES, PROCESSES, CheckedBatch, Task, checked
from db.customer_import.columns import Columns, columns_of
from db.customer_import.encoding import FileText, detect_encoding
from db.customer_import.matching import match
from db.customer_import.merge import Merge, MergeCounts
from db.customer_import.records import MAX_LINE_LENGTH, Record, RecordReader
from db.customer_import.refusals import Refusals
from db.customer_import.report import (
    MAX_SHOWN,
    ImportReport,
    RefusalFile,
    RefusedValue,
    default_report_path,
)
from db.customer_import.staging import PostgresStaging, SqliteStaging, Staging

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all; a line takes one to be checked and one to be stored."""

_BATCH = 2_000
_ATTEMPTS = 3

_OVERTAKEN = frozenset({"23505", "40001", "40P01"})
"""SQLSTATEs that say that somebody stored the same customer or company meanwhile."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The file being imported."""

    path: Path
    text: FileText
    header: str
    columns: Columns


class _Part(NamedTuple):
    """Staged lines: those behind ``after`` up to ``until``."""

    after: int
    until: int
    is_last: bool


def import_customers(
    place: Place,
    csv_path: Path,
    *,
    region: str,
    progress: Progress,
    password: str | None = None,
    report_path: Path | None = None,
    now: datetime | None = None,
    processes: int | None = None,
) -> ImportReport:
    """Store the customers of ``csv_path`` and report what was refused.

    place: the path of an SQLite file, or the URL of a PostgreSQL database and its ``password``.
    region: ISO 3166-1 code for numbers without a country code. report_path: where refused lines
    are listed, beside the file as ``<name>.refused.csv`` when None. now: for new ids, this moment
    when None. processes: that check, 0 for none but this one, None for what suits the file. One
    transaction: an interrupted import has changed nothing. Raises ImportFileError for a file that
    cannot be imported at all, InputError for the region, StorageError; for a server also
    SignInError, and MissingRoleError for a person who may not import.
    """
    if region not in known_regions():
        raise InputError(field="region", value=region, accepted="a country code such as CN or DE")
    now = now or datetime.now(UTC)
    text = detect_encoding(csv_path)
    if processes is None:
        processes = PROCESSES if text.lines >= MANY_LINES else 0
    header = _header(csv_path, text.encoding)
    source = _Source(csv_path, text, header, columns_of(header, file=csv_path.name))
    report = RefusalFile(report_path or default_report_path(csv_path))
    with _connection(place, password) as connection, _staging(connection) as staging:
        task = Task(header, region, now, staging.pack)
        storing = _Storing(
            connection, staging, source, report, is_report_wanted=report_path is not None
        )
        return storing.run(task, processes, progress)


def _header(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        line = file.readline(MAX_LINE_LENGTH)
    if len(line) == MAX_LINE_LENGTH:
        accepted = f"a first line with names of columns, below {MAX_LINE_LENGTH} characters"
        raise ImportFileError(
            file=path.name, field="columns", value=f"{line[:40]}…", accepted=accepted
        )
    return line.rstrip("\r\n")


def _batches(source: _Source) -> Iterator[Sequence[Record]]:
    with source.path.open(encoding=source.text.encoding, newline="") as file:
        file.readline()
        columns = source.columns
        records = iter(RecordReader(file, columns.delimiter, columns=columns.count, first_line=2))
        while batch := list(islice(records, _BATCH)):
            yield batch


@contextmanager
def _connection(place: Place, password: str | None) -> Iterator[Connection]:
    with bulk_connection(place, password=password) as connection:
        if isinstance(place, str):
            from db.access.needed_role import require_importer

            require_importer(connection)
        yield connection


@contextmanager
def _staging(connection: Connection) -> Iterator[Staging]:
    if connection.dialect.name != "sqlite":
        yield PostgresStaging(connection)
        return
    with TemporaryDirectory(prefix="agent-desk-import-", ignore_cleanup_errors=True) as folder:
        yield SqliteStaging(connection, Path(folder))


class _Storing:
    """The one transaction of an import."""

    def __init__(
        self,
        connection: Connection,
        staging: Staging,
        source: _Source,
        report: RefusalFile,
        *,
        is_report_wanted: bool,
    ) -> None:
        self._connection = connection
        self._staging = staging
        self._source = source
        self._report = report
        self._is_report_wanted = is_report_wanted

    def run(self, task: Task, processes: int, progress: Progress) -> ImportReport:
        """Store the file; once more when somebody else was faster with the same customer."""
        lines = self._source.text.lines
        steps = _Steps(progress, 2 * lines)
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with (
                    Refusals() as refusals,
                    Refusals() as repeated,
                    checked(_batches(self._source), task, processes=processes) as batches,
                ):
                    parts = self._staged(batches, refusals, steps)
                    return self._attempt(parts, refusals, repeated, task.now, steps)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in _OVERTAKEN or attempt == _ATTEMPTS:
                    raise
        raise AssertionError("an attempt returns or raises")

    def _staged(
        self, batches: Iterable[CheckedBatch], refusals: Refusals, steps: _Steps
    ) -> Iterator[_Part]:
        """Stage line after line and yield what may be stored meanwhile."""
        after = until = 0
        for batch in batches:
            self._staging.keep(batch.packed)
            refusals.add(batch.refused)
            until = batch.last_line
            steps.checked(until)
            if until - after >= self._staging.part_lines:
                self._staging.settle(until)
                yield _Part(after, until, is_last=False)
                after = until
        self._staging.settle(until)
        yield _Part(after, until, is_last=True)

    def _attempt(
        self,
        parts: Iterable[_Part],
        refusals: Refusals,
        repeated: Refusals,
        now: datetime,
        steps: _Steps,
    ) -> ImportReport:
        if not self._staging.is_within_transaction:
            parts = list(parts)
        with writing(self._connection):
            self._staging.begin()
            merge = Merge(self._connection, now=now)
            for part in parts:
                match(self._connection, repeated, **part._asdict())
                merge.store_new(after=part.after, progress=steps.stored)
            merge.store_known()
            counts = merge.counts()
            refused_lines = refusals.lines + repeated.lines
            is_listed = bool(refused_lines) or self._is_report_wanted or self._report.path.exists()
            if is_listed:
                # Before the commit: without its report, everything is left as it was.
                self._report.write(_in_order(refusals, repeated))
                self._report.publish()
        steps.done()
        return self._told(counts, refusals, repeated, is_listed=is_listed)

    def _told(
        self, counts: MergeCounts, refusals: Refusals, repeated: Refusals, *, is_listed: bool
    ) -> ImportReport:
        return ImportReport(
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            refused_lines=refusals.lines + repeated.lines,
            refused=tuple(islice(_in_order(refusals, repeated), MAX_SHOWN)),
            report_path=self._report.path if is_listed else None,
            ignored_columns=self._source.columns.ignored,
            encoding=self._source.text.encoding,
        )


def _in_order(refusals: Refusals, repeated: Refusals) -> Iterator[RefusedValue]:
    """Yield all reasons in the order of the file."""
    return merge_sorted(refusals, repeated, key=attrgetter("line"))


class _Steps:
    """Counts the steps of an import: a line takes one to be checked and one to be stored."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._checked = 0
        self._stored = 0
        self._told = 0

    def checked(self, line: int) -> None:
        self._checked = line
        self._tell()

    def stored(self, line: int) -> None:
        self._stored = line
        self._tell()

    def done(self) -> None:
        self._progress(self._total, self._total)

    def _tell(self) -> None:
        # A second attempt begins anew, what is told does not.
        self._told = max(self._told, self._checked + self._stored)
        self._progress(self._told, self._total)
