"""Claims in words: states, steps and people, as rows, details and files say them; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from agent_desk.domain.claim_list import sums_of
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.settlement import ClaimState, OrderClaim
from agent_desk.domain.ticket import Department
from ui.formats import format_money
from ui.language import in_current_language, tr
from ui.widgets.pill import PillKind

_S = ClaimState

STATE_KINDS: Mapping[ClaimState, PillKind] = MappingProxyType(
    {
        _S.SUBMITTED: "info",
        _S.OFFICE_APPROVED: "accent",
        _S.HQ_APPROVED: "accent",
        _S.SETTLED: "success",
        _S.SENT_BACK: "danger",
    }
)
"""State -> kind of its pill."""

STEP_KEYS: Final[Mapping[ClaimState, str]] = MappingProxyType(
    {
        _S.OFFICE_APPROVED: "settlement.approve_office",
        _S.HQ_APPROVED: "settlement.approve_hq",
        _S.SETTLED: "settlement.settle",
    }
)
"""The state that a step leads to -> key of the step's name."""


class Names:
    """What departments and people are called on this page."""

    def __init__(self) -> None:
        """Know nobody yet."""
        self._departments: dict[str, Department] = {}
        self.people: Mapping[AgentId, str] = {}

    def set_departments(self, departments: Iterable[Department]) -> None:
        """Know the names of ``departments``."""
        self._departments = {str(department.id): department for department in departments}

    def department(self, department_id: str) -> str:
        """Return a department's name in the current language, the id of an unknown one."""
        known = self._departments.get(department_id)
        return in_current_language(known.name, known.name_zh) if known else department_id

    def person(self, login: AgentId | None) -> str:
        """Return what people call ``login``, "" for nobody."""
        return self.people.get(login, login) if login is not None else ""


def title_of(claim: OrderClaim) -> str:
    """Return the claim's name, such as "#1001 Expense claim"."""
    return f"#{claim.order_number} {tr(f'claim_kind.{claim.kind}')}"


def sums_text(claims: Sequence[OrderClaim]) -> str:
    """Return what ``claims`` come to, one sum for each currency."""
    return " · ".join(format_money(money) for money in sums_of(claims))
