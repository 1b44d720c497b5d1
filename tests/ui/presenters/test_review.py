"""The reviewer's queue on a whole desk: counted on the rail, approved by key, late ones told."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.identifiers import AttachmentId, new_uuid7
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from agent_desk.services.attachments import Upload
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from tests.ui.presenters.test_contact import texts
from tests.ui.presenters.test_late_steps import Colleague, Make, colleague, order, steps, stored
from ui.orders.review_page import ReviewPage

__all__ = ["colleague", "order", "steps"]


@pytest.fixture
def reported(
    stage: ScriptedStage, colleague: Colleague, order: WorkOrder, steps: dict[str, Make]
) -> WorkOrder:
    running = colleague.does(order, steps["accept"], steps["start"])
    # At this desk, which hears of it: of other desks the feed tells, and there is none.
    return stage.on_loop(stage.desk.orders.apply(steps["report"](running)))


@pytest.fixture
def page(stage: ScriptedStage, reported: WorkOrder) -> ReviewPage:
    stage.press(Qt.Key.Key_7, CONTROL)
    page = stage.view.window.page("review")
    assert isinstance(page, ReviewPage)
    stage.wait(lambda: page.list.marked_id() == reported.id)
    page.list.setFocus()
    return page


def test_a_report_is_approved_by_one_key_and_leaves_queue_and_rail(
    stage: ScriptedStage, reported: WorkOrder, page: ReviewPage
) -> None:
    rail = stage.view.window.rail.button("review")
    stage.wait(lambda: rail.count() == 1)
    stage.wait(lambda: "Li Ming 李明" in texts(page.detail.story))

    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(lambda: page.list.count() == 0 and rail.count() == 0)
    assert stored(stage, reported).state is WorkOrderState.VERIFYING


def test_a_report_goes_back_and_the_count_follows(
    stage: ScriptedStage, reported: WorkOrder, page: ReviewPage
) -> None:
    stage.press(Qt.Key.Key_Return, CONTROL, SHIFT)
    stage.type("Which part?")
    stage.press(Qt.Key.Key_Return)

    stage.wait(lambda: stored(stage, reported).state is WorkOrderState.IN_PROGRESS)
    rail = stage.view.window.rail.button("review")
    stage.wait(lambda: rail.count() == 0)


def test_a_report_that_a_colleague_approved_first_is_told_with_the_name(
    stage: ScriptedStage,
    colleague: Colleague,
    reported: WorkOrder,
    page: ReviewPage,
    steps: dict[str, Make],
) -> None:
    colleague.does(reported, steps["return"])

    stage.press(Qt.Key.Key_Return, CONTROL)

    stage.wait(page.late.isVisible)
    assert "Li Ming 李明 moved this work order" in texts(page.late)
    assert page.late.isAncestorOf(stage.focus())


def test_the_files_of_a_report_are_judged_with_it(
    stage: ScriptedStage, reported: WorkOrder, page: ReviewPage
) -> None:
    key = AttachmentId(new_uuid7(stage.clock.now()))
    upload = Upload(id=key, order_id=reported.id, name="measurement.txt")
    stage.on_loop(stage.desk.attachments.add(upload, b"12 dB"))

    stage.wait(lambda: [x.name for x in page.detail.files.attachments()] == ["measurement.txt"])
    stage.wait(lambda: "File added" in texts(page.detail.story))
