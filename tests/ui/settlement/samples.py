"""Claims that the tests of the settlement page show."""

from __future__ import annotations

from datetime import timedelta

from agent_desk.domain.identifiers import AgentId, ClaimId, DepartmentId, WorkOrderId
from agent_desk.domain.money import Money
from agent_desk.domain.settlement import ClaimAmounts, ClaimKind, ClaimState, OrderClaim
from agent_desk.domain.ticket import Department
from tests.ui.customer.samples import NOW

DEPARTMENTS = (
    Department(id=DepartmentId("field"), name="Field service", name_zh="现场服务"),
    Department(id=DepartmentId("nord"), name="Nord dealer", name_zh="北方经销商"),
)
NAMES = {AgentId("lin"): "Lin Na 林娜", AgentId("zhao"): "Zhao Lei 赵磊", AgentId("wu"): "Wu Gang"}


def claim(number: int, state: ClaimState = ClaimState.SUBMITTED, **changes: object) -> OrderClaim:
    """Return a claim on work order ``number``."""
    currency = str(changes.pop("currency", "CNY"))
    cents = int(str(changes.pop("cents", number)))
    approved = state not in (ClaimState.SUBMITTED, ClaimState.SENT_BACK)
    fields: dict[str, object] = {
        "id": ClaimId(f"c{number}"),
        "order_id": WorkOrderId(f"o{number}"),
        "order_number": number,
        "report": 1,
        "kind": ClaimKind.EXPENSE,
        "state": state,
        "department_id": DepartmentId("field"),
        "amounts": ClaimAmounts(
            labour=Money.of_minor(cents, currency),
            parts=Money.of_minor(10, currency),
            travel=Money.of_minor(0, currency),
        ),
        "submitted_by": AgentId("wu"),
        "submitted_at": NOW - timedelta(hours=number % 30),
        "changed_at": NOW - timedelta(hours=number % 30),
        "office_approved_by": AgentId("lin") if approved else None,
        "reason": "No invoice" if state is ClaimState.SENT_BACK else "",
    }
    return OrderClaim(**(fields | changes))  # type: ignore[arg-type]
