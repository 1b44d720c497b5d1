"""Lists on the screen while the server is away: as of when they are, until it is back."""

from __future__ import annotations

from PySide6.QtCore import Qt

from agent_desk.domain.errors import ServerAwayError
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from tests.e2e.stage import CONTROL, ScriptedStage
from tests.ui.presenters.raised_orders import raise_order
from tests.ui.presenters.test_callbacks import promised, shown_texts, tickets_page
from tests.ui.presenters.test_dispatch_board import a_change
from ui.board.page import DispatchPage
from ui.orders.department_page import DepartmentPage

AWAY = ServerAwayError(path="db.example/desk")
AS_OF = "Server away. Last known:"


def test_my_tickets_say_how_old_they_are_and_hand_out_no_call(stage: ScriptedStage) -> None:
    stage.on_loop(promised(stage))
    tickets = tickets_page(stage)
    stage.wait(lambda: tickets.list.count() == 1)
    assert AS_OF not in shown_texts(tickets)
    assert tickets.next_callback.isEnabled()

    stage.do(stage.storage.die, AWAY)
    tickets.reload_requested.emit()

    stage.wait(lambda: AS_OF in shown_texts(tickets))
    assert tickets.list.count() == 1
    assert not tickets.next_callback.isEnabled()
    stage.do(stage.storage.revive)
    tickets.reload_requested.emit()
    stage.wait(lambda: AS_OF not in shown_texts(tickets))
    assert tickets.next_callback.isEnabled()


def test_a_departments_orders_say_how_old_they_are(stage: ScriptedStage) -> None:
    stage.on_loop(raise_order(stage.desk))
    stage.press(Qt.Key.Key_3, CONTROL)
    page = stage.view.window.page("department")
    assert isinstance(page, DepartmentPage)
    stage.wait(lambda: page.list.count() == 1)

    stage.do(stage.storage.die, AWAY)
    page.reload_requested.emit()

    stage.wait(lambda: AS_OF in shown_texts(page))
    assert page.list.count() == 1
    stage.do(stage.storage.revive)
    stage.do(stage.desk.bus.publish, SharedRecordsReloadEvent())
    stage.wait(lambda: AS_OF not in shown_texts(page))


def test_the_board_says_how_old_it_is_also_after_a_change_that_it_cannot_read(
    stage: ScriptedStage,
) -> None:
    order = stage.on_loop(raise_order(stage.desk))
    stage.press(Qt.Key.Key_6, CONTROL)
    page = stage.view.window.page("dispatch")
    assert isinstance(page, DispatchPage)
    stage.wait(lambda: page.model.count() == 1)

    stage.do(stage.storage.die, AWAY)
    changed = SharedRecordsChangedEvent(changes=(a_change(order),))
    stage.do(stage.desk.bus.publish, changed)
    stage.wait(lambda: AS_OF in shown_texts(page))
    page.notice.hide()
    page.reload_requested.emit()
    stage.wait(lambda: AS_OF in shown_texts(page))

    assert page.model.count() == 1
    stage.do(stage.storage.revive)
    stage.do(stage.desk.bus.publish, SharedRecordsReloadEvent())
    stage.wait(lambda: AS_OF not in shown_texts(page))
