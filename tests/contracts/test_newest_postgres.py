"""The suite's own tests of the database, run once more on Debian's newest PostgreSQL.

This machine's Debian may be years behind what a floor installs next. A run of the suite of its own
takes the newest server, and its pg_dump, out of a folder; it is told from this run by NEWEST.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from db.server_programs import OLDEST_MAJOR
from tests.servers.postgres import PostgresServer, ServerMissingError
from tests.servers.programs import NEWEST, FolderPrograms

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 600

RUNS = {
    "contracts": (
        *("tests/contracts/test_storage_postgres.py", "tests/contracts/test_search_postgres.py"),
        *("tests/contracts/test_presence_postgres.py", "tests/contracts/test_people_postgres.py"),
        *(
            "tests/contracts/test_change_feed_postgres.py",
            "tests/contracts/test_articles_postgres.py",
        ),
    ),
    "rights": (
        *("tests/access/test_attacks.py", "tests/access/test_event_attacks.py"),
        *("tests/access/test_former_attacks.py", "tests/access/test_sql_text.py"),
        "tests/access/test_loop_desks.py",
    ),
    "tools": (
        *("tests/unit/db/test_administration.py", "tests/unit/db/test_postgres_claims.py"),
        "tests/unit/db/test_postgres_schema.py",
    ),
}


@pytest.fixture(scope="module")
def newest() -> FolderPrograms:
    """The programs of the newest server; skipped with a line where they cannot be had."""
    if os.environ.get(NEWEST):
        pytest.skip("this run is already on the newest PostgreSQL")
    try:
        return FolderPrograms.newest()
    except ServerMissingError as missing:
        pytest.skip(str(missing))


def test_it_is_newer_than_the_oldest_that_is_supported(newest: FolderPrograms) -> None:
    with PostgresServer(programs=newest) as server, server.connect() as connection:
        assert connection.info.server_version // 10_000 > OLDEST_MAJOR


@pytest.mark.parametrize("run", RUNS)
def test_what_holds_on_the_oldest_holds_on_the_newest(newest: FolderPrograms, run: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *RUNS[run]],
        cwd=ROOT,
        env={**os.environ, NEWEST: "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-8000:]
    assert re.search(r"\d{2,} passed", done.stdout)
    assert "skipped" not in done.stdout
