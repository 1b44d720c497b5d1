"""Imports customers from a CSV file: everything that is right in it, or nothing at all.

Runs in the caller's thread. The file is read and checked first, into a place aside; running
desks notice only the short transaction that follows, and read on during it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge as merge_sorted
from itertools import islice
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from agent_desk.domain.errors import ImportFileError, InputError
from agent_desk.domain.identifiers import known_regions
from db.bulk_transaction import Place, bulk_connection, writing
from db.customer_import.checking import MANY_LINES, PROCESSES, Task, checked
from db.customer_import.columns import Columns, columns_of
from db.customer_import.encoding import FileText, detect_encoding
from db.customer_import.matching import match
from db.customer_import.merge import MergeCounts, merge
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
    """The file being imported; its text stands behind the first line."""

    file: TextIO
    text: FileText
    columns: Columns


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
    total = 2 * text.lines
    with csv_path.open(encoding=text.encoding, newline="") as file:
        header = _header(file, csv_path)
        source = _Source(file, text, columns_of(header, file=csv_path.name))
        with (
            _connection(place, password) as connection,
            _staging(connection) as staging,
            Refusals() as refusals,
        ):
            task = Task(header, region, now, staging.pack)
            for batch in checked(_batches(source), task, processes=processes):
                staging.keep(batch.packed)
                refusals.add(batch.refused)
                progress(batch.last_line, total)
            staging.finish()
            report = RefusalFile(report_path or default_report_path(csv_path))
            storing = _Storing(
                connection, source, refusals, report, is_report_wanted=report_path is not None
            )
            return storing.run(now, lambda line: progress(text.lines + line, total))


def _header(file: TextIO, path: Path) -> str:
    line = file.readline(MAX_LINE_LENGTH)
    if len(line) == MAX_LINE_LENGTH:
        accepted = f"a first line with names of columns, below {MAX_LINE_LENGTH} characters"
        raise ImportFileError(
            file=path.name, field="columns", value=f"{line[:40]}…", accepted=accepted
        )
    return line.rstrip("\r\n")


def _batches(source: _Source) -> Iterator[Sequence[Record]]:
    columns = source.columns
    reader = RecordReader(source.file, columns.delimiter, columns=columns.count, first_line=2)
    records = iter(reader)
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
        source: _Source,
        refusals: Refusals,
        report: RefusalFile,
        *,
        is_report_wanted: bool,
    ) -> None:
        self._connection = connection
        self._source = source
        self._refusals = refusals
        self._report = report
        self._is_report_wanted = is_report_wanted

    def run(self, now: datetime, progress: Callable[[int], None]) -> ImportReport:
        """Store what is staged; once more when somebody else was faster with the same customer."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._attempt(now, progress)
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if state not in _OVERTAKEN or attempt == _ATTEMPTS:
                    raise
        raise AssertionError("an attempt returns or raises")

    def _attempt(self, now: datetime, progress: Callable[[int], None]) -> ImportReport:
        with Refusals() as repeated:
            with writing(self._connection):
                match(self._connection, repeated)
                counts = merge(self._connection, now=now, progress=progress)
                refused_lines = self._refusals.lines + repeated.lines
                is_listed = (
                    bool(refused_lines) or self._is_report_wanted or self._report.path.exists()
                )
                if is_listed:
                    # Before the commit: without its report, everything is left as it was.
                    self._report.write(self._refused(repeated))
                    self._report.publish()
            progress(self._source.text.lines)
            return self._told(counts, repeated, is_listed=is_listed)

    def _refused(self, repeated: Refusals) -> Iterator[RefusedValue]:
        """Yield all reasons in the order of the file."""
        return merge_sorted(self._refusals, repeated, key=attrgetter("line"))

    def _told(self, counts: MergeCounts, repeated: Refusals, *, is_listed: bool) -> ImportReport:
        return ImportReport(
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            refused_lines=self._refusals.lines + repeated.lines,
            refused=tuple(islice(self._refused(repeated), MAX_SHOWN)),
            report_path=self._report.path if is_listed else None,
            ignored_columns=self._source.columns.ignored,
            encoding=self._source.text.encoding,
        )
