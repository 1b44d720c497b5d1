"""The floor's page on a desk that runs: alone, with a colleague, and without a database."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from agent_desk.domain.agent import AgentState
from agent_desk.domain.identifiers import AgentId, DeskId, new_uuid7
from agent_desk.domain.presence import DeskReport
from agent_desk.services.presence import FloorChangedEvent
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.fakes.manual_clock import START
from ui.floor.model import FloorColumn
from ui.floor.page import FloorPage
from ui.language import tr

ANNA = DeskReport(
    desk_id=DeskId(new_uuid7(START)),
    agent_id=AgentId("anna"),
    agent_name="Anna Wang",
    state=AgentState.READY,
)


def floor_page(stage: ScriptedStage) -> FloorPage:
    """Go to the page by its key and return it."""
    stage.press(Qt.Key.Key_5, CONTROL)
    page = stage.view.window.page("floor")
    assert isinstance(page, FloorPage)
    return page


def shown_texts(page: FloorPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


def names(page: FloorPage) -> list[str]:
    model = page.table.desks
    return [str(model.index(row, FloorColumn.AGENT).data()) for row in range(model.rowCount())]


def test_a_desk_that_is_alone_says_so_and_sees_who_comes(stage: ScriptedStage) -> None:
    page = floor_page(stage)
    stage.wait(lambda: tr("floor.alone") in shown_texts(page))

    stage.on_loop(stage.storage.write(lambda uow: uow.presence.report(ANNA)))

    stage.wait(lambda: "Anna Wang (anna)" in names(page))
    assert len(names(page)) == 2


@pytest.mark.expected_logs("database away")
def test_without_a_database_the_last_floor_stays_and_the_page_says_why(
    stage: ScriptedStage,
) -> None:
    stage.on_loop(stage.storage.write(lambda uow: uow.presence.report(ANNA)))
    page = floor_page(stage)
    stage.wait(lambda: len(names(page)) == 2)

    stage.do(stage.storage.die)

    stage.wait(lambda: "this is the floor at" in shown_texts(page))
    assert len(names(page)) == 2
    stage.do(stage.storage.revive)
    stage.wait(lambda: "this is the floor at" not in shown_texts(page))


def test_the_floor_is_not_looked_at_behind_another_page(stage: ScriptedStage) -> None:
    page = floor_page(stage)
    stage.wait(lambda: bool(stage.seen(FloorChangedEvent)))

    stage.press(Qt.Key.Key_1, CONTROL)

    assert not page.isVisible()
    stage.do(lambda: None)  # what was asked of the loop before this is done
    assert stage.desk.presence._watching is None
