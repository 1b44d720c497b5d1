"""The keys for what a customer says, about an order that came back or a ticket; main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from ui.shell.main_window import MainWindow
from ui.ticket.confirmation import Confirmation

# The page is made when it is opened first; until then nothing of it is loaded.
if TYPE_CHECKING:
    from ui.ticket.tickets_page import TicketsPage


def verification_keys(
    window: MainWindow, confirmation: Confirmation
) -> dict[str, Callable[[], None]]:
    """Return the handlers: of the order on the page of my tickets, else of the shown ticket."""

    def shown() -> TicketsPage | None:
        if window.current_page() != "tickets":
            return None
        page = cast("TicketsPage", window.page("tickets"))
        return page if page.is_verifying() else None

    def say_solved() -> None:
        page = shown()
        (page.verification.script.say_yes if page is not None else confirmation.say_solved)()

    def say_not_solved() -> None:
        page = shown()
        (page.verification.script.say_no if page is not None else confirmation.say_not_solved)()

    def call() -> None:
        page = shown()
        if page is not None and page.verification.call.isVisible():
            page.verification.call.click()

    def unreached() -> None:
        page = shown()
        if page is not None and page.verification.unreached.isVisible():
            page.verification.unreached.click()

    return {
        "ticket.solved": say_solved,
        "ticket.not_solved": say_not_solved,
        "verify.call": call,
        "verify.unreached": unreached,
    }
