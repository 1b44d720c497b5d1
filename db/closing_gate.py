"""The closing gate as triggers: no order is CLOSED without its proof, whoever writes the row.

The CHECK of `db.tables.work_orders` sees one row; these look up the call or the attempts that it
names, and keep them as they were. SQL as text, pure data, any thread.
"""

from __future__ import annotations

from agent_desk.domain.verification import DAYS_OF_ATTEMPTS
from db.tables import CLOSING_GATE

_PROOF = (
    "({new}.confirmed_at IS NOT NULL AND EXISTS (SELECT 1 FROM {schema}interactions AS proof"
    " WHERE proof.id = {new}.verified_in AND proof.customer_id = {new}.customer_id"
    " AND proof.answered_at IS NOT NULL))"
    " OR (trim({new}.overridden_by) <> '' AND trim({new}.override_reason) <> ''"
    " AND (SELECT count(DISTINCT attempt.day) FROM {schema}verification_attempts AS attempt"
    " WHERE attempt.order_id = {new}.id AND attempt.round = {new}.round)"
    f" >= {DAYS_OF_ATTEMPTS})"
)
_PROVES = (
    "EXISTS (SELECT 1 FROM {schema}work_orders AS proven"
    " WHERE proven.verified_in = {old}.id AND proven.state = 'CLOSED')"
)
_UNDONE = (
    "(({old}.answered_at IS NOT NULL AND {new}.answered_at IS NULL)"
    " OR ({old}.customer_id IS NOT NULL"
    " AND ({new}.customer_id IS NULL OR {new}.customer_id <> {old}.customer_id)))"
)


def _sqlite_trigger(name: str, moment: str, refused: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} WHEN {refused} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


def _sqlite() -> tuple[str, ...]:
    names = {"new": "new", "old": "old", "schema": ""}
    unproven = f"new.state = 'CLOSED' AND NOT ({_PROOF.format(**names)})"
    undone = f"{_UNDONE.format(**names)} AND {_PROVES.format(**names)}"
    kept = f"{CLOSING_GATE}: the proof of a closed order is kept as it was"
    attempts = "verification_attempts are append-only"
    return (
        _sqlite_trigger(
            "work_orders_closing_insert", "INSERT ON work_orders", unproven, CLOSING_GATE
        ),
        _sqlite_trigger(
            "work_orders_closing_update", "UPDATE ON work_orders", unproven, CLOSING_GATE
        ),
        _sqlite_trigger(
            "interactions_proof_update",
            "UPDATE OF answered_at, customer_id ON interactions",
            undone,
            kept,
        ),
        _sqlite_trigger(
            "interactions_proof_delete", "DELETE ON interactions", _PROVES.format(**names), kept
        ),
        _sqlite_trigger(
            "verification_attempts_no_update", "UPDATE ON verification_attempts", "1", attempts
        ),
        _sqlite_trigger(
            "verification_attempts_no_delete", "DELETE ON verification_attempts", "1", attempts
        ),
    )


SQLITE_TRIGGERS: tuple[str, ...] = _sqlite()


def _function(name: str, body: str) -> str:
    # With the owner's rights: who may close need not see whose call it was.
    return (
        f"CREATE FUNCTION access.{name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
        f" SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n{body}\nEND\n$$"
    )


def _raised(sentence: str) -> str:
    # 23514 is check_violation: to the program the gate is one, CHECK or trigger.
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = '23514'"


def _trigger(name: str, moment: str, function: str, *, each: str = "ROW", when: str = "") -> str:
    condition = f" WHEN ({when})" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} FOR EACH {each}{condition}"
        f" EXECUTE FUNCTION access.{function}()"
    )


_POSTGRES_NAMES = {"new": "NEW", "old": "OLD", "schema": "public."}

POSTGRES_FUNCTIONS: tuple[str, ...] = (
    _function(
        "require_closing_proof",
        f"    IF NOT ({_PROOF.format(**_POSTGRES_NAMES)}) THEN\n"
        f"        {_raised(CLOSING_GATE)};\n    END IF;\n    RETURN NEW;",
    ),
    _function(
        "keep_proof",
        f"    IF {_PROVES.format(**_POSTGRES_NAMES)} THEN\n"
        f"        {_raised(f'{CLOSING_GATE}: the proof of a closed order is kept as it was')};\n"
        "    END IF;\n    RETURN NEW;",
    ),
    _function("keep_attempts", f"    {_raised('verification_attempts are append-only')};"),
)
POSTGRES_TRIGGERS: tuple[str, ...] = (
    # Asked after the guards, whose refusals say more: PostgreSQL goes by the names.
    _trigger(
        "work_orders_proof",
        "INSERT OR UPDATE ON public.work_orders",
        "require_closing_proof",
        when="NEW.state = 'CLOSED'",
    ),
    # A foreign key keeps the row itself.
    _trigger(
        "interactions_proof",
        "UPDATE OF answered_at, customer_id ON public.interactions",
        "keep_proof",
        when=_UNDONE.format(**_POSTGRES_NAMES),
    ),
    _trigger(
        "verification_attempts_no_change",
        "UPDATE OR DELETE OR TRUNCATE ON public.verification_attempts",
        "keep_attempts",
        each="STATEMENT",
    ),
)
