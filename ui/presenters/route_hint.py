"""Says in the ticket editor whom a work order will go to, as the rules will decide; main thread."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer

from agent_desk.domain.errors import AgentDeskError
from agent_desk.domain.order_origin import RoutableOrder
from agent_desk.domain.routing import RoutingDecision
from ui.orders.routing_text import RoutingWords
from ui.presenters.context import Context
from ui.presenters.routing_names import RoutingNames
from ui.ticket.ticket_editor import TicketEditor

PAUSE_MS: Final = 250
"""Pause in typing after which the rules are asked."""


class RouteHintPresenter(QObject):
    """Asks the rules about what is being typed, once at each pause."""

    def __init__(self, *, context: Context, editor: TicketEditor, names: RoutingNames) -> None:
        """Follow ``editor``; ``names`` are those of departments and categories."""
        super().__init__()
        self._context = context
        self._editor = editor
        self._names = names
        self._order: RoutableOrder | None = None
        self._decision: RoutingDecision | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        editor.routable_changed.connect(self._on_changed)
        names.changed.connect(self._say)

    def _on_changed(self) -> None:
        order = self._editor.routable()
        if order == self._order:
            return
        self._order, self._decision = order, None
        self._say()
        if order is None:
            self._pause.stop()
        else:
            self._pause.start()

    def _ask(self) -> None:
        order = self._order
        if order is None:
            return
        routing = self._context.desk.routing
        self._context.ask(
            lambda: routing.preview(order),
            lambda decision: self._answered(order, decision),
            failed=lambda error: self._unknown(order, error),
            owner=self,
        )

    def _answered(self, order: RoutableOrder, decision: RoutingDecision) -> None:
        if order == self._order:
            self._decision = decision
            self._say()

    def _unknown(self, order: RoutableOrder, _error: AgentDeskError) -> None:
        """The rules cannot be asked now; the order will be routed when it is saved."""
        if order == self._order:
            self._decision = None
            self._say()

    def _say(self, _words: RoutingWords | None = None) -> None:
        self._editor.form.show_route(self._decision, self._names.words)
