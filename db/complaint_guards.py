"""Whom a complaint is about neither owns, settles nor reviews it; SQL as text, any thread.

A file knows nobody who is signed in: there the row itself has to name somebody else, and the log
takes no step of that person.
"""

from __future__ import annotations

from db.complaint_tables import BYSTANDER

_SETTLED = "('RESOLVED', 'CLOSED')"
_STEPS = (
    "('TicketResolved', 'TicketConfirmed', 'TicketReopened', 'TicketToVerify', 'OrderReturned',"
    " 'OrderSentBack', 'OrderClosed', 'OrderClosedUnreached')"
)
_OF_TICKET = "FROM {schema}complaints AS c WHERE c.ticket_id = {new}.id AND c.about_login <> ''"
_OWNS = f"EXISTS (SELECT 1 {_OF_TICKET} AND c.about_login = {{new}}.owner)"
_UNSETTLED = (
    f"{{new}}.state IN {_SETTLED} AND {{new}}.state <> {{old}}.state"
    f" AND EXISTS (SELECT 1 {_OF_TICKET} AND c.settled_by IN ('', c.about_login))"
)
_OWNED = (
    "{new}.about_login <> '' AND EXISTS (SELECT 1 FROM {schema}tickets AS t"
    " WHERE t.id = {new}.ticket_id AND t.owner = {new}.about_login)"
)
_LOGGED = (
    f"{{new}}.kind IN {_STEPS} AND EXISTS (SELECT 1 FROM {{schema}}complaints AS c"
    " WHERE c.about_login = {new}.actor AND ({key} = {new}.stream_id OR EXISTS (SELECT 1 FROM"
    " {schema}work_orders AS o WHERE {order} = {new}.stream_id AND o.ticket_id = c.ticket_id)))"
)
_FILE = {"schema": "", "new": "new", "old": "old", "key": "c.ticket_id", "order": "o.id"}
_SERVER = {
    "schema": "public.",
    "new": "NEW",
    "old": "OLD",
    "key": "c.ticket_id::text",
    "order": "o.id::text",
}


def _file_trigger(name: str, moment: str, refused: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} WHEN {refused.format(**_FILE)} "
        f"BEGIN SELECT RAISE(ABORT, '{BYSTANDER}'); END"
    )


SQLITE_COMPLAINTS: tuple[str, ...] = (
    _file_trigger("tickets_complaint_owner", "UPDATE OF owner ON tickets", _OWNS),
    _file_trigger("tickets_complaint_state", "UPDATE OF state ON tickets", _UNSETTLED),
    _file_trigger("complaints_about_insert", "INSERT ON complaints", _OWNED),
    _file_trigger(
        "complaints_about_update",
        "UPDATE OF ticket_id, about, about_login ON complaints",
        "{new}.ticket_id <> {old}.ticket_id OR {new}.about <> {old}.about"
        " OR {new}.about_login <> {old}.about_login",
    ),
    _file_trigger("complaints_kept", "DELETE ON complaints", "1"),
    _file_trigger("event_log_complaint", "INSERT ON event_log", _LOGGED),
)


def _function(name: str, refused: str) -> str:
    # With the owner's rights: what is refused does not depend on what somebody may read.
    return (
        f"CREATE FUNCTION access.{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n"
        f"    IF {refused.format(**_SERVER)} THEN\n"
        f"        RAISE EXCEPTION '{BYSTANDER}' USING ERRCODE = '23514';\n"
        "    END IF;\n    RETURN NEW;\nEND\n$$"
    )


def _trigger(name: str, moment: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} FOR EACH ROW EXECUTE FUNCTION access.{function}()"
    )


_SELF = f"EXISTS (SELECT 1 {_OF_TICKET} AND c.about_login = session_user)"
_SIGNED = (
    "(TG_OP = 'UPDATE' AND (OLD.about_login = session_user"
    " OR ROW(NEW.ticket_id, NEW.about, NEW.about_login)"
    " IS DISTINCT FROM ROW(OLD.ticket_id, OLD.about, OLD.about_login)"
    " OR (NEW.settled_by <> OLD.settled_by AND NEW.settled_by <> session_user)))"
)
_SELF_ORDER = (
    "NEW.state <> OLD.state AND (OLD.state, NEW.state) IN (('REPORTED', 'VERIFYING'),"
    " ('REPORTED', 'IN_PROGRESS'), ('VERIFYING', 'CLOSED'), ('VERIFYING', 'PENDING_DISPATCH'))"
    " AND EXISTS (SELECT 1 FROM public.complaints AS c WHERE c.ticket_id = NEW.ticket_id"
    " AND c.about_login = session_user)"
)
POSTGRES_COMPLAINTS: tuple[str, ...] = (
    _function("bystander_owns", f"{_OWNS} OR {_UNSETTLED} OR {_SELF}"),
    _function("bystander_of_complaint", f"{_OWNED} OR {_SIGNED}"),
    _function("bystander_reviews", _SELF_ORDER),
    _function("bystander_logs", _LOGGED),
)
_LOG_TRIGGER = _trigger("event_log_complaint", "INSERT ON public.event_log", "bystander_logs")
POSTGRES_COMPLAINT_TRIGGERS: tuple[str, ...] = (
    _trigger("tickets_complaint", "UPDATE OF owner, state ON public.tickets", "bystander_owns"),
    _trigger("complaints_about", "INSERT OR UPDATE ON public.complaints", "bystander_of_complaint"),
    _trigger("work_orders_complaint", "UPDATE OF state ON public.work_orders", "bystander_reviews"),
    _LOG_TRIGGER,
)
# Asked before the function is called: every other event would pay for the call, imports a million.
LOG_TRIGGER_OF_STEPS: tuple[str, ...] = (
    "DROP TRIGGER event_log_complaint ON public.event_log",
    _LOG_TRIGGER.replace("FOR EACH ROW", f"FOR EACH ROW WHEN (NEW.kind IN {_STEPS})"),
)
"""In the place of the last of `POSTGRES_COMPLAINT_TRIGGERS`."""
