"""The category tree: order, paths, inheritance, and choosing by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView
from pytestqt.qtbot import QtBot

from agent_desk.domain.category_tree import CategoryTree
from agent_desk.domain.identifiers import CategoryId, DepartmentId
from agent_desk.domain.ticket import Category
from tests.ui.customer import samples
from ui.language import Language, set_language
from ui.ticket.category_picker import CategoryPicker


@pytest.fixture
def picker(qtbot: QtBot) -> CategoryPicker:
    made = CategoryPicker()
    made.set_categories(samples.categories())
    qtbot.addWidget(made)
    made.show()
    return made


def opened(picker: CategoryPicker) -> tuple[QLineEdit, QListView]:
    assert picker._popup is not None
    assert picker._popup.isVisible()
    return picker._popup._filter, picker._popup._list


def test_children_stand_under_their_parents() -> None:
    rows = [(str(row.category.id), row.depth) for row in CategoryTree(samples.categories()).rows]
    assert rows.index(("router", 1)) > rows.index(("technical", 0))
    assert rows.index(("invoice", 1)) > rows.index(("billing", 0))


def test_a_path_is_told_in_both_languages() -> None:
    tree = CategoryTree(samples.categories())
    assert tree.path(CategoryId("router"), chinese=False) == "Technical › Router"
    assert tree.path(CategoryId("router"), chinese=True) == "技术支持 › 路由器"
    assert tree.path(CategoryId("gone"), chinese=False) == ""


def test_the_department_is_inherited_unless_the_category_names_one() -> None:
    tree = CategoryTree(samples.categories())
    assert tree.department_of(CategoryId("router")) == DepartmentId("field")
    assert tree.department_of(CategoryId("installation")) == DepartmentId("install")
    assert tree.department_of(CategoryId("invoice")) is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("rout", {"router"}),
        ("tech inst", {"installation"}),
        ("账单", {"billing", "invoice", "refund"}),
        ("发票", {"invoice"}),
        ("ROUTER", {"router"}),
        ("nothing", set()),
    ],
)
def test_every_word_must_stand_in_the_path_of_either_language(query: str, found: set[str]) -> None:
    matching = CategoryTree(samples.categories()).matching(query)
    assert {row.category.id for row in matching} == found


def test_orphans_and_loops_stay_in_reach() -> None:
    def node(key: str, parent: str) -> Category:
        return Category(id=CategoryId(key), parent_id=CategoryId(parent), name=key, name_zh=key)

    orphan = CategoryTree([node("a", "gone")])
    assert [row.category.id for row in orphan.rows] == ["a"]
    loop = CategoryTree([node("a", "b"), node("b", "a")])
    assert loop.path(CategoryId("a"), chinese=False) == "b › a"


def test_down_opens_the_tree_and_enter_chooses(qtbot: QtBot, picker: CategoryPicker) -> None:
    QTest.keyClick(picker, Qt.Key.Key_Down)
    field, _ = opened(picker)
    QTest.keyClick(field, Qt.Key.Key_Down)
    with qtbot.waitSignal(picker.category_chosen) as chosen:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == [picker.category_id()]
    assert picker.currentText() == picker.path()


def test_a_letter_opens_the_tree_with_it_as_the_filter(
    qtbot: QtBot, picker: CategoryPicker
) -> None:
    QTest.keyClicks(picker, "r")
    field, view = opened(picker)
    QTest.keyClicks(field, "out")
    assert field.text() == "rout"
    assert view.model().rowCount() == 1
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert picker.path() == "Technical › Router"


def test_chinese_is_filtered_as_it_is_composed(qtbot: QtBot, picker: CategoryPicker) -> None:
    QTest.keyClick(picker, Qt.Key.Key_Down)
    field, view = opened(picker)
    event = QInputMethodEvent()
    event.setCommitString("退款")
    QApplication.sendEvent(field, event)
    assert view.model().rowCount() == 1
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert picker.category_id() == "refund"


def test_escape_closes_the_tree_and_keeps_the_choice(qtbot: QtBot, picker: CategoryPicker) -> None:
    picker.choose("router")
    QTest.keyClick(picker, Qt.Key.Key_Space)
    field, _ = opened(picker)
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert picker._popup is not None
    assert not picker._popup.isVisible()
    assert picker.category_id() == "router"


def test_enter_on_nothing_found_chooses_nothing(qtbot: QtBot, picker: CategoryPicker) -> None:
    QTest.keyClicks(picker, "z")
    field, _ = opened(picker)
    QTest.keyClicks(field, "zz")
    with qtbot.assertNotEmitted(picker.category_chosen):
        QTest.keyClick(field, Qt.Key.Key_Return)


def test_the_choice_follows_the_language(qtbot: QtBot, picker: CategoryPicker) -> None:
    picker.choose("router")
    set_language(Language.ZH)
    qtbot.waitUntil(lambda: picker.currentText() == "技术支持 › 路由器")
    assert picker.category_id() == "router"


def test_a_category_that_is_gone_is_not_kept(picker: CategoryPicker) -> None:
    picker.choose("router")
    picker.set_categories([c for c in samples.categories() if c.id != "router"])
    assert picker.category_id() == ""
