"""Imports products from a CSV file: every line that is right, or nothing when it is stopped.

Runs in the caller's thread. The whole file is checked before the one short transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, text

from agent_desk.domain.errors import ImportFileError, InputError
from agent_desk.domain.identifiers import known_regions
from db.bulk_transaction import Place, bulk_connection, writing
from db.customer_import.encoding import detect_encoding
from db.customer_import.records import MAX_LINE_LENGTH, RecordReader
from db.customer_import.report import (
    MAX_SHOWN,
    ImportReport,
    RefusalFile,
    RefusedValue,
    default_report_path,
)
from db.product_import.columns import ProductColumns, product_columns_of
from db.product_import.row_check import ProductRow, check
from db.product_import.storing import ProductStore

Progress = Callable[[int, int], None]
"""Called with lines done and lines in all."""

FILE_ACTOR = "system"
"""Who does it in a database file, where nobody signs in for an import."""


def import_products(
    place: Place,
    csv_path: Path,
    *,
    region: str,
    progress: Progress,
    password: str | None = None,
    report_path: Path | None = None,
    now: datetime | None = None,
) -> ImportReport:
    """Store the products of ``csv_path`` and report what was refused; the counts are products.

    place, region, report_path, now and what is raised: as of `customer_import.import_customers`.
    """
    if region not in known_regions():
        raise InputError(field="region", value=region, accepted="a country code such as CN or DE")
    now = now or datetime.now(UTC)
    found = detect_encoding(csv_path)
    with csv_path.open(encoding=found.encoding, newline="") as file:
        columns = product_columns_of(_header(file, csv_path), file=csv_path.name)
        rows, refused = _checked(file, columns, region=region, now=now)
    report = RefusalFile(report_path or default_report_path(csv_path))
    with bulk_connection(place, password=password) as connection:
        _require_importer(connection, place)
        with writing(connection):
            store = ProductStore(connection, now=now, actor=_actor(connection))
            for done, row in enumerate(rows, 1):
                reason = store.store(row, columns)
                if reason is not None:
                    refused.append(reason)
                progress(done, len(rows))
            refused.sort(key=lambda reason: reason.line)
            is_listed = bool(refused) or report_path is not None or report.path.exists()
            if is_listed:
                # Before the commit: without its report, everything is left as it was.
                report.write(refused)
                report.publish()
    return ImportReport(
        added=store.added,
        changed=store.changed,
        unchanged=store.unchanged,
        refused_lines=len(refused),
        refused=tuple(refused[:MAX_SHOWN]),
        report_path=report.path if is_listed else None,
        ignored_columns=columns.ignored,
        encoding=found.encoding,
    )


def _checked(
    file: TextIO, columns: ProductColumns, *, region: str, now: datetime
) -> tuple[list[ProductRow], list[RefusedValue]]:
    """Return the lines that may go in and the reasons against the others."""
    rows: list[ProductRow] = []
    refused: list[RefusedValue] = []
    today = now.astimezone().date()
    for record in RecordReader(file, columns.delimiter, columns=columns.count, first_line=2):
        result = check(record, columns, region=region, today=today)
        if isinstance(result, ProductRow):
            rows.append(result)
        else:
            refused.append(result)
    return rows, refused


def _header(file: TextIO, path: Path) -> str:
    line = file.readline(MAX_LINE_LENGTH)
    if len(line) == MAX_LINE_LENGTH:
        accepted = f"a first line with names of columns, below {MAX_LINE_LENGTH} characters"
        raise ImportFileError(file=path.name, field="columns", value=line[:40], accepted=accepted)
    return line.rstrip("\r\n")


def _require_importer(connection: Connection, place: Place) -> None:
    if isinstance(place, str):
        from db.access.needed_role import require_importer

        require_importer(connection)


def _actor(connection: Connection) -> str:
    if connection.dialect.name == "sqlite":
        return FILE_ACTOR
    return str(connection.execute(text("SELECT session_user")).scalar_one())
