"""The whole desk on the screen: window, panels, presenters, shortcuts; main thread.

It is built in three steps, so that the first paint comes soon: the window with its top bar, then
the agent's page, then, once the database is open, everything that talks to the services.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.agent.agent_state import AgentStateButton
from ui.calls.call_bar import CallBar
from ui.calls.ringer import Ringer
from ui.language import error_text, tr
from ui.presenters.look import LookPresenter
from ui.shell.main_window import AGENT_PAGE, MainWindow
from ui.shell.search_box import SearchBox
from ui.shortcuts import install

# What the first paint does not need is imported by the step that needs it.
if TYPE_CHECKING:
    from agent_desk.domain.draft import Draft
    from agent_desk.domain.errors import AgentDeskError
    from agent_desk.domain.sign_in import SignInForm, SignInOffer
    from agent_desk.domain.ticket import Ticket
    from agent_desk.services.call_control import CallsChangedEvent
    from agent_desk.services.desk import Desk
    from agent_desk.services.steady_time import SteadyTime
    from agent_desk.settings import Settings
    from ui.agent_panels import AgentPanels
    from ui.bridge import Bridge
    from ui.desk_pages import DeskPages
    from ui.offers import May
    from ui.presenters.links import LinksPresenter
    from ui.rail_counts import RailCounts
    from ui.shell.notices import Notices
    from ui.sign_in.page import SignInPage

FAILURE_PAGE = "failure"
SIGN_IN_PAGE = "sign_in"
BARRED_PAGE = "barred"


class DeskView(QObject):
    """retry_requested: open the database once more. quit_requested: end the program.

    sign_in_requested carries a SignInForm.
    """

    retry_requested = Signal()
    sign_in_requested = Signal(object)
    quit_requested = Signal()

    def __init__(self, *, settings: Settings, save_settings: Callable[[Settings], None]) -> None:
        """Make the window with its top bar; ``save_settings`` raises ConfigurationError."""
        super().__init__()
        self._clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._calls_now: CallsChangedEvent | None = None
        self._call_time: SteadyTime | None = None
        self.look = LookPresenter(settings=settings, save=save_settings)
        self.look.apply()
        self.window = MainWindow(may_close=self._may_close, raise_on_ring=settings.raise_on_ring)
        self.state = AgentStateButton(now=self.now)
        self.call_bar = CallBar(now=self._call_now, validate=self._validated)
        self.search = SearchBox()
        self._notices: Notices | None = None
        self.ringer = Ringer(self.window)
        self.panels: AgentPanels | None = None
        self.sign_in: SignInPage | None = None
        self.desk: Desk | None = None
        self.pages: DeskPages | None = None
        self._counts: RailCounts | None = None
        self._links: LinksPresenter | None = None
        self._waiting_link = ""
        self._presenters: list[QObject] = []
        self.window.set_top_bar(state=self.state, calls=self.call_bar, search=self.search)
        self.window.theme_toggled.connect(self.look.toggle_theme)
        self.window.language_toggled.connect(self.look.toggle_language)
        self.look.changed.connect(self._settings_changed)
        self.look.refused.connect(self._settings_refused)
        self._settings_changed(settings)
        self._enable(False)

    @property
    def notices(self) -> Notices:
        """The calm lines above the page, made when there is something to say."""
        if self._notices is None:
            from ui.shell.notices import Notices

            self._notices = Notices()
            self.window.set_notices(self._notices)
        return self._notices

    def _call_now(self) -> datetime:
        """Return the time by which calls are counted: no step of the clock makes one longer."""
        calls = self._calls_now
        if self._call_time is None:
            return self.now()
        return self._call_time.of(self.now(), is_busy=calls is not None and bool(calls.calls))

    def now(self) -> datetime:
        """Return the desk's time: the wall's until the desk is open."""
        return self._clock()

    def build_page(self) -> None:
        """Second step: the agent's page, empty."""
        from ui.agent_panels import AgentPanels

        self.panels = AgentPanels(now=self.now)
        page = self.window.set_agent_page(
            customer=self.panels.contact.column,
            timeline=self.panels.articles.place,
            ticket=self.panels.editor,
            orders=self.panels.below_ticket,
            queues=self.panels.queues,
        )
        page.tightened.connect(self.panels.queues.set_brief)
        self.panels.queues.set_brief(page.is_tight)
        self.panels.contact.card.show_empty()

    def attach(self, desk: Desk, bridge: Bridge, now: Callable[[], datetime]) -> None:
        """Third step: the desk is open; connect everything."""
        from agent_desk.services.steady_time import SteadyTime
        from ui.presenters.context import Context

        self.desk = desk
        self._clock = now
        self._call_time = SteadyTime(keeps_pace=desk.keeps_pace)
        if self.sign_in is not None:
            self.look.keep_login(desk.profile.agent_id)
        self.notices.clear("starting")
        self._context = Context(desk=desk, bridge=bridge, notices=self.notices, now=now)
        self._make_presenters()
        self._connect_presenters()
        self.pages = self._make_pages()
        self.pages.add()
        self._offer(desk.access.may)
        self._enable(True)
        if self._waiting_link:
            self.take_link(self._waiting_link)

    def take_link(self, link: str) -> None:
        """Show what ``link`` asks for, now or as soon as the desk is open."""
        if self._links is None:
            self._waiting_link = link
            self.window.come_to_front()
        else:
            self._links.take(link)

    def show_starting(self) -> None:
        """Say that the database is being opened."""
        self.notices.show_notice("starting", tr("desk.starting"), "info")

    def show_failure(self, error: AgentDeskError) -> None:
        """Show why the desk cannot start, with a way to try again."""
        from ui.shell.failure_page import FailurePage

        self.notices.clear("starting")
        page = self.window.page(FAILURE_PAGE)
        if not isinstance(page, FailurePage):
            page = FailurePage()
            page.retry_requested.connect(self.retry_requested)
            page.quit_requested.connect(self.quit_requested)
            self.window.add_hidden_page(FAILURE_PAGE, page)
        page.show_error(error)
        self.window.show_page(FAILURE_PAGE)

    def show_sign_in(self, offer: SignInOffer) -> None:
        """Ask who sits here; `sign_in_requested` has the answer."""
        from ui.sign_in.page import SignInPage

        page = self.sign_in = SignInPage()
        page.sign_in_requested.connect(self._on_sign_in)
        page.quit_requested.connect(self.quit_requested)
        self.window.add_hidden_page(SIGN_IN_PAGE, page)
        self.window.show_page(SIGN_IN_PAGE)
        page.show_form(offer.form, kept=offer.kept, can_remember=offer.can_remember)

    def show_signing_in(self) -> None:
        """Wait on the sign-in page for the server's answer."""
        assert self.sign_in is not None
        self.sign_in.show_busy()

    def show_refused(self, error: AgentDeskError) -> None:
        """Say on the sign-in page why the desk does not open."""
        assert self.sign_in is not None
        self.sign_in.show_error(error)

    def _on_sign_in(self, form: SignInForm) -> None:
        self.show_signing_in()
        self.sign_in_requested.emit(form)

    def _make_presenters(self) -> None:
        from ui.presenters.article_hits import ArticleHitsPresenter
        from ui.presenters.call_sound import CallSoundPresenter
        from ui.presenters.calls import CallsPresenter
        from ui.presenters.contact import ContactPresenter
        from ui.presenters.kept_entries import KeptEntriesPresenter
        from ui.presenters.links import LinksPresenter
        from ui.presenters.products import ProductsPresenter
        from ui.presenters.recovery import RecoveryPresenter
        from ui.presenters.rights import RightsPresenter
        from ui.presenters.route_hint import RouteHintPresenter
        from ui.presenters.routing_names import RoutingNames
        from ui.presenters.service_clocks import ServiceClocks
        from ui.presenters.shared_changes import SharedChangesPresenter
        from ui.presenters.side_drafts import SideDraftsPresenter
        from ui.presenters.sound import SoundPresenter
        from ui.presenters.storage import StoragePresenter
        from ui.presenters.ticket import TicketPresenter
        from ui.presenters.wrap_up import WrapUpPresenter

        assert self.panels is not None
        panels, context = self.panels, self._context
        self.clocks = ServiceClocks(context=context)
        self.clocks.serve(panels.contact.orders)
        self.contact = ContactPresenter(context=context, panels=panels.contact, search=self.search)
        self.tickets = TicketPresenter(context=context, editor=panels.editor)
        self.routing = RoutingNames(context=context)
        self.routing.changed.connect(panels.contact.orders.set_words)
        self._presenters.append(
            RouteHintPresenter(context=context, editor=panels.editor, names=self.routing)
        )
        self.wrap_up = WrapUpPresenter(context=context, panel=panels.wrap_up)
        self.calls = CallsPresenter(
            context=context,
            bar=self.call_bar,
            state=self.state,
            queues=panels.queues,
            ringer=self.ringer,
        )
        self.articles = ArticleHitsPresenter(
            context=context, panels=panels.articles, tickets=self.tickets
        )
        self.recovery = RecoveryPresenter(context=context, window=self.window, notices=self.notices)
        self.side_drafts = SideDraftsPresenter(
            context=context, contact=self.contact, panels=panels.contact
        )
        self.shared_changes = SharedChangesPresenter(
            context=context, contact=self.contact, card=panels.contact.card
        )
        self.products = ProductsPresenter(context=context, panels=panels.contact)
        self.products.saved.connect(self.contact.refresh)
        self.side_drafts.follow_products(self.products)
        self._presenters.append(StoragePresenter(context=context))
        self._presenters.append(RightsPresenter(context=context, withdraw=self._withdraw))
        self.sound = SoundPresenter(context=context, settings=lambda: self.look.settings)
        self.look.changed.connect(self.sound.follow)
        self._presenters.append(
            CallSoundPresenter(
                context=context,
                bar=self.call_bar,
                open_settings=lambda: self.window.show_page("settings"),
            )
        )
        self._links = LinksPresenter(
            context=context,
            window=self.window,
            bar=self.call_bar,
            region=lambda: self.look.settings.region,
        )
        self._answer_callers()
        late = context.desk.late_sign_in
        if late is not None:
            from ui.presenters.late_sign_in import LateSignInPresenter

            self._presenters.append(
                LateSignInPresenter(
                    context=context, late=late, window=self.window, notices=self.notices
                )
            )
        self.kept = KeptEntriesPresenter(context=context, window=self.window, notices=self.notices)

    def _connect_presenters(self) -> None:
        assert self.panels is not None
        contact, tickets, calls = self.contact, self.tickets, self.calls
        calls.calls_changed.connect(self._on_calls)
        calls.calls_changed.connect(contact.show_calls)
        calls.call_selected.connect(contact.select_call)
        calls.status_changed.connect(self.wrap_up.show_status)
        calls.rang.connect(self.window.attention)
        contact.attended.connect(tickets.turn_to)
        contact.card_changed.connect(tickets.card_changed)
        contact.ticket_wanted.connect(tickets.open_ticket)
        contact.order_wanted.connect(self._show_order)
        self.wrap_up.wanted.connect(self.panels.show_wrap_up)
        contact.name_known.connect(self.wrap_up.set_name)
        tickets.logged.connect(self._on_logged)
        self.articles.opened.connect(self._show_reader)
        self.panels.contact.card.call_requested.connect(calls.make_call)
        self.recovery.ticket_restored.connect(self._restore_ticket)
        self.recovery.form_restored.connect(self._restore_form)
        self.kept.ticket_restored.connect(self._restore_ticket)
        self.kept.form_restored.connect(self._restore_form)
        self.kept.customer_changed.connect(contact.refresh_open)
        contact.left_changed.connect(self.recovery.show_left)
        self.recovery.left_wanted.connect(self._bring_back)
        self.recovery.left_discarded.connect(contact.forget_left)

    def _make_pages(self) -> DeskPages:
        from ui.desk_pages import DeskPages, PageParts

        parts = PageParts(
            context=self._context,
            window=self.window,
            look=self.look,
            ringer=self.ringer,
            clocks=self.clocks,
            routing=self.routing,
            sound=self.sound,
            side_drafts=self.side_drafts,
            shared_changes=self.shared_changes,
        )
        pages = DeskPages(parts)
        pages.ticket_wanted.connect(self._open_ticket)
        pages.callback_wanted.connect(self._prepare_callback)
        pages.order_wanted.connect(self._show_order)
        self.contact.verification_wanted.connect(pages.ask_customer)
        return pages

    def _answer_callers(self) -> None:
        from agent_desk.domain.rights import Right
        from ui.presenters.order_answers import OrderAnswersPresenter

        assert self.panels is not None
        orders = self.panels.contact.orders
        answers = OrderAnswersPresenter(context=self._context, panel=orders)
        orders.answer.offer_wishes(self._context.desk.access.may(Right.RAISE_ORDERS))
        self.shared_changes.follow(orders, answers.refresh, answers.concerns_change)
        self._presenters.append(answers)

    def _offer(self, may: May) -> None:
        """Show and give keys to what the person at the desk may use; begin where they work."""
        from agent_desk.domain.rights import Right
        from ui.offers import PAGES, first_page, offered_keys, offered_pages
        from ui.rail_counts import RailCounts

        assert self.panels is not None
        offered = offered_pages(may)
        for page in PAGES:
            self.window.rail.button(page).setVisible(page in offered)
        takes_calls, sees_customers = may(Right.TAKE_CALLS), may(Right.SEE_CUSTOMERS)
        self.state.setVisible(takes_calls)
        self.call_bar.setVisible(takes_calls)
        if not takes_calls:
            self.panels.queues.hide()
        self.panels.contact.card.view.offer(calls=takes_calls, edits=may(Right.EDIT_CUSTOMERS))
        self.search.setVisible(sees_customers)
        self.window.top_bar.setVisible(takes_calls or sees_customers)
        self.panels.editor.setEnabled(may(Right.LOG_TICKETS))
        self._counts = RailCounts(
            context=self._context,
            window=self.window,
            ringer=self.ringer,
            shared_changes=self.shared_changes,
        )
        self._counts.show(may)
        install(self.window, offered_keys(self._shortcut_handlers(), may))
        self.window.show_page(first_page(may))

    def _withdraw(self) -> None:
        """Take away what the person may use no more; what is new waits for the next sign-in."""
        from agent_desk.domain.rights import Right
        from ui.offers import PAGES, first_page, offered_pages
        from ui.widgets.empty_state import EmptyState

        assert self.desk is not None
        assert self.panels is not None
        may = self.desk.access.may
        offered = offered_pages(may)
        # Whoever has any right may be told of an escalation.
        kept = {"escalations"} if offered else set()
        gone = [page for page in PAGES if page not in offered and page not in kept]
        for page in gone:
            self.window.withdraw_page(page)
        if not offered:
            nothing = EmptyState("circle-alert", "rights.barred_title")
            self.window.add_hidden_page(BARRED_PAGE, nothing)
            self.window.show_page(BARRED_PAGE)
        elif self.window.current_page() in gone:
            self.window.show_page(first_page(may))
        if not may(Right.SEE_CUSTOMERS):
            self.search.setVisible(False)
            self.panels.contact.card.show_empty()
        if not may(Right.EDIT_CUSTOMERS):
            takes_calls = may(Right.TAKE_CALLS)
            self.panels.contact.card.view.offer(calls=takes_calls, edits=False)
        if not may(Right.LOG_TICKETS):
            self.panels.editor.setEnabled(False)

    def _shortcut_handlers(self) -> dict[str, Callable[[], None]]:
        from ui.record_keys import record_keys
        from ui.shell.agent_page import Column

        assert self.panels is not None
        window = self.window
        pages = (
            *(AGENT_PAGE, "tickets", "department", "floor", "settings"),
            *("dispatch", "review", "settlement", "routing", "knowledge"),
        )
        columns = {column.name.lower(): column for column in Column}
        return {
            **self.call_bar.shortcut_handlers(),
            **{f"page.{name}": partial(window.show_page, name) for name in pages},
            "page.escalations": self._show_escalations,
            **{f"column.{name}": partial(window.focus_column, c) for name, c in columns.items()},
            "state.ready": self.state.request_ready,
            "state.not_ready": self.state.open_reason_menu,
            "desk.search": self.search.focus_search,
            "desk.bring_back": self.recovery.bring_back,
            "desk.language": self.look.toggle_language,
            "desk.theme": self.look.toggle_theme,
            "desk.shortcuts": window.toggle_shortcuts,
            **record_keys(window, self.panels, self.articles),
        }

    def _show_escalations(self) -> None:
        # Whoever is told of nothing has a key that does nothing.
        if not self.window.rail.button("escalations").isHidden():
            self.window.show_page("escalations")

    def _on_calls(self, event: CallsChangedEvent) -> None:
        self._calls_now = event
        if not self.ringer.is_ringing():
            self.window.calm()

    def _show_reader(self) -> None:
        """Bring what is read into view, also where the columns are tabs."""
        from ui.shell.agent_page import Column

        self.window.focus_column(Column.TIMELINE)

    def _on_logged(self, ticket: Ticket) -> None:
        self.contact.refresh(ticket.customer_id)

    def _open_ticket(self, ticket: Ticket) -> None:
        self.window.show_page(AGENT_PAGE)
        self.contact.open_customer(ticket.customer_id, then_ticket=ticket.id)

    def _prepare_callback(self, ticket: Ticket, number: str) -> None:
        """Show whom to call and why, with the number in the dial box."""
        self._open_ticket(ticket)
        if number:
            self.call_bar.dial_box.set_text(number)
            self.call_bar.focus_dial_box()

    def _show_order(self, order_id: str) -> None:
        """Open the order at its department, for whom that is no page beside the customer."""
        from ui.offers import offered_pages

        if "department" not in offered_pages(self._context.desk.access.may):
            assert self.panels is not None
            self.window.show_page(AGENT_PAGE)
            self.panels.contact.orders.mark(order_id)
            return
        assert self.pages is not None
        self.pages.show_order(order_id)

    def _restore_ticket(self, draft: Draft) -> None:
        """Open whom the draft was about, and put the words back."""
        self.window.show_page(AGENT_PAGE)
        self.contact.open_for_draft(draft, self.tickets.restore)

    def _bring_back(self, draft: Draft) -> None:
        """Turn to the ended call whose words are wanted, with the cursor where they stand."""
        from agent_desk.domain.draft import DraftKind
        from ui.shell.agent_page import Column

        assert draft.call_id is not None
        assert self.panels is not None
        self.window.show_page(AGENT_PAGE)
        self.contact.select_call(draft.call_id)
        if draft.kind is DraftKind.TICKET:
            self.window.focus_column(Column.TICKET)
            self.panels.editor.focus_subject()
        else:
            self.window.focus_column(Column.CUSTOMER)

    def _restore_form(self, draft: Draft) -> None:
        from agent_desk.domain.draft import ORDER_DRAFTS

        if draft.kind not in ORDER_DRAFTS:
            self.side_drafts.restore(draft)
            return
        self._show_order(draft.key.partition(":")[2])
        assert self.pages is not None
        self.pages.restore_order(draft)

    def _settings_changed(self, settings: Settings) -> None:
        self.window.raise_on_ring = settings.raise_on_ring
        self.ringer.set_volume(settings.ring_volume_percent)
        self.ringer.set_output(settings.ringer)
        self.ringer.set_silent(settings.ring_silent)
        self.ringer.set_raises_window(settings.raise_on_ring)

    def _settings_refused(self, error: AgentDeskError) -> None:
        self.notices.show_notice("settings", error_text(error), "warning")

    def _validated(self, text: str) -> str:
        from agent_desk.domain.identifiers import dial_string_of

        return dial_string_of(text, region=self.look.settings.region)

    def _may_close(self) -> bool:
        if self._calls_now is None or not self._calls_now.calls:
            return True
        self.notices.show_notice("in_call", tr("desk.in_call"), "warning")
        return False

    def _enable(self, enabled: bool) -> None:
        for widget in (self.state, self.call_bar, self.search):
            widget.setEnabled(enabled)
