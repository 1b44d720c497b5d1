import pytest

from agent_desk.domain.errors import ImportFileError
from db.customer_import.columns import columns_of


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [
        ("Name,PHONE,Phone2,E-mail,Customer Number,since", ","),
        ("name;phone;phone 2;email;external_key;Since", ";"),
        ('"name"\t"phone"\t"phone_2"\t"email"\t"customer number"\t"since"', "\t"),
        ("姓名,电话,手机,邮箱,客户编号,开户日期", ","),
    ],
)
def test_columns_are_known_by_name_in_any_case_language_and_delimiter(
    header: str, delimiter: str
) -> None:
    columns = columns_of(header, file="a.csv")
    assert columns.delimiter == delimiter
    assert columns.count == 6
    assert columns.phones == (1, 2)
    assert {f: columns.positions[f] for f in ("name", "email", "external_key", "since")} == {
        "name": 0,
        "email": 3,
        "external_key": 4,
        "since": 5,
    }
    assert columns.ignored == ()


def test_columns_without_a_meaning_are_named_and_ignored() -> None:
    assert columns_of("name,phone,shoe size", file="a.csv").ignored == ("shoe size",)


@pytest.mark.parametrize(
    ("header", "missing"),
    [("name,email", "phone"), ("phone", "name"), ("a,b", "name and phone"), ("", "name and phone")],
)
def test_missing_columns_are_named(header: str, missing: str) -> None:
    with pytest.raises(ImportFileError) as refusal:
        columns_of(header, file="a.csv")
    assert refusal.value.details["field"] == "columns"
    assert f"also names {missing} (" in refusal.value.details["accepted"]


def test_a_column_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ImportFileError, match=r"'姓名' is not accepted; accepted is one column"):
        columns_of("name,phone,姓名", file="a.csv")
