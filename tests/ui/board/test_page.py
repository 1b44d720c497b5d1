"""The dispatcher's page by keyboard and mouse, in both languages."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.board import COLUMNS, Move
from agent_desk.domain.identifiers import AgentId, WorkOrderId
from agent_desk.domain.rights import Person, Role
from agent_desk.domain.ticket import Priority
from agent_desk.domain.work_order import WorkOrderState
from tests.ui.board.samples import (
    CATEGORIES,
    DEALER,
    DEPARTMENTS,
    FIELD,
    card,
    due,
    now,
    painted_cards,
)
from ui.board.lane_view import LaneView
from ui.board.outcomes import CardOutcome
from ui.board.page import DispatchPage
from ui.language import Language, set_language
from ui.offers import may_take
from ui.theme.theme import ThemeName, apply_theme

_W = WorkOrderState
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def role(*roles: Role) -> Person:
    return Person(login=AgentId("li"), name="Li", roles=frozenset(roles))


@pytest.fixture
def page(qtbot: QtBot) -> DispatchPage:
    made = DispatchPage(now=now)
    qtbot.addWidget(made)
    made.resize(1216, 660)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.set_departments(DEPARTMENTS)
    made.set_categories(CATEGORIES)
    dispatcher = role(Role.DISPATCHER)
    made.offer_steps(lambda state, target: may_take(dispatcher.may, state, target))
    orders = [
        *(card(number) for number in (1, 2, 3)),
        card(4, state=_W.ASSIGNED, department_id=FIELD, priority=Priority.P1),
        card(5, state=_W.ACCEPTED, department_id=FIELD, city="Hamburg"),
        card(6, state=_W.ON_HOLD, department_id=DEALER, hold_reason="waits for parts"),
        card(7, state=_W.REPORTED, department_id=DEALER),
    ]
    made.show_orders(orders)
    made.columns.focus_cards()
    QApplication.processEvents()
    return made


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClick(focus, key, modifiers)


def type_words(words: str) -> None:
    focus = QApplication.focusWidget()
    assert focus is not None
    QTest.keyClicks(focus, words)


def view(page: DispatchPage, column: WorkOrderState) -> LaneView:
    return page.columns.lanes[column].view


def current(page: DispatchPage) -> str:
    return page.columns.current_id()


def texts(panel: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def drag(start: LaneView, row: int, to: QWidget, place: QPoint, *, drops: bool = True) -> None:
    """Carry the card at ``row`` to ``place`` of ``to`` with a real mouse."""
    begin = start.card_rect(row).center()
    target = start.viewport().mapFromGlobal(to.mapToGlobal(place))
    QTest.mousePress(start.viewport(), Qt.MouseButton.LeftButton, pos=begin)
    QTest.mouseMove(start.viewport(), begin + QPoint(20, 20))
    QTest.mouseMove(start.viewport(), target)
    if drops:
        QTest.mouseRelease(start.viewport(), Qt.MouseButton.LeftButton, pos=target)


def test_the_arrows_walk_all_cards_and_say_them(page: DispatchPage) -> None:
    assert current(page) == "o3"
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    assert current(page) == "o1"
    press(Qt.Key.Key_Right)
    assert current(page) == "o4"
    assert "Line fault 4" in view(page, _W.ASSIGNED).accessibleDescription()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right)
    assert current(page) == "o6"
    assert "waits for parts" in view(page, _W.IN_PROGRESS).accessibleDescription()
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right)
    assert current(page) == "o7"


def test_enter_opens_the_details_which_follow_the_keyboard(
    page: DispatchPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(page.whole_wanted) as wanted:
        press(Qt.Key.Key_Return)
    assert wanted.args == ["o3"]
    assert "#3 Line fault 3" in page.detail.findChildren(QLabel)[0].text()

    page.columns.focus_cards()
    press(Qt.Key.Key_Down)
    assert page.detail.order_id == "o2"
    press(Qt.Key.Key_Escape)
    assert page.detail.isHidden() or not page.detail.isVisible()
    assert current(page) == "o2"
    assert view(page, _W.PENDING_DISPATCH).hasFocus()


def test_a_card_is_assigned_by_keyboard_alone(page: DispatchPage, qtbot: QtBot) -> None:
    press(Qt.Key.Key_A)
    type_words("nord")
    with qtbot.waitSignal(page.assign_requested) as asked:
        press(Qt.Key.Key_Return)

    assert asked.args == [["o3"], DEALER, False]
    page.step_taken("o3")
    assert view(page, _W.PENDING_DISPATCH).hasFocus()


def test_the_departments_tell_their_load_and_the_arrows_choose(
    page: DispatchPage, qtbot: QtBot
) -> None:
    press(Qt.Key.Key_A)
    assert page.side.assigning.departments.marked_id() == FIELD
    press(Qt.Key.Key_Down)
    with qtbot.waitSignal(page.assign_requested) as asked:
        press(Qt.Key.Key_Return)

    assert asked.args[1] == DEALER
    rows = page.side.assigning.departments.list.model()
    said = [str(rows.index(row, 0).data()) for row in range(rows.rowCount())]
    assert any("Field service · 2 open orders" in text for text in said)


def test_several_are_marked_and_assigned_once(page: DispatchPage, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Down, SHIFT)
    assert "2 marked" in texts(page.head)
    press(Qt.Key.Key_A)
    assert "Assign 2 orders" in texts(page.side.assigning)
    with qtbot.waitSignal(page.assign_requested) as asked:
        press(Qt.Key.Key_Return)

    assert asked.args == [["o3", "o2"], FIELD, False]


def test_what_was_refused_of_many_is_told_and_stays_marked(page: DispatchPage) -> None:
    press(Qt.Key.Key_A, CONTROL)
    assert len(page.model.marked()) == 3

    page.show_outcomes(
        [
            CardOutcome(order_id="o3", title="#3", kind="done", text="Sent"),
            CardOutcome(order_id="o2", title="#2", kind="refused", text="Somebody was first"),
            CardOutcome(order_id="o1", title="#1", kind="kept", text="Kept"),
        ]
    )

    assert "1 of 3 orders done" in texts(page.side.outcomes)
    assert [order.id for order in page.model.marked()] == ["o2"]
    assert page.side.outcomes.list.marked_id() == "o2"
    press(Qt.Key.Key_Return)
    assert current(page) == "o2"


def test_an_order_is_cancelled_with_its_reason(page: DispatchPage, qtbot: QtBot) -> None:
    press(Qt.Key.Key_C)
    press(Qt.Key.Key_Return)
    assert "customer will ask" in texts(page.detail)
    type_words("Solved itself")
    press(Qt.Key.Key_Return)
    assert "Nobody of the customer's has agreed" in texts(page.detail)
    type_words("Mr Wang, by telephone")
    assert "Nobody of the customer's has agreed" not in texts(page.detail)
    with qtbot.waitSignal(page.cancel_requested) as asked:
        press(Qt.Key.Key_Return)

    assert asked.args == ["o3", 1, "Solved itself", "Mr Wang, by telephone"]


def test_cancelling_without_the_customers_word_is_asked_twice(
    page: DispatchPage, qtbot: QtBot
) -> None:
    press(Qt.Key.Key_C)
    type_words("Raised twice")
    with qtbot.assertNotEmitted(page.cancel_requested):
        press(Qt.Key.Key_Return)
    assert "Cancel without consent" in page.detail.cancelling.button.text()

    with qtbot.waitSignal(page.cancel_requested) as asked:
        press(Qt.Key.Key_Return)

    assert asked.args == ["o3", 1, "Raised twice", ""]


def test_the_words_of_a_cancelling_stay_with_their_order(page: DispatchPage) -> None:
    part = page.detail.cancelling
    press(Qt.Key.Key_C)
    part.consent.setText("Mr Wang")
    former = part.record

    part.turn_to("another")
    assert part.typed_consent() == ""
    part.turn_to(former)

    assert part.typed_consent() == "Mr Wang"
    part.forget(former)
    assert part.typed_consent() == ""


def test_a_reported_order_cannot_be_cancelled_and_the_page_says_so(page: DispatchPage) -> None:
    page.go_to("o7")
    press(Qt.Key.Key_C)

    assert page.notice.text() == "Order 7 is Reported; it cannot become Cancelled."


def test_a_card_is_carried_to_a_department(page: DispatchPage, qtbot: QtBot) -> None:
    start = view(page, _W.PENDING_DISPATCH)
    drag(start, 1, start.viewport(), start.card_rect(1).center() + QPoint(30, 0), drops=False)
    departments = page.carrying.departments.list
    place = departments.visualRect(departments.model().index(2, 0)).center()
    target = start.viewport().mapFromGlobal(departments.viewport().mapToGlobal(place))
    QTest.mouseMove(start.viewport(), target)
    with qtbot.waitSignal(page.assign_requested) as asked:
        QTest.mouseRelease(start.viewport(), Qt.MouseButton.LeftButton, pos=target)

    assert asked.args == [["o2"], DEALER, None]
    assert not page.carrying.area.isVisible()


def test_marked_cards_are_carried_together(page: DispatchPage) -> None:
    press(Qt.Key.Key_A, CONTROL)
    target = page.columns.lanes[_W.ASSIGNED]

    drag(view(page, _W.PENDING_DISPATCH), 0, target, target.rect().center())

    assert [order.id for order in page.side.assigning.orders()] == ["o3", "o2", "o1"]


@pytest.mark.parametrize(
    ("order", "column", "why"),
    [
        ("o5", _W.REPORTED, "Order 5 is Accepted; it cannot become Reported."),
        ("o5", _W.ASSIGNED, "Order 5 is Accepted: its department has to decline it"),
        ("o4", _W.ACCEPTED, "the step to Accepted is not yours. It is taken by the department"),
        ("o7", _W.PENDING_DISPATCH, "Order 7 is Reported; it cannot become To dispatch."),
    ],
)
def test_a_move_that_is_not_possible_says_why(
    page: DispatchPage, qtbot: QtBot, order: str, column: WorkOrderState, why: str
) -> None:
    place = page.model.place(order)
    assert place is not None
    target = page.columns.lanes[column]
    with qtbot.assertNotEmitted(page.step_requested), qtbot.assertNotEmitted(page.assign_requested):
        drag(view(page, place.column), place.row, target, target.rect().center(), drops=False)
        assert target.drop_look() == "no"
        start = view(page, place.column).viewport()
        where = start.mapFromGlobal(target.mapToGlobal(target.rect().center()))
        QTest.mouseRelease(start, Qt.MouseButton.LeftButton, pos=where)

    assert why in page.notice.text()
    assert target.drop_look() == ""


def test_a_report_is_approved_or_sent_back_by_moving_its_card(
    page: DispatchPage, qtbot: QtBot
) -> None:
    page.go_to("o7")
    with qtbot.waitSignal(page.step_requested) as asked:
        press(Qt.Key.Key_Right, CONTROL)
    assert asked.args == ["o7", 1, Move.RETURN]

    press(Qt.Key.Key_Left, CONTROL)
    type_words("Which part?")
    with qtbot.waitSignal(page.send_back_requested) as sent:
        press(Qt.Key.Key_Return)
    assert sent.args == ["o7", 1, "Which part?"]


def test_escape_puts_carried_cards_back(page: DispatchPage, qtbot: QtBot) -> None:
    target = page.columns.lanes[_W.ASSIGNED]
    start = view(page, _W.PENDING_DISPATCH)
    drag(start, 0, target, target.rect().center(), drops=False)
    assert page.carrying.is_carrying()

    press(Qt.Key.Key_Escape)

    assert not page.carrying.is_carrying()
    with qtbot.assertNotEmitted(page.assign_requested):
        QTest.mouseRelease(start.viewport(), Qt.MouseButton.LeftButton)
    assert page.side.panel() is None


def test_filters_are_seen_and_cleared_by_one_key(page: DispatchPage) -> None:
    press(Qt.Key.Key_F)
    type_words("fault 5")
    press(Qt.Key.Key_Return)
    assert current(page) == "o5"
    assert "1 of 7 open" in page.head.summary()
    assert page.filters.clear.isEnabled()

    press(Qt.Key.Key_Backspace)
    assert page.model.filter.is_empty
    assert "7 open" in page.head.summary()
    assert not page.filters.clear.isEnabled()
    page.filters.category.setCurrentIndex(3)
    page.filters.category.activated.emit(3)
    QApplication.processEvents()
    assert "0 of 7 open" in page.head.summary()
    assert "Backspace clears it" in texts(page.stage)
    press(Qt.Key.Key_Backspace)
    assert view(page, _W.ACCEPTED).count() == 1


def test_a_category_shows_what_is_below_it_too(page: DispatchPage) -> None:
    page.filters.category.setCurrentIndex(1)
    page.filters.category.activated.emit(1)

    assert "7 of 7 open" in page.head.summary()


def test_a_region_opens_the_board_of_its_place(page: DispatchPage) -> None:
    page.show_clocks(["o5"], {WorkOrderId("o5"): due(-10)})
    press(Qt.Key.Key_R)
    regions = page.regions.regions
    assert [regions.row(row).city for row in range(regions.rowCount())] == ["Hamburg", "北京"]
    assert regions.index(0, 2).data() == "1"

    for _ in range(5):
        press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Return)

    assert page.head.view() == "cards"
    assert page.model.filter.city == "Hamburg"
    assert current(page) == "o5"


def test_an_order_behind_the_filter_is_gone_to_and_the_page_says_so(page: DispatchPage) -> None:
    page.filters.choose_city("Hamburg")

    assert page.go_to("o1")

    assert current(page) == "o1"
    assert page.notice.text() == "Order 1 is hidden by the filter, which is cleared."
    assert not page.go_to("o99")


def test_every_word_follows_the_language(page: DispatchPage) -> None:
    page.show_clocks(["o3"], {WorkOrderId("o3"): due(-130)})
    set_language(Language.ZH)
    QApplication.processEvents()

    assert "未结 7 单 · 超时 1 单" in texts(page.head)
    lane = view(page, _W.PENDING_DISPATCH)
    assert lane.accessibleName() == "待派单：3 单，超时 1 单"
    assert "超时 2 小时 10 分" in lane.painter.describe(
        page.model.lane(_W.PENDING_DISPATCH)[0], page.model.clock(WorkOrderId("o3"))
    )
    press(Qt.Key.Key_A)
    assert "派给哪个部门？" in texts(page.side.assigning)


def test_a_change_elsewhere_paints_only_its_card(
    page: DispatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with painted_cards(monkeypatch) as painted:
        page.show_changed(["o2"], [card(2, subject="Burst pipe", version=2)])

    assert painted == [2]


def test_a_card_that_moves_paints_itself_where_it_arrives(
    page: DispatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show_orders([card(number) for number in range(1, 60)] + [card(99, state=_W.ASSIGNED)])
    lane = view(page, _W.PENDING_DISPATCH)
    in_sight = lane.viewport().height() // (lane.card_rect(1).top() - lane.card_rect(0).top()) + 1
    waiting = page.model.lane(_W.PENDING_DISPATCH)[2]
    enters = {order.number for order in page.model.lane(_W.PENDING_DISPATCH)[in_sight - 1 :][:3]}

    with painted_cards(monkeypatch) as painted:
        moved = waiting._replace(state=_W.ASSIGNED, department_id=FIELD, version=2)
        page.show_changed([moved.id], [moved])

    assert moved.number in painted
    # The others move as pixels; below, what comes into sight has never been painted.
    assert set(painted) - {moved.number} <= enters
    assert len(painted) <= 3


def test_a_change_out_of_sight_paints_nothing_and_moves_nothing(
    page: DispatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show_orders([card(number) for number in range(1, 200)])
    lane = view(page, _W.PENDING_DISPATCH)
    lane.verticalScrollBar().setValue(lane.verticalScrollBar().maximum() // 2)
    seen = lane.order_at(QPoint(60, 200))

    with painted_cards(monkeypatch) as painted:
        page.show_changed(["o199"], [])
        page.show_changed(["o1"], [card(1, subject="Burst pipe")])
        page.show_changed(["o300"], [card(300)])

    assert painted == []
    assert lane.order_at(QPoint(60, 200)) == seen


def test_ten_thousand_cards_scroll_by_painting_what_comes_into_sight(
    page: DispatchPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.show_orders([card(number) for number in range(1, 10_001)])
    lane = view(page, _W.PENDING_DISPATCH)
    assert lane.count() == 10_000

    with painted_cards(monkeypatch) as painted:
        lane.verticalScrollBar().setValue(lane.verticalScrollBar().value() + 120)
        QApplication.processEvents()
    assert 0 < len(painted) <= 3
    press(Qt.Key.Key_End)
    assert current(page) == "o1"
    assert lane.viewport().rect().contains(lane.card_rect(9_999))


def test_the_card_that_leaves_hands_the_keyboard_to_the_next(page: DispatchPage) -> None:
    press(Qt.Key.Key_Down)
    page.show_changed(["o2"], [card(2, state=_W.ASSIGNED, department_id=FIELD, version=2)])

    assert current(page) == "o1"


def test_details_of_an_order_that_ends_elsewhere_are_closed_or_follow(page: DispatchPage) -> None:
    press(Qt.Key.Key_Return)
    page.show_changed(["o3"], [card(3, subject="Burst pipe", version=2)])
    assert "#3 Burst pipe" in page.detail.findChildren(QLabel)[0].text()

    page.show_changed([f"o{number}" for number in range(1, 8)], [])
    assert page.side.panel() is None
    assert "No open orders" in texts(page.stage)


def test_a_reason_that_is_typed_is_not_taken_away(page: DispatchPage) -> None:
    press(Qt.Key.Key_C)
    type_words("Customer agreed")
    page.show_changed(["o3"], [card(3, state=_W.ASSIGNED, department_id=FIELD, version=2)])

    assert page.detail.order_id == "o3"
    assert page.detail.cancelling.editor.text() == "Customer agreed"


def test_escape_leaves_the_reason_first_and_then_the_details(
    page: DispatchPage, qtbot: QtBot
) -> None:
    part = page.detail.cancelling
    press(Qt.Key.Key_C)
    type_words("Raised twice")
    with qtbot.assertNotEmitted(page.detail.left):
        press(Qt.Key.Key_Escape)
    assert not part.is_asking()
    assert part.editor.text() == "Raised twice"
    assert page.detail.isAncestorOf(page.focusWidget())
    with qtbot.waitSignal(page.detail.left):
        press(Qt.Key.Key_Escape)


def test_without_a_database_one_calm_line_says_so_and_the_cards_stay(
    page: DispatchPage, qtbot: QtBot
) -> None:
    page.show_unavailable("The list is not up to date")

    assert page.notice.text() == "The list is not up to date"
    assert view(page, _W.PENDING_DISPATCH).count() == 3
    with qtbot.waitSignal(page.reload_requested):
        QTest.mouseClick(page.notice.button, Qt.MouseButton.LeftButton)
    page.show_available()
    assert not page.notice.isVisible()


def test_it_says_that_it_is_loading_and_that_it_cannot(qtbot: QtBot) -> None:
    page = DispatchPage(now=now)
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    assert "Loading the orders" in texts(page.stage)

    page.show_unavailable("away")
    assert "The orders are not available" in texts(page.stage)
    page.show_orders([])
    assert "No open orders" in texts(page.stage)


@pytest.mark.parametrize(("size", "scale"), [((576, 300), 100), ((1216, 660), 200)])
def test_a_narrow_page_shows_cards_or_details(
    page: DispatchPage, size: tuple[int, int], scale: int, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: apply_theme(ThemeName.LIGHT, 100))
    apply_theme(ThemeName.LIGHT, scale)
    page.resize(*size)
    QApplication.processEvents()
    assert page.size().width() == size[0]

    page.columns.focus_cards()
    press(Qt.Key.Key_Return)
    assert page.side.isVisible()
    if page.width() < 720 * scale / 100:
        assert not page.stage.isVisible()
    press(Qt.Key.Key_Escape)
    assert page.stage.isVisible()
    for column in COLUMNS:
        lane = view(page, column)
        if lane.count():
            page.columns.go_to_column(column)
            QApplication.processEvents()
            corner = page.columns.viewport().mapFromGlobal(lane.mapToGlobal(QPoint(2, 2)))
            assert page.columns.viewport().rect().contains(corner)


def test_a_supervisor_who_also_works_on_orders_moves_more(page: DispatchPage) -> None:
    everything: Iterable[Role] = (Role.SUPERVISOR, Role.DEPARTMENT)
    boss = role(*everything)
    page.offer_steps(lambda state, target: may_take(boss.may, state, target))

    assert page.may_drop(["o4"], _W.ACCEPTED)
    assert page.may_drop(["o5"], _W.IN_PROGRESS)
    assert not page.may_drop(["o6"], _W.REPORTED)
