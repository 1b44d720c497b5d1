"""What the tests of the whole program get: the themed application and desks to play on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.e2e.folders import make_base
from tests.e2e.stage import Stage
from tests.ui.conftest import fresh_look, qapp

__all__ = ["fresh_look", "qapp"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small database of made-up customers, to be copied."""
    return make_base(tmp_path_factory.mktemp("template") / "base")


@pytest.fixture
def stages(qtbot: QtBot) -> Iterator[list[Stage]]:
    """Desks that are closed at the end of the test, the newest first."""
    made: list[Stage] = []
    yield made
    for stage in reversed(made):
        stage.close()
