"""A relay's row in the table by which desks find it; blocking, one thread at a time."""

from __future__ import annotations

import logging

import psycopg
from sqlalchemy import text

from agent_desk.domain.rights import Role
from db.access.needed_role import role_needed
from db.postgres_engine import connect, writing_engine
from db.postgres_errors import translating
from db.postgres_schema import require_current
from db.shown_url import shown_url

_log = logging.getLogger(__name__)

_BEAT = """
INSERT INTO feed_relays (id, address, token, beat_at)
VALUES (%(id)s, %(address)s, %(token)s, now())
ON CONFLICT (id) DO UPDATE SET beat_at = now()
"""
_MAY_REGISTER = text(
    "SELECT session_user::text, has_table_privilege('public.feed_relays', 'INSERT')"
)
_FORGET_OLD = "DELETE FROM feed_relays WHERE beat_at < now() - interval '1 day'"
_LEAVE = "DELETE FROM feed_relays WHERE id = %(id)s"


def require_relay(url: str, *, password: str | None) -> None:
    """Raise what stands in the way of a relay on the database at ``url`` for good.

    MissingRoleError for a login that may not be found by desks, and the StorageError family: a
    wrong password, an older schema, another program's database. ServerAwayError passes by itself.
    """
    with translating(url), writing_engine(url, password=password).connect() as connection:
        require_current(connection, shown_url(url))
        login, may_register = connection.execute(_MAY_REGISTER).one()
        if not may_register:
            raise role_needed("run a relay", login=login, roles=(Role.ADMINISTRATOR,))


class RelayRegister:
    """Keeps the row of one relay; a database that is away is tried again at the next beat."""

    def __init__(self, *, url: str, password: str | None, token: str) -> None:
        """Nothing is written before ``beat``."""
        self._url = url
        self._password = password
        self._token = token
        self._id = ""

    def beat(self, id_: str, address: str) -> bool:
        """Say that the relay ``id_`` lives at ``address``; return whether that was stored."""
        values = {"id": id_, "address": address, "token": self._token}
        is_first, self._id = not self._id, id_
        if is_first:
            self._execute(_FORGET_OLD, {})
        return self._execute(_BEAT, values)

    def leave(self) -> None:
        """Take the row away, so that desks listen to the database again."""
        if self._id:
            self._execute(_LEAVE, {"id": self._id})

    def _execute(self, statement: str, values: dict[str, str]) -> bool:
        try:
            with connect(self._url, password=self._password) as connection:
                connection.execute(statement, values)
        except psycopg.errors.InsufficientPrivilege as error:
            _log.warning("this role may not register a relay: %s", error)
        except psycopg.Error as error:
            _log.info("the relay cannot be registered now: %s", error)
        else:
            return True
        return False
