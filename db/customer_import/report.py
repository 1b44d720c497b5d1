"""What an import did, and the file that lists what it refused; any thread."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from agent_desk.domain.errors import ImportFileError

MAX_SHOWN = 100
"""Refused values that the report itself carries; the file beside it has all."""

_HEADER = ("line", "field", "value", "accepted")


@dataclass(frozen=True, slots=True)
class RefusedValue:
    """One reason why a line did not go in.

    line: physical line in the file, from 1. field: the column as the file calls it, "line" for
    the line as a whole. value: as found. accepted: what would go in instead.
    """

    line: int
    field: str
    value: str
    accepted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What came of one file.

    added, changed, unchanged: customers. refused_lines: lines that did not go in.
    refused: the first of the reasons, in the order of the file. report_path: the CSV file with
    all of them, None when nothing was refused. ignored_columns: columns without a meaning here.
    encoding: what the file was read as.
    """

    added: int
    changed: int
    unchanged: int
    refused_lines: int
    refused: tuple[RefusedValue, ...] = ()
    report_path: Path | None = None
    ignored_columns: tuple[str, ...] = ()
    encoding: str = "utf-8"


def default_report_path(csv_path: Path) -> Path:
    """Return where the refused lines of ``csv_path`` are listed unless told otherwise."""
    return csv_path.with_name(f"{csv_path.stem}.refused.csv")


class RefusalFile:
    """The list of refused lines, written aside and put in place only when the import is done."""

    def __init__(self, path: Path) -> None:
        """Write to ``path`` in the end."""
        self.path = path
        self._draft = path.with_name(f"{path.name}.{os.getpid()}.part")

    def write(self, refused: Iterable[RefusedValue]) -> None:
        """Write ``refused`` aside; raises ImportFileError when the place cannot be written."""
        try:
            # With a mark, so that spreadsheets show Chinese.
            with self._draft.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(_HEADER)
                writer.writerows((r.line, r.field, r.value, r.accepted) for r in refused)
        except OSError as error:
            self.discard()
            raise self._unwritable(error) from None

    def publish(self) -> None:
        """Put the list in place of an earlier one; raises ImportFileError when that fails."""
        try:
            self._draft.replace(self.path)
        except OSError as error:
            self.discard()
            raise self._unwritable(error) from None

    def discard(self) -> None:
        """Remove what was written aside."""
        self._draft.unlink(missing_ok=True)

    def _unwritable(self, error: OSError) -> ImportFileError:
        return ImportFileError(
            file=self.path.name,
            field="report",
            value=str(self.path),
            accepted=f"a report file that can be written ({error.strerror})",
        )
