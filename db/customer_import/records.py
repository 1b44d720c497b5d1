"""Records of a CSV text with the physical line each begins on, whatever the text holds; any thread.

The standard ``csv`` module does the splitting. What it would choke on (a quote that is never
closed, a line without end) becomes one unreadable record, and reading goes on behind it.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, TextIO

MAX_LINE_LENGTH = 16_384
"""Longest physical line, in characters."""

MAX_RECORD_LINES = 20
"""Most physical lines that one quoted field may run over."""


class UnreadableError(Exception):
    """A record that cannot be split: details are value and accepted."""

    def __init__(self, value: str, accepted: str) -> None:
        """Keep what was found and what is accepted instead."""
        super().__init__(f"{value}; accepted is {accepted}")
        self.value = value
        self.accepted = accepted


@dataclass(frozen=True, slots=True)
class Record:
    """line: physical line on which it begins, from 1. cells: its values, or why there are none."""

    line: int
    cells: list[str] | UnreadableError


class RecordReader:
    """Iterates over the records of ``text``; empty lines are passed over.

    columns: how many cells a record should have, 0 while unknown. A record of several lines
    with another number is taken for a quote that was never closed: only its first line is lost.
    """

    def __init__(
        self, text: TextIO, delimiter: str, *, columns: int = 0, first_line: int = 1
    ) -> None:
        """Read from ``text``, opened with ``newline=""`` and standing at ``first_line``."""
        self._text = text
        self._delimiter = delimiter
        self._columns = columns
        self._pushed_back: deque[str] = deque()
        self._record: list[str] = []
        self._line = first_line - 1

    @property
    def line(self) -> int:
        """Physical lines consumed so far."""
        return self._line

    def __iter__(self) -> Iterator[Record]:
        """Yield every record; an unreadable one carries the reason instead of cells."""
        while True:
            try:
                yield from self._readable()
                return
            except UnreadableError as error:
                yield self._unreadable(error)
            except csv.Error as error:
                self._read_again()
                found = f"{self._record[0].strip()[:80]} ({error})"
                accepted = "quotes around whole cells, doubled inside them"
                yield self._unreadable(UnreadableError(found, accepted))

    def _unreadable(self, error: UnreadableError) -> Record:
        self._record.clear()
        return Record(self._line, error)

    def _readable(self) -> Iterator[Record]:
        # Strict: a closing quote in the middle of a cell is one that opened on another line.
        reader = csv.reader(self._lines(), delimiter=self._delimiter, strict=True)
        for cells in reader:
            if len(self._record) > 1 and self._columns not in (0, len(cells)):
                self._give_up(*self._unclosed(f"{self._columns} columns"))
            first = self._line - len(self._record) + 1
            self._record.clear()
            if cells:
                yield Record(first, cells)

    def _lines(self) -> Iterator[str]:
        while line := self._next_line():
            self._line += 1
            self._record.append(line)
            if len(line) > MAX_LINE_LENGTH and len(line.rstrip("\r\n")) > MAX_LINE_LENGTH:
                if len(self._record) > 1:
                    self._give_up(*self._unclosed("a closing quote"))
                accepted = f"at most {MAX_LINE_LENGTH} characters in a line"
                self._give_up(f"{line[:40]}… (too long)", accepted)
            if len(self._record) > MAX_RECORD_LINES:
                self._give_up(*self._unclosed(f"a closing quote within {MAX_RECORD_LINES} lines"))
            yield line
        if self._record:
            self._give_up(*self._unclosed("a closing quote before the end of the file"))

    def _unclosed(self, accepted: str) -> tuple[str, str]:
        return f"{self._record[0].strip()[:80]} (quote not closed)", accepted

    def _give_up(self, value: str, accepted: str) -> NoReturn:
        """Raise UnreadableError for the first line of the record, its other lines come again."""
        self._read_again()
        raise UnreadableError(value, accepted)

    def _read_again(self) -> None:
        """Put back all lines of the record except its first."""
        rest = self._record[1:]
        self._pushed_back.extendleft(reversed(rest))
        self._line -= len(rest)

    def _next_line(self) -> str:
        if self._pushed_back:
            return self._pushed_back.popleft()
        line = self._text.readline(MAX_LINE_LENGTH + 2)
        if len(line) == MAX_LINE_LENGTH + 2 and not line.endswith("\n"):
            self._skip_rest_of_line()
        return line

    def _skip_rest_of_line(self) -> None:
        """Pass over the rest in pieces, so that a line without end needs no memory."""
        while True:
            piece = self._text.readline(MAX_LINE_LENGTH)
            if len(piece) < MAX_LINE_LENGTH or piece.endswith("\n"):
                return
