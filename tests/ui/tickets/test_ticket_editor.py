"""The ticket editor: one key to resolve, drafts, joining, errors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.draft import MAX_PAUSE_MS
from agent_desk.domain.identifiers import CallId, DepartmentId
from agent_desk.domain.routing import RoutingDecision, RoutingReason, RoutingReasonCode
from agent_desk.domain.ticket import Priority, Resolution, TicketForm
from tests.ui.customer import samples
from ui.language import Language, set_language
from ui.orders.routing_text import RoutingWords
from ui.ticket.follow_up import quick_choices
from ui.ticket.ticket_editor import TicketEditor
from ui.ticket.ticket_join import TicketTarget
from ui.widgets.draft_pulse import PULSE_MS

CONTROL = Qt.KeyboardModifier.ControlModifier
NO_RULE = RoutingReason(code=RoutingReasonCode.NO_RULE)
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def editor(qtbot: QtBot) -> TicketEditor:
    made = TicketEditor(now=samples.now)
    made.set_categories(samples.categories())
    qtbot.addWidget(made)
    made.resize(300, 460)
    made.show()
    made.begin(samples.customer(), CallId("call-1"), "+4915112345678")
    return made


def shown_texts(editor: TicketEditor) -> str:
    return "\n".join(label.text() for label in editor.findChildren(QLabel) if label.isVisible())


def fill(editor: TicketEditor, **fields: str) -> None:
    editor.restore({"subject": "Router offline", "category_id": "router", **fields})


@pytest.mark.parametrize("field", ["subject", "description"])
def test_control_enter_resolves_now_from_any_field(
    qtbot: QtBot, editor: TicketEditor, field: str
) -> None:
    fill(editor)
    with qtbot.waitSignal(editor.submitted) as submitted:
        QTest.keyClick(getattr(editor.form, field), Qt.Key.Key_Return, CONTROL)
    form = submitted.args[0]
    assert isinstance(form, TicketForm)
    assert form.resolution is Resolution.RESOLVED_NOW
    assert (form.subject, form.category_id, form.customer_id) == ("Router offline", "router", "c1")
    assert (form.priority, form.ticket_id, form.version) == (Priority.P3, None, 0)


def test_control_enter_resolves_now_though_a_follow_up_was_chosen(
    qtbot: QtBot, editor: TicketEditor
) -> None:
    fill(editor, resolution="FOLLOW_UP")
    with qtbot.waitSignal(editor.submitted) as submitted:
        QTest.keyClick(editor.form.subject, Qt.Key.Key_Return, CONTROL)
    assert submitted.args[0].resolution is Resolution.RESOLVED_NOW
    assert submitted.args[0].follow_up_at is None


def test_control_shift_enter_saves_as_chosen(qtbot: QtBot, editor: TicketEditor) -> None:
    fill(editor)
    editor.form.outcome.choice.setFocus()
    QTest.keyClick(editor.form.outcome.choice, Qt.Key.Key_3)
    with qtbot.waitSignal(editor.submitted) as submitted:
        QTest.keyClick(editor.form.outcome.choice, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert submitted.args[0].resolution is Resolution.WORK_ORDER


def test_the_button_says_what_will_happen(qtbot: QtBot, editor: TicketEditor) -> None:
    said = [editor.foot.primary.text()]
    for _ in range(2):
        QTest.keyClick(editor.form.outcome.choice, Qt.Key.Key_Right)
        said.append(editor.foot.primary.text())
    assert said == ["Resolve now", "Save follow-up", "Send work order"]


def test_a_work_order_says_where_it_goes(qtbot: QtBot, editor: TicketEditor) -> None:
    words = RoutingWords(names={one.id: one for one in samples.departments()})
    field = DepartmentId("field")
    reason = RoutingReason(code=RoutingReasonCode.REGION, value="010")
    editor.restore({"resolution": "WORK_ORDER"})
    assert "The category decides" in shown_texts(editor)
    editor.restore({"category_id": "router"})
    assert "The rules decide where it goes when it is saved" in shown_texts(editor)
    editor.form.show_route(RoutingDecision(assignee=field, reasons=(reason,)), words)
    assert "Goes to Field service: region 010" in shown_texts(editor)
    editor.form.show_route(RoutingDecision(assignee=None, reasons=(NO_RULE,)), words)
    assert "A dispatcher will assign it: no rule fits" in shown_texts(editor)
    set_language(Language.ZH)
    editor.form.show_route(RoutingDecision(assignee=field, reasons=(reason,)), words)
    qtbot.waitUntil(lambda: "将派给现场服务：区域 010" in shown_texts(editor))


def test_a_low_editor_leaves_the_explaining_line_to_the_tooltip(editor: TicketEditor) -> None:
    editor.restore({"resolution": "WORK_ORDER"})
    editor.resize(300, 300)
    assert "The category decides" not in shown_texts(editor)
    assert "The category decides" in editor.foot.primary.toolTip()
    editor.restore({"resolution": "FOLLOW_UP"})
    assert editor.form.outcome.follow_up.isVisible()
    editor.resize(300, 460)
    editor.restore({"resolution": "WORK_ORDER"})
    assert "The category decides" in shown_texts(editor)


@pytest.mark.parametrize("height", [300, 460])
def test_how_it_goes_on_is_never_scrolled_away(editor: TicketEditor, height: int) -> None:
    editor.resize(300, height)
    editor.offer_join([samples.open_ticket()])
    choice = editor.form.outcome.choice
    below = choice.mapTo(editor, choice.rect().bottomLeft()).y()
    assert below < editor.height()
    assert choice.visibleRegion().boundingRect() == choice.rect()


def test_it_tells_what_order_it_would_raise(qtbot: QtBot, editor: TicketEditor) -> None:
    assert editor.routable() is None
    fill(editor)
    assert editor.routable() is None
    with qtbot.waitSignal(editor.routable_changed):
        editor.restore({"resolution": "WORK_ORDER"})
    order = editor.routable()
    assert order is not None
    assert (order.customer_id, order.category_id) == (samples.customer().id, "router")
    assert order.subject == "Router offline"
    editor.begin(None, CallId("call-2"), "+49301234567")
    assert editor.routable() is None


def test_missing_fields_are_told_at_the_field_and_nothing_is_sent(
    qtbot: QtBot, editor: TicketEditor
) -> None:
    with qtbot.assertNotEmitted(editor.submitted):
        QTest.keyClick(editor.form.subject, Qt.Key.Key_Return, CONTROL)
    assert "Enter a subject" in shown_texts(editor)
    assert "Choose a category" in shown_texts(editor)
    QTest.keyClicks(editor.form.subject, "x")
    assert "Enter a subject" not in shown_texts(editor)


def test_without_a_customer_nothing_is_sent_and_nothing_is_lost(
    qtbot: QtBot, editor: TicketEditor
) -> None:
    editor.begin(None, CallId("call-2"), "+49301234567")
    fill(editor)
    with qtbot.assertNotEmitted(editor.submitted):
        editor.save()
    assert "Choose who is calling first" in shown_texts(editor)
    editor.begin(samples.customer(), CallId("call-2"), "+49301234567")
    assert editor.fields()["subject"] == "Router offline"
    with qtbot.waitSignal(editor.submitted):
        editor.save()


def test_a_follow_up_in_the_past_is_refused(qtbot: QtBot, editor: TicketEditor) -> None:
    past = (samples.NOW - timedelta(hours=1)).isoformat()
    fill(editor, resolution="FOLLOW_UP", follow_up_at=past)
    with qtbot.assertNotEmitted(editor.submitted):
        editor.save()
    assert "Choose a time that is still to come" in shown_texts(editor)


def test_a_follow_up_carries_its_moment(qtbot: QtBot, editor: TicketEditor) -> None:
    due = samples.NOW + timedelta(hours=2)
    fill(editor, resolution="FOLLOW_UP", follow_up_at=due.isoformat())
    with qtbot.waitSignal(editor.submitted) as submitted:
        editor.save()
    assert submitted.args[0].follow_up_at == due


def test_quick_times_are_to_come_and_fit_office_hours() -> None:
    moments = [moment for _, moment in quick_choices(samples.NOW)]
    assert all(moment > samples.NOW for moment in moments)
    assert [moment.astimezone().hour for moment in moments[1:]] == [9, 9, 9]
    assert moments[3].weekday() == 0


def test_a_quick_time_is_taken_by_keyboard(qtbot: QtBot, editor: TicketEditor) -> None:
    fill(editor, resolution="FOLLOW_UP")
    menu = editor.form.outcome.follow_up._menu
    menu.popup(editor.mapToGlobal(editor.rect().center()))
    QTest.keyClick(menu, Qt.Key.Key_Down)
    with qtbot.waitSignal(editor.draft_changed):
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert editor.form.outcome.follow_up.moment() == quick_choices(samples.NOW)[0][1]


def test_uninterrupted_typing_does_not_put_a_draft_off(qtbot: QtBot, editor: TicketEditor) -> None:
    """Typing never rests here: a draft that waited for a pause would never come."""
    typing = QTimer()
    typing.setInterval(10)
    typing.timeout.connect(lambda: QTest.keyClicks(editor.form.subject, "a"))
    drafts: list[str] = []
    editor.draft_changed.connect(lambda fields: drafts.append(fields["subject"]))
    typing.start()
    qtbot.waitUntil(lambda: len(drafts) >= 4, timeout=20_000)
    typing.stop()
    assert [len(draft) for draft in drafts] == sorted({len(draft) for draft in drafts})
    assert PULSE_MS <= 150 < 250 < MAX_PAUSE_MS


def test_the_last_keystroke_is_in_a_draft(qtbot: QtBot, editor: TicketEditor) -> None:
    drafts: list[dict[str, str]] = []
    editor.draft_changed.connect(drafts.append)
    QTest.keyClicks(editor.form.description, "no light")
    qtbot.waitUntil(lambda: bool(drafts) and drafts[-1]["description"] == "no light")


def test_a_draft_holds_all_that_a_restart_needs(qtbot: QtBot, editor: TicketEditor) -> None:
    due = (samples.NOW + timedelta(days=3)).isoformat()
    fill(editor, priority="P1", resolution="FOLLOW_UP", follow_up_at=due, description="中文 text")
    editor.offer_join([samples.open_ticket()])
    editor._join.act()
    kept = editor.fields()
    other = TicketEditor(now=samples.now)
    qtbot.addWidget(other)
    other.set_categories(samples.categories())
    other.restore(kept)
    assert other.fields() == kept


def test_only_what_differs_is_dirty(qtbot: QtBot, editor: TicketEditor) -> None:
    assert not editor.is_dirty()
    QTest.keyClicks(editor.form.subject, "x")
    assert editor.is_dirty()
    editor.show_saved(1043)
    assert not editor.is_dirty()
    assert "Ticket #1043 is saved" in shown_texts(editor)


def test_the_ticket_just_saved_is_not_offered_to_be_joined(
    qtbot: QtBot, editor: TicketEditor
) -> None:
    editor.show_saved(1042)
    editor.offer_join([samples.open_ticket(1042)])
    assert not editor._join.isVisible()
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: "工单 #1042 已保存" in shown_texts(editor))
    QTest.keyClicks(editor.form.subject, "x")
    assert "已保存" not in shown_texts(editor)


@given(
    st.builds(
        TicketTarget,
        st.text(),
        st.integers(0, 10**9),
        st.text(),
        st.integers(0, 10**6),
        st.booleans(),
    )
)
def test_what_a_form_is_about_survives_a_draft(target: TicketTarget) -> None:
    assert TicketTarget.from_fields(target.to_fields()) == target


def test_saving_ends_the_draft(qtbot: QtBot, editor: TicketEditor) -> None:
    QTest.keyClicks(editor.form.subject, "x")
    editor.show_saved(1043)
    with qtbot.assertNotEmitted(editor.draft_changed, wait=PULSE_MS * 2):
        pass


def test_an_open_ticket_is_joined_by_one_key_from_anywhere(qtbot: QtBot) -> None:
    window = QWidget()
    elsewhere, editor = QLineEdit(), TicketEditor(now=samples.now)
    layout = QVBoxLayout(window)
    layout.addWidget(elsewhere)
    layout.addWidget(editor)
    qtbot.addWidget(window)
    editor.set_categories(samples.categories())
    window.show()
    window.activateWindow()
    elsewhere.setFocus()
    qtbot.waitUntil(elsewhere.hasFocus)
    editor.begin(samples.customer(), CallId("call-1"), "")
    editor.offer_join([samples.open_ticket()])
    assert elsewhere.hasFocus()
    with qtbot.waitSignal(editor.join_chosen) as joined:
        QTest.keyClick(elsewhere, Qt.Key.Key_J, CONTROL)
    assert joined.args == ["t1042"]
    assert editor.fields()["category_id"] == "router"
    with qtbot.waitSignal(editor.submitted) as submitted:
        editor.save()
    assert submitted.args[0].ticket_id == "t1042"


def test_joining_can_be_taken_back(qtbot: QtBot, editor: TicketEditor) -> None:
    editor.offer_join([samples.open_ticket()])
    QTest.keyClick(editor._join.button, Qt.Key.Key_Space)
    assert "Joins #1042" in shown_texts(editor)
    QTest.keyClick(editor._join.button, Qt.Key.Key_Space)
    assert "New ticket" in shown_texts(editor)
    assert editor.fields()["ticket_id"] == ""


def test_several_open_tickets_are_chosen_from(qtbot: QtBot, editor: TicketEditor) -> None:
    editor.offer_join([samples.open_ticket(1042), samples.open_ticket(1050, "Invoice")])
    assert "2 open tickets" in shown_texts(editor)
    QTest.keyClick(editor._join.button, Qt.Key.Key_Space)
    menu = editor._join.menu
    qtbot.waitUntil(menu.isVisible)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    with qtbot.waitSignal(editor.join_chosen) as joined:
        QTest.keyClick(menu, Qt.Key.Key_Return)
    assert joined.args == ["t1050"]


def test_joining_keeps_what_was_typed(qtbot: QtBot, editor: TicketEditor) -> None:
    fill(editor, subject="Still offline", category_id="outage", description="second call")
    editor.offer_join([samples.open_ticket()])
    editor._join.act()
    editor.load_ticket(samples.ticket(), keep_typed=True)
    kept = editor.fields()
    assert (kept["subject"], kept["category_id"]) == ("Still offline", "outage")
    assert (kept["description"], kept["version"]) == ("second call", "4")


def test_an_answer_to_a_join_that_was_taken_back_changes_nothing(editor: TicketEditor) -> None:
    editor.offer_join([samples.open_ticket()])
    editor._join.act()
    editor._join.act()
    editor.load_ticket(samples.ticket(), keep_typed=True)
    assert editor.fields()["ticket_id"] == ""


def test_a_loaded_ticket_is_changed_under_its_version(qtbot: QtBot, editor: TicketEditor) -> None:
    due = samples.NOW + timedelta(days=1)
    editor.load_ticket(samples.ticket(follow_up_at=due))
    assert "Ticket #1042" in shown_texts(editor)
    assert not editor.is_dirty()
    with qtbot.waitSignal(editor.submitted) as submitted:
        editor.save()
    form = submitted.args[0]
    assert (form.ticket_id, form.version, form.follow_up_at) == ("t1042", 4, due)


def test_an_error_stands_at_its_field_and_an_unknown_one_above(editor: TicketEditor) -> None:
    editor.show_error("subject", "subject: too long")
    editor.show_error("anything", "The database is locked")
    assert "subject: too long" in shown_texts(editor)
    assert "The database is locked" in shown_texts(editor)


def test_discarding_empties_the_form_and_tells(qtbot: QtBot, editor: TicketEditor) -> None:
    fill(editor)
    with qtbot.waitSignal(editor.discarded):
        QTest.keyClick(editor.foot.discard, Qt.Key.Key_Space)
    assert editor.fields()["subject"] == ""


def test_the_draft_state_names_the_second(editor: TicketEditor) -> None:
    editor.show_draft_saved(samples.NOW)
    expected = f"Draft saved {samples.NOW.astimezone():%H:%M:%S}"
    assert expected in shown_texts(editor)


def test_another_call_starts_an_empty_ticket(editor: TicketEditor) -> None:
    fill(editor)
    editor.begin(samples.customer("c2"), CallId("call-9"), "")
    assert editor.fields()["subject"] == ""
    assert editor.fields()["customer_id"] == "c2"


@pytest.mark.parametrize("field", ["subject", "description"])
def test_nobody_can_undo_back_to_the_words_of_a_former_customer(
    editor: TicketEditor, field: str
) -> None:
    words = getattr(editor.form, field)
    QTest.keyClicks(words, "secret")
    QTest.keyClick(words, Qt.Key.Key_A, CONTROL)
    QTest.keyClick(words, Qt.Key.Key_Delete)
    assert editor.fields()[field] == ""
    editor.begin(samples.customer("c2"), CallId("call-9"), "")
    words.undo()
    assert editor.fields()[field] == ""


def test_tab_goes_through_the_fields_in_reading_order(qtbot: QtBot, editor: TicketEditor) -> None:
    form = editor.form
    editor.activateWindow()
    editor.focus_subject()
    qtbot.waitUntil(form.subject.hasFocus)
    for widget in (form.category, form.priority, form.description, form.outcome.choice):
        QTest.keyClick(editor.focusWidget(), Qt.Key.Key_Tab)
        assert widget.hasFocus()
