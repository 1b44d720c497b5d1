"""Desks on a scripted switch and a database that can be broken."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from agent_desk.settings import Settings
from tests.e2e.folders import places_of
from tests.e2e.stage import ScriptedStage, storage_in

SETTINGS = Settings(language="en", theme="light", ring_silent=True)


@pytest.fixture(scope="session")
def empty_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose database has its tables and nobody in it."""
    folder = tmp_path_factory.mktemp("empty")

    async def make() -> None:
        storage = storage_in(folder, SETTINGS)
        await storage.open()
        await storage.close()

    asyncio.run(make())
    return folder


@pytest.fixture
def make_stage(
    qtbot: QtBot, empty_base: Path, tmp_path: Path
) -> Iterator[Callable[[], ScriptedStage]]:
    """Return how to open a desk; a second one stands on the files of the first."""
    folder = tmp_path / "desk"
    shutil.copytree(empty_base, folder, ignore=shutil.ignore_patterns("*.lock"))
    made: list[ScriptedStage] = []

    def make() -> ScriptedStage:
        stage = ScriptedStage(qtbot, folder=folder, settings=SETTINGS)
        made.append(stage)
        stage.begin()
        return stage

    yield make
    for stage in reversed(made):
        stage.close()
    assert places_of(folder).database.exists()


@pytest.fixture
def stage(make_stage: Callable[[], ScriptedStage]) -> ScriptedStage:
    """One open desk with nobody in its database."""
    return make_stage()
