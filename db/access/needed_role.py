"""Says which role a refused person would need, and who gives it; any thread.

The server's own refusal names a table at best, which helps nobody who is to put it right.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from agent_desk.domain.errors import MissingRoleError
from agent_desk.domain.rights import Role
from db.access.guards import group_role
from db.access.policies import IMPORTERS

# What an import does and others may not: keep lines aside, and change what it knows again.
_MAY_IMPORT = text(
    "SELECT session_user::text AS login, current_database()::text AS database,"
    " has_table_privilege('public.contact_points', 'UPDATE') AS may_change,"
    " has_database_privilege(current_database(), 'TEMPORARY') AS may_keep_aside"
)

_OWNER = text(
    "SELECT session_user::text AS login, pg_get_userbyid(datdba)::text AS owner,"
    " pg_has_role(session_user, datdba, 'USAGE') AS is_owner"
    " FROM pg_database WHERE datname = current_database()"
)


def role_needed(action: str, *, login: str, roles: tuple[Role, ...]) -> MissingRoleError:
    """Return the error for ``login``, who has none of ``roles``."""
    names = " or ".join(role.lower().replace("_", "-") for role in roles)
    needed = f"the role {names}, which an administrator gives (agent-desk-cli user role)"
    return MissingRoleError(action=action, role=login, needed=needed)


def require_owner(connection: Connection, action: str) -> None:
    """Raise MissingRoleError unless whoever is connected owns the database."""
    found = connection.execute(_OWNER).one()
    connection.rollback()
    if not found.is_owner:
        needed = f"{found.owner}, who owns the database"
        raise MissingRoleError(action=action, role=found.login, needed=needed)


def require_importer(connection: Connection) -> None:
    """Raise MissingRoleError unless whoever is connected may import customers."""
    found = connection.execute(_MAY_IMPORT).one()
    connection.rollback()
    action = "import customers"
    if not found.may_change:
        raise role_needed(action, login=found.login, roles=IMPORTERS)
    if not found.may_keep_aside:
        groups = ", ".join(group_role(role) for role in IMPORTERS)
        grant = f"GRANT TEMPORARY ON DATABASE {found.database} TO {groups}"
        needed = f"temporary tables, which the owner of the database gives ({grant})"
        raise MissingRoleError(action=action, role=found.login, needed=needed)
