"""Chinese names are spelled as their bearers spell them."""

from __future__ import annotations

import pytest

from db.pinyin import is_han, pinyin_of


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("王小明", "wang xiao ming"),
        ("吕布", "lv bu"),
        ("曾国藩", "zeng guo fan"),
        ("单雄信", "shan xiong xin"),
        ("尉迟恭", "yu chi gong"),
        ("Anna 王伟", "wang wei"),
        ("Anna Müller", ""),
        ("", ""),
        ("さくら", ""),
        ("〇", "ling"),
    ],
)
def test_the_chinese_part_of_a_name_is_spelled(name: str, pinyin: str) -> None:
    assert pinyin_of(name) == pinyin


@pytest.mark.parametrize("character", ["王", "㐀", "𠮷", "〇"])
def test_rare_characters_are_chinese_too(character: str) -> None:
    assert is_han(character)


@pytest.mark.parametrize("character", ["a", "ü", "か", "한", "，", "1"])
def test_other_characters_are_not(character: str) -> None:
    assert not is_han(character)
