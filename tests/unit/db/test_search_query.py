"""What a person means by the text in the search box."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search_query import SearchQuery, parse_query


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", SearchQuery()),
        ("王", SearchQuery(words="王")),
        ("T-1042", SearchQuery(ticket=1042, words="T-1042")),
        ("t1042", SearchQuery(ticket=1042, words="t1042")),
        ("#1042", SearchQuery(ticket=1042, words="#1042")),
        ("1042", SearchQuery(ticket=1042, digits="1042")),
        ("12", SearchQuery(ticket=12)),
        ("138 0013", SearchQuery(digits="1380013")),
        ("13800138000", SearchQuery(digits="13800138000")),
        ("+49 (0)228 1234", SearchQuery(digits="492281234", international=True)),
        ("0049228", SearchQuery(digits="49228", international=True)),
        ("１０４２", SearchQuery(ticket=1042, digits="1042")),
        ("ann@ex", SearchQuery(address="ann@ex", words="ann@ex")),
        ("t-shirt", SearchQuery(words="t-shirt")),
        ("-", SearchQuery(words="-")),
    ],
)
def test_the_kind_of_a_question_is_recognised(text: str, asked: SearchQuery) -> None:
    assert parse_query(text) == asked


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    asked = parse_query(text)

    assert asked.digits == "" or asked.digits.isascii()
    assert 0 <= asked.ticket < 2**31
