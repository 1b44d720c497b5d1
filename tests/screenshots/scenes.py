"""The scenes of which the documents show pictures; each sets the desk up and takes its picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from agent_desk.domain.identifiers import CallId
from agent_desk.domain.settlement import ClaimState
from agent_desk.domain.sip_account import SipAccount, SipTransport
from agent_desk.domain.sound import (
    AudioDevice,
    AudioDevices,
    LineQuality,
    QualityMeasuredEvent,
)
from agent_desk.domain.ticket import Resolution
from agent_desk.domain.work_order import WorkOrderState
from tests.screenshots.studio import Studio
from ui.board.page import DispatchPage
from ui.escalations.page import EscalationsPage
from ui.knowledge.page import KnowledgePage
from ui.language import Language, tr
from ui.orders.department_page import DepartmentPage
from ui.orders.report_fields import lines_text
from ui.orders.review_page import ReviewPage
from ui.routing.routing_page import RoutingPage
from ui.settlement.page import SettlementPage
from ui.shell.settings_page import SettingsPage
from ui.theme.theme import ThemeName
from ui.ticket.tickets_page import TicketsPage

WANG_FANG = "+8613800138000"
LI_HOME = "+861095529988"
NOBODY = "+8613900007777"

Scene = Callable[[Studio, Path], None]


def talking(studio: Studio, folder: Path) -> None:
    """A known customer in a call, a ticket half typed: light English, dark Chinese."""
    call_id = studio.ring(WANG_FANG, reason="No signal after the outage")
    studio.answer(call_id)
    studio.pass_time(167)
    fill_ticket(studio, "Router offline after outage", "Link light is red since last night.")
    studio.wait_until(lambda: "Field service" in studio.panels.editor.form.route_text())
    studio.wait_until(studio.panels.contact.orders.answer.hurry.isVisible)
    studio.picture(folder / "agent-light-en.png")
    studio.show_in(ThemeName.DARK, Language.ZH)
    studio.picture(folder / "agent-dark-zh.png")
    studio.show_in(ThemeName.LIGHT, Language.EN)
    hang_up(studio)
    studio.pass_time(8)
    studio.picture(folder / "after-call-light-en.png")


def several_candidates(studio: Studio, folder: Path) -> None:
    """A number that a household shares, while it rings."""
    call_id = studio.ring(LI_HOME, queue="billing")
    studio.pass_time(3)
    studio.picture(folder / "pop-shared-light-en.png")
    studio.act(lambda: studio.switch.caller_gives_up(call_id))


def unknown_caller(studio: Studio, folder: Path) -> None:
    """A number that nobody has: the form with the number filled in, dark Chinese."""
    call_id = studio.ring(NOBODY, queue="sales")
    studio.show_in(ThemeName.DARK, Language.ZH)
    studio.picture(folder / "pop-unknown-dark-zh.png")
    studio.show_in(ThemeName.LIGHT, Language.EN)
    studio.act(lambda: studio.switch.caller_gives_up(call_id))


def pages(studio: Studio, folder: Path) -> None:
    """My tickets, the department's list and the settings."""
    window = studio.view.window
    for name, file_name in (
        ("tickets", "tickets-light-en.png"),
        ("department", "department-light-en.png"),
        ("settings", "settings-light-en.png"),
    ):
        window.show_page(name)
        studio.on_loop(studio.desk.orders.to_verify)
        page = window.page(name)
        if isinstance(page, TicketsPage | DepartmentPage):
            studio.wait_until(partial(_has_a_marked_row, page))
        if isinstance(page, DepartmentPage):
            type_report(studio, page)
            in_chinese(studio, folder / "department-dark-zh.png")
        studio.picture(folder / file_name)
    window.show_page("agent")


def sound(studio: Studio, folder: Path) -> None:
    """A sound test on the settings page, as at a desk of real calls."""
    page = _shown(studio, "settings")
    assert isinstance(page, SettingsPage)
    headset = AudioDevice(id="usb", name="Jabra Evolve2 40 SE")
    built_in = AudioDevice(id="pci", name="Built-in Audio Analog Stereo", is_default=True)
    devices = (built_in, headset)
    studio.wait_until(page.sound.is_simulated)
    page.sound.set_simulated(False)
    page.sound.show_devices(AudioDevices(microphones=devices, speakers=devices))
    chosen = {
        **dict.fromkeys(("microphone", "speaker"), headset.id),
        **{f"{kind}_name": headset.name for kind in ("microphone", "speaker")},
    }
    page.show_settings({**page.form(), **chosen})
    page.ring.show_devices(devices)
    page.sound.set_testing(True)
    page.sound.show_level(-27.0)
    studio.picture(folder / "sound-light-en.png")
    in_chinese(studio, folder / "sound-dark-zh.png")
    studio.view.window.show_page("agent")


def in_chinese(studio: Studio, path: Path) -> None:
    """Take the same picture in dark Chinese, and go back to light English."""
    studio.show_in(ThemeName.DARK, Language.ZH)
    studio.picture(path)
    studio.show_in(ThemeName.LIGHT, Language.EN)


def verification(studio: Studio, folder: Path) -> None:
    """The verification call: the story, what to say, and the customer's score."""
    window = studio.view.window
    window.show_page("tickets")
    page = window.page("tickets")
    assert isinstance(page, TicketsPage)
    studio.wait_until(lambda: page.is_verifying() and _has_a_story(page))
    page.verification.script.say_yes()
    page.verification.script.rating.set_value("5")
    studio.picture(folder / "verification-light-en.png")
    in_chinese(studio, folder / "verification-dark-zh.png")
    window.show_page("agent")


def board(studio: Studio, folder: Path) -> None:
    """The dispatcher's board with a card in full, and its regions in dark Chinese."""
    window = studio.view.window
    window.show_page("dispatch")
    page = window.page("dispatch")
    assert isinstance(page, DispatchPage)
    studio.wait_until(lambda: any(page.model.clock(order.id) for order in page.model.all()))
    page.columns.go_to_column(WorkOrderState.IN_PROGRESS)
    page.open_card(page.columns.current_id())
    studio.wait_until(page.detail.is_whole)
    studio.picture(folder / "board-light-en.png")
    in_chinese(studio, folder / "board-dark-zh.png")
    page.side.leave()
    page.show_regions()
    in_chinese(studio, folder / "board-regions-dark-zh.png")
    page.show_cards()
    window.show_page("agent")


def review(studio: Studio, folder: Path) -> None:
    """The reviewer's queue with the report of a field order."""
    page = _shown(studio, "review")
    assert isinstance(page, ReviewPage)
    studio.wait_until(lambda: page.list.marked_id() != "")
    studio.wait_until(lambda: not page.detail.story.is_waiting())
    studio.picture(folder / "review-light-en.png")
    in_chinese(studio, folder / "review-dark-zh.png")
    studio.view.window.show_page("agent")


def settlement(studio: Studio, folder: Path) -> None:
    """Claims in every state, one of them in full; what they add up to, light English."""
    page = _shown(studio, "settlement")
    assert isinstance(page, SettlementPage)
    page.filters.states.setCurrentIndex(2)
    page.filters.changed.emit()
    studio.wait_until(lambda: any(c.state is ClaimState.SETTLED for c in page.listed()))
    studio.wait_until(lambda: not page.detail.story.is_waiting())
    studio.picture(folder / "settlement-light-en.png")
    in_chinese(studio, folder / "settlement-dark-zh.png")
    page.totals_button.toggle()
    studio.picture(folder / "settlement-totals-light-en.png")
    page.totals_button.toggle()
    studio.view.window.show_page("agent")


def product(studio: Studio, folder: Path) -> None:
    """A product with its contract, edited in the place of the card, light English."""
    call_id = studio.ring(WANG_FANG, reason="No signal after the outage")
    studio.answer(call_id)
    card = studio.panels.contact.card
    studio.wait_until(lambda: bool((shown := card.shown_card()) and shown.products))
    shown = card.shown_card()
    assert shown is not None
    card.view.product_wanted.emit(shown.products[0].id)
    studio.picture(folder / "product-light-en.png")
    hang_up(studio)


def shortcuts(studio: Studio, folder: Path) -> None:
    """The list of keys."""
    window = studio.view.window
    window.toggle_shortcuts()
    studio.picture(folder / "shortcuts-light-en.png")
    window.toggle_shortcuts()


def article_beside_ticket(studio: Studio, folder: Path) -> None:
    """What may solve the call below its subject, and one of them read beside it."""
    call_id = studio.ring(WANG_FANG, reason="No signal after the outage")
    studio.answer(call_id)
    studio.pass_time(74)
    form = studio.panels.editor.form
    form.subject.setText("Router light is red after the outage")
    studio.wait_until(lambda: len(form.hits.shown_ids()) > 0)
    form.hits.wanted.emit(form.hits.shown_ids()[0])
    reader = studio.panels.articles.reader
    studio.wait_until(lambda: reader.solved.isEnabled())
    studio.picture(folder / "article-light-en.png")
    studio.panels.articles.show_reader(False)
    form.clear()
    hang_up(studio)


def knowledge(studio: Studio, folder: Path) -> None:
    """The knowledge base with what waits for a review."""
    window = studio.view.window
    window.show_page("knowledge")
    page = window.page("knowledge")
    assert isinstance(page, KnowledgePage)
    studio.wait_until(lambda: page.detail.article is not None)
    studio.picture(folder / "knowledge-light-en.png")
    in_chinese(studio, folder / "knowledge-dark-zh.png")
    window.show_page("agent")


def routing(studio: Studio, folder: Path) -> None:
    """The routing rules, and what they would do with the orders of the last 30 days."""
    window = studio.view.window
    window.show_page("routing")
    page = window.page("routing")
    assert isinstance(page, RoutingPage)
    studio.wait_until(lambda: bool(page.rules()))
    studio.picture(folder / "routing-rules-light-en.png")
    in_chinese(studio, folder / "routing-rules-dark-zh.png")
    page.tabs.choose("trial")
    page.trial.try_out.click()
    studio.wait_until(lambda: page.trial.list.count() > 0)
    studio.picture(folder / "routing-trial-light-en.png")
    window.show_page("agent")


def escalations(studio: Studio, folder: Path) -> None:
    """What is late, and who has to take note of it."""
    page = _shown(studio, "escalations")
    assert isinstance(page, EscalationsPage)
    studio.wait_until(lambda: page.list.marked_id() != "")
    studio.picture(folder / "escalations-light-en.png")
    in_chinese(studio, folder / "escalations-dark-zh.png")
    studio.view.window.show_page("agent")


def complaint(studio: Studio, folder: Path) -> None:
    """A complaint in the ticket's editor, with whom it is about."""
    call_id = studio.ring(WANG_FANG, reason="A complaint")
    studio.answer(call_id)
    studio.pass_time(95)
    editor = studio.panels.editor
    fill_ticket(studio, "Technician did not come", "Waited from eight to four, nobody called.")
    editor.toggle_complaint()
    editor.form.complaint.about.setText("Field service")
    studio.picture(folder / "complaint-light-en.png")
    editor.form.clear()
    hang_up(studio)


def recorded_call(studio: Studio, folder: Path) -> None:
    """A recorded call on a bad line, with another one waiting."""
    call_id = studio.ring(WANG_FANG, reason="No signal after the outage")
    studio.answer(call_id)
    studio.pass_time(48)
    studio.on_loop(lambda: studio.desk.sound.start_recording(call_id))
    quality = LineQuality(
        here=2.9, there=3.8, loss=0.04, jitter_ms=22.0, round_trip_ms=88.0, codec="opus"
    )
    heard = QualityMeasuredEvent(call_id=call_id, at=studio.clock.now(), quality=quality)
    studio.act(lambda: studio.switch.media.tell(heard))
    second = CallId("picture-waiting")
    studio.act(lambda: studio.switch.ring(second, NOBODY, queue="technical"))
    bar = studio.view.call_bar
    bar.select_call(call_id)
    studio.wait_until(lambda: bar.sound_row().sound().quality is not None)
    studio.picture(folder / "recorded-call-light-en.png")
    studio.on_loop(lambda: studio.desk.sound.pause_recording(call_id, paused=True))
    studio.wait_until(lambda: bar.sound_row().resume.isVisible())
    in_chinese(studio, folder / "recorded-call-dark-zh.png")
    studio.act(lambda: studio.switch.caller_gives_up(second))
    studio.wait_until(lambda: len(studio.desk.calls.calls) == 1)
    hang_up(studio)


def telephone(studio: Studio, folder: Path) -> None:
    """The account at an exchange, and what its check says of a certificate."""
    page = _shown(studio, "settings")
    assert isinstance(page, SettingsPage)
    section = page.telephone
    section.show_account(
        SipAccount(user="1017", domain="sip.example.com", transport=SipTransport.TLS)
    )
    section.check.click()
    studio.wait_until(lambda: section.steps.result() != "")
    area = section.parent()
    while not isinstance(area, QScrollArea):
        assert area is not None
        area = area.parent()
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    studio.picture(folder / "telephone-light-en.png")
    in_chinese(studio, folder / "telephone-dark-zh.png")
    page.undo()
    studio.view.window.show_page("agent")


SCENES: Mapping[str, Scene] = MappingProxyType(
    {
        "talking": talking,
        "several-candidates": several_candidates,
        "unknown-caller": unknown_caller,
        "pages": pages,
        "sound": sound,
        "verification": verification,
        "review": review,
        "settlement": settlement,
        "product": product,
        "routing": routing,
        "board": board,
        "escalations": escalations,
        "complaint": complaint,
        "shortcuts": shortcuts,
        "article-beside-ticket": article_beside_ticket,
        "knowledge": knowledge,
        "recorded-call": recorded_call,
        "telephone": telephone,
    }
)


def _has_a_story(page: TicketsPage) -> bool:
    labels = page.verification.findChildren(QLabel)
    return any(label.isVisible() and label.text() == tr("verification.ticket") for label in labels)


def _shown(studio: Studio, name: str) -> QWidget | None:
    """Show page ``name`` and return it."""
    studio.view.window.show_page(name)
    return studio.view.window.page(name)


def _has_a_marked_row(page: TicketsPage | DepartmentPage) -> bool:
    return page.list.marked_id() != ""


def fill_ticket(studio: Studio, subject: str, description: str) -> None:
    """Type into the editor."""
    form = studio.panels.editor.form
    categories = studio.on_loop(studio.desk.tickets.categories)
    leaf = next(c for c in categories if c.name == "Line fault on site")
    form.fill(
        {
            "subject": subject,
            "description": description,
            "category_id": leaf.id,
            "priority": "P2",
            "resolution": Resolution.WORK_ORDER.value,
        }
    )


def type_report(studio: Studio, page: DepartmentPage) -> None:
    """Turn to an order under way and type half of its report."""
    lines = studio.on_loop(studio.desk.orders.lines)
    order = next(x.order for x in lines if x.order.subject.startswith("Replace modem"))
    page.select_order(order.id)
    form = page.detail.form
    form.restore({"done": "Modem replaced, line measured: attenuation 12 dB."})
    form.lines.restore(
        lines_text(
            [
                {
                    "kind": "PART",
                    "name": "FibreBox 7590",
                    "part_number": "FB-7590-AX",
                    "quantity": "1",
                    "unit_price": "1299.00",
                },
                {
                    "kind": "LABOUR",
                    "name": "Fitting and line test",
                    "quantity": "1.5",
                    "unit_price": "120.00",
                },
            ]
        ),
        "CNY",
    )
    studio.wait_until(lambda: len(page.detail.files.attachments()) > 0)


def hang_up(studio: Studio) -> None:
    """End the only call from this side."""
    call_id = next(iter(studio.desk.calls.calls))
    studio.on_loop(lambda: studio.desk.calls.clear_connection(call_id))
    studio.wait_until(lambda: studio.panels.wrap_up.call_id() == call_id)
