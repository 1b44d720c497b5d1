"""Who may do what: roles, rights and people; pure, any thread.

A database server enforces the same by itself (`db.access.policies`); a database file cannot, so
there the services ask `require`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from agent_desk.domain.errors import InputError, RightsError
from agent_desk.domain.identifiers import AgentId, DepartmentId
from agent_desk.domain.settlement import ClaimState
from agent_desk.domain.work_order import WorkOrderState


class Role(StrEnum):
    """What a person is on the floor; one person can have several roles."""

    AGENT = "AGENT"
    SUPERVISOR = "SUPERVISOR"
    CAMPAIGN_MANAGER = "CAMPAIGN_MANAGER"
    DEPARTMENT = "DEPARTMENT"
    DEALER = "DEALER"
    DISPATCHER = "DISPATCHER"
    ADMINISTRATOR = "ADMINISTRATOR"
    AUDITOR = "AUDITOR"


class Right(StrEnum):
    """One thing that a role may do."""

    TAKE_CALLS = "TAKE_CALLS"
    SEE_CUSTOMERS = "SEE_CUSTOMERS"
    EDIT_CUSTOMERS = "EDIT_CUSTOMERS"
    IMPORT_CUSTOMERS = "IMPORT_CUSTOMERS"
    LOG_TICKETS = "LOG_TICKETS"
    MOVE_TICKETS = "MOVE_TICKETS"
    RAISE_ORDERS = "RAISE_ORDERS"
    CANCEL_ORDERS = "CANCEL_ORDERS"
    DISPATCH_ORDERS = "DISPATCH_ORDERS"
    WORK_ON_ORDERS = "WORK_ON_ORDERS"
    REVIEW_REPORTS = "REVIEW_REPORTS"
    VERIFY_ORDERS = "VERIFY_ORDERS"
    CLOSE_UNREACHED = "CLOSE_UNREACHED"
    APPROVE_CLAIMS = "APPROVE_CLAIMS"
    APPROVE_CLAIMS_AT_HQ = "APPROVE_CLAIMS_AT_HQ"
    SETTLE_CLAIMS = "SETTLE_CLAIMS"
    RUN_CAMPAIGNS = "RUN_CAMPAIGNS"
    SEE_FLOOR = "SEE_FLOOR"
    SEE_FIGURES = "SEE_FIGURES"
    READ_LOG = "READ_LOG"
    EDIT_CATALOGUE = "EDIT_CATALOGUE"
    MANAGE_PEOPLE = "MANAGE_PEOPLE"
    ACKNOWLEDGE_ESCALATIONS = "ACKNOWLEDGE_ESCALATIONS"
    READ_ARTICLES = "READ_ARTICLES"
    WRITE_ARTICLES = "WRITE_ARTICLES"
    REVIEW_ARTICLES = "REVIEW_ARTICLES"


ROLE_RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.AGENT: frozenset(
            {
                Right.TAKE_CALLS,
                Right.SEE_CUSTOMERS,
                Right.EDIT_CUSTOMERS,
                Right.LOG_TICKETS,
                Right.RAISE_ORDERS,
                Right.CANCEL_ORDERS,
                Right.VERIFY_ORDERS,
                Right.SEE_FLOOR,
                Right.ACKNOWLEDGE_ESCALATIONS,
                Right.READ_ARTICLES,
                Right.WRITE_ARTICLES,
            }
        ),
        Role.SUPERVISOR: frozenset(
            {
                Right.SEE_CUSTOMERS,
                Right.EDIT_CUSTOMERS,
                Right.LOG_TICKETS,
                Right.MOVE_TICKETS,
                Right.RAISE_ORDERS,
                Right.CANCEL_ORDERS,
                Right.DISPATCH_ORDERS,
                Right.REVIEW_REPORTS,
                Right.VERIFY_ORDERS,
                Right.CLOSE_UNREACHED,
                Right.APPROVE_CLAIMS,
                Right.APPROVE_CLAIMS_AT_HQ,
                Right.SETTLE_CLAIMS,
                Right.SEE_FLOOR,
                Right.SEE_FIGURES,
                Right.READ_LOG,
                Right.ACKNOWLEDGE_ESCALATIONS,
                Right.READ_ARTICLES,
                Right.WRITE_ARTICLES,
                Right.REVIEW_ARTICLES,
            }
        ),
        Role.CAMPAIGN_MANAGER: frozenset(
            {
                Right.SEE_CUSTOMERS,
                Right.EDIT_CUSTOMERS,
                Right.IMPORT_CUSTOMERS,
                Right.RUN_CAMPAIGNS,
                Right.SEE_FLOOR,
                Right.SEE_FIGURES,
                Right.ACKNOWLEDGE_ESCALATIONS,
                Right.READ_ARTICLES,
            }
        ),
        Role.DEPARTMENT: frozenset(
            {
                Right.WORK_ON_ORDERS,
                Right.REVIEW_REPORTS,
                Right.ACKNOWLEDGE_ESCALATIONS,
                Right.READ_ARTICLES,
                Right.WRITE_ARTICLES,
            }
        ),
        Role.DEALER: frozenset({Right.WORK_ON_ORDERS, Right.ACKNOWLEDGE_ESCALATIONS}),
        Role.DISPATCHER: frozenset(
            {
                Right.SEE_CUSTOMERS,
                Right.CANCEL_ORDERS,
                Right.DISPATCH_ORDERS,
                Right.REVIEW_REPORTS,
                Right.APPROVE_CLAIMS,
                Right.SEE_FLOOR,
                Right.ACKNOWLEDGE_ESCALATIONS,
                Right.READ_ARTICLES,
                Right.WRITE_ARTICLES,
            }
        ),
        Role.ADMINISTRATOR: frozenset(
            {
                Right.SEE_CUSTOMERS,
                Right.EDIT_CUSTOMERS,
                Right.IMPORT_CUSTOMERS,
                Right.SEE_FLOOR,
                Right.READ_LOG,
                Right.EDIT_CATALOGUE,
                Right.MANAGE_PEOPLE,
                Right.ACKNOWLEDGE_ESCALATIONS,
                Right.READ_ARTICLES,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Right.SEE_CUSTOMERS,
                Right.SEE_FLOOR,
                Right.SEE_FIGURES,
                Right.READ_LOG,
                Right.READ_ARTICLES,
            }
        ),
    }
)
"""What each role may do; a person may do what any of their roles may."""

READING_RIGHTS: frozenset[Right] = frozenset(
    {
        Right.SEE_CUSTOMERS,
        Right.SEE_FLOOR,
        Right.SEE_FIGURES,
        Right.READ_LOG,
        Right.READ_ARTICLES,
    }
)
"""Rights that change nothing: who has no other leaves no trace on the floor."""

SCOPED_ROLES: frozenset[Role] = frozenset({Role.DEPARTMENT, Role.DEALER})
"""Roles that see the orders of their own department or dealership and nothing else."""

_S = WorkOrderState
_Step = tuple[WorkOrderState, WorkOrderState]

ORDER_STEPS: Mapping[_Step, frozenset[Right]] = MappingProxyType(
    {
        (_S.DRAFT, _S.PENDING_DISPATCH): frozenset({Right.RAISE_ORDERS}),
        (_S.DRAFT, _S.CANCELLED): frozenset({Right.CANCEL_ORDERS}),
        # An order is routed by its category at the desk that raises it.
        (_S.PENDING_DISPATCH, _S.ASSIGNED): frozenset({Right.RAISE_ORDERS, Right.DISPATCH_ORDERS}),
        (_S.PENDING_DISPATCH, _S.CANCELLED): frozenset({Right.CANCEL_ORDERS}),
        (_S.ASSIGNED, _S.ACCEPTED): frozenset({Right.WORK_ON_ORDERS}),
        (_S.ASSIGNED, _S.DECLINED): frozenset({Right.WORK_ON_ORDERS}),
        (_S.ASSIGNED, _S.CANCELLED): frozenset({Right.CANCEL_ORDERS}),
        (_S.DECLINED, _S.PENDING_DISPATCH): frozenset({Right.WORK_ON_ORDERS}),
        (_S.ACCEPTED, _S.IN_PROGRESS): frozenset({Right.WORK_ON_ORDERS}),
        (_S.ACCEPTED, _S.CANCELLED): frozenset({Right.CANCEL_ORDERS}),
        (_S.IN_PROGRESS, _S.ON_HOLD): frozenset({Right.WORK_ON_ORDERS}),
        (_S.IN_PROGRESS, _S.REPORTED): frozenset({Right.WORK_ON_ORDERS}),
        (_S.ON_HOLD, _S.IN_PROGRESS): frozenset({Right.WORK_ON_ORDERS}),
        (_S.ON_HOLD, _S.CANCELLED): frozenset({Right.CANCEL_ORDERS}),
        (_S.REPORTED, _S.VERIFYING): frozenset({Right.REVIEW_REPORTS}),
        (_S.REPORTED, _S.IN_PROGRESS): frozenset({Right.REVIEW_REPORTS}),
        (_S.VERIFYING, _S.CLOSED): frozenset({Right.VERIFY_ORDERS}),
        (_S.VERIFYING, _S.PENDING_DISPATCH): frozenset({Right.VERIFY_ORDERS}),
    }
)
"""Who may take each step of the closed loop: any of these rights is enough."""

CLAIM_STEPS: Mapping[ClaimState, Right] = MappingProxyType(
    {
        ClaimState.OFFICE_APPROVED: Right.APPROVE_CLAIMS,
        ClaimState.HQ_APPROVED: Right.APPROVE_CLAIMS_AT_HQ,
        ClaimState.SETTLED: Right.SETTLE_CLAIMS,
        ClaimState.SENT_BACK: Right.APPROVE_CLAIMS,
        ClaimState.SUBMITTED: Right.WORK_ON_ORDERS,
    }
)
"""The right that it takes to bring a claim into each state."""

MAX_LOGIN = 63
"""Longest login name, in characters: longer names of PostgreSQL roles are cut."""

_LOGIN_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_.-")
_NOT_OURS = ("pg_", "agent_desk_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can sign in.

    login: also the actor of everything they do. department_id: of a department's or dealer's
    people, else None. disabled_at: aware UTC, None while they may sign in.
    """

    login: AgentId
    name: str
    roles: frozenset[Role]
    department_id: DepartmentId | None = None
    disabled_at: datetime | None = None

    @property
    def rights(self) -> frozenset[Right]:
        """Everything that their roles allow; nothing once they are disabled."""
        if self.disabled_at is not None:
            return frozenset()
        return frozenset[Right]().union(*(ROLE_RIGHTS[role] for role in self.roles))

    def may(self, *rights: Right) -> bool:
        """Return whether any of ``rights`` is theirs."""
        return not self.rights.isdisjoint(rights)


def local_person(login: AgentId, name: str) -> Person:
    """Return who sits at a desk without sign-in: an agent who does everybody's work."""
    roles = frozenset({Role.AGENT, Role.SUPERVISOR, Role.DEPARTMENT})
    return Person(login=login, name=name, roles=roles)


def require(person: Person, *rights: Right) -> None:
    """Raise RightsError unless ``person`` has any of ``rights``; the first names what is missed."""
    if not person.may(*rights):
        raise RightsError(action=_words(rights[0]), role=roles_text(person.roles))


def require_login(text: str) -> AgentId:
    """Return ``text`` as a login name; raises InputError for one that no server would take."""
    login = text.strip()
    accepted = (
        f"1 to {MAX_LOGIN} lower-case letters, digits, dots, dashes and underscores, "
        "beginning with a letter"
    )
    fits = 0 < len(login) <= MAX_LOGIN and login[0].isalpha() and set(login) <= _LOGIN_CHARACTERS
    if not fits or login.startswith(_NOT_OURS):
        raise InputError(field="login", value=login[: MAX_LOGIN + 1], accepted=accepted)
    return AgentId(login)


def require_roles(roles: Iterable[Role], department_id: DepartmentId | None) -> frozenset[Role]:
    """Return ``roles``; raises InputError for none, or when a department's is missing."""
    chosen = frozenset(roles)
    if not chosen:
        raise InputError(field="role", value="", accepted=", ".join(Role))
    if chosen & SCOPED_ROLES and department_id is None:
        accepted = "the department or dealer whose orders they see"
        raise InputError(field="department", value="", accepted=accepted)
    return chosen


def role_named(text: str) -> Role:
    """Return the role written as ``text``, such as "campaign-manager"; raises InputError."""
    name = text.strip().upper().replace("-", "_").replace(" ", "_")
    if name not in tuple(Role):
        accepted = ", ".join(role.lower().replace("_", "-") for role in Role)
        raise InputError(field="role", value=text, accepted=accepted)
    return Role(name)


def roles_text(roles: Iterable[Role]) -> str:
    """Return ``roles`` for a sentence, such as "AGENT, SUPERVISOR"."""
    return ", ".join(sorted(roles)) or "nobody"


def _words(right: Right) -> str:
    return right.lower().replace("_", " ")
