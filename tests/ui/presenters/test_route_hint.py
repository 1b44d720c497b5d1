"""What the editor says of where an order goes is where it goes, and the panels say why."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from agent_desk.domain.identifiers import DepartmentId
from agent_desk.services.case_log import WorkOrderChangedEvent
from tests.e2e.stage import CONTROL, SHIFT, ScriptedStage
from tests.ui.presenters.test_contact import WANG, customer, talk, texts
from tests.unit.services.routing_house import BEIJING, a_rule, hold
from ui.orders.department_page import DepartmentPage


def department(stage: ScriptedStage, name: str) -> DepartmentId:
    found = stage.on_loop(stage.desk.tickets.departments())
    return next(one.id for one in found if one.name == name)


def let_hold(stage: ScriptedStage, **conditions: object) -> None:
    """Let everything that meets ``conditions`` go to Logistics."""
    logistics = department(stage, "Logistics")
    stage.on_loop(stage.storage.write(lambda unit: unit.routing.keep_regions([BEIJING])))
    stage.on_loop(hold(stage.storage, a_rule("all", logistics, **conditions)))


def write_order(stage: ScriptedStage) -> None:
    stage.press(Qt.Key.Key_T, CONTROL)
    stage.type("Line is dead")
    stage.choose_category("line fault")
    stage.panels.editor.form.fill({"resolution": "WORK_ORDER"})


@pytest.fixture
def talking(stage: ScriptedStage) -> ScriptedStage:
    """A desk that talks with a customer of Beijing."""
    customer(stage, "王秀英", WANG)
    talk(stage, "c-1", WANG, "王秀英")
    return stage


def hint(stage: ScriptedStage) -> str:
    return texts(stage.panels.editor)


def test_the_hint_the_order_and_the_panels_say_the_same(talking: ScriptedStage) -> None:
    let_hold(talking)
    write_order(talking)
    talking.wait(lambda: "Goes to Logistics: takes every order" in hint(talking))

    talking.press(Qt.Key.Key_Return, CONTROL, SHIFT)

    talking.wait(lambda: bool(talking.seen(WorkOrderChangedEvent)))
    order = talking.seen(WorkOrderChangedEvent)[-1].order
    assert order.department_id == department(talking, "Logistics")
    view = talking.panels.contact.orders.view
    talking.wait(lambda: view.model().rowCount() == 1)
    said = view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "Logistics: takes every order" in said
    talking.view.window.show_page("department")
    page = talking.view.window.page("department")
    assert isinstance(page, DepartmentPage)
    talking.settled()
    page.select_order(order.id)
    talking.wait(lambda: page.detail.route.text() == "Sent to Logistics: takes every order")


def test_what_no_rule_takes_is_said_before_it_is_sent(talking: ScriptedStage) -> None:
    let_hold(talking, regions=frozenset({"010"}))
    write_order(talking)

    talking.wait(lambda: "A dispatcher will assign it: no rule fits" in hint(talking))


@pytest.mark.expected_logs("database away")
def test_without_the_database_it_says_that_the_rules_decide_later(talking: ScriptedStage) -> None:
    let_hold(talking)
    talking.do(talking.storage.die)

    write_order(talking)

    talking.wait(lambda: "The rules decide where it goes when it is saved" in hint(talking))
