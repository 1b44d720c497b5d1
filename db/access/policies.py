"""What each role may do with each table of a server, as one table; pure data, any thread.

Everything that is not listed is refused. `db.access.policy_sql` renders it, a migration holds the
rendered text, and `tests/access` tries to break it. A condition is SQL that is true for the rows
that the roles may read, or may leave behind; where a person has several roles, one is enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from agent_desk.domain.rights import Role

Privilege = Literal["SELECT", "INSERT", "UPDATE", "DELETE"]
_READ: tuple[Privilege, ...] = ("SELECT",)
_ADD: tuple[Privilege, ...] = ("INSERT",)
_CHANGE: tuple[Privilege, ...] = ("UPDATE",)
_KEEP: tuple[Privilege, ...] = ("INSERT", "UPDATE")
_USE: tuple[Privilege, ...] = ("SELECT", "INSERT", "UPDATE")
_REMOVE: tuple[Privilege, ...] = ("DELETE",)

EVERY_ROW = "true"
NO_ROW = "false"

EVERYBODY: tuple[Role, ...] = tuple(Role)
ACTING = tuple(role for role in Role if role is not Role.AUDITOR)
"""Everybody who may change something at all."""

OUT_HOUSE = (Role.DEPARTMENT, Role.DEALER)
"""Those who see their own orders, and of customers and tickets only what belongs to these."""

IN_HOUSE = tuple(role for role in Role if role not in OUT_HOUSE)
FLOOR = tuple(role for role in IN_HOUSE if role is not Role.AUDITOR)
CASE_WORKERS = (Role.AGENT, Role.SUPERVISOR)
EDITORS = (Role.AGENT, Role.SUPERVISOR, Role.CAMPAIGN_MANAGER, Role.ADMINISTRATOR)
IMPORTERS = (Role.CAMPAIGN_MANAGER, Role.ADMINISTRATOR)
ORDER_MOVERS = (Role.AGENT, Role.SUPERVISOR, Role.DISPATCHER)
CLAIMERS = (Role.AGENT, Role.SUPERVISOR, Role.DISPATCHER, Role.CAMPAIGN_MANAGER)
_ADMINISTRATOR = (Role.ADMINISTRATOR,)

_MY_DEPARTMENT = "(SELECT access.my_department())"
_HAS_MY_ORDER = (
    "EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.{column} = {table}.{key}"
    f" AND mine.department_id = {_MY_DEPARTMENT})"
)
_OWN_CUSTOMER = _HAS_MY_ORDER.format(table="{table}", key="{key}", column="customer_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What some roles may do with the rows of one table for which ``rows`` is true.

    name: of the policy, unique in the table. columns: those it is about, all when empty.
    """

    name: str
    roles: tuple[Role, ...]
    may: tuple[Privilege, ...]
    rows: str = EVERY_ROW
    columns: tuple[str, ...] = ()


def _of_own_orders(table: str, key: str = "customer_id") -> str:
    return _OWN_CUSTOMER.format(table=table, key=key)


def _everybody_reads(roles: tuple[Role, ...] = EVERYBODY) -> Rule:
    return Rule(name="everybody", roles=roles, may=_READ)


def _in_house(may: tuple[Privilege, ...] = _READ) -> Rule:
    return Rule(name="in_house", roles=IN_HOUSE, may=may)


_OWN_ORDER = (
    f"department_id = {_MY_DEPARTMENT} OR (department_id IS NULL AND access.handed_back_by_us(id))"
)
_OF_OWN_TICKET = _HAS_MY_ORDER.format(table="tickets", key="id", column="ticket_id")
_EVENT_OF_OWN_ORDER = (
    "CASE stream WHEN 'WORK_ORDER' THEN EXISTS (SELECT 1 FROM public.work_orders AS mine"
    " WHERE mine.id = access.as_uuid(stream_id)) ELSE false END"
)
"""The policy of work_orders holds inside too: an order that may not be read is not there."""

_EVENT_OF_OWN_CASE = (
    "CASE stream WHEN 'WORK_ORDER' THEN EXISTS (SELECT 1 FROM public.work_orders AS mine"
    " WHERE mine.id = access.as_uuid(stream_id)) WHEN 'TICKET' THEN EXISTS (SELECT 1 FROM"
    " public.tickets AS theirs WHERE theirs.id = access.as_uuid(stream_id))"
    " WHEN 'CUSTOMER' THEN false ELSE true END"
)
_MINE = "{column} = session_user"
_SIGNED = "actor = session_user AND (stream <> 'INTERACTION' OR access.may_record(stream_id))"
_TOLD_LOSS = "actor = 'system' AND kind = 'DeskLost' AND access.is_lost(stream, stream_id)"
_FORGOTTEN = "closed_at < clock_timestamp() - interval '1 day'"
_LOST_DESK = "heartbeat_at < clock_timestamp() - interval '5 seconds'"
_EVENT_COLUMNS = ("id", "stream", "stream_id", "kind", "at", "actor", "payload")
"""Not ``seq`` and ``txid``: who could choose them could hide an event from the change feed."""

POLICIES: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        "alembic_version": (_everybody_reads(),),
        "applied_commands": (
            Rule(
                name="own",
                roles=ACTING,
                may=("SELECT", "INSERT"),
                rows=_MINE.format(column="actor"),
            ),
            Rule(name="auditor", roles=(Role.AUDITOR,), may=_READ),
        ),
        "categories": (
            _everybody_reads(),
            Rule(name="catalogue", roles=_ADMINISTRATOR, may=(*_KEEP, "DELETE")),
        ),
        "companies": (
            _in_house(),
            Rule(name="editors", roles=EDITORS, may=_ADD),
            Rule(name="importers", roles=IMPORTERS, may=_CHANGE),
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=_READ,
                rows="EXISTS (SELECT 1 FROM public.customers AS theirs"
                " WHERE theirs.company_id = companies.id)",
            ),
        ),
        "contact_points": (
            _in_house(),
            Rule(name="editors", roles=EDITORS, may=_ADD),
            Rule(name="importers", roles=IMPORTERS, may=_CHANGE),
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=_READ,
                rows=_of_own_orders("contact_points"),
                columns=("id", "customer_id", "kind", "value", "label", "is_primary"),
            ),
        ),
        # A server counts by sequences; the table is a file's.
        "counters": (),
        "customers": (
            _in_house(),
            Rule(name="editors", roles=EDITORS, may=_KEEP),
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=_READ,
                rows=_of_own_orders("customers", "id"),
                columns=("id", "name", "company_id", "city", "address", "language"),
            ),
        ),
        "departments": (
            _everybody_reads((*IN_HOUSE, Role.DEPARTMENT)),
            Rule(name="own", roles=(Role.DEALER,), may=_READ, rows=f"id = {_MY_DEPARTMENT}"),
            Rule(name="catalogue", roles=_ADMINISTRATOR, may=(*_KEEP, "DELETE")),
        ),
        "desk_presence": (
            _in_house(),
            Rule(name="own", roles=ACTING, may=_USE, rows=_MINE.format(column="agent_id")),
            # Whoever is there closes what a desk that died has left, once.
            Rule(name="lost", roles=FLOOR, may=_CHANGE, rows=_LOST_DESK),
            Rule(name="forgotten", roles=FLOOR, may=_REMOVE, rows=_FORGOTTEN),
            Rule(
                name="own_forgotten",
                roles=OUT_HOUSE,
                may=_REMOVE,
                rows=f"agent_id = session_user AND {_FORGOTTEN}",
            ),
        ),
        "event_log": (
            _in_house(),
            # Narrowed since: `db.access.event_policies` says which of these events are told.
            Rule(name="own_orders", roles=OUT_HOUSE, may=_READ, rows=_EVENT_OF_OWN_ORDER),
            Rule(name="own", roles=OUT_HOUSE, may=_READ, rows=_MINE.format(column="actor")),
            Rule(name="signed", roles=FLOOR, may=_ADD, rows=_SIGNED, columns=_EVENT_COLUMNS),
            Rule(name="told_loss", roles=FLOOR, may=_ADD, rows=_TOLD_LOSS, columns=_EVENT_COLUMNS),
            Rule(
                name="signed_of_own_orders",
                roles=OUT_HOUSE,
                may=_ADD,
                rows=f"{_SIGNED} AND {_EVENT_OF_OWN_CASE}",
                columns=_EVENT_COLUMNS,
            ),
        ),
        "feed_epochs": (_everybody_reads(),),
        # A relay tells everything that happens: not to be found from outside the house.
        "feed_relays": (
            _everybody_reads(IN_HOUSE),
            Rule(name="relay", roles=_ADMINISTRATOR, may=(*_KEEP, "DELETE")),
        ),
        "interactions": (
            _in_house(),
            # Asked before the next one, which costs more: PostgreSQL goes by the names.
            Rule(name="desk", roles=ACTING, may=_USE, rows=_MINE.format(column="agent_id")),
            # What a desk that died has left; access.guard_interaction says what may be changed.
            Rule(
                name="lost",
                roles=FLOOR,
                may=_CHANGE,
                rows="access.desk_is_lost(agent_id)",
            ),
        ),
        "note_numbers": (_in_house(), Rule(name="editors", roles=EDITORS, may=_ADD)),
        "notes": (
            _in_house(),
            Rule(name="own", roles=EDITORS, may=_ADD, rows=_MINE.format(column="author")),
        ),
        "order_returns": (_in_house(),),
        "people": (
            _in_house(),
            Rule(name="self", roles=OUT_HOUSE, may=_READ, rows=_MINE.format(column="login")),
        ),
        # A server keeps passwords by itself; the table is a file's.
        "person_passwords": (),
        "person_roles": (
            _in_house(),
            Rule(name="self", roles=OUT_HOUSE, may=_READ, rows=_MINE.format(column="login")),
        ),
        "products": (
            _in_house(),
            Rule(name="importers", roles=IMPORTERS, may=_KEEP),
            Rule(name="own_orders", roles=OUT_HOUSE, may=_READ, rows=_of_own_orders("products")),
        ),
        "search_texts": (
            _in_house(),
            Rule(name="editors", roles=EDITORS, may=_KEEP),
            # Whoever saves a ticket asks whether its subject changed; here it never has.
            Rule(name="unchanged", roles=OUT_HOUSE, may=_READ, rows=NO_ROW),
            Rule(
                name="unchanged",
                roles=(*OUT_HOUSE, Role.DISPATCHER),
                may=_CHANGE,
                rows=NO_ROW,
            ),
        ),
        "tickets": (
            _in_house(),
            Rule(name="own", roles=CASE_WORKERS, may=_ADD, rows=_MINE.format(column="owner")),
            # access.guard_ticket says what each of them may change.
            Rule(name="case", roles=ORDER_MOVERS, may=_CHANGE),
            Rule(
                name="own_orders",
                roles=(Role.DEPARTMENT,),
                may=("SELECT", "UPDATE"),
                rows=_OF_OWN_TICKET,
            ),
            Rule(
                name="own_orders_of_dealer",
                roles=(Role.DEALER,),
                may=_READ,
                rows=_OF_OWN_TICKET,
                columns=(
                    *("id", "number", "customer_id", "category_id", "subject", "priority"),
                    *("state", "opened_at"),
                ),
            ),
        ),
        "work_items": (
            _in_house(),
            Rule(name="claimers", roles=CLAIMERS, may=_KEEP),
            Rule(name="of_lost_desk", roles=_ADMINISTRATOR, may=_CHANGE),
            # An order that is declined waits for dispatch in the same transaction.
            Rule(
                name="own_orders",
                roles=OUT_HOUSE,
                may=_USE,
                rows="kind = 'DISPATCH' AND EXISTS (SELECT 1 FROM public.work_orders AS mine"
                " WHERE mine.id = work_items.subject_id)",
            ),
        ),
        "work_orders": (
            _in_house(),
            Rule(
                name="of_ticket",
                roles=CASE_WORKERS,
                may=_ADD,
                rows="owner = (SELECT t.owner FROM public.tickets AS t"
                " WHERE t.id = work_orders.ticket_id)",
            ),
            # access.guard_order says which steps each of them may take.
            Rule(name="moving", roles=ORDER_MOVERS, may=_CHANGE),
            Rule(name="own", roles=OUT_HOUSE, may=("SELECT", "UPDATE"), rows=_OWN_ORDER),
        ),
    }
)
"""Every table of the program; `event_log` can be changed by nobody, see the triggers."""

SEQUENCES: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "event_log_seq_seq": ACTING,
        "search_texts_row_id_seq": EDITORS,
        "ticket_numbers": CASE_WORKERS,
        "work_order_numbers": CASE_WORKERS,
    }
)
"""Who may take the next number."""

FUNCTIONS: Mapping[str, tuple[Role, ...]] = MappingProxyType(
    {
        "public.search_customers(text, text, text, integer)": IN_HOUSE,
        "public.search_tickets(text, integer)": IN_HOUSE,
        "access.add_person(text, text, text, text[], uuid, uuid)": _ADMINISTRATOR,
        "access.change_roles(text, text[], uuid, uuid)": _ADMINISTRATOR,
        "access.change_password(text, text, uuid)": _ADMINISTRATOR,
        "access.disable_person(text, uuid)": _ADMINISTRATOR,
        "access.enable_person(text, uuid)": _ADMINISTRATOR,
    }
)
"""Who may call what runs with the owner's rights."""
