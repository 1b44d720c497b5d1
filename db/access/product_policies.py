"""What each role may do with products and contracts, as `policies` says it; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from db.access.guards import INVOKER, changed, refused
from db.access.policies import CASE_WORKERS, EDITORS, IN_HOUSE, OUT_HOUSE, Rule
from db.access.policy_sql import further_statements, table_statements

OF_OWN_ORDERS = (
    "EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.product_id = products.id"
    " AND mine.department_id = (SELECT access.my_department()))"
)
"""A department sees the products of its orders, no longer everything that their customers have."""

CONTRACT_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "service_contracts": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(name="editors", roles=EDITORS, may=("INSERT", "UPDATE")),
            # The policy of products holds inside too: only those of the own orders are there.
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=("SELECT",),
                rows="EXISTS (SELECT 1 FROM public.products AS covered"
                " WHERE covered.contract_id = service_contracts.id)",
            ),
        ),
    }
)
"""The table that the migration made."""

PRODUCT_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "products": (Rule(name="case_workers", roles=CASE_WORKERS, may=("INSERT", "UPDATE")),),
    }
)
"""What it gave to tables that were there before."""

_GUARDS = (
    f"""CREATE FUNCTION access.guard_order_product() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("product_id", "service_level")} THEN
        {refused("which product an order is about is never changed")};
    END IF;
    RETURN NEW;
END
$$""",
    f"""CREATE FUNCTION access.guard_ticket_product() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("product_id")} AND NOT (
        pg_has_role(session_user, 'agent_desk_agent', 'USAGE')
        OR pg_has_role(session_user, 'agent_desk_supervisor', 'USAGE')
    ) THEN
        {refused("only agents and supervisors say which product a ticket is about")};
    END IF;
    RETURN NEW;
END
$$""",
)
_TRIGGERS = tuple(
    f"CREATE TRIGGER {table}_guard_product BEFORE UPDATE ON public.{table}"
    f" FOR EACH ROW EXECUTE FUNCTION access.{function}()"
    for table, function in (
        ("work_orders", "guard_order_product"),
        ("tickets", "guard_ticket_product"),
    )
)


def product_statements() -> tuple[str, ...]:
    """Return everything that guards them on a server, in order."""
    return (
        *_GUARDS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
        f"ALTER POLICY own_orders_select ON public.products USING ({OF_OWN_ORDERS})",
        *(
            line
            for table, rules in CONTRACT_POLICIES.items()
            for line in table_statements(table, rules)
        ),
        *(
            line
            for table, rules in PRODUCT_POLICIES.items()
            for line in further_statements(table, rules)
        ),
        *_TRIGGERS,
    )
