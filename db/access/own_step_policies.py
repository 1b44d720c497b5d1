"""What a department or dealer sees of its orders on a server, and nothing of a former one; pure.

An order that was declined goes on to somebody else. Its row, its messages and how it began go
along; steps, attachments, lines of reports and acknowledgements of whoever had it before stay
behind. `agent_desk.domain.told_event` says the same for a file. Articles are told to whoever reads
them, now that the change feed has them.
"""

from __future__ import annotations

from collections.abc import Iterator

from agent_desk.domain.change import RECORD_STREAMS
from agent_desk.domain.rights import Role
from agent_desk.domain.told_event import RAISED
from db.access.attachment_policies import ATTACHMENT_POLICIES
from db.access.event_policies import EVENT_RULES
from db.access.guards import GUARDS, QUESTIONS, group_role
from db.access.loop_guards import LOOP_GUARDS
from db.access.loop_policies import LOOP_POLICIES
from db.access.policies import OUT_HOUSE, POLICIES, Rule
from db.access.policy_sql import rule_statements

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
_MY_DEPARTMENT = "(SELECT access.my_department())"
_MINE = (
    "EXISTS (SELECT 1 FROM public.work_orders AS mine WHERE mine.id = {table}.order_id"
    f" AND mine.department_id = {_MY_DEPARTMENT}"
)

_FUNCTIONS = (
    f"""CREATE FUNCTION access.is_of_others(the_login text) RETURNS boolean
LANGUAGE plpgsql STABLE {_DEFINER} AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.people
        WHERE login = the_login AND department_id <> access.my_department());
END
$$""",
    # By the log, which keeps who gave each report; its index finds the events of one order.
    f"""CREATE FUNCTION access.reported_by_us(the_order uuid, the_report integer) RETURNS boolean
LANGUAGE plpgsql STABLE {_DEFINER} AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.event_log
        WHERE stream = 'WORK_ORDER' AND stream_id = the_order::text AND kind = 'OrderReported'
        AND payload ->> 'reports' = the_report::text
        AND payload ->> 'department_id' = access.my_department()::text);
END
$$""",
    # Only as it was handed back: what others do with it afterwards makes a further version.
    f"""CREATE FUNCTION access.handed_back_by_us(the_order uuid, the_version integer)
RETURNS boolean LANGUAGE plpgsql VOLATILE {_DEFINER} AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.order_returns WHERE order_id = the_order
        AND version = the_version AND department_id = access.my_department());
END
$$""",
)

_ASKED = (
    "is_of_others(text)",
    "reported_by_us(uuid, integer)",
    "handed_back_by_us(uuid, integer)",
)


def _named(functions: tuple[str, ...], name: str) -> str:
    (found,) = (text for text in functions if f" access.{name}(" in text.split(" RETURNS")[0])
    return found


def _instead(former: str, *changes: tuple[str, str]) -> str:
    """Return the function ``former`` with ``changes``, each of one place, to stand in its place."""
    text = former.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


_GIVEN = "AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS')"
_LEFT = "AND NOT (OLD.state = 'DECLINED' AND NEW.state = 'PENDING_DISPATCH' AND {emptied})"
_STREAMS = ", ".join(f"'{stream}'" for stream in sorted(RECORD_STREAMS))
_FORMER_STREAMS = "'CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER'"


def _replaced() -> Iterator[str]:
    """Yield the functions that say more than before."""
    report = "NEW.report_outcome IS NULL AND NEW.report_done IS NULL"
    times = "NEW.report_started_at IS NULL AND NEW.report_ended_at IS NULL"
    why = "NEW.report_why_not_solved = ''"
    emptied = _LEFT.format(emptied=f"{report} AND {times} AND {why}")
    yield _instead(_named(GUARDS, "guard_order"), (_GIVEN, f"{_GIVEN} {emptied}"))
    part = "NEW.reports = OLD.reports AND NEW.report_faulty_part IS NULL"
    whose = "NEW.report_liable IS NULL AND NEW.report_supplier = ''"
    emptied = _LEFT.format(emptied=f"{part} AND {whose}")
    yield _instead(_named(LOOP_GUARDS, "guard_order_loop"), (_GIVEN, f"{_GIVEN} {emptied}"))
    yield _instead(
        _named(GUARDS, "keep_return"),
        ("(order_id, department_id)", "(order_id, department_id, version)"),
        ("(OLD.id, OLD.department_id)", "(OLD.id, OLD.department_id, NEW.version)"),
        (
            "SET department_id = excluded.department_id",
            "SET department_id = excluded.department_id, version = excluded.version",
        ),
    )
    yield _instead(_named(QUESTIONS, "newest_transaction_since"), (_FORMER_STREAMS, _STREAMS))


def _own_event(claim_kinds: str) -> str:
    told_roles = ", ".join(f"'{role}'" for role in OUT_HOUSE)
    department = f"payload ->> 'department_id' = {_MY_DEPARTMENT}::text"
    own_claim = (
        f"payload #>> '{{claim,department_id}}' = {_MY_DEPARTMENT}::text"
        f" AND payload #>> '{{claim,kind}}' IN ({claim_kinds})"
    )
    return (
        "CASE WHEN stream <> 'WORK_ORDER' THEN false"
        " WHEN payload -> 'alert_key' IS NOT NULL THEN"
        f" payload ->> 'role' IN ({told_roles}) AND NOT access.is_of_others(actor)"
        f" ELSE ({department}"
        f" OR (kind = '{RAISED}' AND payload ->> 'department_id' IS NULL))"
        " AND payload -> 'attempt' IS NULL"
        f" AND (payload -> 'claim' IS NULL OR {own_claim}) END"
        # The policy of work_orders holds inside too: an order that may not be read is not there.
        " AND EXISTS (SELECT 1 FROM public.work_orders AS mine"
        " WHERE mine.id = access.as_uuid(stream_id))"
    )


OWN_EVENTS = (
    Rule(
        name="own_orders",
        roles=(Role.DEPARTMENT,),
        may=("SELECT",),
        rows=_own_event("'EXPENSE', 'SUPPLIER'"),
    ),
    Rule(
        name="own_orders_of_dealer",
        roles=(Role.DEALER,),
        may=("SELECT",),
        rows=_own_event("'EXPENSE'"),
    ),
)
"""They stand in the place of `db.access.event_policies.EVENT_RULES`."""

ARTICLE_EVENTS = Rule(
    name="articles",
    roles=(Role.DEPARTMENT,),
    may=("SELECT",),
    # One that was published and is withdrawn cannot be read any more, which is the news.
    rows="CASE WHEN stream <> 'ARTICLE' THEN false"
    " WHEN kind = 'ArticleRetired' AND payload ->> 'reviewer' <> '' THEN true"
    " ELSE EXISTS (SELECT 1 FROM public.articles AS theirs"
    " WHERE theirs.id = access.as_uuid(stream_id)) END",
)
"""A department reads articles; a dealer does not, and hears of none."""

OWN_ORDER = Rule(
    name="own",
    roles=OUT_HOUSE,
    may=("SELECT", "UPDATE"),
    rows=f"department_id = {_MY_DEPARTMENT}"
    " OR (department_id IS NULL AND access.handed_back_by_us(id, version))",
)

OWN_ATTACHMENTS = Rule(
    name="own_orders",
    roles=OUT_HOUSE,
    may=("SELECT",),
    rows=f"{_MINE.format(table='attachments')}) AND NOT access.is_of_others(added_by)",
)

OWN_LINES = (
    Rule(
        name="own_orders",
        roles=OUT_HOUSE,
        may=("SELECT",),
        rows=f"{_MINE.format(table='order_report_items')})"
        " AND access.reported_by_us(order_id, report)",
    ),
    Rule(
        name="own_orders",
        roles=OUT_HOUSE,
        may=("INSERT",),
        rows=f"{_MINE.format(table='order_report_items')}"
        # Of the report that is on the order now: a former one's has left it with them.
        " AND mine.reports = order_report_items.report AND mine.report_outcome IS NOT NULL)",
    ),
)


def _policies() -> Iterator[tuple[str, Rule]]:
    """Yield the rules that stand in the place of one of the same name, with their tables."""
    yield from (("event_log", rule) for rule in OWN_EVENTS)
    yield "work_orders", OWN_ORDER
    yield "attachments", OWN_ATTACHMENTS
    yield from (("order_report_items", rule) for rule in OWN_LINES)


def _dropped() -> Iterator[str]:
    for table, rule in _policies():
        for privilege in rule.may:
            yield f"DROP POLICY {rule.name}_{privilege.lower()} ON public.{table}"


def _former() -> Iterator[str]:
    """Yield what puts the former rules there again."""
    rules = (
        *(("event_log", rule) for rule in EVENT_RULES),
        ("work_orders", POLICIES["work_orders"][-1]),
        ("attachments", ATTACHMENT_POLICIES["attachments"][2]),
        ("order_report_items", LOOP_POLICIES["order_report_items"][1]),
    )
    for table, rule in rules:
        yield from rule_statements(table, rule)


def _index(streams: str) -> Iterator[str]:
    yield "DROP INDEX public.ix_event_log_txid_seq"
    yield (
        "CREATE INDEX ix_event_log_txid_seq ON public.event_log (txid, seq)"
        f" WHERE stream IN ({streams})"
    )


def own_step_statements() -> tuple[str, ...]:
    """Return what hides a former one's steps and lets the feed tell of articles, in order."""
    everybody = ", ".join(group_role(role) for role in Role)
    asked = ", ".join(f"access.{function}" for function in _ASKED)
    return (
        *_index(_STREAMS),
        *_FUNCTIONS,
        *_replaced(),
        "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {asked} TO {everybody}",
        *_dropped(),
        *(line for table, rule in _policies() for line in rule_statements(table, rule)),
        *rule_statements("event_log", ARTICLE_EVENTS),
        "DROP FUNCTION access.handed_back_by_us(uuid)",
    )


def former_statements() -> tuple[str, ...]:
    """Return what takes all that back, in order."""
    everybody = ", ".join(group_role(role) for role in Role)
    return (
        f"DROP POLICY {ARTICLE_EVENTS.name}_select ON public.event_log",
        *_dropped(),
        _named(QUESTIONS, "handed_back_by_us"),
        "REVOKE ALL ON FUNCTION access.handed_back_by_us(uuid) FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION access.handed_back_by_us(uuid) TO {everybody}",
        *_former(),
        *(f"DROP FUNCTION access.{function}" for function in _ASKED),
        _instead(_named(GUARDS, "guard_order")),
        _instead(_named(LOOP_GUARDS, "guard_order_loop")),
        _instead(_named(GUARDS, "keep_return")),
        _instead(_named(QUESTIONS, "newest_transaction_since")),
        *_index(_FORMER_STREAMS),
    )
