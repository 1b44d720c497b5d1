"""Which events of its orders a department or dealer reads on a server; pure data.

An event carries more than its order: a claim, an attempt to reach the customer, a note on an
escalation. Whoever may not read a row of these in its own table does not read it in the log.
Narrowed since: `db.access.own_step_policies` leaves out what a former one did.
"""

from __future__ import annotations

from agent_desk.domain.rights import Role
from db.access.policies import OUT_HOUSE, Rule
from db.access.policy_sql import rule_statements

_OWN_CLAIM = (
    "payload #>> '{claim,department_id}' = (SELECT access.my_department())::text"
    " AND payload #>> '{claim,kind}' IN (%s)"
)
_TOLD_OUT_HOUSE = ", ".join(f"'{role}'" for role in OUT_HOUSE)


def _of_own_order(claim_kinds: str) -> str:
    """Return what is true of events that are told; the order comes first, which costs least.

    The policy of work_orders holds inside too: an order that may not be read is not there.
    """
    return (
        "CASE stream WHEN 'WORK_ORDER' THEN EXISTS (SELECT 1 FROM public.work_orders AS mine"
        " WHERE mine.id = access.as_uuid(stream_id))"
        " AND payload -> 'attempt' IS NULL"
        f" AND (payload -> 'claim' IS NULL OR {_OWN_CLAIM % claim_kinds})"
        f" AND (payload -> 'alert_key' IS NULL OR payload ->> 'role' IN ({_TOLD_OUT_HOUSE}))"
        " ELSE false END"
    )


EVENT_RULES = (
    Rule(
        name="own_orders",
        roles=(Role.DEPARTMENT,),
        may=("SELECT",),
        rows=_of_own_order("'EXPENSE', 'SUPPLIER'"),
    ),
    # A dealer sees no supplier's claim, as in `order_claims`.
    Rule(
        name="own_orders_of_dealer",
        roles=(Role.DEALER,),
        may=("SELECT",),
        rows=_of_own_order("'EXPENSE'"),
    ),
)
"""They stand in the place of the rule `own_orders` of `event_log` in `db.access.policies`."""


def event_statements() -> tuple[str, ...]:
    """Return what puts them there."""
    return (
        "DROP POLICY own_orders_select ON public.event_log",
        *(line for rule in EVENT_RULES for line in rule_statements("event_log", rule)),
    )
