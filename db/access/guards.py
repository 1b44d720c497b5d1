"""Functions and triggers that say what a row may become; SQL as text, pure data, any thread.

A policy sees a row before or after a change, never both: what may be changed of it, and by whom,
needs a trigger. Every function that runs with the owner's rights has a fixed search path, and
names what it uses in full.
"""

from __future__ import annotations

from agent_desk.domain.rights import ORDER_STEPS, ROLE_RIGHTS, Role

GROUP_PREFIX = "agent_desk_"
"""Group roles belong to the whole cluster: `agent_desk_agent`, `agent_desk_supervisor`..."""

AFTER_CALL = "12 hours"
"""How long after a call its agent may still change what was chosen in after-call work."""

_DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
INVOKER = "SET search_path = pg_catalog, pg_temp"


def group_role(role: Role) -> str:
    """Return the name of the database role whose members have ``role``."""
    return GROUP_PREFIX + role.lower()


def is_one_of(*roles: Role) -> str:
    """Return the condition that whoever is signed in has one of ``roles``."""
    return " OR ".join(
        f"pg_has_role(session_user, '{group_role(role)}', 'USAGE')" for role in roles
    )


def changed(*columns: str) -> str:
    """Return the condition that any of ``columns`` is not what it was."""
    new, old = (", ".join(f"{side}.{name}" for name in columns) for side in ("NEW", "OLD"))
    return f"ROW({new}) IS DISTINCT FROM ROW({old})"


def _raised(sentence: str) -> str:
    # 42501 is insufficient_privilege: the desk shows it as a matter of rights.
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = '42501'"


def refused(sentence: str) -> str:
    """Return what refuses a change to everybody but the owner of the table."""
    # Asked last: every save of every desk comes through here, and hardly one is refused.
    return f"{_OWNER_MAY} {_raised(sentence)}"


_OWNER_MAY = "IF access.owns(TG_RELID) THEN RETURN NEW; END IF;"


def _steps() -> str:
    lines = []
    for (state, target), rights in ORDER_STEPS.items():
        groups = [group_role(role) for role in Role if ROLE_RIGHTS[role] & rights]
        lines += [f"('{state}', '{target}', '{group}')" for group in groups]
    return ",\n            ".join(lines)


SCHEMA = ("CREATE SCHEMA access", "REVOKE ALL ON SCHEMA access FROM PUBLIC")


def _question(head: str, answer: str, *, kind: str, rights: str) -> str:
    # PL/pgSQL keeps the plan for the whole session; a function in SQL is planned at every call.
    return (
        f"CREATE FUNCTION access.{head} LANGUAGE plpgsql {kind} {rights} AS $$\n"
        f"BEGIN\n    RETURN {answer};\nEND\n$$"
    )


QUESTIONS = (
    _question(
        "my_department() RETURNS uuid",
        "(SELECT department_id FROM public.people"
        " WHERE login = session_user AND disabled_at IS NULL)",
        kind="STABLE",
        rights=_DEFINER,
    ),
    # Volatile: a policy asks it about the row that the same statement has just handed back.
    _question(
        "handed_back_by_us(the_order uuid) RETURNS boolean",
        "EXISTS (SELECT 1 FROM public.order_returns"
        " WHERE order_id = the_order AND department_id = access.my_department())",
        kind="VOLATILE",
        rights=_DEFINER,
    ),
    _question(
        "as_uuid(text_id text) RETURNS uuid",
        "CASE WHEN text_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN text_id::uuid END",
        kind="IMMUTABLE",
        rights=INVOKER,
    ),
    _question(
        "desk_is_lost(agent text) RETURNS boolean",
        "EXISTS (SELECT 1 FROM public.desk_presence WHERE agent_id = agent"
        " AND heartbeat_at < clock_timestamp() - interval '5 seconds')",
        kind="STABLE",
        rights=_DEFINER,
    ),
    _question(
        "may_record(text_id text) RETURNS boolean",
        "NOT EXISTS (SELECT 1 FROM public.interactions"
        " WHERE id = access.as_uuid(text_id) AND agent_id <> session_user)",
        kind="STABLE",
        rights=_DEFINER,
    ),
    _question(
        "is_lost(stream text, text_id text) RETURNS boolean",
        "CASE stream WHEN 'AGENT' THEN access.desk_is_lost(text_id)"
        " WHEN 'INTERACTION' THEN EXISTS (SELECT 1 FROM public.interactions"
        " WHERE id = access.as_uuid(text_id) AND outcome = 'DESK_LOST'"
        " AND access.desk_is_lost(agent_id)) ELSE false END",
        kind="STABLE",
        rights=_DEFINER,
    ),
    _question(
        "owns(the_table oid) RETURNS boolean",
        "(SELECT pg_has_role(session_user, relowner, 'USAGE') FROM pg_class WHERE oid = the_table)",
        kind="STABLE",
        rights=INVOKER,
    ),
    # How far the log has come, which a feed must know that sees next to nothing of it: it would
    # read all of the rest again and again. The newest by number, as in a log that was restored
    # the index by transaction may begin with rows of a former life.
    _question(
        "newest_transaction(after_seq bigint) RETURNS bigint",
        "(SELECT max(newest.txid::text::bigint) FROM (SELECT txid FROM public.event_log"
        " WHERE seq > after_seq ORDER BY seq DESC LIMIT 1000) AS newest)",
        kind="STABLE",
        rights=_DEFINER,
    ),
    # Kinds are written out: only so does the planner know the partial index.
    _question(
        "newest_transaction_since(since xid8, after_seq bigint) RETURNS bigint",
        "(SELECT txid::text::bigint FROM public.event_log WHERE txid >= since"
        " AND txid < pg_snapshot_xmax(pg_current_snapshot()) AND seq > after_seq"
        " AND stream IN ('CUSTOMER', 'INTERACTION', 'TICKET', 'WORK_ORDER')"
        " ORDER BY txid DESC, seq DESC LIMIT 1)",
        kind="STABLE",
        rights=_DEFINER,
    ),
)
"""What policies and triggers ask."""

GUARDS = (
    f"""CREATE FUNCTION access.guard_event_log() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    {_raised("event_log is append-only")};
END
$$""",
    f"""CREATE FUNCTION access.guard_interaction() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("id", "call_id", "agent_id", "direction", "began_at")} THEN
        {refused("whose call it was and when it began is never changed")};
    END IF;
    IF OLD.agent_id <> session_user THEN
        IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL OR NEW.outcome <> 'DESK_LOST'
            OR {changed("number", "customer_id", "ticket_id", "disposition", "note")}
        THEN
            {refused("only the end of a call whose desk died is written by others")};
        END IF;
        RETURN NEW;
    END IF;
    -- A desk that was only cut off goes on with its calls.
    IF OLD.ended_at IS NULL OR OLD.outcome = 'DESK_LOST' THEN
        RETURN NEW;
    END IF;
    IF {
        changed(
            *("number", "outcome", "queue_id", "queue_wait_seconds", "reason"),
            *("answered_at", "ended_at", "held_seconds", "transferred"),
        )
    } THEN
        {refused("a finished call is not rewritten")};
    END IF;
    IF OLD.answered_at IS NOT NULL AND OLD.wrap_up_ended_at IS NULL
        AND OLD.ended_at > clock_timestamp() - interval '{AFTER_CALL}'
    THEN
        RETURN NEW;
    END IF;
    -- What is missing may still be added, as a desk does that was away.
    IF (OLD.wrap_up_ended_at IS NOT NULL AND {changed("wrap_up_ended_at")})
        OR (OLD.disposition IS NOT NULL AND {changed("disposition")})
        OR (OLD.note <> '' AND {changed("note")})
        OR (OLD.customer_id IS NOT NULL AND {changed("customer_id")})
        OR (OLD.ticket_id IS NOT NULL AND {changed("ticket_id")})
    THEN
        {refused("a finished call is not rewritten")};
    END IF;
    RETURN NEW;
END
$$""",
    f"""CREATE FUNCTION access.guard_ticket() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("id", "number", "customer_id", "opened_at", "opened_in")} THEN
        {refused("what ticket it is and whose is never changed")};
    END IF;
    IF {changed("owner")} AND NOT ({is_one_of(Role.SUPERVISOR)}) THEN
        {refused("only a supervisor moves a ticket to another owner")};
    END IF;
    IF {
        changed(
            *("category_id", "subject", "description", "priority", "follow_up_at"),
            *("fcr_claimed", "fcr_withdrawn_at", "fcr_confirmed"),
        )
    } AND NOT ({is_one_of(Role.AGENT, Role.SUPERVISOR)}) THEN
        {refused("only agents and supervisors rewrite a ticket")};
    END IF;
    RETURN NEW;
END
$$""",
    f"""CREATE FUNCTION access.guard_order() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed("id", "number", "ticket_id", "customer_id", "raised_at")} THEN
        {refused("what order it is and whose is never changed")};
    END IF;
    IF {changed("owner")} AND NOT ({is_one_of(Role.SUPERVISOR)}) THEN
        {refused("only a supervisor moves an order to another owner")};
    END IF;
    IF {changed("subject", "instructions", "priority")}
        AND NOT ({is_one_of(Role.AGENT, Role.SUPERVISOR, Role.DISPATCHER)})
    THEN
        {refused("only agents, supervisors and dispatchers rewrite an order")};
    END IF;
    IF {changed("state")} AND NOT EXISTS (
        SELECT 1 FROM (VALUES
            {_steps()}
        ) AS step (state, target, who)
        WHERE step.state = OLD.state AND step.target = NEW.state
            AND pg_has_role(session_user, step.who, 'USAGE')
    ) THEN
        {_OWNER_MAY}
        RAISE EXCEPTION 'the step from % to % is not yours', OLD.state, NEW.state
            USING ERRCODE = '42501';
    END IF;
    IF {changed("department_id")} AND (OLD.state, NEW.state) NOT IN (
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH')
    ) THEN
        {refused("an order changes its department by dispatch or by being declined")};
    END IF;
    IF {
        changed(
            *("report_started_at", "report_ended_at", "report_done", "report_outcome"),
            "report_why_not_solved",
        )
    } AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS') THEN
        {refused("a report is given once, with the step to REPORTED")};
    END IF;
    IF {changed("verified_in")} AND NEW.state <> 'CLOSED' THEN
        {refused("the proof of an order is given with its closing")};
    END IF;
    RETURN NEW;
END
$$""",
    f"""CREATE FUNCTION access.keep_return() RETURNS trigger
LANGUAGE plpgsql {_DEFINER} AS $$
BEGIN
    INSERT INTO public.order_returns (order_id, department_id)
    VALUES (OLD.id, OLD.department_id)
    ON CONFLICT (order_id) DO UPDATE SET department_id = excluded.department_id;
    RETURN NEW;
END
$$""",
)


def before_update(table: str, function: str) -> str:
    """Return the trigger by which ``access.function`` guards every change of a row."""
    return (
        f"CREATE TRIGGER {table}_guard BEFORE UPDATE ON public.{table}"
        f" FOR EACH ROW EXECUTE FUNCTION access.{function}()"
    )


_APPEND_ONLY = (
    "CREATE TRIGGER event_log_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public.event_log"
    " FOR EACH STATEMENT EXECUTE FUNCTION access.guard_event_log()"
)
_RETURNED = (
    "CREATE TRIGGER work_orders_returned BEFORE UPDATE OF department_id ON public.work_orders"
    " FOR EACH ROW WHEN (OLD.department_id IS NOT NULL AND NEW.department_id IS NULL)"
    " EXECUTE FUNCTION access.keep_return()"
)
TRIGGERS = (
    _APPEND_ONLY,
    before_update("interactions", "guard_interaction"),
    before_update("tickets", "guard_ticket"),
    # Before the next one: PostgreSQL goes by the names.
    before_update("work_orders", "guard_order"),
    _RETURNED,
)
