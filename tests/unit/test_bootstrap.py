"""The composition root: which files a desk opens, who calls, and what its settings file keeps."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent_desk.bootstrap import desk as bootstrap
from agent_desk.bootstrap.desk import DeskPlan, load_floor, open_desk
from agent_desk.bootstrap.records import make_demo_data, simulate
from agent_desk.bootstrap.server import DatabaseTarget
from agent_desk.domain.errors import (
    AgentDeskError,
    ConfigurationError,
    DatabaseInUseError,
    NotADatabaseError,
)
from agent_desk.services.desk import Desk
from agent_desk.settings import Places, Settings, load_settings, save_settings, usual_places

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return usual_places(base=tmp_path / "desk")


def plan_of(places: Places, *, demo: bool = False, **settings: object) -> DeskPlan:
    chosen = Settings(**settings)  # type: ignore[arg-type]
    return DeskPlan(settings=chosen, places=places, demo=demo, starts_at=NOW)


def customers_in(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        return int(connection.execute("SELECT count(*) FROM customers").fetchone()[0])


async def test_a_desk_opens_on_a_machine_that_never_had_one(places: Places) -> None:
    seen: list[Desk] = []

    desk = await open_desk(plan_of(places), prepare=seen.append)
    await desk.stop()

    assert seen == [desk]
    assert customers_in(places.database) == 0
    assert places.journal.exists()


async def test_a_demo_makes_its_customers_up_once(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "DEMO_CUSTOMERS", 30)
    for _ in range(2):
        desk = await open_desk(plan_of(places, demo=True))
        await desk.stop()

        assert customers_in(places.database) == 30


async def test_a_demo_whose_first_start_was_cut_off_gets_its_customers(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "DEMO_CUSTOMERS", 30)
    places.database.parent.mkdir()
    places.database.touch()

    desk = await open_desk(plan_of(places, demo=True))
    await desk.stop()

    assert customers_in(places.database) == 30


async def test_a_demo_leaves_the_database_of_the_settings_alone(places: Places) -> None:
    plan = plan_of(places, demo=True, database="/elsewhere/desk.sqlite")

    assert plan.database == places.database
    assert plan_of(places, database="/elsewhere/desk.sqlite").database == Path(
        "/elsewhere/desk.sqlite"
    )


async def test_a_refused_file_leaves_nothing_open(places: Places) -> None:
    places.database.parent.mkdir()
    places.database.write_text("Dear customer", encoding="utf-8")
    with pytest.raises(NotADatabaseError):
        await open_desk(plan_of(places))
    places.database.unlink()

    desk = await open_desk(plan_of(places))
    await desk.stop()


async def test_a_second_desk_on_the_same_file_is_refused(places: Places, tmp_path: Path) -> None:
    first = await open_desk(plan_of(places))
    other = usual_places(base=tmp_path / "other")
    try:
        with pytest.raises(DatabaseInUseError):
            await open_desk(plan_of(other, database=str(places.database)))
    finally:
        await first.stop()


def test_a_scenario_is_a_name_or_a_file(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "floor.toml"
    file.write_text("broken = ", encoding="utf-8")

    assert load_floor(plan_of(places, scenario="demo")).name == "Demo floor"
    with pytest.raises(ConfigurationError, match=r"floor\.toml"):
        load_floor(plan_of(places, scenario=str(file)))
    with pytest.raises(AgentDeskError, match="moon"):
        load_floor(plan_of(places, scenario="moon"))


def test_figures_are_ready_for_json() -> None:
    figures = simulate("demo", calls=200, seed=1)

    assert figures["calls"] == 200


def test_made_up_customers_are_counted(places: Places) -> None:
    places.database.parent.mkdir()

    summary = make_demo_data(
        DatabaseTarget(place=places.database), customers=20, seed=1, region="CN", now=NOW
    )

    assert summary["customers"] == 20


def test_what_was_only_said_on_the_command_line_is_not_kept(places: Places) -> None:
    stored, shown = Settings(speed=1.0), Settings(speed=4.0)
    save = bootstrap._saver(places.settings, stored=stored, shown=shown, complaint=None)

    save(Settings(speed=4.0, language="zh"))
    assert load_settings(places.settings) == Settings(speed=1.0, language="zh")

    save(Settings(speed=8.0))
    assert load_settings(places.settings).speed == 8.0


def test_a_refused_settings_file_is_kept_beside_the_new_one(places: Places) -> None:
    save_settings(places.settings, Settings())
    places.settings.write_text('region = "Atlantis"\nspeed = 2.0\n', encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_settings(places.settings)
    save = bootstrap._saver(
        places.settings, stored=Settings(), shown=Settings(), complaint=refused.value
    )

    save(Settings(language="zh"))
    save(Settings(language="en"))

    kept = places.settings.with_name("settings.toml.refused")
    assert "Atlantis" in kept.read_text(encoding="utf-8")
    assert load_settings(places.settings).language == "en"
