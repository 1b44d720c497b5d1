import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from agent_desk.domain.errors import DatabaseLockedError, ImportFileError, InputError
from db.customer_import.importer import import_customers
from db.customer_import.report import RefusedValue
from tests.unit.db_import.conftest import Desk

FILE = """name,phone,phone2,email,company,city,language,tier,customer number,since
王芳 Wang Fang,138 0013 8000,021-9000 1188,wang@example.cn,Nordlicht,上海,zh-CN,GOLD,K1,2019-03-04
Anna Müller,+49 (0) 40 66969-017,,anna@example.com,Nordlicht,Hamburg,de,VIP,K2,
李伟,(010) 9552-9988,,,,北京,,,,
李秀英,(010) 9552-9988,,,,北京,,,,
"""


def test_customers_are_stored_with_numbers_companies_and_what_they_are_found_by(
    desk: Desk,
) -> None:
    report = desk.import_text(FILE)
    assert (report.added, report.changed, report.unchanged, report.refused_lines) == (4, 0, 0, 0)
    assert (report.refused, report.report_path, report.encoding) == ((), None, "utf-8")
    assert desk.query(
        "SELECT c.name, c.pinyin, o.name, c.tier, c.language, c.city, CAST(c.since AS text), "
        "c.external_key FROM customers c LEFT JOIN companies o ON o.id = c.company_id "
        "ORDER BY c.id LIMIT 1"
    ) in (
        [("王芳 Wang Fang", "wang fang", "Nordlicht", "GOLD", "zh-CN", "上海", "2019-03-04", "K1")],
        [("Anna Müller", "", "Nordlicht", "VIP", "de", "Hamburg", None, "K2")],
        [("李伟", "li wei", None, "STANDARD", "", "北京", None, "")],
        [("李秀英", "li xiu ying", None, "STANDARD", "", "北京", None, "")],
    )
    assert desk.query(
        "SELECT c.name, p.kind, p.value, p.raw, p.suffix, p.is_primary FROM contact_points p "
        "JOIN customers c ON c.id = p.customer_id WHERE c.name LIKE '王%' ORDER BY p.value"
    ) == [
        ("王芳 Wang Fang", "PHONE", "+8613800138000", "138 0013 8000", "800138000", 1),
        ("王芳 Wang Fang", "PHONE", "+862190001188", "021-9000 1188", "190001188", 0),
        ("王芳 Wang Fang", "EMAIL", "wang@example.cn", "wang@example.cn", "", 1),
    ]
    assert desk.found("wangfang") == ["王芳 Wang Fang"]
    assert desk.found("Nordlicht") == ["Anna Müller", "王芳 Wang Fang"]
    assert desk.query("SELECT count(*) FROM companies") == [(1,)]


def test_progress_grows_to_all_steps(desk: Desk) -> None:
    desk.import_text(FILE)
    done = [done for done, _ in desk.progress]
    assert done == sorted(done)
    assert desk.progress[-1] == (12, 12)


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    desk.import_text(FILE)
    before = desk.dump()
    report = desk.run()
    assert (report.added, report.changed, report.unchanged) == (0, 0, 4)
    assert desk.dump() == before


def test_a_changed_line_updates_the_customer_it_stands_for(desk: Desk) -> None:
    desk.import_text(FILE)
    report = desk.import_text(
        "name,phone,company,city,tier,customer number\n"
        "王方,13800138000,海蓝科技,杭州,VIP,K1\n"
        "李伟,010-95529988,,天津,,\n"
        "李秀英,010-95529988,,,,\n"
    )
    assert (report.added, report.changed, report.unchanged) == (0, 2, 1)
    assert desk.query(
        "SELECT c.name, c.pinyin, c.city, c.tier, c.language, c.version, o.name FROM customers c "
        "LEFT JOIN companies o ON o.id = c.company_id WHERE c.version > 1 ORDER BY c.name"
    ) == [
        ("李伟", "li wei", "天津", "STANDARD", "", 2, None),
        ("王方", "wang fang", "杭州", "VIP", "zh-CN", 2, "海蓝科技"),
    ]
    assert desk.found("王方") == desk.found("海蓝") == ["王方"]
    assert desk.found("王芳") == []


def test_a_further_number_is_added_and_none_is_taken_away(desk: Desk) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    report = desk.import_text("name,phone,phone2\n王芳,13800138000,16000000001\n")
    assert report.changed == 1
    assert desk.query("SELECT value, is_primary FROM contact_points ORDER BY value") == [
        ("+8613800138000", 1),
        ("+8616000000001", 0),
    ]


def test_a_customer_number_is_learned_by_a_customer_who_had_none(desk: Desk) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    report = desk.import_text("name,phone,customer number\n王芳,13800138000,K9\n")
    assert (report.added, report.changed) == (0, 1)
    assert desk.query("SELECT external_key FROM customers") == [("K9",)]


def test_different_customer_numbers_are_different_customers(desk: Desk) -> None:
    report = desk.import_text(
        "name,phone,customer number\n王芳,13800138000,K1\n王芳,13800138000,K2\n王芳,13800138000,\n"
    )
    assert (report.added, report.refused_lines) == (2, 1)
    assert "several customers have this name and number" in report.refused[0].accepted


@pytest.mark.parametrize("gap", [0, 2500])
def test_a_second_line_for_one_customer_is_refused_and_names_the_first(
    desk: Desk, gap: int
) -> None:
    between = "".join(f"客户{i},154{i:08d},K{i}\n" for i in range(gap))
    lines = f"name,phone,customer number\n王芳,13800138000,\n{between}王芳,+86 13800138000,X\n"
    report = desk.import_text(lines)
    assert (report.added, report.refused_lines) == (1 + gap, 1)
    assert report.refused[0].line == 3 + gap
    assert "line 2 stands for the same one" in report.refused[0].accepted
    before = desk.dump()
    again = desk.run()
    assert (again.added, again.changed, again.refused_lines) == (0, 0, 1)
    assert desk.dump() == before


def test_refused_lines_are_listed_in_a_file_and_the_others_go_in(desk: Desk) -> None:
    report = desk.import_text(
        "name,phone,tier\n"
        "王芳,13800138000,GOLD\n"
        '"two\nlines",13800138001,\n'
        "李伟,12ab,platinum\n"
        "Anna,+4940669690170\n"
        "张三,\x00,\n"
        '"open,13800138002,\n'
        "李四,15400000001,VIP\n"
    )
    assert (report.added, report.refused_lines) == (2, 5)
    assert desk.names() == ["李四", "王芳"]
    assert [(r.line, r.field) for r in report.refused] == [
        (3, "name"),
        (5, "phone"),
        (5, "tier"),
        (6, "line"),
        (7, "phone"),
        (8, "line"),
    ]
    assert report.report_path == desk.folder / "customers.refused.csv"
    with report.report_path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "field", "value", "accepted"]
    listed = [RefusedValue(int(line), *rest) for line, *rest in rows[1:]]
    assert tuple(listed) == report.refused


def test_the_report_goes_where_it_is_wanted_even_when_all_is_well(desk: Desk) -> None:
    desk.write(FILE)
    report = desk.run(report_path=desk.folder / "list.csv")
    assert report.report_path == desk.folder / "list.csv"
    assert report.report_path.read_text("utf-8-sig").splitlines() == ["line,field,value,accepted"]


def test_a_mended_file_does_not_leave_the_old_list_behind(desk: Desk) -> None:
    desk.import_text("name,phone\n王芳,x\n")
    report = desk.import_text("name,phone\n王芳,13800138000\n")
    assert report.report_path is not None
    assert len(report.report_path.read_text("utf-8-sig").splitlines()) == 1


def test_a_report_that_cannot_be_written_leaves_everything_as_it_was(desk: Desk) -> None:
    desk.write("name,phone\n王芳,13800138000\n李伟,x\n")
    with pytest.raises(ImportFileError, match="report"):
        desk.run(report_path=desk.folder / "missing" / "list.csv")
    assert desk.names() == []
    desk.csv.with_name("taken").mkdir()
    with pytest.raises(ImportFileError, match="report"):
        desk.run(report_path=desk.folder / "taken")
    assert desk.names() == []
    assert not list(desk.folder.glob("*.part"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_of_spreadsheets_are_read_in_their_encoding(desk: Desk, encoding: str) -> None:
    report = desk.import_text("姓名;电话;等级\r\n王芳;13800138000;金卡\r\n", encoding)
    assert report.encoding == encoding
    assert desk.query("SELECT name, tier FROM customers") == [("王芳", "GOLD")]


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + bytes(50),
        "name,phone\nMüller,1".encode("latin-1"),
        b"a,b\n1,2\n",
        b"",
        b"a" * 99_999,
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_before_anything_changes(
    desk: Desk, content: bytes
) -> None:
    desk.write(content)
    with pytest.raises(ImportFileError):
        desk.run()
    assert desk.is_untouched()


def test_an_unknown_region_is_refused(desk: Desk) -> None:
    desk.write(FILE)
    with pytest.raises(InputError, match="region: 'XX'"):
        desk.run(region="XX")


def test_national_numbers_are_read_in_the_region(desk: Desk) -> None:
    desk.write("name,phone\nAnna,040 66969017\n")
    desk.run(region="DE")
    assert desk.query("SELECT value FROM contact_points") == [("+494066969017",)]


def test_a_running_desk_reads_on_and_sees_all_or_nothing(desk: Desk) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    seen: list[object] = []
    desk.write("name,phone\n" + "".join(f"客户{i},154{i:08d}\n" for i in range(4500)))
    count = text("SELECT count(*) FROM customers")
    with desk.engine().connect() as reader:

        def watch(_done: int, _total: int) -> None:
            seen.append(reader.execute(count).scalar_one())

        import_customers(desk.place, desk.csv, password=desk.password, region="CN", progress=watch)
        after = reader.execute(count).scalar_one()
    assert set(seen[:-1]) == {1}
    assert after == 4501


def test_a_locked_database_is_named_and_nothing_changes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    monkeypatch.setattr("db.bulk_transaction.BUSY_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr("db.postgres_engine.LOCK_TIMEOUT_SECONDS", 0.05)
    desk.write("name,phone\n李伟,15400000001\n")
    with desk.holding_the_lock(), pytest.raises(DatabaseLockedError):
        desk.run()
    assert desk.names() == ["王芳"]


def test_an_interrupted_import_leaves_nothing(desk: Desk) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    desk.write("name,phone\n" + "".join(f"客户{i},154{i:08d}\n" for i in range(4500)))
    before = desk.dump()

    def interrupt(done: int, total: int) -> None:
        if done > 0.6 * total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_customers(
            desk.place, desk.csv, password=desk.password, region="CN", progress=interrupt
        )
    assert desk.dump() == before
    assert sorted(path.name for path in desk.folder.iterdir() if path.suffix == ".csv") == [
        "customers.csv"
    ]
    assert desk.run().added == 4500


@pytest.mark.slow
@pytest.mark.parametrize(("step", "processes"), [(3, 0), (3, 2), (5, 0), (6, 0)])
def test_a_killed_import_leaves_nothing(desk: Desk, step: int, processes: int) -> None:
    desk.import_text("name,phone\n王芳,13800138000\n")
    desk.write("name,phone\n" + "".join(f"客户{i},154{i:08d}\n" for i in range(6500)))
    before = desk.dump()
    script = Path(__file__).with_name("killed_import.py")
    command = [sys.executable, str(script), str(desk.place), str(desk.csv)]
    temporary = desk.folder / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [*command, str(step), str(processes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "TMPDIR": str(temporary), "PGPASSWORD": desk.password or ""},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"waiting"
        process.kill()
        # Ends when everybody who could write has ended, the processes that check among them.
        assert process.stdout.read() == b""
    assert process.returncode != 0
    # Windows keeps the name of an open file.
    assert os.name != "posix" or not list(temporary.iterdir())
    assert desk.dump() == before
    assert desk.run().added == 6500
