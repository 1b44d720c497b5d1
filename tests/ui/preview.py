"""Renders the shell with sample panels to PNG files, to be looked at.

`python -m tests.ui.preview --out DIR [--theme dark] [--language zh] [--scale 150]
[--size 1280x720] [--show page|shortcuts|search|tabs]`
"""

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPlainTextEdit, QWidget

from agent_desk.domain.customer import SearchHit, SearchKind, Tier
from agent_desk.domain.draft import Draft, DraftKind
from agent_desk.domain.identifiers import CallId, CustomerId
from ui.application import create_application
from ui.language import Language, set_language
from ui.shell.about import AboutDialog
from ui.shell.agent_page import AgentPage, Column
from ui.shell.main_window import MainWindow
from ui.shell.recovery import RecoveryDialog
from ui.shell.search_box import SearchBox
from ui.shell.settings_page import SettingsPage
from ui.theme.theme import ThemeName, apply_theme
from ui.theme.tokens import S
from ui.widgets.avatar import Avatar
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.pill import Pill

HITS = (
    SearchHit(
        kind=SearchKind.CUSTOMER,
        id="c1",
        customer_id=CustomerId("c1"),
        title="王芳 Wang Fang",
        detail="+86 138 0013 8000 · 北京",
        tier=Tier.GOLD,
    ),
    SearchHit(
        kind=SearchKind.CUSTOMER,
        id="c2",
        customer_id=CustomerId("c2"),
        title="Anna Wang-Fanghänel of the very long double name that cannot fit in one line",
        detail="+49 40 3003 8000 · Nordlicht Logistik GmbH · Hamburg",
        tier=Tier.VIP,
    ),
    SearchHit(
        kind=SearchKind.TICKET,
        id="t1",
        customer_id=CustomerId("c1"),
        title="Router offline 断网",
        detail="王芳 · 18 Nov",
        number=118,
    ),
)


NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)

DRAFTS = (
    Draft(
        key="ticket:1",
        kind=DraftKind.TICKET,
        saved_at=NOW - timedelta(minutes=20),
        fields={"subject": "Router offline since the outage in the morning", "priority": "P2"},
        call_id=CallId("1"),
        number="+8613800138000",
        customer_name="王芳",
    ),
    Draft(
        key="note:2",
        kind=DraftKind.NOTE,
        saved_at=NOW - timedelta(days=1),
        fields={"text": "喜欢用中文沟通，下午五点以后回电。"},
        customer_name="Anna Müller",
    ),
)

SETTINGS = {
    "language": "en",
    "theme": "light",
    "scale_percent": "100",
    "region": "CN",
    "agent_id": "agent017",
    "agent_name": "Li Ming 李明",
    "wrap_up_seconds": "60",
    "ring_volume_percent": "60",
    "ring_silent": "False",
    "call_waiting_tone": "True",
    "raise_on_ring": "True",
    "repeat_window_days": "7",
    "database": "",
}


def sample_customer() -> QWidget:
    card = Card()
    head = QHBoxLayout()
    avatar = Avatar()
    avatar.set_name("王芳 Wang Fang")
    head.addWidget(avatar)
    name = Label(role="title")
    name.setText("王芳 Wang Fang")
    head.addWidget(name, 1)
    card.body.addLayout(head)
    card.body.addWidget(Pill("Gold", "warning"))
    card.body.addWidget(Button("call_service.make_call", "phone"))
    card.body.addStretch(1)
    return card


def sample_timeline() -> QWidget:
    card = Card("shell.timeline")
    card.body.addWidget(EmptyState("history", "shell.timeline", "search.name"))
    return card


def sample_ticket() -> QWidget:
    card = Card("shell.ticket")
    subject = QLineEdit("Router offline after outage")
    card.body.addWidget(FormField("field.subject", subject))
    text = QPlainTextEdit()
    text.setMinimumHeight(120)
    card.body.addWidget(FormField("field.description", text))
    row = QHBoxLayout()
    row.setSpacing(S)
    row.addStretch(1)
    row.addWidget(Button("resolution.FOLLOW_UP", "calendar-clock", "ghost"))
    row.addWidget(Button("resolution.RESOLVED_NOW", "check", "primary"))
    card.body.addLayout(row)
    return card


def sample_orders() -> QWidget:
    card = Card("timeline_kind.ORDER")
    card.body.addWidget(EmptyState("wrench", "timeline_kind.ORDER"))
    return card


def sample_queues() -> QWidget:
    strip = QWidget()
    row = QHBoxLayout(strip)
    row.setContentsMargins(0, 0, 0, 0)
    for _ in range(5):
        card = Card()
        number = Label(role="number")
        number.setText("12")
        card.body.addWidget(number)
        card.body.addWidget(Label("shell.queues", role="muted"))
        row.addWidget(card)
    return strip


def sample_calls() -> QWidget:
    bar = QWidget()
    row = QHBoxLayout(bar)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(S)
    row.addWidget(Label("call_state.CONNECTED", role="title"))
    row.addStretch(1)
    row.addWidget(Button("call_service.hold_call", "pause"))
    row.addWidget(Button("call_service.transfer_call", "phone-forwarded"))
    row.addWidget(Button("call_service.clear_connection", "phone-off", "danger"))
    return bar


def sample_settings() -> QWidget:
    page = SettingsPage(regions=lambda: ("CN", "DE", "FR"))
    page.show_settings(SETTINGS)
    return page


def sample_window() -> MainWindow:
    """Return a main window with sample panels in every place."""
    window = MainWindow(may_close=lambda: True)
    window.set_agent_page(
        customer=sample_customer(),
        timeline=sample_timeline(),
        ticket=sample_ticket(),
        orders=sample_orders(),
        queues=sample_queues(),
    )
    state = Pill("Talking", "success", dot=True)
    window.set_top_bar(state=state, calls=sample_calls(), search=SearchBox())
    window.add_page("tickets", "ticket", "nav.tickets", sample_timeline)
    window.add_page("department", "hard-hat", "nav.department", sample_orders)
    window.add_page("settings", "settings", "nav.settings", sample_settings, bottom=True)
    window.rail.button("tickets").set_count(3)
    return window


def show(window: MainWindow, what: str) -> None:
    """Bring the part ``what`` of the window on screen."""
    search = window.findChild(SearchBox)
    page = window.page("agent")
    if what == "shortcuts":
        window.toggle_shortcuts()
    elif what == "search" and search is not None:
        search.setText("wf")
        search.show_hits("wf", HITS)
    elif what == "nothing" and search is not None:
        search.setText("Nobody")
        search.show_hits("Nobody", ())
    elif what == "settings":
        window.show_page("settings")
    elif what == "notice":
        window.set_notices(Banner("The database answers slowly.", "warning", action="Retry"))
    elif what == "ticket" and isinstance(page, AgentPage):
        page.focus_column(Column.TICKET)


def main() -> None:
    """Render one picture as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--theme", choices=[t.value for t in ThemeName], default="light")
    parser.add_argument("--language", choices=[x.value for x in Language], default="en")
    parser.add_argument("--scale", type=int, default=100)
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--show", default="page")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    create_application(["preview"])
    set_language(Language(options.language))
    apply_theme(ThemeName(options.theme), options.scale)
    window = sample_window()
    width, height = (int(side) for side in options.size.split("x"))
    window.resize(width, height)
    window.show()
    QApplication.processEvents()
    show(window, options.show)
    QApplication.processEvents()
    QApplication.processEvents()
    options.out.mkdir(parents=True, exist_ok=True)
    name = f"{options.show}-{options.theme}-{options.language}-{options.scale}-{options.size}.png"
    window.grab().save(str(options.out / name))
    if options.show == "about":
        about = AboutDialog(window)
        about.open()
        QApplication.processEvents()
        about.grab().save(str(options.out / name))
    if options.show == "recovery":
        dialog = RecoveryDialog(now=lambda: NOW, parent=window)
        dialog.show_drafts(DRAFTS)
        dialog.open()
        QApplication.processEvents()
        dialog.grab().save(str(options.out / name))


if __name__ == "__main__":
    main()
