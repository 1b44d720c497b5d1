from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from agent_desk.domain.calendar_files import read_calendars, read_days
from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.working_calendar import CalendarId, DayKind, Shift

CALENDARS = """
[[calendars]]
id = "house"
zone = "Europe/Berlin"
[calendars.hours]
every_day = ["00:00-24:00"]

[[calendars]]
id = "nord"
name = "Nord dealer"
zone = "Asia/Shanghai"
days = ["china-2026.csv"]
[calendars.hours]
every_day = ["08:30-12:00", "13:00-18:00"]
saturday = ["09:00-12:00"]
sunday = []
"""

# State Council, notice on the holidays of 2026, 4 November 2025.
CHINA_2026 = """date,kind,hours,name
2026-01-01,holiday,,元旦
2026-01-02,holiday,,元旦
2026-01-04,working,,元旦调休
2026/2/14,working,,春节调休
2026/2/16,holiday,,春节
2026-12-24,working,09:00-12:00 13:00-15:00,短日
"""


def files(folder: Path, *, calendars: str = CALENDARS, days: str = CHINA_2026) -> Path:
    (folder / "china-2026.csv").write_text(days, encoding="utf-8")
    (folder / "calendars.toml").write_text(calendars, encoding="utf-8")
    return folder / "calendars.toml"


def refusal(folder: Path, *, calendars: str = CALENDARS, days: str = CHINA_2026) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as caught:
        read_calendars(files(folder, calendars=calendars, days=days))
    return caught.value.details


def test_calendars_have_their_hours_zone_and_days(tmp_path: Path) -> None:
    calendars = read_calendars(files(tmp_path))
    assert list(calendars) == ["house", "nord"]
    nord = calendars[CalendarId("nord")]
    assert (nord.name, nord.zone.key) == ("Nord dealer", "Asia/Shanghai")
    assert nord.shifts_on(date(2026, 3, 2)) == (Shift(510, 720), Shift(780, 1080))
    assert nord.shifts_on(date(2026, 3, 7)) == (Shift(540, 720),)
    assert nord.shifts_on(date(2026, 3, 8)) == ()
    assert nord.shifts_on(date(2026, 2, 16)) == ()
    assert nord.shifts_on(date(2026, 1, 4)) == (Shift(510, 720), Shift(780, 1080))
    assert nord.shifts_on(date(2026, 12, 24)) == (Shift(540, 720), Shift(780, 900))
    assert calendars[CalendarId("house")].name == "house"


def test_a_chinese_new_year_is_reckoned_right(tmp_path: Path) -> None:
    nord = read_calendars(files(tmp_path))[CalendarId("nord")]
    friday = datetime(2026, 2, 13, 17, tzinfo=nord.zone)
    # An hour on Friday, eight and a half on the adjusted Saturday, the rest on Tuesday.
    assert nord.after(friday, timedelta(hours=10)) == datetime(2026, 2, 17, 9, tzinfo=nord.zone)


def test_lists_come_as_spreadsheets_save_them(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_bytes("name,KIND,date\r\n".replace("KIND", "kind").encode("utf-8-sig"))
    assert read_days(path) == {}
    text = "\ufeffname,kind,date\r\n国庆节,Holiday,2026/10/1\r\n,,\r\n\r\n"
    path.write_text(text, encoding="utf-8", newline="")
    days = read_days(path)
    assert list(days) == [date(2026, 10, 1)]
    assert (days[date(2026, 10, 1)].kind, days[date(2026, 10, 1)].name) == (
        DayKind.HOLIDAY,
        "国庆节",
    )


@pytest.mark.parametrize(
    ("row", "field", "value", "accepted"),
    [
        ("2026-02-30,holiday,,", "date", "2026-02-30", "a day such as 2026-10-01"),
        ("1.10.2026,holiday,,", "date", "1.10.2026", "a day such as 2026-10-01"),
        (",holiday,,", "date", "", "a day such as 2026-10-01"),
        ("0026-10-01,holiday,,", "date", "0026-10-01", "a day such as 2026-10-01"),
        ("2026-10-01,holyday,,", "kind", "holyday", "one of holiday, working"),
        ("2026-10-01,holiday,09:00-12:00,", "hours", "09:00-12:00", "nothing on a holiday"),
        ("2026-10-01,working,9 to 12,", "hours", "9 to 12", "hours such as 08:30-12:00"),
        ("2026-01-01,holiday,,", "date", "2026-01-01", "does not have already"),
        ("2026-10-01,holiday,,a,b", "row", "b", "no more cells than 4"),
        ('2026-10-01,holiday,,"a', "syntax", "unexpected end of data", "CSV with commas"),
    ],
)
def test_a_mistake_in_a_list_is_named_with_its_line(
    tmp_path: Path, row: str, field: str, value: str, accepted: str
) -> None:
    details = refusal(tmp_path, days=f"{CHINA_2026}{row}\n")
    assert details["file"] in ("china-2026.csv:8", "china-2026.csv")
    assert details["file"].endswith(":8") or field == "syntax"
    assert (details["field"], details["value"]) == (field, value)
    assert accepted in details["accepted"]


@pytest.mark.parametrize(
    ("header", "value", "accepted"),
    [
        ("", "", "a column date"),
        ("date,name", "date,name", "a column kind"),
        ("date;kind;hours;name", "date;kind;hours;name", "once each of date, kind, hours, name"),
        ("date,kind,date", "date", "once each of date"),
    ],
)
def test_a_list_has_its_columns(tmp_path: Path, header: str, value: str, accepted: str) -> None:
    details = refusal(tmp_path, days=f"{header}\n")
    assert (details["file"], details["field"]) == ("china-2026.csv:1", "columns")
    assert details["value"] == value
    assert accepted in details["accepted"]


def test_a_list_is_utf_8(tmp_path: Path) -> None:
    path = files(tmp_path)
    (tmp_path / "china-2026.csv").write_bytes(CHINA_2026.encode("gb18030"))
    with pytest.raises(ConfigurationError, match=r"china-2026\.csv: encoding: .*CSV UTF-8"):
        read_calendars(path)


@pytest.mark.parametrize("name", ["missing.csv", "."])
def test_a_list_can_be_read(tmp_path: Path, name: str) -> None:
    calendars = CALENDARS.replace("china-2026.csv", name)
    assert refusal(tmp_path, calendars=calendars)["field"] == "file"


@pytest.mark.parametrize(
    ("old", "new", "field", "accepted"),
    [
        ("Asia/Shanghai", "Asia/Peking", "calendars[1].zone", "Asia/Shanghai or Europe/Berlin"),
        ("Asia/Shanghai", "../etc/passwd", "calendars[1].zone", "IANA name"),
        ("Asia/Shanghai", "Asia", "calendars[1].zone", "IANA name"),
        ('"nord"', '"house"', "calendars[1].id", "no other calendar has"),
        ("sunday", "sonday", "calendars[1].hours.sonday", "did you mean 'sunday'"),
        ("08:30-12:00", "8.30-12", "calendars[1].hours.every_day", "a list of hours such as"),
        ("13:00", "11:00", "calendars[1].hours.every_day", "hours that do not overlap"),
        ('["00:00-24:00"]', "[]", "calendars[0].hours", "hours on at least one day"),
        ('"Nord dealer"', "7", "calendars[1].name", "a text in quotes"),
        (
            '"china-2026.csv"',
            '"china-2026.csv", "china-2026.csv"',
            "calendars[1].days",
            "lists that do not both have 2026-01-01",
        ),
    ],
)
def test_a_mistake_in_the_calendars_is_named_at_its_field(
    tmp_path: Path, old: str, new: str, field: str, accepted: str
) -> None:
    assert CALENDARS.count(old) == 1
    details = refusal(tmp_path, calendars=CALENDARS.replace(old, new))
    assert (details["file"], details["field"]) == ("calendars.toml", field)
    assert accepted in details["accepted"]


def test_there_is_at_least_one_calendar(tmp_path: Path) -> None:
    assert refusal(tmp_path, calendars="")["field"] == "calendars"
