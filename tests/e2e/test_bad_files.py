"""Files that the desk cannot use: a sentence in both languages, nothing changed, and a way on."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from agent_desk.bootstrap.desk import open_desk
from agent_desk.domain.errors import ConfigurationError
from agent_desk.settings import Settings, load_settings
from tests.e2e.folders import FLOOR_FILE, copy_base, places_of, plan_for, write_floor
from tests.e2e.stage import Stage
from tests.logfail import LogGuard
from tests.unit.db.other_process import HOLD_WRITE_LOCK, KEEP_DESK_OPEN, running
from ui.shell.failure_page import FailurePage
from ui.shell.main_window import AGENT_PAGE

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

PROGRAM_SECONDS = 120.0
MakeStage = Callable[[Path], Stage]


@pytest.fixture
def folder(tmp_path: Path, template: Path) -> Path:
    """A desk's folder in which everything is right."""
    made = copy_base(template, tmp_path / "desk")
    write_floor(made)
    return made


@pytest.fixture
def make_stage(qtbot: QtBot, stages: list[Stage]) -> MakeStage:
    """Return how to show a desk in a folder, opened as the program opens it."""

    def make(folder: Path) -> Stage:
        plan = plan_for(folder)
        stage = Stage(
            qtbot,
            folder=folder,
            open_desk=lambda prepare: open_desk(plan, prepare=prepare),
            settings=plan.settings,
        )
        stages.append(stage)
        stage.start()
        return stage

    return make


def shown_failure(stage: Stage) -> FailurePage:
    """Return the page that says why the desk cannot start, once it does."""
    stage.wait(lambda: stage.view.window.current_page() == "failure")
    page = stage.view.window.page("failure")
    assert isinstance(page, FailurePage)
    return page


def assert_says_in_both_languages(stage: Stage, english: str, chinese: str, *words: str) -> None:
    page = shown_failure(stage)
    for sentence in (english, chinese):
        stage.wait(lambda wanted=sentence: wanted in page.text())  # type: ignore[misc]
        for word in words:
            assert word in page.text()
        stage.view.look.toggle_language()


def assert_retry_works(stage: Stage) -> None:
    assert stage.view.desk is None
    QTest.mouseClick(shown_failure(stage).retry, Qt.MouseButton.LeftButton)
    stage.wait(lambda: stage.view.desk is not None)
    assert stage.view.window.current_page() == AGENT_PAGE


def change(database: Path, statement: str) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_file_that_is_no_database(
    folder: Path, make_stage: MakeStage, expected_logs: LogGuard
) -> None:
    expected_logs.expect("the desk cannot start")
    database = places_of(folder).database
    good = database.read_bytes()
    database.write_text("Dear customer", encoding="utf-8")

    stage = make_stage(folder)

    assert_says_in_both_languages(
        stage, "is not an Agent Desk database", "不是 Agent Desk 数据库", str(database)
    )
    assert database.read_text(encoding="utf-8") == "Dear customer"
    database.write_bytes(good)
    assert_retry_works(stage)


def test_a_database_of_a_newer_version(
    folder: Path, make_stage: MakeStage, expected_logs: LogGuard
) -> None:
    expected_logs.expect("the desk cannot start")
    database = places_of(folder).database
    good = database.read_bytes()
    change(database, "UPDATE alembic_version SET version_num = '9999'")
    before = database.read_bytes()

    stage = make_stage(folder)

    assert_says_in_both_languages(stage, "newer version", "新版本", "9999", str(database))
    assert database.read_bytes() == before
    database.write_bytes(good)
    assert_retry_works(stage)


def test_a_database_that_another_program_holds_locked(
    folder: Path, make_stage: MakeStage, expected_logs: LogGuard
) -> None:
    expected_logs.expect("the desk cannot start")
    database = places_of(folder).database
    before = database.read_bytes()

    with running(HOLD_WRITE_LOCK, str(database)):
        stage = make_stage(folder)
        assert_says_in_both_languages(stage, "locked by another", "其他程序锁定", str(database))
        assert database.read_bytes() == before

    assert_retry_works(stage)


def test_a_database_that_another_desk_has_open(
    folder: Path, make_stage: MakeStage, expected_logs: LogGuard
) -> None:
    expected_logs.expect("the desk cannot start")
    database = places_of(folder).database

    with running(KEEP_DESK_OPEN, str(database)) as other:
        stage = make_stage(folder)
        process = f"process {other.pid}"
        assert_says_in_both_languages(stage, "another desk", "另一个", str(database), process)

    assert_retry_works(stage)


def test_a_journal_that_another_program_holds_locked(
    folder: Path, make_stage: MakeStage, expected_logs: LogGuard
) -> None:
    expected_logs.expect("the desk cannot start")
    journal = places_of(folder).journal
    first = make_stage(folder)
    first.wait(lambda: first.view.desk is not None)
    first.on_loop(first.desk.stop())

    with running(HOLD_WRITE_LOCK, str(journal)):
        stage = make_stage(folder)
        assert_says_in_both_languages(stage, "locked by another", "其他程序锁定", str(journal))

    assert_retry_works(stage)


def test_a_scenario_with_a_typo(
    folder: Path, make_stage: MakeStage, expected_logs: LogGuard
) -> None:
    expected_logs.expect("the desk cannot start")
    scenario = folder / FLOOR_FILE
    good = scenario.read_text(encoding="utf-8")
    typo = good.replace("ring_no_answer_seconds = 300", 'ring_no_answer_seconds = "soon"')
    scenario.write_text(typo, encoding="utf-8")

    stage = make_stage(folder)

    words = (FLOOR_FILE, "ring_no_answer_seconds", "soon")
    assert_says_in_both_languages(stage, "is not accepted", "不接受", *words)
    assert scenario.read_text(encoding="utf-8") == typo
    scenario.write_text(good, encoding="utf-8")
    assert_retry_works(stage)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 KiB; `remount` makes room."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    if sys.platform != "linux" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root on Linux")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk(small_disk: Path, make_stage: MakeStage, expected_logs: LogGuard) -> None:
    expected_logs.expect("the desk cannot start")
    write_floor(small_disk)

    stage = make_stage(small_disk)

    assert_says_in_both_languages(stage, "is full", "已满", str(small_disk))
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert_retry_works(stage)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('language = "klingon"', ("Language", "klingon", "system, en, zh")),
        ("scale_percent = 500", ("scale_percent", "500", "100", "200")),
        ("colour = 3", ("colour",)),
        ("theme = ", ("settings.toml",)),
    ],
)
def test_settings_with_a_typo_are_said_and_the_usual_ones_used(
    line: str, words: tuple[str, ...], folder: Path, qtbot: QtBot, stages: list[Stage]
) -> None:
    path = places_of(folder).settings
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_settings(path)
    plan = plan_for(folder)
    stage = Stage(
        qtbot,
        folder=folder,
        open_desk=lambda prepare: open_desk(plan, prepare=prepare),
        settings=plan.settings,
        complaint=refused.value,
    )
    stages.append(stage)

    stage.begin()

    told = stage.notices()
    for word in ("settings.toml", *words):
        assert word in told
    assert path.read_text(encoding="utf-8") == line + "\n"


def agent_desk(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program in ``folder`` to its end."""
    command = [sys.executable, "-m", "agent_desk", "--base", str(folder), *arguments]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=PROGRAM_SECONDS, env=environment
    )


def test_the_program_says_what_is_wrong_without_a_traceback(folder: Path) -> None:
    database = places_of(folder).database
    database.write_text("Dear customer", encoding="utf-8")

    ended = agent_desk(folder, "--minutes", "0.1")

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert f"agent-desk: {database} is not an Agent Desk database" in ended.stderr
    assert database.read_text(encoding="utf-8") == "Dear customer"


def test_the_program_runs_on_usual_settings_when_the_file_has_a_typo(folder: Path) -> None:
    settings = places_of(folder).settings
    settings.write_text('region = "Atlantis"\nspeed = 2.0\n', encoding="utf-8")

    ended = agent_desk(folder, "--minutes", "0.1", "--pictures", str(folder / "pictures"))

    assert ended.returncode == 0
    assert "Traceback" not in ended.stderr
    assert "Atlantis" in ended.stderr
    kept = [path for path in folder.glob("settings.toml*") if "Atlantis" in path.read_text("utf-8")]
    assert kept, "the lines that were refused are gone"


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Let nobody write in ``folder``: root is stopped by the file system only."""
    if sys.platform != "linux":
        pytest.skip("folders without write permission need POSIX")
    if os.geteuid() != 0:
        folder.chmod(0o555)
        yield
        folder.chmod(0o755)
        return
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)


def test_a_database_that_is_read_only(
    template: Path,
    folder: Path,
    small_disk: Path,
    qtbot: QtBot,
    stages: list[Stage],
    expected_logs: LogGuard,
) -> None:
    expected_logs.expect("the desk cannot start")
    subprocess.run(["mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    database = small_disk / "shared.sqlite"
    shutil.copyfile(places_of(template).database, database)
    before = database.read_bytes()
    plan = plan_for(folder, database=str(database))
    stage = Stage(
        qtbot,
        folder=folder,
        open_desk=lambda prepare: open_desk(plan, prepare=prepare),
        settings=plan.settings,
    )
    stages.append(stage)

    with read_only(small_disk):
        stage.start()
        assert_says_in_both_languages(stage, "is read-only", "只读", str(database))
        assert database.read_bytes() == before

    assert_retry_works(stage)


def test_settings_that_cannot_be_written_are_said_on_their_page(
    folder: Path, make_stage: MakeStage
) -> None:
    stage = make_stage(folder)
    stage.wait(lambda: stage.view.desk is not None)
    stage.kept.refusal = ConfigurationError(
        file="settings.toml", field="file", value="settings.toml", accepted="a writable place"
    )

    stage.press(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)

    stage.wait(lambda: "settings.toml" in stage.notices())
    assert stage.kept.settings == []
    assert stage.view.look.settings == Settings(
        language="zh", theme="light", ring_silent=True, scenario=str(folder / FLOOR_FILE)
    )
