"""Makes the page of my tickets with its presenters; main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from agent_desk.domain.rights import Right
from ui.presenters.callbacks import CallbacksPresenter
from ui.presenters.cases import TicketsPresenter
from ui.presenters.context import Context
from ui.ticket.tickets_page import TicketsPage


def make_tickets_page(
    context: Context, *, now: Callable[[], datetime]
) -> tuple[TicketsPage, TicketsPresenter, list[CallbacksPresenter]]:
    """Return the page, its presenter, and what hands out calls where the person takes any."""
    page = TicketsPage(now=now)
    presenter = TicketsPresenter(context=context, page=page)
    takes_calls = context.desk.access.may(Right.TAKE_CALLS)
    page.offer_calls(takes_calls)
    if not takes_calls:
        return page, presenter, []
    callbacks = CallbacksPresenter(context=context, claims=context.desk.claims, page=page)
    callbacks.verification_taken.connect(presenter.ask_about)
    return page, presenter, [callbacks]
