import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.fields import Fields, read_toml


def fields(**table: Any) -> Fields:
    return Fields(table, file="desk.toml", path="queue")


def refusal(read: Callable[[Fields], object], table: dict[str, Any]) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        read(Fields(table, file="desk.toml", path="queue"))
    return caught.value


READERS: list[tuple[str, Callable[[Fields], object]]] = [
    ("text", lambda f: f.text("key")),
    ("integer", lambda f: f.integer("key")),
    ("number", lambda f: f.number("key")),
    ("boolean", lambda f: f.boolean("key")),
    ("choice", lambda f: f.choice("key", ["light", "dark"])),
    ("texts", lambda f: f.texts("key")),
    ("numbers", lambda f: f.numbers("key")),
    ("table", lambda f: f.table("key", required=True)),
]


@pytest.mark.parametrize("read", [r for _, r in READERS], ids=[name for name, _ in READERS])
def test_a_missing_field_without_default_is_named(read: Callable[[Fields], object]) -> None:
    error = refusal(read, {})
    assert error.details["file"] == "desk.toml"
    assert error.details["field"] == "queue.key"
    assert error.details["value"] == "(missing)"
    assert error.details["accepted"]


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (lambda f: f.text("key"), "维修", "维修"),
        (lambda f: f.text("key", ""), "", ""),
        (lambda f: f.integer("key", least=-5, most=5), -5, -5),
        (lambda f: f.integer("key", least=-5, most=5), 5, 5),
        (lambda f: f.number("key"), 0.5, 0.5),
        (lambda f: f.number("key", most=10), 10, 10.0),
        (lambda f: f.boolean("key"), False, False),
        (lambda f: f.boolean("key", True), False, False),
        (lambda f: f.choice("key", ["light", "dark"]), "dark", "dark"),
        (lambda f: f.choice("key", ["light", "dark"], "light"), "dark", "dark"),
        (lambda f: f.texts("key"), ["a", "b"], ("a", "b")),
        (lambda f: f.texts("key", ("x",)), [], ()),
        (lambda f: f.numbers("key"), [1, 0.5, 0], (1.0, 0.5, 0.0)),
    ],
)
def test_a_given_value_is_returned_checked(
    read: Callable[[Fields], object], value: object, expected: object
) -> None:
    result = read(fields(key=value))
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("read", "default"),
    [
        (lambda f: f.text("key", "x"), "x"),
        (lambda f: f.text("key", ""), ""),
        (lambda f: f.integer("key", 3), 3),
        (lambda f: f.number("key", 2.5), 2.5),
        (lambda f: f.boolean("key", False), False),
        (lambda f: f.choice("key", ["light", "dark"], "dark"), "dark"),
        (lambda f: f.texts("key", ("a",)), ("a",)),
        (lambda f: f.numbers("key", (1.0,)), (1.0,)),
        (lambda f: f.tables("key"), []),
    ],
)
def test_a_missing_field_has_its_default(read: Callable[[Fields], object], default: object) -> None:
    assert read(fields()) == default


@pytest.mark.parametrize(
    ("read", "value", "accepted"),
    [
        (lambda f: f.text("key"), "", "a text in quotes, not empty"),
        (lambda f: f.text("key"), 3, "a text in quotes, not empty"),
        (lambda f: f.text("key", "x"), "", "a text in quotes, not empty"),
        (lambda f: f.integer("key", least=1, most=9), 0, "a whole number from 1 to 9"),
        (lambda f: f.integer("key", least=1, most=9), 10, "a whole number from 1 to 9"),
        (lambda f: f.integer("key", least=1, most=9), 1.0, "a whole number from 1 to 9"),
        (lambda f: f.integer("key", least=1, most=9), True, "a whole number from 1 to 9"),
        (lambda f: f.integer("key", least=1, most=9), "1", "a whole number from 1 to 9"),
        (lambda f: f.integer("key"), 2**31, "a whole number from 0 to 2147483647"),
        (lambda f: f.integer("key"), -1, "a whole number from 0 to 2147483647"),
        (lambda f: f.number("key", most=1), 1.5, "a number from 0 to 1"),
        (lambda f: f.number("key", most=1), math.nan, "a number from 0 to 1"),
        (lambda f: f.number("key"), math.inf, "a number from 0 to 1e+09"),
        (lambda f: f.number("key", most=1), True, "a number from 0 to 1"),
        (lambda f: f.number("key", most=1), "0.5", "a number from 0 to 1"),
        (lambda f: f.boolean("key"), 1, "true or false"),
        (lambda f: f.boolean("key"), "true", "true or false"),
        (lambda f: f.choice("key", ["light", "dark"]), 1, "one of light, dark"),
        (lambda f: f.choice("key", ["light", "dark"]), ["x", 1], "one of light, dark"),
        (
            lambda f: f.choice("key", ["light", "dark"]),
            "drak",
            "one of light, dark (did you mean 'dark'?)",
        ),
        (lambda f: f.texts("key"), "a", "a list of texts"),
        (lambda f: f.texts("key"), ["a", 1], "a list of texts"),
        (lambda f: f.numbers("key"), 1, "a list of numbers, none negative"),
        (lambda f: f.numbers("key"), [1, -1], "a list of numbers, none negative"),
        (lambda f: f.numbers("key"), [True], "a list of numbers, none negative"),
        (lambda f: f.numbers("key"), ["1"], "a list of numbers, none negative"),
        (lambda f: f.numbers("key"), [math.nan], "a list of numbers, none negative"),
        (lambda f: f.numbers("key"), [math.inf], "a list of numbers, none negative"),
        (lambda f: f.table("key"), [1], "a table [queue.key]"),
        (lambda f: f.tables("key"), {"a": 1}, "a list of tables [[queue.key]]"),
        (lambda f: f.tables("key"), [1], "a list of tables [[queue.key]]"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_accepted(
    read: Callable[[Fields], object], value: object, accepted: str
) -> None:
    error = refusal(read, {"key": value})
    assert error.details["field"] == "queue.key"
    assert error.details["value"] is value
    assert error.details["accepted"] == accepted
    assert str(error) == (
        f"desk.toml: queue.key: {value!r} is not accepted; accepted is {accepted}"
    )


def test_an_unknown_key_is_refused_with_the_nearest_known_one() -> None:
    table = fields(patiense_seconds=60)
    table.number("patience_seconds", 90.0)
    table.text("name", "x")
    with pytest.raises(ConfigurationError) as caught:
        table.finish()
    assert caught.value.details == {
        "file": "desk.toml",
        "field": "queue.patiense_seconds",
        "value": 60,
        "accepted": "one of name, patience_seconds (did you mean 'patience_seconds'?)",
    }


def test_an_unknown_key_like_no_other_gets_no_suggestion() -> None:
    table = fields(zzz=1)
    table.text("name", "x")
    with pytest.raises(ConfigurationError, match=r"accepted is one of name$"):
        table.finish()


def test_a_key_where_nothing_belongs_says_so() -> None:
    with pytest.raises(ConfigurationError, match=r"accepted is nothing here$"):
        fields(zzz=1).finish()


def test_a_table_read_in_full_finishes() -> None:
    table = fields(name="x", wait=1)
    table.text("name")
    table.number("wait")
    table.finish()


def test_keys_that_are_listed_count_as_asked_for() -> None:
    table = fields(b=1, a=2)
    assert list(table.keys()) == ["b", "a"]
    table.finish()


def test_a_reader_sees_whether_a_key_is_given() -> None:
    assert fields(a=1).has("a")
    assert not fields(a=1).has("b")


def test_a_missing_table_is_empty() -> None:
    table = fields().table("wrap_up")
    table.finish()
    assert table.integer("seconds", 30) == 30


def test_a_field_of_an_inner_table_is_named_with_its_path() -> None:
    inner = fields(wrap_up={"seconds": "x"}).table("wrap_up")
    with pytest.raises(ConfigurationError) as caught:
        inner.integer("seconds")
    assert caught.value.details["field"] == "queue.wrap_up.seconds"


def test_a_field_of_a_list_of_tables_is_named_with_its_position() -> None:
    table = Fields({"queue": [{"name": "a"}, {"name": 1}]}, file="desk.toml")
    first, second = table.tables("queue")
    assert first.text("name") == "a"
    with pytest.raises(ConfigurationError) as caught:
        second.text("name")
    assert caught.value.details["field"] == "queue[1].name"


def test_a_field_can_be_refused_by_a_rule_of_its_own() -> None:
    error = refusal(lambda f: f.refuse("skill", "a skill of some agent"), {"skill": "x"})
    assert error.details["value"] == "x"
    assert error.details["accepted"] == "a skill of some agent"


@given(st.integers() | st.floats() | st.text() | st.booleans() | st.lists(st.integers()))
def test_a_number_is_within_its_bounds_or_refused(value: object) -> None:
    try:
        number = fields(key=value).number("key", least=-1, most=1)
    except ConfigurationError:
        return
    assert -1 <= number <= 1


def file_refusal(path: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        read_toml(path)
    assert caught.value.details["file"] == path.name
    return caught.value


def test_a_toml_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_text('name = "维修"\n[queue]\nwait = 1\n', encoding="utf-8")
    assert read_toml(path) == {"name": "维修", "queue": {"wait": 1}}


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_bytes('\ufeffname = "维修"\r\nwait = 1\r\n'.encode())
    assert read_toml(path) == {"name": "维修", "wait": 1}


def test_a_missing_file_is_named_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "nothing.toml"
    error = file_refusal(path)
    assert (error.details["field"], error.details["value"]) == ("file", str(path))
    assert error.details["accepted"] == "the path of an existing TOML file"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    error = file_refusal(tmp_path)
    assert error.details["field"] == "file"
    assert error.details["accepted"].startswith("a file that can be read (")


def test_a_file_in_another_encoding_is_refused_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_bytes('name = "Büro"'.encode("latin-1"))
    error = file_refusal(path)
    assert (error.details["field"], error.details["value"]) == ("encoding", "byte 9")
    assert error.details["accepted"] == "UTF-8 text"


@pytest.mark.parametrize("text", ["name", "a = 1\na = 2", '"', "[a", "[a]\n[a]", "x = 01"])
def test_bad_toml_is_refused_with_the_place(tmp_path: Path, text: str) -> None:
    path = tmp_path / "desk.toml"
    path.write_text(text, encoding="utf-8")
    error = file_refusal(path)
    assert (error.details["field"], error.details["accepted"]) == ("syntax", "TOML 1.0")
    assert "at " in error.details["value"]
