"""Checking in other processes: the same answer, also when one of them dies."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from db.customer_import.checking import CheckedBatch, Task, checked
from db.customer_import.records import Record, UnreadableError
from db.customer_import.staged_rows import StagedRows
from db.customer_import.staging import packed_for_postgres
from tests.unit.db_import.conftest import Desk

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def batches(count: int, lines: int) -> Iterator[Sequence[Record]]:
    """Yield batches with good lines, bad numbers and lines that cannot be split."""
    for batch in range(count):
        yield [
            Record(line, UnreadableError('"open', "a closing quote"))
            if line % 7 == 0
            else Record(line, [f"客户{line}", "12ab" if line % 5 == 0 else f"154{line:08d}"])
            for line in range(2 + batch * lines, 2 + (batch + 1) * lines)
        ]


def names(rows: StagedRows) -> list[tuple[int, str, str, str]]:
    """Stand in for a database: keep what is the same in every process."""
    return [(line.line, line.name, line.pinyin, line.name_words) for line in rows.lines]


def names_unless_in_a_process(rows: StagedRows) -> list[tuple[int, str, str, str]]:
    """Die where a process of its own is what dies."""
    if multiprocessing.parent_process() is not None:
        os._exit(9)
    return names(rows)


def results(task: Task, processes: int) -> list[CheckedBatch]:
    with checked(batches(7, 40), task, processes=processes) as found:
        return list(found)


def test_processes_give_the_answer_of_one_in_order() -> None:
    task = Task("name,phone", "CN", NOW, names)
    assert results(task, 2) == results(task, 0)


@pytest.mark.expected_logs("a process that checks an import has ended")
def test_a_process_that_dies_loses_no_line() -> None:
    expected = results(Task("name,phone", "CN", NOW, names), 0)
    assert results(Task("name,phone", "CN", NOW, names_unless_in_a_process), 2) == expected


def test_no_batch_needs_no_answer() -> None:
    task = Task("name,phone", "CN", NOW, names)
    with checked(iter(()), task, processes=2) as found:
        assert list(found) == []


def test_an_import_with_processes_stores_the_same(desk: Desk) -> None:
    text = "name,phone\n" + "".join(f"客户{i},154{i:08d}\n" for i in range(4100)) + "Tom,x\n"
    desk.write(text)
    report = desk.run(processes=2)
    assert (report.added, report.refused_lines) == (4100, 1)
    again = desk.run(processes=0)
    assert (again.unchanged, again.refused_lines) == (4100, 1)


def test_what_copy_would_misread_arrives_as_it_is(desk: Desk) -> None:
    name = r"Back\slash \N \t \."
    desk.import_text(f"name,phone,address\n{name},13800138000,C:\\new\n")
    assert desk.query("SELECT name, address FROM customers") == [(name, "C:\\new")]
    assert packed_for_postgres(StagedRows([], [])) == (b"", b"")
