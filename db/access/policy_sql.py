"""Renders the table of policies to SQL; pure, any thread.

A migration keeps the text that it was made with, so that a floor's history does not change with
the program; `tests/access` says when the two have come apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from agent_desk.domain.rights import Role
from db.access.guards import GUARDS, QUESTIONS, SCHEMA, TRIGGERS, group_role
from db.access.people_functions import COMMANDS, REQUIREMENTS, STEPS
from db.access.policies import FUNCTIONS, POLICIES, SEQUENCES, Privilege, Rule

_ASKED = (
    *("my_department()", "handed_back_by_us(uuid)", "as_uuid(text)", "owns(oid)"),
    *("desk_is_lost(text)", "may_record(text)", "is_lost(text, text)"),
    *("newest_transaction(bigint)", "newest_transaction_since(xid8, bigint)"),
)
"""What is called in the name of whoever is signed in, by policies, triggers and the change feed.

It tells no secret.
"""


def statements() -> tuple[str, ...]:
    """Return everything that turns plain tables into a floor with rights, in order."""
    return (
        _group_roles(),
        *SCHEMA,
        *QUESTIONS,
        *GUARDS,
        *REQUIREMENTS,
        *STEPS,
        *COMMANDS,
        *_openings(),
        *(line for table, rules in POLICIES.items() for line in table_statements(table, rules)),
        *TRIGGERS,
        "SELECT access.confine()",
    )


def _group_roles() -> str:
    """Return the statement that makes the roles which the cluster does not have yet."""
    names = ", ".join(f"'{group_role(role)}'" for role in Role)
    return f"""DO $$
DECLARE
    wanted text;
BEGIN
    FOREACH wanted IN ARRAY ARRAY[{names}] LOOP
        CONTINUE WHEN EXISTS (SELECT 1 FROM pg_roles WHERE rolname = wanted);
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
        EXCEPTION
            -- Another database of this cluster is being migrated at the same moment.
            WHEN duplicate_object OR unique_violation THEN NULL;
        END;
    END LOOP;
END
$$"""


def _openings() -> Iterator[str]:
    everybody = _names(Role)
    yield "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA access FROM PUBLIC"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public, access TO {everybody}"
    asked = ", ".join(f"access.{function}" for function in _ASKED)
    yield f"GRANT EXECUTE ON FUNCTION {asked} TO {everybody}"
    for function, roles in FUNCTIONS.items():
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {_names(roles)}"
    for sequence, roles in SEQUENCES.items():
        yield f"GRANT USAGE ON SEQUENCE public.{sequence} TO {_names(roles)}"


def table_statements(table: str, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield what gives the roles their rights on ``table``, and nobody else any."""
    yield f"REVOKE ALL ON public.{table} FROM PUBLIC"
    if table == "event_log":
        yield f"REVOKE UPDATE, DELETE, TRUNCATE ON public.{table} FROM CURRENT_USER"
    yield f"ALTER TABLE public.{table} ENABLE ROW LEVEL SECURITY"
    yield from further_statements(table, rules)


def further_statements(table: str, rules: Sequence[Rule]) -> Iterator[str]:
    """Yield what gives the roles further rights on ``table``, beside those they have."""
    for rule in rules:
        yield from rule_statements(table, rule)


def rule_statements(table: str, rule: Rule) -> Iterator[str]:
    """Yield what gives the roles of ``rule`` what it says, beside the rights that others have."""
    yield _grant(table, rule)
    for privilege in rule.may:
        yield _policy(table, rule, privilege)


def _grant(table: str, rule: Rule) -> str:
    columns = f" ({', '.join(rule.columns)})" if rule.columns else ""
    privileges = ", ".join(f"{privilege}{columns}" for privilege in rule.may)
    return f"GRANT {privileges} ON public.{table} TO {_names(rule.roles)}"


def _policy(table: str, rule: Rule, privilege: Privilege) -> str:
    using = "" if privilege == "INSERT" else f" USING ({rule.rows})"
    check = f" WITH CHECK ({rule.rows})" if privilege in ("INSERT", "UPDATE") else ""
    return (
        f"CREATE POLICY {rule.name}_{privilege.lower()} ON public.{table} FOR {privilege}"
        f" TO {_names(rule.roles)}{using}{check}"
    )


def _names(roles: Iterable[Role]) -> str:
    return ", ".join(group_role(role) for role in roles)
