"""One desk per SQLite file: an operating-system lock that vanishes with its process.

Runs in the thread that opens the database.
"""

from __future__ import annotations

import errno
import json
import os
import socket
from pathlib import Path

from filelock import FileLock, Timeout

from agent_desk.domain.errors import (
    DatabaseInUseError,
    DatabaseReadOnlyError,
    DatabaseUnavailableError,
    DiskFullError,
    StorageError,
)


class DeskLock:
    """Holds ``<file>.lock`` while a desk has the database open; ``<file>.owner`` says which."""

    def __init__(self, path: Path) -> None:
        """Prepare the lock for the database at ``path``; nothing is locked yet."""
        self._path = path
        self._owner_path = path.with_name(path.name + ".owner")
        # A soft lock would survive a crash and shut the next desk out. The thread that releases
        # need not be the one that acquired.
        self._lock = FileLock(
            path.with_name(path.name + ".lock"), thread_local=False, fallback_to_soft=False
        )

    def acquire(self) -> None:
        """Take the lock at once; raises DatabaseInUseError naming the owner.

        DatabaseReadOnlyError when the folder cannot be written, DatabaseUnavailableError when
        its file system has no locks.
        """
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise DatabaseInUseError(path=str(self._path), owner=self._owner()) from error
        except (OSError, NotImplementedError) as error:
            raise self._translated(error) from error
        self._write_owner()

    def release(self) -> None:
        """Let the next desk in."""
        if self._lock.is_locked:
            self._owner_path.unlink(missing_ok=True)
            self._lock.release()

    def _write_owner(self) -> None:
        owner = {"host": socket.gethostname(), "pid": os.getpid()}
        try:
            self._owner_path.write_text(json.dumps(owner), encoding="utf-8")
        except OSError as error:
            self._lock.release()
            raise self._translated(error) from error

    def _translated(self, error: OSError | NotImplementedError) -> StorageError:
        number = getattr(error, "errno", None)
        if number in (errno.EACCES, errno.EPERM, errno.EROFS):
            return DatabaseReadOnlyError(path=str(self._path))
        if number == errno.ENOSPC:
            return DiskFullError(path=str(self._path))
        return DatabaseUnavailableError(path=str(self._path), reason=str(error))

    def _owner(self) -> str:
        try:
            owner = json.loads(self._owner_path.read_text(encoding="utf-8"))
            return f"{owner['host']}, process {owner['pid']}"
        except (OSError, ValueError, KeyError, TypeError):
            # The other desk is between taking the lock and writing its name.
            return "unknown"
