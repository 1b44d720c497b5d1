"""Who may change what of an order's loop and of its claims; SQL as text, pure data, any thread.

Beside `db.access.guards`, whose function goes on guarding what an order had before.
"""

from __future__ import annotations

from collections.abc import Iterator

from agent_desk.domain.rights import CLAIM_STEPS, ROLE_RIGHTS, Role
from agent_desk.domain.settlement import CLAIM_TABLE, ClaimState
from db.access.guards import INVOKER, before_update, changed, group_role, is_one_of, refused

_SITE = ("technician", "technician_phone", "arrived_at")


def _steps() -> Iterator[str]:
    for state in ClaimState:
        for target in sorted(CLAIM_TABLE.targets(state)):
            for role in Role:
                if CLAIM_STEPS[target] in ROLE_RIGHTS[role]:
                    yield f"('{state}', '{target}', '{group_role(role)}')"


def _signed(column: str, state: ClaimState) -> str:
    """Return what refuses a name in ``column`` that is not the signer's own, given with a step."""
    return f"""    IF {changed(column)} AND NEW.{column} <> ''
        AND (NEW.state <> '{state}' OR NEW.{column} <> session_user)
    THEN
        {refused("an approval is signed by whoever gives it")};
    END IF;"""


LOOP_GUARDS: tuple[str, ...] = (
    f"""CREATE FUNCTION access.guard_order_loop() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {changed(*_SITE)} AND (OLD.state, NEW.state) NOT IN (
        ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD', 'IN_PROGRESS'),
        ('PENDING_DISPATCH', 'ASSIGNED'), ('DECLINED', 'PENDING_DISPATCH'),
        ('VERIFYING', 'PENDING_DISPATCH')
    ) THEN
        {refused("who went there and when is said when the work begins")};
    END IF;
    IF {changed("field_work")} AND (OLD.state, NEW.state) NOT IN (
        ('PENDING_DISPATCH', 'ASSIGNED'), ('ACCEPTED', 'IN_PROGRESS'), ('ON_HOLD', 'IN_PROGRESS')
    ) THEN
        {refused("whether it is field work is said at dispatch or at the start")};
    END IF;
    IF {changed("reports", "report_faulty_part", "report_liable", "report_supplier")}
        AND NOT (NEW.state = 'REPORTED' AND OLD.state = 'IN_PROGRESS')
    THEN
        {refused("a report is given once, with the step to REPORTED")};
    END IF;
    IF {changed("round")} AND NOT (
        OLD.state = 'VERIFYING' AND NEW.state = 'PENDING_DISPATCH' AND NEW.round = OLD.round + 1
    ) THEN
        {refused("a round begins when an order is reopened")};
    END IF;
    IF {changed("confirmed_at", "overridden_by", "override_reason")} AND NEW.state <> 'CLOSED' THEN
        {refused("the proof of an order is given with its closing")};
    END IF;
    IF {changed("overridden_by")} AND (
        NEW.overridden_by <> session_user OR NOT ({is_one_of(Role.SUPERVISOR)})
    ) THEN
        {refused("only a supervisor closes an order that nobody confirmed")};
    END IF;
    RETURN NEW;
END
$$""",
    f"""CREATE FUNCTION access.guard_claim() RETURNS trigger
LANGUAGE plpgsql {INVOKER} AS $$
BEGIN
    IF {
        changed(
            *("id", "order_id", "order_number", "report", "kind", "department_id", "currency"),
            *("part", "supplier"),
        )
    } THEN
        {refused("what claim it is and whose is never changed")};
    END IF;
    IF {changed("labour_minor", "parts_minor", "travel_minor", "submitted_by", "submitted_at")}
        AND NOT (OLD.state = 'SENT_BACK' AND NEW.state = 'SUBMITTED')
    THEN
        {refused("what is claimed changes only when it was sent back")};
    END IF;
    IF {changed("state")} AND NOT EXISTS (
        SELECT 1 FROM (VALUES
            {(", " + chr(10) + "            ").join(_steps())}
        ) AS step (state, target, who)
        WHERE step.state = OLD.state AND step.target = NEW.state
            AND pg_has_role(session_user, step.who, 'USAGE')
    ) THEN
        {refused("that step of the claim is not yours")};
    END IF;
{_signed("office_approved_by", ClaimState.OFFICE_APPROVED)}
{_signed("hq_approved_by", ClaimState.HQ_APPROVED)}
{_signed("settled_by", ClaimState.SETTLED)}
    RETURN NEW;
END
$$""",
)

LOOP_TRIGGERS: tuple[str, ...] = (
    # Asked after `work_orders_guard`: PostgreSQL goes by the names.
    before_update("work_orders", "guard_order_loop").replace(
        "work_orders_guard", "work_orders_guard_loop", 1
    ),
    before_update("order_claims", "guard_claim"),
)
