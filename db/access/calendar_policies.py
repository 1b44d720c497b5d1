"""What each role may do with working calendars, as `db.access.policies` says it; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.rights import Role
from db.access.policies import EVERYBODY, Rule
from db.access.policy_sql import table_statements

CALENDAR_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "working_calendars": (
            # A dealer too sees the clocks that run against it.
            Rule(name="everybody", roles=EVERYBODY, may=("SELECT",)),
            Rule(
                name="catalogue",
                roles=(Role.ADMINISTRATOR,),
                may=("INSERT", "UPDATE", "DELETE"),
            ),
        ),
    }
)
"""The table that migration 0009 made."""


def calendar_statements() -> tuple[str, ...]:
    """Return everything that guards it on a server, in order."""
    return tuple(
        line
        for table, rules in CALENDAR_POLICIES.items()
        for line in table_statements(table, rules)
    )
