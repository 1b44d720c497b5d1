"""Calendars and service targets, imported from files into a database file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agent_desk.cli import main
from agent_desk.domain.service_target import ServiceStep
from agent_desk.domain.ticket import Priority
from db.sqlite_database import SqliteDatabase
from tests.fakes.desk_file import new_desk_file

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return new_desk_file(tmp_path)


def imported(kind: str, file: Path, desk: Path) -> int:
    return main(["import", kind, str(file), "--database", str(desk)])


def test_the_examples_of_the_documents_can_be_imported(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported("calendars", EXAMPLES / "calendars.toml", desk) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["calendars"] == said["in_all"] == 2
    assert imported("service-policy", EXAMPLES / "service-policy.toml", desk) == 0
    assert json.loads(capsys.readouterr().out) == {"version": 1, "targets": 24}
    with SqliteDatabase(path=desk) as database:
        book = database.read(lambda uow: uow.service_records.book())
    assert book.tables is not None
    steps = {(row["step"], row["priority"]) for row in book.tables["targets"]}
    assert len(steps) == len(ServiceStep) * len(Priority)


def test_a_policy_whose_calendar_is_not_there_changes_nothing(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert imported("service-policy", EXAMPLES / "service-policy.toml", desk) == 2
    assert "service-policy.toml: house" in capsys.readouterr().err
    with SqliteDatabase(path=desk) as database:
        assert database.read(lambda uow: uow.service_records.book()).tables is None
