"""The desk's pages beside the agent's own, each made when it is first shown; main thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from agent_desk.domain.draft import Draft
from ui.calls.ringer import Ringer
from ui.presenters.context import Context
from ui.presenters.look import LookPresenter
from ui.presenters.routing_names import RoutingNames
from ui.presenters.service_clocks import ServiceClocks
from ui.presenters.shared_changes import SharedChangesPresenter
from ui.presenters.side_drafts import SideDraftsPresenter
from ui.presenters.sound import SoundPresenter
from ui.shell.main_window import MainWindow

# What a page needs is imported when the page is made.
if TYPE_CHECKING:
    from ui.orders.department_page import DepartmentPage
    from ui.orders.propose_button import ProposeButton
    from ui.presenters.cases import TicketsPresenter
    from ui.presenters.department import DepartmentPresenter
    from ui.presenters.knowledge import KnowledgePresenter


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """What the pages have in common with the rest of the desk."""

    context: Context
    window: MainWindow
    look: LookPresenter
    ringer: Ringer
    clocks: ServiceClocks
    routing: RoutingNames
    sound: SoundPresenter
    side_drafts: SideDraftsPresenter
    shared_changes: SharedChangesPresenter


class DeskPages(QObject):
    """ticket_wanted carries a Ticket to be opened at its customer; callback_wanted a Ticket and the
    number to call; order_wanted the id of an order.
    """

    ticket_wanted = Signal(object)
    callback_wanted = Signal(object, str)
    order_wanted = Signal(str)

    def __init__(self, parts: PageParts) -> None:
        """No page is made yet."""
        super().__init__()
        self._context = parts.context
        self._window = parts.window
        self._look = parts.look
        self._ringer = parts.ringer
        self._clocks = parts.clocks
        self._routing = parts.routing
        self._sound = parts.sound
        self._side_drafts = parts.side_drafts
        self._shared_changes = parts.shared_changes
        self._department: DepartmentPage | None = None
        self.my_tickets: TicketsPresenter | None = None
        self._knowledge: KnowledgePresenter | None = None
        self._presenters: list[QObject] = []
        self.department_orders: DepartmentPresenter | None = None

    def add(self) -> None:
        """Give every page its place on the rail; each is made when it is first shown."""
        window = self._window
        window.add_page("tickets", "ticket", "nav.tickets", self._tickets_page)
        window.add_page("department", "inbox", "nav.department", self._department_page)
        window.add_page("dispatch", "layers", "nav.dispatch", self._dispatch_page)
        window.add_page("review", "clipboard-check", "nav.review", self._review_page)
        window.add_page("settlement", "file-text", "nav.settlement", self._settlement_page)
        window.add_page("routing", "split", "nav.routing", self._routing_page)
        window.add_page("escalations", "bell-ring", "nav.escalations", self._escalations_page)
        window.add_page("knowledge", "book-open", "nav.knowledge", self._knowledge_page)
        window.add_page("floor", "users", "nav.floor", self._floor_page)
        window.add_page("settings", "settings", "nav.settings", self._settings_page, bottom=True)

    def ask_customer(self, order_id: str, ticket_id: str) -> None:
        """Turn to an order that came back: its customer is on the phone."""
        self._window.show_page("tickets")
        if self.my_tickets is not None:
            self.my_tickets.ask_about(order_id, ticket_id)

    def show_order(self, order_id: str) -> None:
        """Open the order at its department."""
        self._window.show_page("department")
        if self._department is not None:
            self._department.select_order(order_id)

    def restore_order(self, draft: Draft) -> None:
        """Put the draft of a step or a report back at its order's department."""
        if self.department_orders is not None:
            self.department_orders.restore(draft)

    def _tickets_page(self) -> QWidget:
        from ui.presenters.my_tickets import make_tickets_page
        from ui.presenters.ticket_articles import TicketArticlesPresenter

        page, presenter, made = make_tickets_page(self._context, now=self._context.now)
        presenter.ticket_opened.connect(self.ticket_wanted)
        self._clocks.serve(page)
        self._shared_changes.follow(page, presenter.refresh, presenter.concerns)
        self.my_tickets = presenter
        for part in made:
            part.taken.connect(self.callback_wanted)
        articles = TicketArticlesPresenter(context=self._context, page=page)
        self._presenters += [presenter, *made, articles]
        self._offer_article(page.verification.propose)
        return page

    def _floor_page(self) -> QWidget:
        from ui.floor.page import FloorPage
        from ui.presenters.floor import FloorPresenter

        presence = self._context.desk.presence
        page = FloorPage(own_desk_id=presence.desk_id, now=self._context.now)
        presenter = FloorPresenter(context=self._context, presence=presence, page=page)
        self._presenters.append(presenter)
        return page

    def _department_page(self) -> QWidget:
        from ui.orders.department_page import DepartmentPage
        from ui.presenters.department import DepartmentPresenter
        from ui.presenters.shared_changes import is_about_order

        page = DepartmentPage(now=self._context.now)
        self._department = page
        page.detail.route.set_words(self._routing.words)
        self._routing.changed.connect(page.detail.route.set_words)
        self._side_drafts.follow_reports(page)
        self._clocks.serve(page)
        presenter = DepartmentPresenter(context=self._context, page=page)
        self.department_orders = presenter
        presenter.report_settled.connect(self._side_drafts.forget_report)
        presenter.step_settled.connect(self._side_drafts.forget_step)
        self._offer_article(page.detail.propose)
        self._shared_changes.follow(page, presenter.refresh, is_about_order)
        self._presenters.append(presenter)
        return page

    def _dispatch_page(self) -> QWidget:
        from ui.presenters.dispatch_board import DispatchBoardPresenter

        presenter = DispatchBoardPresenter(context=self._context, now=self._context.now)
        self._presenters.append(presenter)
        return presenter.page

    def _review_page(self) -> QWidget:
        from ui.orders.review_page import ReviewPage
        from ui.presenters.review import ReviewPresenter, concerns_review

        page = ReviewPage(now=self._context.now)
        self._clocks.serve(page)
        presenter = ReviewPresenter(context=self._context, page=page)
        self._shared_changes.follow(page, presenter.refresh, concerns_review)
        self._presenters.append(presenter)
        return page

    def _escalations_page(self) -> QWidget:
        from ui.escalations.page import EscalationsPage
        from ui.presenters.escalations import EscalationsPresenter

        page = EscalationsPage(now=self._context.now)
        page.open_requested.connect(self.order_wanted)
        self._presenters.append(EscalationsPresenter(context=self._context, page=page))
        self._clocks.serve(page)
        return page

    def _settlement_page(self) -> QWidget:
        from ui.presenters.settlement import SettlementPresenter, concerns_claims
        from ui.settlement.page import SettlementPage

        page = SettlementPage(now=self._context.now)
        presenter = SettlementPresenter(context=self._context, page=page)
        self._shared_changes.follow(page, presenter.refresh, concerns_claims)
        self._presenters.append(presenter)
        return page

    def _routing_page(self) -> QWidget:
        from ui.presenters.routing import RoutingPresenter
        from ui.routing.routing_page import RoutingPage

        page = RoutingPage(now=self._context.now)
        self._presenters.append(RoutingPresenter(context=self._context, page=page))
        return page

    def _offer_article(self, propose: ProposeButton) -> None:
        """Let solved orders propose an article, where the person may write one."""
        from agent_desk.domain.rights import Right

        propose.offer(self._context.desk.access.may(Right.WRITE_ARTICLES))
        propose.wanted.connect(self._propose_article)

    def _propose_article(self, order_id: str, number: int) -> None:
        self._window.show_page("knowledge")
        if self._knowledge is not None:
            self._knowledge.propose(order_id, number)

    def _knowledge_page(self) -> QWidget:
        from ui.presenters.knowledge import knowledge_page

        page, presenter = knowledge_page(self._context)
        self._knowledge = presenter
        self._shared_changes.follow(page, presenter.refresh, presenter.concerns)
        self._presenters.append(presenter)
        return page

    def _settings_page(self) -> QWidget:
        from agent_desk.domain.identifiers import known_regions
        from ui.presenters.account import AccountPresenter
        from ui.presenters.ring import RingPresenter
        from ui.shell.settings_page import SettingsPage

        page = SettingsPage(regions=known_regions)
        self._look.show_page(page)
        self._sound.serve(page.sound)
        self._presenters.append(RingPresenter(ringer=self._ringer, page=page))
        self._presenters.append(
            AccountPresenter(context=self._context, look=self._look, section=page.telephone)
        )
        return page
