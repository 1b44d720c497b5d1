"""Every panel of customer, ticket and orders: drawn in both themes and languages, nothing cut."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.matching import MatchLevel
from agent_desk.domain.ticket import TicketState
from agent_desk.domain.work_order import WorkOrderState
from tests.ui.customer import samples
from ui.customer.customer_card import CustomerCardPanel
from ui.customer.screen_pop import ScreenPopPanel
from ui.language import Language, set_language
from ui.orders.department_page import DepartmentPage
from ui.orders.work_orders import WorkOrdersPanel
from ui.theme.theme import ThemeName, apply_theme, colour
from ui.ticket.ticket_editor import TicketEditor
from ui.ticket.tickets_page import TicketsPage
from ui.timeline.panel import TimelinePanel
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.wrapped_label import WrappedLabel


def card_panel() -> QWidget:
    panel = CustomerCardPanel(now=samples.now)
    panel.show_card(samples.card())
    return panel


def card_form() -> QWidget:
    panel = CustomerCardPanel(now=samples.now)
    panel.show_card(samples.card())
    panel.begin_edit()
    panel.show_stale("The record was changed meanwhile (yours is version 3, saved is 4)")
    return panel


def pop(level: MatchLevel) -> Callable[[], QWidget]:
    def make() -> QWidget:
        panel = ScreenPopPanel(now=samples.now)
        panel.show_ringing(samples.call(remote_name="MUELLER ANNA"), "Technical")
        raw = "anonymous" if level is MatchLevel.ANONYMOUS else "+4915112345678"
        known = level is MatchLevel.MAYBE
        panel.show_match(samples.household() if known else samples.match(level, raw=raw))
        return panel

    return make


def failed_pop() -> QWidget:
    panel = ScreenPopPanel(now=samples.now)
    panel.show_ringing(samples.call())
    panel.show_failure("The database did not answer within 2 s")
    return panel


def timeline() -> QWidget:
    panel = TimelinePanel(now=samples.now)
    panel.show_entries(samples.entries(40), 312)
    return panel


def editor(resolution: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        panel = TicketEditor(now=samples.now)
        panel.set_categories(samples.categories())
        panel.begin(samples.customer(), CallId("call-1"), "")
        panel.restore({"category_id": "installation", "resolution": resolution})
        panel.offer_join([samples.open_ticket()])
        panel.show_draft_saved(samples.NOW)
        return panel

    return make


def orders() -> QWidget:
    panel = WorkOrdersPanel(now=samples.now)
    panel.show_orders((samples.open_order(), samples.open_order(119, "PENDING_DISPATCH")))
    return panel


def tickets() -> QWidget:
    page = TicketsPage(now=samples.now)
    late = samples.NOW - timedelta(hours=3)
    page.show_tickets(
        [samples.ticket(1042, TicketState.VERIFYING), samples.ticket(1050, follow_up_at=late)],
        {"c1": "Anna Müller"},
    )
    page.show_verification(
        samples.order_line(state=WorkOrderState.VERIFYING, report=samples.report())
    )
    return page


def department(state: WorkOrderState) -> Callable[[], QWidget]:
    def make() -> QWidget:
        page = DepartmentPage(now=samples.now)
        page.set_departments(samples.departments())
        page.show_lines([samples.order_line(state=state, report=samples.report())])
        return page

    return make


PANELS: Mapping[str, tuple[Callable[[], QWidget], int, int]] = {
    "card": (card_panel, 250, 500),
    "form": (card_form, 250, 500),
    "candidates": (pop(MatchLevel.MAYBE), 250, 500),
    "unknown": (pop(MatchLevel.UNKNOWN), 250, 500),
    "anonymous": (pop(MatchLevel.ANONYMOUS), 250, 500),
    "failed": (failed_pop, 250, 500),
    "timeline": (timeline, 520, 500),
    "resolved": (editor("RESOLVED_NOW"), 300, 360),
    "follow-up": (editor("FOLLOW_UP"), 300, 360),
    "work order": (editor("WORK_ORDER"), 300, 360),
    "orders": (orders, 300, 230),
    "tickets": (tickets, 1216, 620),
    "assigned": (department(WorkOrderState.ASSIGNED), 1216, 620),
    "in progress": (department(WorkOrderState.IN_PROGRESS), 1216, 620),
}


def cut_texts(panel: QWidget) -> list[str]:
    """Return the visible one-line texts that do not fit into their place."""
    cut = []
    for label in panel.findChildren(QLabel):
        shortens = isinstance(label, ElidedLabel | WrappedLabel) or label.wordWrap()
        if label.isVisible() and not shortens and label.sizeHint().width() > label.width() + 1:
            cut.append(label.text())
    for button in panel.findChildren(QPushButton):
        narrow = button.minimumSizeHint().width() > button.width() + 1
        if button.isVisible() and button.text() and narrow:
            cut.append(button.text())
    return cut


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("name", PANELS)
def test_nothing_is_cut_at_the_narrowest_column(
    qtbot: QtBot, name: str, language: Language
) -> None:
    make, width, height = PANELS[name]
    set_language(language)
    panel = make()
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    qtbot.waitExposed(panel)
    assert panel.minimumSizeHint().width() <= width
    assert cut_texts(panel) == []


@pytest.mark.parametrize("theme", list(ThemeName))
@pytest.mark.parametrize("name", PANELS)
def test_every_panel_stands_on_the_surface_of_its_theme(
    qtbot: QtBot, name: str, theme: ThemeName
) -> None:
    make, width, height = PANELS[name]
    panel = make()
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    apply_theme(theme)
    picture = panel.grab().toImage()
    surfaces = {colour("card").name(), colour("window").name()}
    corners = {picture.pixelColor(width // 2, 3).name(), picture.pixelColor(4, height // 2).name()}
    assert corners <= surfaces


@pytest.mark.parametrize("name", PANELS)
def test_every_control_has_a_name_for_a_screen_reader(qtbot: QtBot, name: str) -> None:
    make, width, height = PANELS[name]
    panel = make()
    qtbot.addWidget(panel)
    panel.resize(width, height)
    panel.show()
    for button in panel.findChildren(QPushButton):
        if button.isVisible():
            assert button.accessibleName() or button.text()
    for kind in ("QLineEdit", "QToolButton", "QComboBox", "QPlainTextEdit", "QListView"):
        for control in panel.findChildren(QWidget):
            if control.isVisible() and control.inherits(kind) and control.focusPolicy().value:
                inner = control.objectName().startswith("qt_")
                assert control.accessibleName() or inner, (kind, control)
