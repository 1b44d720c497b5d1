"""The customer card: what it shows, click-to-call, editing in place, notes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from agent_desk.domain.customer import CustomerChanges, Tier
from tests.ui.customer import samples
from ui.customer.customer_card import CustomerCardPanel
from ui.customer.customer_rows import CallButton, RecordRow
from ui.formats import format_date
from ui.language import Language, set_language


@pytest.fixture
def panel(qtbot: QtBot) -> CustomerCardPanel:
    made = CustomerCardPanel(now=samples.now)
    qtbot.addWidget(made)
    made.resize(260, 640)
    made.show()
    return made


def shown_texts(panel: CustomerCardPanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def type_name(qtbot: QtBot, panel: CustomerCardPanel, text: str) -> None:
    name = panel.form.findChildren(QLineEdit)[0]
    name.selectAll()
    QTest.keyClicks(name, text)


def test_the_card_shows_who_how_to_reach_and_what_is_open(panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    texts = shown_texts(panel)
    for expected in ("Anna Müller", "Gold", "Verified", "+49 1511 2345678", "Hamburg"):
        assert expected in texts
    assert f"in warranty until {format_date(date(2027, 5, 1))}" in texts
    assert f"days ago ({format_date(date(2025, 1, 31))})" in texts


def test_a_pinned_note_stands_before_a_newer_one(panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    texts = shown_texts(panel)
    assert texts.index("Prefers call-back") < texts.index("Asked for the invoice")


def test_a_pinned_note_stands_once(panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card(notes=(samples.note("Call after 17:00", pinned=True),)))
    texts = shown_texts(panel)
    assert texts.count("Call after 17:00") == 1
    assert "No notes yet" not in texts


def test_every_number_can_be_called_by_keyboard(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    buttons = [button for button in panel.findChildren(CallButton) if button.isVisible()]
    called: list[str] = []
    panel.call_requested.connect(called.append)
    for button in buttons:
        QTest.keyClick(button, Qt.Key.Key_Space)
    assert called == ["+4915112345678", "+494012345678"]
    assert buttons[0].accessibleName() == "Call +49 1511 2345678"


def test_open_tickets_and_orders_open_by_keyboard(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    rows = [row for row in panel.findChildren(RecordRow) if row.isVisible()]
    with qtbot.waitSignal(panel.ticket_opened) as ticket:
        QTest.keyClick(rows[0], Qt.Key.Key_Space)
    with qtbot.waitSignal(panel.order_opened) as order:
        QTest.keyClick(rows[1], Qt.Key.Key_Space)
    assert (ticket.args, order.args) == (["t1042"], ["o118"])


def test_the_form_opens_in_place_and_enter_saves_the_version_shown(
    qtbot: QtBot, panel: CustomerCardPanel
) -> None:
    panel.show_card(samples.card())
    panel.begin_edit()
    assert panel.is_editing()
    type_name(qtbot, panel, "Anna Schmidt")
    with qtbot.waitSignal(panel.save_requested) as saved:
        QTest.keyClick(panel.form.findChildren(QLineEdit)[0], Qt.Key.Key_Return)
    changes = saved.args[0]
    assert isinstance(changes, CustomerChanges)
    assert (changes.name, changes.version, changes.tier) == ("Anna Schmidt", 3, Tier.GOLD)
    assert (changes.company, changes.language) == ("Nordlicht Logistik GmbH", "de-DE")


def test_an_empty_name_is_refused_at_its_field(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    panel.begin_edit()
    panel.form.findChildren(QLineEdit)[0].clear()
    with qtbot.assertNotEmitted(panel.save_requested):
        panel.form.submit()
    assert "Enter a name" in shown_texts(panel)


def test_a_stale_version_keeps_what_was_typed_and_offers_the_saved_record(
    qtbot: QtBot, panel: CustomerCardPanel
) -> None:
    panel.show_card(samples.card())
    panel.begin_edit()
    type_name(qtbot, panel, "Anna Schmidt")
    panel.form.submit()
    panel.show_stale("changed meanwhile")
    assert panel.is_editing()
    assert panel.form.fields()["name"] == "Anna Schmidt"
    with qtbot.waitSignal(panel.reload_requested):
        QTest.mouseClick(panel.form.notice.button, Qt.MouseButton.LeftButton)
    assert not panel.is_editing()


def test_a_saved_card_closes_the_form(panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    panel.begin_edit()
    panel.form.submit()
    panel.show_card(samples.card(customer=samples.customer(version=4)))
    assert not panel.is_editing()


def test_a_live_update_never_takes_what_is_typed(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    panel.begin_edit()
    type_name(qtbot, panel, "Anna Schmidt")
    panel.show_card(samples.card(customer=samples.customer(version=4)))
    assert panel.is_editing()
    assert panel.form.fields()["name"] == "Anna Schmidt"
    assert "Somebody else has changed this record" in shown_texts(panel)


def test_what_is_typed_for_one_customer_comes_back_with_that_customer(
    qtbot: QtBot, panel: CustomerCardPanel
) -> None:
    panel.show_card(samples.card())
    panel.begin_edit()
    type_name(qtbot, panel, "Anna Schmidt")
    panel.show_card(samples.card(customer=samples.customer("c2", name="Wang Fang")))
    assert not panel.is_editing()
    panel.show_loading("+49 30 1")
    panel.show_card(samples.card())
    assert panel.is_editing()
    assert panel.form.fields()["name"] == "Anna Schmidt"


def test_escape_leaves_the_form_unchanged(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    panel.begin_edit()
    type_name(qtbot, panel, "Nobody")
    QTest.keyClick(panel.form.findChildren(QLineEdit)[0], Qt.Key.Key_Escape)
    assert not panel.is_editing()
    panel.begin_edit()
    assert panel.form.fields()["name"] == "Anna Müller"


def test_enter_adds_a_note_and_empties_the_field(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    panel.focus_note()
    field = next(f for f in panel.view.findChildren(QLineEdit) if f.isVisible())
    QTest.keyClicks(field, "  call back  ")
    with qtbot.waitSignal(panel.note_added) as added:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert added.args == ["call back"]
    assert panel.view.typed_note() == ""


def test_a_note_being_typed_stays_with_its_customer(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    field = next(f for f in panel.view.findChildren(QLineEdit) if f.isVisible())
    with qtbot.waitSignal(panel.note_draft_changed) as kept:
        QTest.keyClicks(field, "half a no")
    assert "half a no".startswith(kept.args[0])
    panel.show_card(samples.card(customer=samples.customer("c2")))
    assert panel.view.typed_note() == ""
    panel.show_card(samples.card())
    assert panel.view.typed_note() == "half a no"


def test_loading_shows_the_number_at_once(panel: CustomerCardPanel) -> None:
    panel.show_loading("+49 1511 2345678")
    assert "+49 1511 2345678" in shown_texts(panel)


def test_a_failure_offers_to_try_again(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_unavailable("The database did not answer")
    assert "The database did not answer" in shown_texts(panel)
    button = panel._notice.button
    with qtbot.waitSignal(panel.retry_requested):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_failure_leaves_the_record_on_screen(panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    panel.show_unavailable("The database did not answer")
    assert "Anna Müller" in shown_texts(panel)


@pytest.mark.parametrize(
    "show",
    [
        lambda p: p.show_card(samples.card()),
        lambda p: p.show_loading("+49 30 1"),
        lambda p: p.show_unavailable("slow"),
        lambda p: p.show_empty(),
    ],
)
def test_nothing_shown_takes_the_focus(
    qtbot: QtBot, panel: CustomerCardPanel, show: Callable[[CustomerCardPanel], None]
) -> None:
    elsewhere = QLineEdit()
    qtbot.addWidget(elsewhere)
    elsewhere.show()
    elsewhere.activateWindow()
    elsewhere.setFocus()
    qtbot.waitUntil(elsewhere.hasFocus)
    show(panel)
    assert elsewhere.hasFocus()


def test_switching_the_language_changes_every_text(qtbot: QtBot, panel: CustomerCardPanel) -> None:
    panel.show_card(samples.card())
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: "金卡" in shown_texts(panel))
    texts = shown_texts(panel)
    for expected in (
        "电话 · 手机",
        "已验证",
        "城市",
        "开户日期",
        "2019年3月4日",
        "保修至 2027年5月1日",
    ):
        assert expected in texts
    assert format_date(date(2019, 3, 4)) in texts


def test_long_names_do_not_widen_the_column(panel: CustomerCardPanel) -> None:
    panel.show_card(
        samples.card(
            customer=samples.customer(
                name="Oberhuber-Schwarzenbachdonaudampfschifffahrt",
                company_name=samples.LONG_CHINESE,
            ),
            notes=(samples.note("https://example.com/" + "a" * 200),),
        )
    )
    assert panel.minimumSizeHint().width() <= 260
    content = panel.view.widget()
    assert content is not None
    assert content.minimumSizeHint().width() <= 258
