"""The rule editor by keyboard: rules in order, faults at their fields, the dry run, stale saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.customer import Tier
from agent_desk.domain.identifiers import AgentId
from agent_desk.domain.region import Region
from agent_desk.domain.routing import RoutingRule, RuleId, WhenClosed
from agent_desk.domain.routing_check import RoutingWorld
from agent_desk.domain.routing_trial import PastOrder, dry_run
from agent_desk.ports.routing_book import Rulebook
from agent_desk.services.routing import RoutingHouse
from tests.ui.customer import samples
from tests.unit.domain.routing_cases import (
    DIESEL,
    DIRECTORY,
    FIELD,
    GONE,
    NORD,
    SUED,
    TUESDAY_AT_TEN,
    rule,
)
from ui.language import Language, set_language
from ui.routing.routing_page import RoutingPage

NOW = TUESDAY_AT_TEN.astimezone(UTC) + timedelta(hours=2)
ALT, CONTROL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
NORTH = replace(
    rule("north", NORD),
    name="Diesel in the north",
    regions=frozenset({"010"}),
    products=frozenset({"diesel"}),
)
REST = replace(rule("rest", SUED), name="Everything else")


def a_house(*rules: RoutingRule, version: int = 4) -> RoutingHouse:
    categories = samples.categories()
    return RoutingHouse(
        rulebook=Rulebook(rules=rules, version=version, saved_by=AgentId("li"), saved_at=NOW),
        world=RoutingWorld(
            directory=DIRECTORY,
            categories={category.id for category in categories},
            regions={"010"},
        ),
        regions=(Region(code="010", name="Beijing", name_zh="北京"),),
        categories=tuple(categories),
    )


@pytest.fixture
def page(qtbot: QtBot) -> RoutingPage:
    made = RoutingPage(now=lambda: NOW)
    qtbot.addWidget(made)
    made.offer_editing(True)
    made.resize(1200, 800)
    made.show_house(a_house(NORTH, REST), "Li Ming")
    made.show()
    made.list.setFocus()
    return made


def texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def names(page: RoutingPage) -> list[str]:
    return [each.name for each in page.rules()]


def row(page: RoutingPage, number: int) -> str:
    """Return what a screen reader says of a line of the list, the heading is 0."""
    return str(page.list.model().index(number, 0).data())


class TestTheList:
    def test_says_each_rule_in_one_line(self, page: RoutingPage) -> None:
        assert row(page, 0) == "The first rule that fits decides · 2"
        assert row(page, 1) == "1. Diesel in the north · 010 Beijing, diesel → Nord"
        assert row(page, 2) == "2. Everything else · every order → Süd"
        assert "version 4, saved by Li Ming" in texts(page)

    def test_rules_move_turn_off_and_go_by_key(self, page: RoutingPage) -> None:
        QTest.keyClick(page.list, Qt.Key.Key_Down, ALT)
        assert names(page) == ["Everything else", "Diesel in the north"]
        assert page.list.marked_id() == "north"
        QTest.keyClick(page.list, Qt.Key.Key_Space)
        assert [each.is_enabled for each in page.rules()] == [True, False]
        assert "off" in row(page, 2)
        QTest.keyClick(page.list, Qt.Key.Key_Delete)
        assert names(page) == ["Everything else"]
        assert "Changed, not saved yet." in texts(page)
        page.discard.click()
        assert names(page) == ["Diesel in the north", "Everything else"]

    def test_a_new_rule_comes_below_the_marked_one_and_says_what_it_lacks(
        self, page: RoutingPage, qtbot: QtBot
    ) -> None:
        QTest.keyClick(page.list, Qt.Key.Key_Insert)
        assert names(page) == ["Diesel in the north", "New rule", "Everything else"]
        qtbot.waitUntil(page.form.name.hasFocus)
        QTest.keyClicks(page.form.name, "Night")
        assert names(page)[1] == "Night"
        assert "fault" in row(page, 2)
        assert "one of Field service, Nord, Süd" in texts(page.form)

    def test_a_copy_has_a_name_of_its_own(self, page: RoutingPage) -> None:
        page.copy.click()
        assert names(page)[:2] == ["Diesel in the north", "Diesel in the north (copy)"]
        assert page.rules()[1].regions == NORTH.regions


class TestTheForm:
    def test_every_condition_is_edited(self, page: RoutingPage) -> None:
        form = page.form
        form.assignees.add(FIELD)
        form.when_closed.setFocus()
        QTest.keyClick(form.when_closed, Qt.Key.Key_2)
        form.categories.add("router")
        form.products.setText("")
        QTest.keyClicks(form.products, "oil, D12")
        form.tiers.boxes[Tier.VIP].click()
        changed = page.rules()[0]
        assert changed.assignees == (NORD, FIELD)
        assert changed.when_closed is WhenClosed.WAIT
        assert changed.categories == {"router"}
        assert changed.products == {"oil", "D12"}
        assert changed.tiers == {Tier.VIP}
        assert page.is_dirty()

    def test_the_order_of_preference_is_changed_by_key(self, page: RoutingPage) -> None:
        page.form.assignees.add(FIELD)
        chosen = page.form.assignees.list
        chosen.setFocus()
        QTest.keyClick(chosen, Qt.Key.Key_Up, ALT)
        assert page.rules()[0].assignees == (FIELD, NORD)
        QTest.keyClick(chosen, Qt.Key.Key_Delete)
        assert page.rules()[0].assignees == (NORD,)
        assert names(page)[0] == "Diesel in the north"

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            (Language.EN, "“Gone” is not accepted. Accepted: one of Field service, Nord, Süd"),
            (Language.ZH, "Gone 已停业"),
        ],
    )
    def test_a_rule_to_a_closed_dealer_is_told_at_the_field_and_not_saved(
        self, page: RoutingPage, qtbot: QtBot, language: Language, said: str
    ) -> None:
        set_language(language)
        page.form.assignees.add(GONE)
        assert said in texts(page.form)
        with qtbot.assertNotEmitted(page.save_requested):
            page.save.click()
        assert "Diesel in the north" in page.notice.text()

    def test_a_form_that_was_narrow_puts_its_fields_below_each_other(
        self, page: RoutingPage, qtbot: QtBot
    ) -> None:
        page.resize(700, 800)
        form = page.form
        qtbot.waitUntil(lambda: form.when_closed.mapTo(form, QPoint()).x() < 40)


class TestSaving:
    def test_control_enter_saves_what_was_edited(self, page: RoutingPage, qtbot: QtBot) -> None:
        QTest.keyClick(page.list, Qt.Key.Key_Down, ALT)
        with qtbot.waitSignal(page.save_requested) as saved:
            QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)
        assert [each.id for each in saved.args[0]] == ["rest", "north"]

    def test_nothing_is_saved_when_nothing_was_edited(
        self, page: RoutingPage, qtbot: QtBot
    ) -> None:
        with qtbot.assertNotEmitted(page.save_requested):
            QTest.keyClick(page.list, Qt.Key.Key_Return, CONTROL)

    def test_who_saved_meanwhile_is_told_with_what_differs_and_mine_stays(
        self, page: RoutingPage, qtbot: QtBot
    ) -> None:
        QTest.keyClick(page.list, Qt.Key.Key_Space)
        page.show_stale(a_house(NORTH, replace(REST, name="The rest"), version=5), "王芳")
        assert page.stale.text().startswith("王芳 saved version 5 ")
        assert "Different there: Diesel in the north, The rest" in page.stale.text()
        assert not page.rules()[0].is_enabled
        with qtbot.waitSignal(page.mine_wanted) as mine:
            page.stale.mine.click()
        assert mine.args[0] == page.rules()
        with qtbot.waitSignal(page.theirs_wanted):
            page.stale.theirs.click()

    def test_who_may_only_look_changes_nothing(self, page: RoutingPage, qtbot: QtBot) -> None:
        page.offer_editing(False)
        QTest.keyClick(page.list, Qt.Key.Key_Down, ALT)
        QTest.keyClick(page.list, Qt.Key.Key_Delete)
        assert names(page) == ["Diesel in the north", "Everything else"]
        assert not page.save.isVisible()
        assert "You may look and try out" in texts(page)
        with qtbot.waitSignal(page.try_requested):
            page.tabs.choose("trial")
            page.trial.try_out.click()


class TestTheDryRun:
    @pytest.fixture
    def show(self, page: RoutingPage) -> Callable[[], None]:
        past = [
            PastOrder(
                number=1000 + n,
                subject="Diesel engine stops",
                order=replace(DIESEL, at=DIESEL.at - timedelta(days=n), region=region),
                went_to=None,
            )
            for n, region in enumerate(("010", "010", "021"))
        ]

        def make() -> None:
            run = dry_run(page.rules(), past, DIRECTORY, today=[REST])
            page.tabs.choose("trial")
            page.show_run(run, page.rules())

        return make

    def test_shows_how_many_each_rule_takes_and_what_would_change(
        self, page: RoutingPage, show: Callable[[], None]
    ) -> None:
        show()
        assert "3 orders of the last 30 days: 2 would go elsewhere than today" in texts(page)
        assert row(page, 1).endswith("takes 2")
        listed = page.trial.list
        assert str(listed.model().index(0, 0).data()) == "Süd → Nord · 2"
        assert "Sent to Nord: region 010" in str(listed.model().index(1, 0).data())

    def test_shows_the_orders_behind_each_figure(
        self, page: RoutingPage, show: Callable[[], None]
    ) -> None:
        show()
        shown = page.trial.shown
        said = [shown.itemText(n) for n in range(shown.count())]
        assert said == [
            "What would change · 2",
            "For the dispatcher · 1",
            "Taken by Diesel in the north · 2",
            "Taken by Everything else · 0",
            "Every order · 3",
        ]
        shown.setCurrentIndex(4)
        shown.activated.emit(4)
        assert page.trial.list.count() == 3

    def test_says_when_the_rules_are_others_by_now(
        self, page: RoutingPage, show: Callable[[], None]
    ) -> None:
        show()
        page.tabs.choose("rule")
        QTest.keyClick(page.list, Qt.Key.Key_Space)
        assert page.trial.notice.text() == "The rules have changed since this dry run."

    def test_says_so_when_it_could_not_be_tried(self, page: RoutingPage) -> None:
        page.trial.show_trying()
        page.trial.show_error("The database is away")
        assert page.trial.notice.text() == "The database is away"
        assert page.trial.try_out.isEnabled()


def test_without_rules_it_says_where_orders_go(page: RoutingPage) -> None:
    page.show_house(a_house())
    assert "Each order goes to the department of its category." in texts(page)
    assert "Choose a rule, or add one" in texts(page)


def test_it_speaks_chinese_at_once(page: RoutingPage) -> None:
    set_language(Language.ZH)
    QCoreApplication.sendEvent(page, QEvent(QEvent.Type.LanguageChange))
    assert row(page, 1) == "1. Diesel in the north · 010 北京、diesel → Nord"
    assert "第 4 版" in texts(page)
    assert page.form.regions.list.item(0).text() == "010 北京"


def test_rule_ids_are_not_shown(page: RoutingPage) -> None:
    assert RuleId("north") not in texts(page)
