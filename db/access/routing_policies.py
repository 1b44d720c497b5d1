"""What each role may do with routing, as `db.access.policies` says it; pure data, any thread."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.rights import Role
from db.access.guards import INVOKER, before_update, changed, refused
from db.access.policies import IN_HOUSE, Rule
from db.access.policy_sql import table_statements

_ADMINISTRATOR = (Role.ADMINISTRATOR,)
_IN_HOUSE = Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",))

ROUTING_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        # A dealer must not read how busy the others are and when they work.
        "assignees": (
            _IN_HOUSE,
            Rule(name="catalogue", roles=_ADMINISTRATOR, may=("INSERT", "UPDATE", "DELETE")),
        ),
        "regions": (
            _IN_HOUSE,
            Rule(name="catalogue", roles=_ADMINISTRATOR, may=("INSERT", "UPDATE", "DELETE")),
        ),
        # Versions are added and never rewritten: who let which rules hold stays known.
        "rulebooks": (
            _IN_HOUSE,
            Rule(
                name="catalogue",
                roles=_ADMINISTRATOR,
                may=("INSERT",),
                rows="saved_by = session_user",
            ),
        ),
    }
)
"""The tables that migration 0011 made."""

_GUARD = f"""CREATE FUNCTION access.guard_order_routing() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("routing")} AND (OLD.state, NEW.state) NOT IN (
        ('DRAFT', 'PENDING_DISPATCH'), ('PENDING_DISPATCH', 'PENDING_DISPATCH'),
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH')
    ) THEN
        {refused("why an order went somewhere is said when it goes there")};
    END IF;
    RETURN NEW;
END
$$"""


def routing_statements() -> tuple[str, ...]:
    """Return everything that guards routing on a server, in order."""
    return (
        _GUARD,
        "REVOKE ALL ON FUNCTION access.guard_order_routing() FROM PUBLIC",
        *(
            line
            for table, rules in ROUTING_POLICIES.items()
            for line in table_statements(table, rules)
        ),
        # Asked after `work_orders_guard_loop`: PostgreSQL goes by the names.
        before_update("work_orders", "guard_order_routing").replace(
            "work_orders_guard", "work_orders_guard_routing", 1
        ),
    )
