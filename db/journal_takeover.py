"""Moves a journal to another name with everything that is in it; in the thread that opens it.

SQLite's log of changes lies beside the file under its name: renaming one without the other would
lose what was saved last. So the log is written into the file first.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

_log = logging.getLogger(__name__)

_COMPANIONS = ("-wal", "-journal")


def take_over_journal(former: Path, wanted: Path) -> bool:
    """Rename the journal ``former`` to ``wanted`` and return whether that was done.

    Nothing happens when there is none, when ``wanted`` exists, or when another program has it
    open: it is then taken over at a later start. A damaged file goes along as it is, with what lies
    beside it; opening it sets it aside.
    """
    if wanted.exists() or not former.exists():
        return False
    try:
        _write_log_into(former)
        former.replace(wanted)
    except sqlite3.OperationalError as error:
        _log.info("the journal %s stays where it is for now: %s", former, error)
        return False
    except sqlite3.DatabaseError:
        _move_damaged(former, wanted)
    except OSError as error:
        _log.warning("the journal %s cannot be renamed: %s", former, error)
        return False
    _log.info("the journal %s is %s from now on", former, wanted.name)
    return True


def _write_log_into(path: Path) -> None:
    """Leave everything in the file itself; raises OperationalError while others have it open."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE").fetchall()


def _move_damaged(former: Path, wanted: Path) -> None:
    for companion in _COMPANIONS:
        beside = former.with_name(former.name + companion)
        if beside.exists():
            beside.replace(wanted.with_name(wanted.name + companion))
    former.replace(wanted)
