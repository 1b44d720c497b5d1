"""What is loaded before the window is painted: what this list does not name comes after it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ui.language import FIRST_AREAS

AFTER_PAINT = (
    # What takes long to load, and what only an open desk needs.
    "alembic",
    "asyncio",
    "decimal",
    "hashlib",
    "phonenumbers",
    "psycopg",
    "pypinyin",
    "sqlalchemy",
    "sqlite3",
    "ssl",
    "PySide6.QtMultimedia",
    "PySide6.QtNetwork",
    "PySide6.QtPrintSupport",
    "agent_desk.ports",
    "agent_desk.services",
    "db",
    "telephony",
    "ui.agent_panels",
    "ui.bridge",
    "ui.customer",
    "ui.orders",
    "ui.ticket",
    "ui.timeline",
)

_PROGRAM = """
import json, os, sys
from pathlib import Path
from agent_desk.bootstrap.desk import make_session

session = make_session(demo=True, base=Path(sys.argv[1]))

def tell():
    print(json.dumps(sorted(sys.modules)), flush=True)
    # Before the desk behind the window is begun.
    os._exit(0)

session.view.window.first_painted.connect(tell)
session.run()
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules that are there when the window of a demo has been painted."""
    folder: Path = tmp_path_factory.mktemp("first")
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return frozenset(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("module", AFTER_PAINT)
def test_what_the_first_paint_does_not_need_is_loaded_after_it(
    loaded: frozenset[str], module: str
) -> None:
    assert module not in loaded


def test_only_the_texts_of_the_first_paint_are_read_before_it(loaded: frozenset[str]) -> None:
    areas = {name.removeprefix("ui.texts.") for name in loaded if name.startswith("ui.texts.")}

    assert areas == set(FIRST_AREAS)
