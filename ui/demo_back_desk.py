"""A back-office desk that a program plays: board, field work, review, claims; main thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent_desk.domain.identifiers import ClaimId, DepartmentId, WorkOrderId
from agent_desk.domain.settlement import ClaimState, OrderClaim
from agent_desk.domain.work_order import WorkOrderState
from ui.board.page import DispatchPage
from ui.demo_desk import PlayedDesk
from ui.orders.report_fields import lines_text
from ui.orders.review_page import ReviewPage
from ui.orders.step_bar import FORM
from ui.orders.step_wish import Step
from ui.settlement.page import SettlementPage


class PlayedBackDesk(PlayedDesk):
    """Presses what dispatchers, technicians, reviewers and approvers press."""

    # The dispatcher

    def has_card_waiting(self, order_id: WorkOrderId) -> bool:
        """Return whether the board shows the order as one that waits for dispatch."""
        order = self._board.model.order(order_id)
        return order is not None and order.state is WorkOrderState.PENDING_DISPATCH

    def assign(self, order_id: WorkOrderId, department: DepartmentId) -> None:
        """Drop the order's card on a department."""
        self._board.give((order_id,), department)

    # The department

    def decline(self, reason: str) -> None:
        """Refuse the marked order."""
        self._give_reason(Step.DECLINE, reason)

    def arrive(self, *, technician: str, telephone: str) -> None:
        """Say who is on site."""
        fields = {"technician": technician, "technician_phone": telephone}
        bar = self.order_detail.bar
        bar.restore({**bar.site.fields(), FORM: Step.START.value, **fields})
        bar.site.submit()

    def hold(self, reason: str) -> None:
        """Let the order wait."""
        self._give_reason(Step.HOLD, reason)

    def write_report(
        self, *, done: str, items: Sequence[Mapping[str, str]], faulty: Mapping[str, str]
    ) -> None:
        """Fill the report in."""
        form = self.order_detail.form
        form.restore({"done": done, "items": lines_text(items), **faulty})

    # The reviewer

    def reviews(self, order_id: WorkOrderId) -> bool:
        """Return whether the queue shows the order's report; marks it."""
        page = self._queue
        page.list.mark(order_id)
        return page.detail.order is not None and page.detail.order.id == order_id

    def send_back(self, reason: str) -> None:
        """Send the marked report back."""
        order = self._queue.detail.order
        assert order is not None
        self._queue.send_back_requested.emit(order.id, order.version, reason)

    def approve(self) -> None:
        """Approve the marked report."""
        self._queue.detail.approve_now()

    # Who settles

    def marks_claim(self, order_id: WorkOrderId, state: ClaimState) -> bool:
        """Return whether a claim of the order in ``state`` is listed and shown; marks it."""
        page = self._claims
        for claim in page.listed():
            if claim.order_id == order_id and claim.state is state:
                page.list.mark(claim.id)
                shown = page.detail.claim
                return shown is not None and shown.id == claim.id and shown.state is state
        return False

    def take_claim_on(self) -> ClaimId:
        """Take the marked claim's next step and return its id."""
        claim = self._claims.detail.claim
        assert claim is not None
        self._claims.detail.go_on()
        return claim.id

    def has_claim_left(self, claim_id: ClaimId, state: ClaimState) -> bool:
        """Return whether the list shows the claim no longer in ``state``."""
        return all(not _is_in(claim, claim_id, state) for claim in self._claims.listed())

    def _give_reason(self, step: Step, reason: str) -> None:
        bar = self.order_detail.bar
        bar.restore({FORM: step.value, "reason": reason})
        bar.why[step].given.emit(reason)

    @property
    def _board(self) -> DispatchPage:
        return self._page("dispatch", DispatchPage)

    @property
    def _queue(self) -> ReviewPage:
        return self._page("review", ReviewPage)

    @property
    def _claims(self) -> SettlementPage:
        return self._page("settlement", SettlementPage)


def _is_in(claim: OrderClaim, claim_id: ClaimId, state: ClaimState) -> bool:
    return claim.id == claim_id and claim.state is state
