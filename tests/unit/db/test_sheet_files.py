"""Files of tables, read back: exact amounts, dates, no formula, whole or not at all."""

from __future__ import annotations

import csv
import os
import re
import sys
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from agent_desk.domain.errors import ExportDiskFullError, ExportError, InputError
from agent_desk.domain.money import Money
from agent_desk.domain.sheet import Sheet
from db.sheet_files import SheetFiles

_XML = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


def money(amount: str, currency: str = "CNY") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


SHEETS = (
    Sheet(
        title="费用单",
        headings=("派工单", "合计", "提交时间", "原因"),
        rows=(
            (1001, money("1234.50"), AT, "=HYPERLINK(A1)"),
            (1002, money("0.10"), None, "缺发票, see “mail”"),
            (1003, money("999999999999.99"), AT, "@cmd"),
            (1004, money("1501", "JPY"), AT, "+86 138"),
            (1005, money("123456789012345.678", "KWD"), AT, ""),
        ),
    ),
    Sheet(title="Totals", headings=("Currency", "Total"), rows=(("CNY", money("1234.60")),)),
)


def cells(path: Path, number: int = 1) -> list[list[str]]:
    """Return a sheet of a workbook as texts, as a spreadsheet would read it."""
    with zipfile.ZipFile(path) as book:
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        shared = ["".join(si.itertext()) for si in strings.findall("m:si", _XML)]
        sheet = ET.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    assert sheet.findall(".//m:f", _XML) == []
    rows = []
    for row in sheet.findall(".//m:row", _XML):
        values = [(c.get("t"), c.findtext("m:v", "", _XML)) for c in row.findall("m:c", _XML)]
        rows.append([shared[int(value)] if kind == "s" else value for kind, value in values])
    return rows


def test_a_workbook_has_exact_numbers_dates_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "费用单.xlsx"

    SheetFiles().write(path, SHEETS)

    local = AT.astimezone().replace(tzinfo=UTC)
    since_1900 = Decimal((local - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds())
    first, *rows = cells(path)
    assert first == ["派工单", "合计", "提交时间", "原因"]
    assert [row[0] for row in rows] == ["1001", "1002", "1003", "1004", "1005"]
    amounts = [Decimal(row[1]) for row in rows]
    assert amounts == [row[1].amount for row in SHEETS[0].rows if isinstance(row[1], Money)]
    assert rows[0][3] == "=HYPERLINK(A1)"
    assert abs(Decimal(rows[0][2]) * 86400 - since_1900) < 1
    assert cells(path, 2) == [["Currency", "Total"], ["CNY", "1234.6"]]
    with zipfile.ZipFile(path) as book:
        styles = book.read("xl/styles.xml").decode()
        names = re.findall(r'sheet name="(\w+)"', book.read("xl/workbook.xml").decode())
    assert "[$CNY] #,##0.00" in styles
    assert '[$JPY] #,##0"' in styles
    assert names == ["费用单", "Totals"]


def test_a_text_file_opens_in_a_spreadsheet_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"

    SheetFiles().write(path, SHEETS)

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        first, *rows = list(csv.reader(file))
    assert first == list(SHEETS[0].headings)
    assert [row[1] for row in rows][:3] == ["1234.50", "0.10", "999999999999.99"]
    assert [row[3] for row in rows] == [
        *("'=HYPERLINK(A1)", "缺发票, see “mail”", "'@cmd", "'+86 138", "")
    ]
    assert rows[0][2] == f"{AT.astimezone():%Y-%m-%d %H:%M}"
    assert rows[1][2] == ""


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("former", encoding="utf-8")

    SheetFiles().write(path, SHEETS)

    assert path.read_text(encoding="utf-8-sig").startswith("派工单")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no /dev/full")
def test_a_full_disk_leaves_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("former", encoding="utf-8")
    # What is written on the way ends in a device that has no space.
    Path(tmp_path / f".claims.csv.{os.getpid()}.part").symlink_to("/dev/full")

    with pytest.raises(ExportDiskFullError, match="The disk is full"):
        SheetFiles().write(path, SHEETS)

    assert path.read_text(encoding="utf-8") == "former"
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "claims.xlsx"

    with pytest.raises(ExportError) as caught:
        SheetFiles().write(path, SHEETS)

    assert caught.value.details == {"path": str(path), "reason": "No such file or directory"}


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.xlsx, \.csv"):
        SheetFiles().write(tmp_path / "claims.pdf", SHEETS)
