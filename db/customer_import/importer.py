"""Imports customers from a CSV file: everything that is right in it, or nothing at all.

Runs in the caller's thread. The file is read and checked first, into a place aside; a running
desk notices only the short transaction that follows, and reads on during it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from sqlalchemy import Connection

from agent_desk.domain.errors import ImportFileError, InputError
from agent_desk.domain.identifiers import known_regions
from db.bulk_transaction import bulk_connection, prepare_file, writing
from db.customer_import.columns import Columns, columns_of
from db.customer_import.encoding import FileText, detect_encoding
from db.customer_import.merge import Merge
from db.customer_import.records import MAX_LINE_LENGTH, Record, RecordReader
from db.customer_import.report import (
    MAX_SHOWN,
    ImportReport,
    RefusalFile,
    RefusedValue,
    default_report_path,
)
from db.customer_import.row_check import CheckedRow, RowChecker
from db.customer_import.staging import Staging

Progress = Callable[[int, int], None]
"""Called with steps done and steps in all; a line takes one to be checked and one to be stored."""

_BATCH = 2_000


def import_customers(
    storage_path: Path,
    csv_path: Path,
    *,
    region: str,
    progress: Progress,
    report_path: Path | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Store the customers of ``csv_path`` and report what was refused.

    region: ISO 3166-1 code for numbers without a country code. report_path: where refused lines
    are listed, beside the file as ``<name>.refused.csv`` when None. now: for new ids, this moment
    when None. One transaction: an interrupted import has changed nothing. Raises ImportFileError
    for a file that cannot be imported at all, InputError for the region, StorageError.
    """
    if region not in known_regions():
        raise InputError(field="region", value=region, accepted="a country code such as CN or DE")
    text = detect_encoding(csv_path)
    with csv_path.open(encoding=text.encoding, newline="") as file:
        columns = _header(file, csv_path)
        prepare_file(storage_path)
        with (
            TemporaryDirectory(prefix="agent-desk-import-", ignore_cleanup_errors=True) as folder,
            bulk_connection(storage_path) as connection,
        ):
            staging = Staging(connection, Path(folder))
            total = 2 * text.lines
            _stage(file, columns, staging, region, lambda line: progress(line, total))
            return _store(
                connection,
                staging,
                text=text,
                columns=columns,
                refusals=RefusalFile(report_path or default_report_path(csv_path)),
                is_report_wanted=report_path is not None,
                now=now or datetime.now(UTC),
                progress=lambda line: progress(text.lines + line, total),
            )


def _header(file: TextIO, path: Path) -> Columns:
    line = file.readline(MAX_LINE_LENGTH)
    if len(line) == MAX_LINE_LENGTH:
        accepted = f"a first line with names of columns, below {MAX_LINE_LENGTH} characters"
        raise ImportFileError(
            file=path.name, field="columns", value=f"{line[:40]}…", accepted=accepted
        )
    return columns_of(line.rstrip("\r\n"), file=path.name)


def _stage(
    file: TextIO,
    columns: Columns,
    staging: Staging,
    region: str,
    progress: Callable[[int], None],
) -> None:
    """Check every line; keep the right ones and the reasons against the others."""
    checker = RowChecker(columns, region=region)
    reader = RecordReader(file, columns.delimiter, columns=columns.count, first_line=2)
    for records in _batches(iter(reader)):
        rows: list[CheckedRow] = []
        refused: list[RefusedValue] = []
        for record in records:
            result = checker.check(record)
            if isinstance(result, CheckedRow):
                rows.append(result)
            else:
                refused.extend(result)
        staging.keep(rows, refused)
        progress(reader.line)


def _batches(records: Iterator[Record]) -> Iterator[list[Record]]:
    while batch := list(islice(records, _BATCH)):
        yield batch


def _store(
    connection: Connection,
    staging: Staging,
    *,
    text: FileText,
    columns: Columns,
    refusals: RefusalFile,
    is_report_wanted: bool,
    now: datetime,
    progress: Callable[[int], None],
) -> ImportReport:
    with writing(connection):
        counts = Merge(connection, staging, now=now).run(progress)
        refused_lines = staging.refused_lines()
        is_listed = bool(refused_lines) or is_report_wanted or refusals.path.exists()
        if is_listed:
            # Before the commit: a report that cannot be written leaves everything as it was.
            refusals.write(staging.refused())
            refusals.publish()
    progress(text.lines)
    return ImportReport(
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        refused_lines=refused_lines,
        refused=tuple(islice(staging.refused(), MAX_SHOWN)),
        report_path=refusals.path if is_listed else None,
        ignored_columns=columns.ignored,
        encoding=text.encoding,
    )
