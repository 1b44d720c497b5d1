"""Who may ask a customer whether it is solved, and cancel on whose word; SQL as text, any thread.

An order is verified by its owner, by a supervisor, by whoever was handed the call when the owner
was away, or by whom the customer called: nobody else moves it on, also with plain SQL.
"""

from __future__ import annotations

from agent_desk.domain.presence import GONE_AFTER_SECONDS
from agent_desk.domain.rights import Role
from db.access.guards import INVOKER, before_update, changed, is_one_of, refused

_IS_SUPERVISOR = is_one_of(Role.SUPERVISOR)
_AT_A_DESK = (
    "EXISTS (SELECT 1 FROM public.desk_presence AS seat WHERE seat.agent_id = OLD.reserved_for"
    " AND seat.left_at IS NULL AND seat.heartbeat_at >="
    f" clock_timestamp() - interval '{GONE_AFTER_SECONDS:g} seconds')"
)
_VERIFIES = f"""({{order}}.owner = session_user OR {_IS_SUPERVISOR}
        OR EXISTS (SELECT 1 FROM public.work_items AS handed WHERE handed.kind = 'VERIFY'
            AND handed.subject_id = {{order}}.id AND handed.finished_at IS NULL
            AND handed.handed_to = session_user)
        OR EXISTS (SELECT 1 FROM public.interactions AS theirs
            WHERE theirs.customer_id = {{order}}.customer_id AND theirs.agent_id = session_user
            AND theirs.direction = 'INBOUND' AND theirs.answered_at IS NOT NULL
            AND (theirs.ended_at IS NULL OR theirs.ended_at >= {{order}}.changed_at)))"""


def _function(name: str, body: str) -> str:
    return (
        f"CREATE FUNCTION access.{name}() RETURNS trigger\nLANGUAGE plpgsql {INVOKER} AS $$\n"
        f"BEGIN\n{body}\n    RETURN NEW;\nEND\n$$"
    )


VERIFICATION_GUARDS: tuple[str, ...] = (
    _function(
        "guard_verification",
        f"""    IF NOT {_VERIFIES.format(order="OLD")}
    THEN
        {refused("the customer is asked by the owner, or by whoever was handed the call")};
    END IF;""",
    ),
    _function(
        "guard_attempt",
        f"""    IF NOT EXISTS (SELECT 1 FROM public.work_orders AS tried
        WHERE tried.id = NEW.order_id AND {_VERIFIES.format(order="tried")})
    THEN
        {refused("the customer is called by the owner, or by whoever was handed the call")};
    END IF;""",
    ),
    _function(
        "guard_consent",
        f"""    IF NOT ({is_one_of(Role.SUPERVISOR, Role.DISPATCHER)}) AND NOT EXISTS (
        SELECT 1 FROM public.order_messages AS said
        WHERE said.order_id = NEW.id AND said.kind = 'CONSENT' AND trim(said.text) <> ''
    ) THEN
        {refused("an agent cancels an order with the consent of its customer")};
    END IF;""",
    ),
    _function(
        "guard_new_verification",
        f"""    IF NEW.handed_to IS NOT NULL OR NOT ({
            is_one_of(Role.SUPERVISOR, Role.DISPATCHER, Role.DEPARTMENT)
        }) THEN
        {refused("a verification call comes of an approved report")};
    END IF;""",
    ),
    _function(
        "guard_verification_call",
        f"""    IF {changed("id", "kind", "subject_id", "reserved_for", "created_at")}
        OR NEW.open_at IS NULL OR NEW.open_at < OLD.open_at
    THEN
        {refused("whose call it is and from when others may have it is not changed")};
    END IF;
    IF {changed("handed_to")} AND NEW.handed_to IS NOT NULL AND (
        NEW.handed_to <> session_user OR NOT (
            OLD.reserved_for = session_user
            OR (OLD.open_at <= clock_timestamp() AND NOT {_AT_A_DESK})
        )
    ) THEN
        {refused("the call is reserved for the owner of the order")};
    END IF;""",
    ),
)


def _when(trigger: str, condition: str) -> str:
    return trigger.replace("FOR EACH ROW", f"FOR EACH ROW WHEN ({condition})", 1)


def _before_insert(table: str, function: str, condition: str = "true") -> str:
    return (
        f"CREATE TRIGGER {table}_guard_new BEFORE INSERT ON public.{table}"
        f" FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION access.{function}()"
    )


def _named(trigger: str, former: str, name: str) -> str:
    return trigger.replace(former, name, 1)


VERIFICATION_TRIGGERS: tuple[str, ...] = (
    # Asked after the other guards: PostgreSQL goes by the names.
    _when(
        _named(
            before_update("work_orders", "guard_verification"),
            "work_orders_guard",
            "work_orders_guard_verifier",
        ),
        "OLD.state = 'VERIFYING' AND NEW.state <> 'VERIFYING'",
    ),
    _when(
        _named(
            before_update("work_orders", "guard_consent"),
            "work_orders_guard",
            "work_orders_guard_consent",
        ),
        "OLD.state <> 'CANCELLED' AND NEW.state = 'CANCELLED'",
    ),
    _when(
        before_update("work_items", "guard_verification_call"),
        "OLD.kind = 'VERIFY' OR NEW.kind = 'VERIFY'",
    ),
    _before_insert("work_items", "guard_new_verification", "NEW.kind = 'VERIFY'"),
    _before_insert("verification_attempts", "guard_attempt"),
)
"""Beside those of `db.access.guards` and `db.access.loop_guards`."""
