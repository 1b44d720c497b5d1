"""Sheets as CSV files and XLSX workbooks; on whichever thread writes them."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from agent_desk.domain.errors import InputError
from agent_desk.domain.money import Money, minor_digits
from agent_desk.domain.sheet import Cell, Sheet
from db.whole_file import write_whole

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

FORMULA_BEGINS: Final = tuple("=+-@\t\r＝＋－＠")
"""What a spreadsheet takes for the beginning of a formula, full width in East Asian ones too."""

_EXACT_DIGITS: Final = 15
"""Digits that a spreadsheet's numbers keep (IEEE 754 binary64)."""


class SheetFiles:
    """``ports.sheet_writer.SheetWriter`` on the disk."""

    def write(self, path: Path, sheets: Sequence[Sheet]) -> None:
        """Write ``sheets`` to ``path``, by its ending."""
        make = _BYTES.get(path.suffix.lower())
        if make is None:
            raise InputError(field="file", value=path.name, accepted=", ".join(_BYTES))
        write_whole(path, make(sheets))


def csv_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return the first sheet as CSV (RFC 4180) in UTF-8 with the mark that Excel looks for."""
    sheet = sheets[0]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_guarded(heading) for heading in sheet.headings])
    writer.writerows([_csv_cell(cell) for cell in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def xlsx_bytes(sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of ``sheets``; money is numbers in its currency's format."""
    import xlsxwriter

    target = io.BytesIO()
    # Nothing that somebody typed becomes a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        for sheet in sheets:
            _Page(book, sheet).fill()
    return target.getvalue()


class _Page:
    """One sheet on its way into a workbook."""

    def __init__(self, book: Workbook, sheet: Sheet) -> None:
        self._book = book
        self._sheet = sheet
        self._page: Worksheet = book.add_worksheet(sheet.title)
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        self._money: dict[str, Any] = {}

    def fill(self) -> None:
        """Write headings, which stay in sight, and rows."""
        bold = self._book.add_format({"bold": True})
        for column, heading in enumerate(self._sheet.headings):
            self._page.write_string(0, column, heading, bold)
        for row, cells in enumerate(self._sheet.rows, 1):
            for column, cell in enumerate(cells):
                self._put(row, column, cell)
        self._page.freeze_panes(1, 0)
        self._page.autofilter(0, 0, len(self._sheet.rows), len(self._sheet.headings) - 1)
        self._page.autofit()

    def _put(self, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, Money) and len(cell.amount.as_tuple().digits) <= _EXACT_DIGITS:
            self._page.write_number(row, column, float(cell.amount), self._format(cell.currency))
        elif isinstance(cell, Money):
            self._page.write_string(row, column, str(cell.amount))
        elif isinstance(cell, datetime):
            self._page.write_datetime(row, column, _local(cell), self._moment)
        elif isinstance(cell, int):
            self._page.write_number(row, column, cell)
        elif cell:
            self._page.write_string(row, column, cell)

    def _format(self, currency: str) -> Any:
        if currency not in self._money:
            digits = minor_digits(currency)
            cents = "." + "0" * digits if digits else ""
            style = {"num_format": f"[${currency}] #,##0{cents}"}
            self._money[currency] = self._book.add_format(style)
        return self._money[currency]


_BYTES: Mapping[str, Any] = MappingProxyType({".xlsx": xlsx_bytes, ".csv": csv_bytes})


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return str(cell.amount)
    if isinstance(cell, datetime):
        return f"{_local(cell):%Y-%m-%d %H:%M}"
    return _guarded(cell) if isinstance(cell, str) else str(cell)


def _guarded(text: str) -> str:
    """Return ``text`` so that no spreadsheet runs it (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(FORMULA_BEGINS) else text


def _local(moment: datetime) -> datetime:
    return moment.astimezone().replace(tzinfo=None)
