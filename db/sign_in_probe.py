"""Whether a database file knows people who sign in, told by plain SQL before anything is loaded.

Runs in the caller's thread.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from db.engine import sqlite_driver


def asks_who_sits_here(path: Path) -> bool:
    """Return whether somebody was added to the file at ``path``.

    A file that is missing, damaged or locked asks nobody: opening it says what is wrong.
    """
    if not path.is_file():
        return False
    driver = sqlite_driver()
    try:
        with closing(driver.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as file:
            return file.execute("SELECT 1 FROM people LIMIT 1").fetchone() is not None
    except driver.DatabaseError:
        return False
