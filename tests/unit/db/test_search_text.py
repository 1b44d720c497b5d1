"""What the index stores and what it is asked."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine import sqlite_driver
from db.search_text import customer_texts, match_expression, searchable


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("MÜLLER", "muller"),
        ("Søren Łukasz", "soren lukasz"),
        ("Weiß", "weiss"),
        ("ＡＢＣ", "abc"),
        ("王小明", "王  小  明"),
        ("Café 王", "cafe  王"),
    ],
)
def test_letters_lose_their_marks_and_characters_stand_alone(text: str, stored: str) -> None:
    assert searchable(text) == stored


def test_pinyin_is_found_with_and_without_spaces_and_by_initials() -> None:
    texts = customer_texts(name="吕小明", pinyin="lv xiao ming", company="")

    assert texts.pinyin == "lv xiao ming"
    assert texts.spelled.split() == ["lvxiaoming", "lxm", "luxiaoming"]


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("", ""),
        ("  ", ""),
        ('"*^', ""),
        ("Müll", '"mull" *'),
        ("anna mül", '"anna" AND "mul" *'),
        ("张伟", '"张 伟"'),
        ("张伟 li", '"张 伟" AND "li" *'),
        ("li 张", '"li" AND "张"'),
    ],
)
def test_only_the_last_word_may_be_unfinished(query: str, expression: str) -> None:
    assert match_expression(query) == expression


@given(st.text())
def test_no_query_breaks_the_syntax_of_the_index(query: str) -> None:
    expression = match_expression(query)
    connection = sqlite_driver().connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(name, company)")
        if expression:
            for question in (f"{{name}} : ^ {expression}", f"{{name company}} : ({expression})"):
                connection.execute("SELECT * FROM t WHERE t MATCH ?", (question,)).fetchall()
    except (UnicodeEncodeError, sqlite3.DataError):
        assert any("\ud800" <= character <= "\udfff" for character in query)
    finally:
        connection.close()


@given(st.text(alphabet=st.characters(categories=("L", "N", "Zs"))))
def test_every_name_is_found_by_itself(name: str) -> None:
    expression = match_expression(name)
    connection = sqlite_driver().connect(":memory:")
    try:
        connection.execute(
            "CREATE VIRTUAL TABLE t USING fts5(name, tokenize='unicode61 remove_diacritics 2')"
        )
        connection.execute("INSERT INTO t VALUES (?)", (searchable(name),))
        if expression:
            found = connection.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall()
            assert found, (name, expression)
    finally:
        connection.close()
