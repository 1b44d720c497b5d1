"""What the screen does when another desk changes what it shows."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from agent_desk.domain.change import Change, FeedState, FeedStateChangedEvent
from agent_desk.domain.customer import Customer, CustomerChanges, NewCustomer
from agent_desk.domain.event_log import Stream
from agent_desk.domain.identifiers import EventId, new_uuid7
from agent_desk.services.change_watch import SharedRecordsChangedEvent, SharedRecordsReloadEvent
from tests.contracts.storage_samples import NOW
from tests.e2e.stage import ScriptedStage
from ui.formats import format_time
from ui.language import Language, set_language, tr
from ui.presenters.shared_changes import FreshList, SharedChangesPresenter

NUMBER = "+8613800138111"


def a_change(stream: Stream, stream_id: str, *, kind: str = "Changed", seq: int = 1) -> Change:
    return Change(
        seq=seq,
        id=EventId(new_uuid7(NOW)),
        stream=stream,
        stream_id=stream_id,
        kind=kind,
        at=NOW,
        actor="agent042",
    )


def tell(stage: ScriptedStage, *changes: Change) -> None:
    """Let the feed tell ``changes``."""
    stage.do(stage.desk.bus.publish, SharedRecordsChangedEvent(changes=changes))


def elsewhere(stage: ScriptedStage, customer: Customer, *, city: str) -> None:
    """Let the record be saved as another desk does: nothing on this one tells of it."""
    changes = CustomerChanges(
        id=customer.id, version=customer.version, name=customer.name, city=city
    )
    stage.on_loop(stage.desk.customers.change(changes))


@pytest.fixture
def shown(stage: ScriptedStage) -> Customer:
    """A customer on the screen."""
    card = stage.on_loop(stage.desk.customers.create(NewCustomer(name="王伟", number=NUMBER)))
    stage.view.contact.open_customer(card.customer.id)
    stage.wait(lambda: stage.view.contact.shown is not None)
    return card.customer


def texts_of(widget: QWidget) -> str:
    """Return everything that can be read on ``widget``."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def test_the_card_on_the_screen_is_read_again(stage: ScriptedStage, shown: Customer) -> None:
    elsewhere(stage, shown, city="Harbin")

    tell(stage, a_change(Stream.CUSTOMER, shown.id))

    stage.wait(lambda: "Harbin" in texts_of(stage.panels.contact.card))


def test_a_form_that_is_open_keeps_its_words_and_says_who_was_first(
    stage: ScriptedStage, shown: Customer
) -> None:
    card = stage.panels.contact.card
    card.begin_edit()
    card.form.focus_first()
    stage.type("x")
    typed, focus = card.form.fields(), stage.focus()
    elsewhere(stage, shown, city="Harbin")

    tell(stage, a_change(Stream.CUSTOMER, shown.id))

    said = tr("shared.changed_by", actor="agent042", time=format_time(NOW))
    stage.wait(lambda: said in texts_of(card))
    assert card.is_editing()
    assert card.form.fields() == typed
    assert stage.focus() is focus


def test_changes_of_other_customers_read_nothing(stage: ScriptedStage, shown: Customer) -> None:
    stage.settled()
    reads = stage.storage.reads

    tell(stage, a_change(Stream.CUSTOMER, new_uuid7(NOW)), a_change(Stream.TICKET, "t"))
    tell(stage, a_change(Stream.CUSTOMER, shown.id))
    stage.wait(lambda: stage.storage.reads > reads)

    assert stage.storage.reads == reads + 1


def test_after_a_reset_the_card_is_read_again(stage: ScriptedStage, shown: Customer) -> None:
    elsewhere(stage, shown, city="Harbin")

    stage.do(stage.desk.bus.publish, SharedRecordsReloadEvent())

    stage.wait(lambda: "Harbin" in texts_of(stage.panels.contact.card))


def test_an_order_that_comes_back_from_another_desk_counts_again(stage: ScriptedStage) -> None:
    stage.settled()
    reads = stage.storage.reads

    tell(stage, a_change(Stream.WORK_ORDER, "o", kind="OrderReturned"))

    stage.wait(lambda: stage.storage.reads > reads)


@pytest.mark.parametrize("language", Language)
def test_a_feed_that_stays_away_is_said_until_it_is_back(
    stage: ScriptedStage, language: Language
) -> None:
    set_language(language)
    view = stage.view
    presenter = SharedChangesPresenter(
        context=view._context, contact=view.contact, card=stage.panels.contact.card, away_ms=0
    )

    stage.do(stage.desk.bus.publish, FeedStateChangedEvent(state=FeedState.AWAY))
    stage.wait(lambda: tr("shared.away") in stage.notices())
    stage.do(stage.desk.bus.publish, FeedStateChangedEvent(state=FeedState.POLLING))
    stage.wait(lambda: tr("shared.away") not in stage.notices())

    presenter.deleteLater()


class TestFreshList:
    def test_a_list_that_is_seen_is_read_at_once_and_then_only_after_a_pause(
        self, qtbot: QtBot
    ) -> None:
        page, reads = QWidget(), []
        qtbot.addWidget(page)
        page.show()
        fresh = FreshList(page, lambda: reads.append(1), pause_ms=50)

        for _ in range(5):
            fresh.change()
        assert len(reads) == 1

        qtbot.waitUntil(lambda: len(reads) == 2)

    def test_a_list_that_nobody_sees_is_read_when_it_is_shown(self, qtbot: QtBot) -> None:
        page, reads = QWidget(), []
        qtbot.addWidget(page)
        fresh = FreshList(page, lambda: reads.append(1))
        fresh.change()
        assert reads == []

        page.show()

        qtbot.waitUntil(lambda: len(reads) == 1)

    def test_a_list_without_changes_is_not_read_when_it_is_shown(self, qtbot: QtBot) -> None:
        page, reads = QWidget(), []
        qtbot.addWidget(page)
        FreshList(page, lambda: reads.append(1))

        page.show()
        qtbot.waitExposed(page)
        QTest.qWait(0)

        assert reads == []
