"""What each role may do with messages and verification calls, as `policies` says it; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.rights import Role
from db.access.policies import CASE_WORKERS, IN_HOUSE, OUT_HOUSE, Rule
from db.access.policy_sql import further_statements, table_statements
from db.access.verification_guards import VERIFICATION_GUARDS, VERIFICATION_TRIGGERS

_MINE = "mine.department_id = (SELECT access.my_department())"

MESSAGE_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "order_messages": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(name="own", roles=CASE_WORKERS, may=("INSERT",), rows="actor = session_user"),
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=("SELECT",),
                rows="EXISTS (SELECT 1 FROM public.work_orders AS mine"
                f" WHERE mine.id = order_messages.order_id AND {_MINE})",
            ),
        ),
    }
)
"""The table that the migration made."""

VERIFY_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "work_items": (
            # A department that approves its own report lets the customer be called.
            Rule(
                name="own_verifications",
                roles=(Role.DEPARTMENT,),
                may=("SELECT", "INSERT"),
                rows="kind = 'VERIFY' AND EXISTS (SELECT 1 FROM public.work_orders AS mine"
                f" WHERE mine.id = work_items.subject_id AND {_MINE})",
            ),
        ),
    }
)
"""What it gave to tables that were there before."""


def verification_statements() -> tuple[str, ...]:
    """Return everything that guards them on a server, in order."""
    return (
        *VERIFICATION_GUARDS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
        *(
            line
            for table, rules in MESSAGE_POLICIES.items()
            for line in table_statements(table, rules)
        ),
        *(
            line
            for table, rules in VERIFY_POLICIES.items()
            for line in further_statements(table, rules)
        ),
        *VERIFICATION_TRIGGERS,
    )
