"""What a PostgreSQL database holds and how old it is, and its migration.

Runs in the thread that opens the database; loads Alembic only to migrate.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from agent_desk.domain.errors import NewerSchemaError, NotADatabaseError, OlderSchemaError
from db.postgres_engine import writing_engine
from db.postgres_errors import translating
from db.schema import HEAD, REVISIONS, FoundSchema
from db.shown_url import shown_url
from db.tables import metadata

MARK = "Agent Desk"
"""Comment on the table alembic_version, by which a database is known as ours."""

ACCEPTED_DATABASE = "an empty database, or one that `agent-desk-cli db upgrade` made"

_MIGRATION_LOCK = 0x41444B31
"""Key of the advisory lock that one migration at a time holds: "ADK1"."""

_LOCK_TIMEOUT_SECONDS = 30.0

# Not what an extension brought along; indexes belong to their tables and are no members.
_NAMES = text(
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    " AND relkind NOT IN ('i', 'I') AND NOT EXISTS (SELECT 1 FROM pg_depend"
    " WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')"
)
_MARK = text("SELECT obj_description(to_regclass('public.alembic_version'), 'pg_class')")


def inspect(connection: Connection, name: str) -> FoundSchema:
    """Return what the database called ``name`` holds.

    Raises NotADatabaseError for another program's, NewerSchemaError for a newer one.
    """
    names = set(connection.execute(_NAMES).scalars())
    if not names:
        return FoundSchema(revision=None)
    if connection.execute(_MARK).scalar() != MARK:
        raise NotADatabaseError(path=name, accepted=ACCEPTED_DATABASE)
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""
    if revision not in REVISIONS:
        raise NewerSchemaError(path=name, found=revision, known=HEAD)
    if revision == HEAD and not names.issuperset(metadata.tables):
        missing = ", ".join(sorted(set(metadata.tables) - names))
        raise NotADatabaseError(path=name, accepted=f"a complete one ({missing} missing)")
    return FoundSchema(revision=revision)


def require_current(connection: Connection, name: str) -> None:
    """Raise OlderSchemaError when a migration is missing, else as `inspect`.

    A desk never migrates: others work on the same database, and its role may not.
    """
    found = inspect(connection, name)
    if not found.is_current:
        raise OlderSchemaError(path=name, found=found.revision or "none", known=HEAD)


def migrate(url: str, *, password: str | None = None) -> None:
    """Bring the database to the schema of this program, in one transaction, or not at all.

    Raises the StorageError family, and RightsError for a role that does not own the database.
    """
    with translating(url, seconds=_LOCK_TIMEOUT_SECONDS):
        _migrate(url, password)


def _migrate(url: str, password: str | None) -> None:
    engine = writing_engine(url, password=password, lock_timeout_seconds=_LOCK_TIMEOUT_SECONDS)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        if inspect(connection, shown_url(url)).is_current:
            return
        from db.migrate import upgrade

        upgrade(connection)
        connection.exec_driver_sql(f"COMMENT ON TABLE alembic_version IS '{MARK}'")
