"""What each role may do with the tables of the loop, as `db.access.policies` says it; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.rights import Role
from db.access.loop_guards import LOOP_GUARDS, LOOP_TRIGGERS
from db.access.policies import CASE_WORKERS, IN_HOUSE, OUT_HOUSE, Rule
from db.access.policy_sql import table_statements
from db.closing_gate import POSTGRES_FUNCTIONS, POSTGRES_TRIGGERS

_MY_DEPARTMENT = "(SELECT access.my_department())"
_OWN = f"department_id = {_MY_DEPARTMENT}"
_OF_OWN_ORDER = (
    "EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id = {table}.order_id"
    f" AND mine.department_id = {_MY_DEPARTMENT})"
)
_NEW = (
    "state = 'SUBMITTED' AND submitted_by = session_user AND office_approved_by = ''"
    " AND hq_approved_by = '' AND settled_by = '' AND version = 1"
)
_REVIEWERS = (Role.SUPERVISOR, Role.DISPATCHER)

LOOP_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "order_report_items": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=("SELECT", "INSERT"),
                rows=_OF_OWN_ORDER.format(table="order_report_items"),
            ),
        ),
        "verification_attempts": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(name="own", roles=CASE_WORKERS, may=("INSERT",), rows="actor = session_user"),
        ),
        "order_claims": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            # access.guard_claim says which steps each of them may take.
            Rule(name="approvers", roles=_REVIEWERS, may=("UPDATE",)),
            # An approved report gives rise to them: whoever reviews it makes them.
            Rule(name="reviewers", roles=_REVIEWERS, may=("INSERT",), rows=_NEW),
            Rule(
                name="own_reviews",
                roles=(Role.DEPARTMENT,),
                may=("INSERT",),
                rows=f"{_NEW} AND {_OWN}",
            ),
            Rule(name="own", roles=(Role.DEPARTMENT,), may=("SELECT", "UPDATE"), rows=_OWN),
            Rule(
                name="own_expenses",
                roles=(Role.DEALER,),
                may=("SELECT", "UPDATE"),
                rows=f"kind = 'EXPENSE' AND {_OWN}",
            ),
        ),
    }
)
"""The tables that migration 0008 made; `db.access.policies` has those before."""


def loop_statements() -> tuple[str, ...]:
    """Return everything that guards them on a server, in order."""
    return (
        *LOOP_GUARDS,
        *POSTGRES_FUNCTIONS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
        *(
            line
            for table, rules in LOOP_POLICIES.items()
            for line in table_statements(table, rules)
        ),
        *POSTGRES_TRIGGERS,
        *LOOP_TRIGGERS,
    )
