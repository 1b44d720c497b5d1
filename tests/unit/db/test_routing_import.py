"""Dealers, regions and rules come from a file as a whole, or not at all."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_desk.cli import main
from agent_desk.domain.calendar_files import read_calendars
from agent_desk.domain.errors import ConfigurationError
from agent_desk.domain.routing_file import new_assignee_id
from db.routing_import import RoutingImport, import_routing
from db.service_import import import_calendars
from db.sqlite_database import SqliteDatabase
from tests.fakes.desk_file import new_desk_file

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that knows the calendars of the examples."""
    path = new_desk_file(tmp_path)
    import_calendars(path, read_calendars(EXAMPLES / "calendars.toml"))
    return path


def changed(tmp_path: Path, old: str, new: str) -> Path:
    """Return the example with ``new`` in the place of ``old``."""
    text = (EXAMPLES / "routing.toml").read_text(encoding="utf-8")
    assert old in text
    file = tmp_path / "routing.toml"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return file


def test_the_example_holds_once_it_is_imported(path: Path) -> None:
    found = import_routing(path, EXAMPLES / "routing.toml", now=NOW)

    assert found == RoutingImport(assignees=3, regions=2, rules=2, version=1)
    with SqliteDatabase(path=path) as database:
        book = database.read(lambda unit: unit.routing.rulebook())
        world = database.read(lambda unit: unit.routing.world())
        tree = {one.name: one.id for one in database.read(lambda u: u.catalogue.categories())}
    nord = world.directory[new_assignee_id("Nord dealer")]
    assert (nord.name_zh, nord.is_dealer, nord.capacity) == ("北方经销商", True, 20)
    assert nord.calendar is not None
    assert not world.directory[new_assignee_id("Old dealer")].is_active
    diesel, on_site = book.rules
    assert diesel.assignees[0] == nord.id
    assert diesel.categories == {tree["Product and repair"]}
    field = next(one for one in world.directory.values() if one.name == "Field service")
    assert on_site.assignees == (field.id,)
    assert field.calendar is not None
    assert book.saved_by == "agent-desk-cli"


def test_importing_twice_makes_no_dealer_twice(path: Path) -> None:
    import_routing(path, EXAMPLES / "routing.toml", now=NOW)
    again = import_routing(path, EXAMPLES / "routing.toml", now=NOW)

    assert again.version == 2
    with SqliteDatabase(path=path) as database:
        names = [one.name for one in database.read(lambda unit: unit.catalogue.departments())]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("old", "new", "field", "accepted"),
    [
        ('"Nord dealer", "Field service"', '"Old dealer"', "rules[0].assignees", "has closed"),
        ('"Product and repair"', '"Motors"', "rules[0].categories", "a category of the tree"),
        ('calendar = "house"', 'calendar = "hose"', "assignees[0].calendar", "did you mean"),
        ("capacity = 20", "capacity = 0", "assignees[1].capacity", "from 1"),
        ('name = "Old dealer"', 'name = "nord DEALER"', "assignees[2].name", "once"),
    ],
)
def test_a_mistake_is_told_at_its_field_and_nothing_is_changed(
    path: Path, tmp_path: Path, old: str, new: str, field: str, accepted: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        import_routing(path, changed(tmp_path, old, new), now=NOW)

    assert caught.value.details["field"] == field
    assert accepted in caught.value.details["accepted"]
    with SqliteDatabase(path=path) as database:
        assert database.read(lambda unit: unit.routing.rulebook()).version == 0
        assert database.read(lambda unit: unit.routing.regions()) == []


def test_the_command_says_what_it_stored(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["import", "routing", str(EXAMPLES / "routing.toml"), "--database", str(path)])

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {
        "assignees": 3,
        "regions": 2,
        "rules": 2,
        "version": 1,
    }
