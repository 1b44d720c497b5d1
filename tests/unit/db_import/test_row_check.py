from datetime import date

import pytest

from agent_desk.domain.customer import Tier
from db.customer_import.columns import columns_of
from db.customer_import.records import Record
from db.customer_import.row_check import CheckedRow, RowChecker

HEADER = "name,phone,phone2,email,company,city,address,language,tier,customer number,since"
GOOD = {
    "name": "王芳",
    "phone": "138 0013 8000",
    "phone2": "",
    "email": "wang@example.cn",
    "company": "",
    "city": "北京",
    "address": "",
    "language": "zh_CN",
    "tier": "gold",
    "customer number": "K1",
    "since": "2019/3/4",
}


def check(**changes: str) -> CheckedRow | list[tuple[str, str, str]]:
    cells = {**GOOD, **{key.replace("_", " "): value for key, value in changes.items()}}
    checker = RowChecker(columns_of(HEADER, file="a.csv"), region="CN")
    result = checker.check(Record(7, list(cells.values())))
    if isinstance(result, CheckedRow):
        return result
    assert all(refused.line == 7 for refused in result)
    return [(refused.field, refused.value, refused.accepted) for refused in result]


def test_a_good_line_becomes_a_row() -> None:
    assert check(phone2="010-9552 9988") == CheckedRow(
        line=7,
        name="王芳",
        numbers=(("+8613800138000", "138 0013 8000"), ("+861095529988", "010-9552 9988")),
        email="wang@example.cn",
        city="北京",
        language="zh-CN",
        tier=Tier.GOLD,
        external_key="K1",
        since=date(2019, 3, 4),
    )


def test_the_same_number_twice_counts_once() -> None:
    row = check(phone2="+86 13800138000")
    assert isinstance(row, CheckedRow)
    assert row.numbers == (("+8613800138000", "138 0013 8000"),)


@pytest.mark.parametrize("day", ["2019-03-04", "2019/3/4", "2019.03.04", "2019年3月4日"])
def test_days_with_the_year_first_are_read(day: str) -> None:
    row = check(since=day)
    assert isinstance(row, CheckedRow)
    assert row.since == date(2019, 3, 4)


@pytest.mark.parametrize(("tier", "found"), [("VIP", Tier.VIP), ("金卡", Tier.GOLD), ("", None)])
def test_tiers_are_read_in_both_languages(tier: str, found: Tier | None) -> None:
    row = check(tier=tier)
    assert isinstance(row, CheckedRow)
    assert row.tier is found


@pytest.mark.parametrize(
    ("field", "value", "accepted"),
    [
        ("name", "", "a text that is not empty"),
        ("name", "x" * 201, "at most 200 characters"),
        ("name", "a\x00b", "printable characters (not U+0000)"),
        ("name", "two\nlines", "printable characters (not U+000A)"),
        ("phone", "12ab", "3 to 15 digits"),
        ("phone2", "☎", "3 to 15 digits"),
        ("email", "wang@", "one address such as"),
        ("email", "a@example.cn, b@example.cn", "one address such as"),
        ("language", "Chinese!", "a language tag such as zh-CN"),
        ("tier", "platinum", "one of STANDARD, SILVER, GOLD, VIP"),
        ("since", "04.03.2019", "a day with the year first"),
        ("since", "2019-02-30", "a day such as 2019-03-04"),
        ("since", "2019-02.03", "a day with the year first"),
        ("address", "x" * 501, "at most 500 characters"),
    ],
)
def test_a_bad_value_is_refused_with_field_value_and_what_is_accepted(
    field: str, value: str, accepted: str
) -> None:
    refused = check(**{field: value})
    assert isinstance(refused, list)
    [(found_field, found_value, found_accepted)] = refused
    assert (found_field, found_value) == (field, value)
    assert accepted in found_accepted


def test_everything_wrong_with_a_line_is_named_at_once() -> None:
    refused = check(phone="x", tier="y", since="z")
    assert isinstance(refused, list)
    assert [field for field, _, _ in refused] == ["phone", "tier", "since"]


def test_a_line_without_number_needs_a_customer_number() -> None:
    assert isinstance(check(phone=""), CheckedRow)
    refused = check(phone="", customer_number="")
    assert isinstance(refused, list)
    assert refused[0][0] == "phone"


@pytest.mark.parametrize("count", [0, 1, 10, 12])
def test_a_wrong_number_of_columns_is_refused(count: int) -> None:
    checker = RowChecker(columns_of(HEADER, file="a.csv"), region="CN")
    result = checker.check(Record(3, ["x"] * count))
    assert isinstance(result, list)
    assert (result[0].line, result[0].value) == (3, f"{count} columns")
    assert "11 columns" in result[0].accepted


def test_empty_cells_behind_the_last_column_are_no_mistake() -> None:
    checker = RowChecker(columns_of("name,phone", file="a.csv"), region="CN")
    assert isinstance(checker.check(Record(3, ["李伟", "13800138000", "", " "])), CheckedRow)
