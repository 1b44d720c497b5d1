"""What each role may do with service policies and acknowledgements, for a server; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.rights import Role
from agent_desk.domain.service_history import ACKNOWLEDGED
from db.access.guards import INVOKER, group_role, refused
from db.access.policies import EVERYBODY, OUT_HOUSE, Rule
from db.access.policy_sql import rule_statements, table_statements

SERVICE_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "service_policies": (
            # A dealer too sees the clocks that run against it.
            Rule(name="everybody", roles=EVERYBODY, may=("SELECT",)),
            # Versions are added and never rewritten: who set which targets stays known.
            Rule(
                name="catalogue",
                roles=(Role.ADMINISTRATOR,),
                may=("INSERT",),
                rows="imported_by = session_user",
            ),
        ),
    }
)
"""The table that the migration made."""

OWN_HOURS = Rule(
    name="own_hours",
    roles=OUT_HOUSE,
    may=("SELECT",),
    rows="department_id = (SELECT access.my_department())",
    columns=("department_id", "calendar"),
)
"""What a department's or dealer's people see of ``assignees``: by which hours they are judged."""

_TOLD = ",\n            ".join(f"('{role}', '{group_role(role)}')" for role in Role)
_GUARD = f"""CREATE FUNCTION access.guard_acknowledgement() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM (VALUES
            {_TOLD}
        ) AS told (role, who)
        WHERE told.role = NEW.payload ->> 'role' AND pg_has_role(session_user, told.who, 'USAGE')
    ) THEN
        {refused("an escalation is acknowledged by somebody of the role that was told")};
    END IF;
    RETURN NEW;
END
$$"""
_TRIGGER = (
    "CREATE TRIGGER event_log_acknowledged BEFORE INSERT ON public.event_log FOR EACH ROW"
    f" WHEN (NEW.kind = '{ACKNOWLEDGED}') EXECUTE FUNCTION access.guard_acknowledgement()"
)


def service_statements() -> tuple[str, ...]:
    """Return everything that guards them on a server, in order."""
    return (
        _GUARD,
        "REVOKE ALL ON FUNCTION access.guard_acknowledgement() FROM PUBLIC",
        *(
            line
            for table, rules in SERVICE_POLICIES.items()
            for line in table_statements(table, rules)
        ),
        *rule_statements("assignees", OWN_HOURS),
        _TRIGGER,
    )
