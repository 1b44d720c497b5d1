"""The settlement page on a whole desk: listed, approved, refused, and counted on the rail."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.settlement import ClaimState, OrderClaim
from agent_desk.domain.work_order import WorkOrder
from agent_desk.services.event_bus import EventBus
from agent_desk.services.settlement import Settlement
from tests.contracts.order_loop_contract import a_claim
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.test_contact import click, texts
from tests.ui.presenters.test_late_steps import LI, Colleague, Make, colleague, order, steps
from ui.language import tr
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


def approved_by_li(stage: ScriptedStage, claim: OrderClaim) -> None:
    """Let Li Ming at another desk give the first approval; nothing on this desk tells of it."""
    desk = stage.desk
    settlement = Settlement(
        storage=stage.storage, bus=EventBus(), clock=stage.clock, access=desk.access
    )
    theirs = replace(desk.commands.approve_claim_at_office(claim), actor=LI)
    stage.on_loop(settlement.apply(theirs))


def test_a_claim_that_somebody_approved_first_shows_both_versions_and_is_left(
    stage: ScriptedStage, claim: OrderClaim, page: SettlementPage
) -> None:
    approved_by_li(stage, claim)

    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(page.late.isVisible)
    told = texts(page.late)
    assert "Li Ming 李明 moved this claim before your step was saved" in told
    state = tr("claim_state.OFFICE_APPROVED")
    assert tr("conflict.claim_step_impossible", state=state) in told
    assert tr("claim_field.office_approved_by") in told
    assert page.late.isAncestorOf(stage.focus())
    click(page.late, tr("conflict.drop"))
    stage.wait(page.detail.isVisible)
    stage.wait(lambda: page.listed()[0].office_approved_by == LI)


def test_a_claim_is_sent_back_all_the_same(
    stage: ScriptedStage, claim: OrderClaim, page: SettlementPage
) -> None:
    approved_by_li(stage, claim)

    page.backs_requested.emit((claim,), "which router?")
    stage.wait(page.late.isVisible)
    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: page.listed()[0].state is ClaimState.SENT_BACK)
    assert page.listed()[0].reason == "which router?"
    assert not page.late.isVisible()


def test_the_listed_claims_are_written_and_a_refusal_is_said(
    stage: ScriptedStage, claim: OrderClaim, page: SettlementPage, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"

    page.write(path)

    stage.wait(lambda: f"1 claim written to {path}" in stage.notices())
    assert str(claim.order_number) in path.read_text(encoding="utf-8-sig")
    page.write(tmp_path / "nowhere" / "claims.xlsx")
    stage.wait(lambda: "cannot be written: No such file or directory" in stage.notices())
