"""The storage port on a PostgreSQL database; see `storage_threads` for its threads."""

from __future__ import annotations

from functools import partial

from db.shown_url import shown_url
from db.storage_threads import READERS, OpenDatabase, ThreadedStorage

ANSWER_LIMIT_SECONDS = 8.0
"""Longest wait for the server within one unit of work."""


class PostgresStorage(ThreadedStorage):
    """``ports.storage.Storage`` on the database at ``url``, which others use too.

    url: libpq's, without a password, such as "postgresql://li@floor.example/desk?sslmode=
    verify-full". calling_code: of the desk's country, such as "86". answer_limit_seconds: after
    which a server that hangs is given up; what it was told to save is then unknown.
    """

    def __init__(
        self,
        *,
        url: str,
        password: str | None = None,
        calling_code: str = "",
        answer_limit_seconds: float = ANSWER_LIMIT_SECONDS,
    ) -> None:
        """Prepare the storage; ``open`` never migrates."""
        super().__init__(
            name=shown_url(url),
            opened=partial(_opened, url, password, calling_code, answer_limit_seconds),
        )


def _opened(
    url: str, password: str | None, calling_code: str, answer_limit_seconds: float
) -> OpenDatabase:
    from db.postgres_database import PostgresDatabase

    database = PostgresDatabase(
        url=url,
        password=password,
        readers=READERS,
        calling_code=calling_code,
        answer_limit_seconds=answer_limit_seconds,
    )
    database.open()
    return database
