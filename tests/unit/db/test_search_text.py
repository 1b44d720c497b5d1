"""What the index stores and what it is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.search_text import customer_texts, searchable


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("MÜLLER", "muller"),
        ("Søren Łukasz", "soren lukasz"),
        ("Weiß", "weiss"),
        ("ＡＢＣ", "abc"),
        ("王小明", "王 小 明"),
        ("Café 王", "cafe 王"),
        ("O'Brien & Söhne_(GmbH)", "o brien sohne gmbh"),
        ("豈㈱𝐀", "豈 株 a"),
        ("\ud800\0", ""),
    ],
)
def test_letters_lose_their_marks_and_characters_stand_alone(text: str, stored: str) -> None:
    assert searchable(text) == stored


def test_pinyin_is_found_with_and_without_spaces_and_by_initials() -> None:
    texts = customer_texts(name="吕小明", pinyin="lv xiao ming", company="")

    assert texts.pinyin == "lv xiao ming"
    assert texts.spelled.split() == ["lvxiaoming", "lxm", "luxiaoming"]


@given(st.text())
def test_words_stay_as_they_are(text: str) -> None:
    once = searchable(text)

    assert searchable(once) == once
    assert all(map(str.isalnum, once.split()))
    assert once == " ".join(once.split())
