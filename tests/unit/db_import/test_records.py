import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from db.customer_import.records import (
    MAX_LINE_LENGTH,
    MAX_RECORD_LINES,
    Record,
    RecordReader,
    UnreadableError,
)


def read(text: str, *, columns: int = 0, delimiter: str = ",") -> list[Record]:
    return list(RecordReader(io.StringIO(text, newline=""), delimiter, columns=columns))


def test_records_know_the_physical_line_they_begin_on() -> None:
    records = read('a,b\r\n\r\n"c\nc",d\ne,f')
    assert records == [Record(1, ["a", "b"]), Record(3, ["c\nc", "d"]), Record(5, ["e", "f"])]


def test_a_line_too_long_is_one_unreadable_record() -> None:
    first, long, last = read("a\n" + "x" * (3 * MAX_LINE_LENGTH) + "\nb\n")
    assert (first.cells, last) == (["a"], Record(3, ["b"]))
    assert isinstance(long.cells, UnreadableError)
    assert long.line == 2
    assert str(MAX_LINE_LENGTH) in long.cells.accepted


def test_a_line_of_the_greatest_length_is_read() -> None:
    assert read("x" * MAX_LINE_LENGTH + "\r\nb") == [
        Record(1, ["x" * MAX_LINE_LENGTH]),
        Record(2, ["b"]),
    ]


def test_an_unclosed_quote_loses_only_its_own_line() -> None:
    lines = "".join(f"{i},x\n" for i in range(2, MAX_RECORD_LINES + 30))
    first, *others = read('"a,b\n' + lines, columns=2)
    assert isinstance(first.cells, UnreadableError)
    assert "quote" in first.cells.value
    assert [record.line for record in others] == list(range(2, MAX_RECORD_LINES + 30))


def test_an_unclosed_quote_near_the_end_loses_only_its_own_line() -> None:
    bad, good = read('"a,b\nc,d\n', columns=2)
    assert (bad.line, good) == (1, Record(2, ["c", "d"]))
    assert isinstance(bad.cells, UnreadableError)


def test_a_quote_closed_by_another_line_does_not_swallow_what_is_between() -> None:
    bad, between, quoted = read('"a,1\nb,2\n"c",3\n', columns=2)
    assert isinstance(bad.cells, UnreadableError)
    assert (between, quoted) == (Record(2, ["b", "2"]), Record(3, ["c", "3"]))


def test_text_after_a_closing_quote_is_unreadable_and_says_so() -> None:
    bad, good = read('"a"b,1\nc,2\n', columns=2)
    assert isinstance(bad.cells, UnreadableError)
    assert (bad.line, good) == (1, Record(2, ["c", "2"]))


def test_an_inch_sign_inside_a_cell_is_text() -> None:
    assert read('19" rack,1\n', columns=2) == [Record(1, ['19" rack', "1"])]


def test_a_long_line_inside_an_open_quote_spares_the_lines_around() -> None:
    records = read('"a,b\n' + "x" * (MAX_LINE_LENGTH + 9) + "\nc,d\n", columns=2)
    assert [record.line for record in records] == [1, 2, 3]
    assert records[2].cells == ["c", "d"]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=8), min_size=2, max_size=2
        ),
        max_size=12,
    )
)
def test_what_the_csv_module_writes_is_read_back(rows: list[list[str]]) -> None:
    rows = [["a" + cell.replace("\x00", "") for cell in row] for row in rows]
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    assert [record.cells for record in read(text.getvalue(), columns=2)] == rows
