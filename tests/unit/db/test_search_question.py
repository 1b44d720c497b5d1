"""What is asked of the full-text index of either database."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.engine import sqlite_driver
from db.search_question import WordQuestion, fts5_expression, tsquery, word_question
from db.search_text import searchable


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("", ""),
        ("  ", ""),
        ('"*^', ""),
        ("Müll", '"mull" *'),
        ("anna mül", '"anna" AND "mul" *'),
        ("张伟", '"张 伟"'),
        ("张 伟", '"张 伟"'),
        ("张伟 li", '"张 伟" AND "li" *'),
        ("li 张", '"li" AND "张"'),
        ("O'Bri", '"o bri" *'),
        ("mc-li张", '"mc li" AND "张"'),
    ],
)
def test_only_the_last_word_may_be_unfinished(query: str, expression: str) -> None:
    assert fts5_expression(word_question(query)) == expression


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("Müll", "('mull':*)"),
        ("anna mül", "('anna') & ('mul':*)"),
        ("张伟", "('张' <-> '伟')"),
        ("O'Bri", "('o' <-> 'bri':*)"),
        ("x" * 600, f"('{'x' * 500}':*)"),
    ],
)
def test_postgresql_is_asked_in_its_own_words(query: str, expected: str) -> None:
    assert tsquery(word_question(query)) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [("w", True), ("W", True), ("王", False), ("김", False), ("wa", False), ("w x", False)],
)
def test_a_lone_letter_asks_for_beginnings_only(query: str, expected: bool) -> None:
    assert word_question(query).is_lone_letter is expected


def test_nothing_is_no_lone_letter() -> None:
    assert not WordQuestion().is_lone_letter


@given(st.text())
def test_no_query_breaks_the_syntax_of_the_index(query: str) -> None:
    expression = fts5_expression(word_question(query))
    with closing(sqlite_driver().connect(":memory:")) as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(name, company)")
        if expression:
            for question in (f"{{name}} : ^ {expression}", f"{{name company}} : ({expression})"):
                connection.execute("SELECT * FROM t WHERE t MATCH ?", (question,)).fetchall()


@given(st.text(alphabet=st.characters(categories=("L", "N", "Zs"))))
def test_every_name_is_found_by_itself(name: str) -> None:
    expression = fts5_expression(word_question(name))
    with closing(sqlite_driver().connect(":memory:")) as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE t USING fts5(name, tokenize='unicode61 remove_diacritics 2')"
        )
        connection.execute("INSERT INTO t VALUES (?)", (searchable(name),))
        if expression:
            found = connection.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall()
            assert found, (name, expression)
