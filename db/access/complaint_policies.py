"""Who may do what with complaints on a server, as `db.access.policies` says it; pure data."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from agent_desk.domain.rights import Role
from db.access.policies import CASE_WORKERS, IN_HOUSE, Rule
from db.access.policy_sql import table_statements
from db.complaint_guards import POSTGRES_COMPLAINT_TRIGGERS, POSTGRES_COMPLAINTS

_OF_TICKET = "EXISTS (SELECT 1 FROM public.tickets AS t WHERE t.id = complaints.ticket_id{more})"

COMPLAINT_POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "complaints": (
            Rule(name="in_house", roles=IN_HOUSE, may=("SELECT",)),
            Rule(
                name="own_orders",
                roles=(Role.DEPARTMENT,),
                may=("SELECT",),
                rows=_OF_TICKET.format(more=""),
            ),
            # Of a ticket that was just opened, by them or for a supervisor.
            Rule(
                name="new",
                roles=CASE_WORKERS,
                may=("INSERT",),
                rows=_OF_TICKET.format(more=" AND t.state = 'OPEN'") + " AND settled_by = ''",
            ),
            # access.bystander_of_complaint says who may settle it.
            Rule(name="case", roles=CASE_WORKERS, may=("UPDATE",)),
        ),
    }
)
"""The table that the migration of complaints made; `db.access.policies` has those before."""

TO_SUPERVISOR = Rule(
    name="to_supervisor",
    roles=CASE_WORKERS,
    may=("INSERT",),
    rows="state = 'OPEN' AND EXISTS (SELECT 1 FROM public.person_roles AS r"
    " WHERE r.login = tickets.owner AND r.role = 'SUPERVISOR')",
)
"""Of tickets besides: whoever logs a complaint about themselves hands it to a supervisor."""


def complaint_statements() -> tuple[str, ...]:
    """Return everything that guards complaints on a server, in order."""
    *_, to_supervisor = table_statements("tickets", (TO_SUPERVISOR,))
    return (
        *POSTGRES_COMPLAINTS,
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
        *table_statements("complaints", COMPLAINT_POLICIES["complaints"]),
        to_supervisor,
        *POSTGRES_COMPLAINT_TRIGGERS,
    )
