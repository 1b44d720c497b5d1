"""The headless commands: what they print, what they answer to mistakes, and their exit codes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from agent_desk.cli import main, target
from agent_desk.cli.exit_codes import EXIT_ERROR, EXIT_OK, EXIT_REFUSED_LINES
from agent_desk.settings import Places, Settings, save_settings, usual_places

HEADER = "name,phone,email\r\n"


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """Where the commands find settings and database: a folder of this test."""
    found = usual_places(base=tmp_path / "home")
    monkeypatch.setattr(target, "usual_places", lambda: found)
    return found


def error_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one line that a failed command printed."""
    told = capsys.readouterr()
    assert told.out == ""
    assert "Traceback" not in told.err
    (line,) = told.err.splitlines()
    assert line.startswith("agent-desk-cli: ")
    return line


def customers_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM customers").fetchone()[0])


def csv_file(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "customers.csv"
    path.write_text(HEADER + "\r\n".join(lines) + "\r\n", encoding=encoding)
    return path


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])

    told = capsys.readouterr().out
    assert ended.value.code == 0
    for command in ("simulate", "demo-data", "import", "db", "user", "relay", "floor"):
        assert command in told


@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["dance"],
        ["simulate", "--calls", "0"],
        ["simulate", "--calls", "ten"],
        ["demo-data", "--customers", "-5"],
        ["import", "horses", "file.csv"],
        ["import", "customers"],
        ["floor", "--desks", "0"],
        ["floor", "--minutes", "0"],
        ["floor", "--calls-per-hour", "inf"],
    ],
)
def test_a_command_line_that_does_not_read_is_refused_with_the_usage(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)

    told = capsys.readouterr()
    assert ended.value.code == EXIT_ERROR
    assert told.out == ""
    assert "usage: agent-desk-cli" in told.err
    assert "Traceback" not in told.err


def test_simulate_prints_the_figures_of_every_queue(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--scenario", "demo", "--calls", "500", "--seed", "3"]) == EXIT_OK

    figures = json.loads(capsys.readouterr().out)
    assert figures["calls"] == 500
    assert set(figures["queues"]) >= {"billing", "technical"}


def test_simulate_repeats_itself_with_the_same_seed(capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for seed in ("3", "3", "4"):
        assert main(["simulate", "--calls", "300", "--seed", seed]) == EXIT_OK
        told.append(json.loads(capsys.readouterr().out)["queues"])

    assert told[0] == told[1] != told[2]


def test_demo_data_fills_the_database_of_the_settings(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = places.settings.parent / "chosen.sqlite"
    save_settings(places.settings, Settings(database=str(chosen), region="DE"))

    assert main(["demo-data", "--customers", "40", "--seed", "2"]) == EXIT_OK

    summary = json.loads(capsys.readouterr().out)
    assert summary["customers"] == customers_in(chosen) == 40
    assert not places.database.exists()


def test_a_machine_that_never_had_a_desk_gets_the_usual_folder(
    places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not places.database.parent.exists()

    assert main(["demo-data", "--customers", "5"]) == EXIT_OK

    assert customers_in(places.database) == 5
    assert capsys.readouterr().err == ""


def test_a_folder_that_cannot_be_made(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    places.database.parent.write_text("a file stands in the way", encoding="utf-8")

    assert main(["demo-data", "--customers", "5"]) == EXIT_ERROR

    assert str(places.database) in error_line(capsys)


def test_a_chosen_folder_that_does_not_exist_is_not_made(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "tpyo" / "desk.sqlite"

    assert main(["demo-data", "--customers", "5", "--database", str(database)]) == EXIT_ERROR

    assert str(database) in error_line(capsys)
    assert not database.parent.exists()


def test_an_import_without_mistakes_answers_zero(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(tmp_path, "王芳,+8613800138000,", "Anna Müller,+8613800138001,a@b.example")

    assert main(["import", "customers", str(file)]) == EXIT_OK

    report = json.loads(capsys.readouterr().out)
    assert report["refused_lines"] == 0
    assert report["report_path"] is None
    assert customers_in(places.database) == 2


def test_an_import_with_refused_lines_answers_one_and_leaves_a_report(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(tmp_path, "王芳,+8613800138000,", "Tom,horse,", "Jan,+8613800138002,no-address")
    report_path = tmp_path / "refused.csv"

    code = main(["import", "customers", str(file), "--report", str(report_path)])

    assert code == EXIT_REFUSED_LINES
    report = json.loads(capsys.readouterr().out)
    assert report["refused_lines"] == 2
    assert report["report_path"] == str(report_path)
    told = report_path.read_text(encoding="utf-8-sig")
    for word in ("3", "horse", "4", "no-address"):
        assert word in told
    assert customers_in(places.database) == 1


def test_the_same_file_twice_changes_nothing(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = csv_file(tmp_path, "王芳,+8613800138000,")
    assert main(["import", "customers", str(file)]) == EXIT_OK
    assert main(["import", "customers", str(file)]) == EXIT_OK

    assert customers_in(places.database) == 1
    assert capsys.readouterr().err == ""


def test_a_scenario_with_a_typo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scenario = tmp_path / "floor.toml"
    scenario.write_text('name = "x"\ncolour = "red"\n', encoding="utf-8")

    assert main(["simulate", "--scenario", str(scenario)]) == EXIT_ERROR

    line = error_line(capsys)
    assert "floor.toml" in line


def test_a_scenario_that_nobody_knows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--scenario", "moon"]) == EXIT_ERROR

    line = error_line(capsys)
    assert "moon" in line
    assert "demo" in line


def test_settings_with_a_typo(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    places.settings.parent.mkdir(parents=True)
    places.settings.write_text('language = "klingon"\n', encoding="utf-8")

    assert main(["demo-data", "--customers", "5"]) == EXIT_ERROR

    line = error_line(capsys)
    for word in ("settings.toml", "language", "klingon", "system, en, zh"):
        assert word in line
    assert not places.database.exists()


def test_an_unknown_region(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "desk.sqlite"
    command = ["demo-data", "--customers", "5", "--database", str(database), "--region", "QQ"]

    assert main(command) == EXIT_ERROR

    assert "QQ" in error_line(capsys)
    assert not database.exists()


def test_a_database_that_is_none(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "letter.txt"
    database.write_text("Dear customer", encoding="utf-8")
    file = csv_file(tmp_path, "王芳,+8613800138000,")

    for command in (
        ["demo-data", "--customers", "5", "--database", str(database)],
        ["import", "customers", str(file), "--database", str(database)],
    ):
        assert main(command) == EXIT_ERROR
        assert str(database) in error_line(capsys)
    assert database.read_text(encoding="utf-8") == "Dear customer"


def test_a_csv_that_is_not_there(
    places: Places, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:

    assert main(["import", "customers", str(tmp_path / "none.csv")]) == EXIT_ERROR

    assert "none.csv" in error_line(capsys)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x00\xff\xfe\x81\x00rubbish\xff", "customers.csv"),
        (b"phone,email\r\n1,2\r\n", "name"),
        (b"", "customers.csv"),
    ],
)
def test_a_csv_that_cannot_be_read(
    places: Places,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    content: bytes,
    word: str,
) -> None:
    file = tmp_path / "customers.csv"
    file.write_bytes(content)

    assert main(["import", "customers", str(file)]) == EXIT_ERROR

    assert word in error_line(capsys)


def test_an_interrupted_command_says_so_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*arguments: object, **more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent_desk.bootstrap.records.simulate", interrupted)

    assert main(["simulate"]) == EXIT_ERROR

    assert "interrupted" in error_line(capsys)
