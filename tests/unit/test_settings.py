"""The settings file: read, refused field by field, and written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_desk.domain.errors import ConfigurationError
from agent_desk.settings import (
    Settings,
    load_settings,
    save_settings,
    settings_from,
    usual_places,
)

SETTINGS = st.builds(
    Settings,
    language=st.sampled_from(["system", "en", "zh"]),
    theme=st.sampled_from(["system", "light", "dark"]),
    scale_percent=st.integers(100, 200),
    region=st.sampled_from(["CN", "DE", "US"]),
    agent_id=st.text(min_size=1).filter(str.isprintable),
    agent_name=st.text(min_size=1).filter(str.isprintable),
    wrap_up_seconds=st.integers(0, 3600),
    ring_volume_percent=st.integers(0, 100),
    ring_silent=st.booleans(),
    raise_on_ring=st.booleans(),
    call_waiting_tone=st.booleans(),
    repeat_window_days=st.integers(1, 90),
    verify_from=st.integers(6, 12),
    verify_until=st.integers(13, 22),
    absence_days=st.integers(1, 10),
    reminder_hours=st.integers(1, 240),
    reminders=st.integers(1, 20),
    speed=st.floats(1, 60),
)


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "settings.toml") == Settings()


@given(settings=SETTINGS)
def test_what_was_saved_is_read_back(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("settings") / "deep" / "settings.toml"
    save_settings(path, settings)
    assert load_settings(path) == settings
    assert [entry.name for entry in path.parent.iterdir()] == ["settings.toml"]


@pytest.mark.parametrize(
    ("text", "field", "value", "accepted"),
    [
        ('languge = "en"', "languge", "en", "did you mean 'language'?"),
        ('language = "de"', "language", "de", "one of system, en, zh"),
        ('theme = "drak"', "theme", "drak", "did you mean 'dark'?"),
        ("scale_percent = 250", "scale_percent", 250, "a whole number from 100 to 200"),
        ('scale_percent = "100"', "scale_percent", "100", "a whole number from 100 to 200"),
        ('region = "XX"', "region", "XX", "one of AC, AD"),
        ('agent_id = ""', "agent_id", "", "a text in quotes, not empty"),
        ("wrap_up_seconds = -1", "wrap_up_seconds", -1, "a whole number from 0 to 3600"),
        ("ring_silent = 1", "ring_silent", 1, "true or false"),
        ("speed = 0.5", "speed", 0.5, "a number from 1 to 60"),
        ("database = 7", "database", 7, "a text in quotes"),
        ("speed = ", "syntax", "Invalid value", "TOML 1.0"),
    ],
)
def test_a_mistake_names_file_field_value_and_what_is_accepted(
    tmp_path: Path, text: str, field: str, value: object, accepted: str
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        load_settings(path)
    details = refused.value.details
    assert details["file"] == "settings.toml"
    assert details["field"] == field
    assert str(details["value"]).startswith(str(value))
    assert accepted in details["accepted"]
    assert path.read_text(encoding="utf-8") == text


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe\x00rubbish")
    with pytest.raises(ConfigurationError, match="UTF-8 text"):
        load_settings(path)


def test_a_place_that_cannot_be_written_is_named_and_the_old_file_stays(tmp_path: Path) -> None:
    (tmp_path / "not-a-folder").write_text("a file", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="a place that can be written"):
        save_settings(tmp_path / "not-a-folder" / "settings.toml", Settings())
    assert [entry.name for entry in tmp_path.iterdir()] == ["not-a-folder"]


def test_empty_database_means_the_usual_place() -> None:
    assert settings_from({"database": ""}, file="x").database == ""


def test_all_places_can_be_put_below_one_folder(tmp_path: Path) -> None:
    places = usual_places(base=tmp_path)
    found = {places.settings, places.database, places.journal, places.log, places.layout}
    assert len(found) == 5
    assert all(tmp_path in place.parents for place in found)
