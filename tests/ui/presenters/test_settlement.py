"""The settlement page on a whole desk: listed, approved, refused, and counted on the rail."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.settlement import ClaimState, OrderClaim
from agent_desk.domain.work_order import WorkOrder
from tests.contracts.order_loop_contract import a_claim
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_contact import texts
from tests.ui.presenters.test_late_steps import Colleague, Make, colleague, order, steps
from ui.settlement.page import SettlementPage

__all__ = ["colleague", "order", "steps"]


@pytest.fixture
def claim(
    stage: ScriptedStage, colleague: Colleague, order: WorkOrder, steps: dict[str, Make]
) -> OrderClaim:
    loop = [steps[step] for step in ("accept", "start", "report", "return")]
    returned = colleague.does(order, *loop)
    assert returned.department_id is not None
    claim = a_claim(returned, returned.department_id)
    stage.on_loop(stage.storage.write(lambda uow: uow.order_claims.add(claim)))
    return claim


@pytest.fixture
def page(stage: ScriptedStage, claim: OrderClaim) -> SettlementPage:
    stage.press(Qt.Key.Key_8, CONTROL)
    page = stage.view.window.page("settlement")
    assert isinstance(page, SettlementPage)
    stage.wait(lambda: page.list.marked_id() == claim.id)
    page.list.setFocus()
    return page


def test_a_claim_is_approved_once_and_not_twice_by_the_same_person(
    stage: ScriptedStage, claim: OrderClaim, page: SettlementPage
) -> None:
    stage.wait(lambda: "Report approved" in texts(page.detail.story))
    stage.press(Qt.Key.Key_Return, CONTROL)
    stage.wait(lambda: page.listed()[0].state is ClaimState.OFFICE_APPROVED)
    rail = stage.view.window.rail.button("settlement")

    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: "the second approval is another person's" in texts(page.detail))
    assert rail.count() == 0


def test_the_listed_claims_are_written_and_a_refusal_is_said(
    stage: ScriptedStage, claim: OrderClaim, page: SettlementPage, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"

    page.write(path)

    stage.wait(lambda: f"1 claim written to {path}" in stage.notices())
    assert str(claim.order_number) in path.read_text(encoding="utf-8-sig")
    page.write(tmp_path / "nowhere" / "claims.xlsx")
    stage.wait(lambda: "cannot be written: No such file or directory" in stage.notices())
