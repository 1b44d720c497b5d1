"""Who may do what with attachments on a server, as `db.access.policies` says it; pure data.

In-house people see all, a department or dealer those of its own orders and nothing else. Whoever
added one may mark it as void, and so may reviewers; nobody changes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.rights import Role
from db.access.guards import group_role
from db.access.policies import IN_HOUSE, ORDER_MOVERS, OUT_HOUSE, Rule
from db.access.policy_sql import table_statements
from db.attachment_guards import POSTGRES_FUNCTIONS, POSTGRES_TRIGGERS

_REVIEWERS = (Role.SUPERVISOR, Role.DISPATCHER)
_ADDERS = (*ORDER_MOVERS, *OUT_HOUSE)
_MINE = "added_by = session_user"
_OF_OWN_ORDER = (
    "EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id = attachments.order_id"
    " AND mine.department_id = (SELECT access.my_department()))"
)
# The policy of attachments holds inside too: one that may not be read is not there.
_SEEN = "EXISTS (SELECT 1 FROM public.attachments AS seen WHERE seen.id = {table}.attachment_id)"
_OWN_SEEN = (
    "EXISTS (SELECT 1 FROM public.attachments AS seen"
    " WHERE seen.id = attachment_withdrawals.attachment_id AND seen.added_by = session_user)"
)
_UNFINISHED = f"{_MINE} AND NOT access.attachment_is_kept(attachment_id)"
_SIGNED = "withdrawn_by = session_user"

ATTACHMENT_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "attachments": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(name="signed", roles=ORDER_MOVERS, may=("INSERT",), rows=_MINE),
            Rule(name="own_orders", roles=OUT_HOUSE, may=("SELECT",), rows=_OF_OWN_ORDER),
            Rule(
                name="signed_of_own_orders",
                roles=OUT_HOUSE,
                may=("INSERT",),
                rows=f"{_MINE} AND {_OF_OWN_ORDER}",
            ),
        ),
        "attachment_chunks": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=("SELECT",),
                rows=f"({_UNFINISHED}) OR {_SEEN.format(table='attachment_chunks')}",
            ),
            Rule(name="unfinished", roles=_ADDERS, may=("INSERT", "DELETE"), rows=_UNFINISHED),
        ),
        "attachment_withdrawals": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=("SELECT",),
                rows=_SEEN.format(table="attachment_withdrawals"),
            ),
            Rule(
                name="own",
                roles=_ADDERS,
                may=("INSERT",),
                rows=f"{_SIGNED} AND {_OWN_SEEN}",
            ),
            Rule(name="reviewers", roles=_REVIEWERS, may=("INSERT",), rows=_SIGNED),
        ),
    }
)
"""The tables of attachments; `db.access.policies` has those before."""


def attachment_statements() -> tuple[str, ...]:
    """Return everything that guards attachments on a server, in order."""
    everybody = ", ".join(group_role(role) for role in Role)
    return (
        *POSTGRES_FUNCTIONS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION access.attachment_is_kept(uuid) TO {everybody}",
        *(
            line
            for table, rules in ATTACHMENT_POLICIES.items()
            for line in table_statements(table, rules)
        ),
        *POSTGRES_TRIGGERS,
    )
