"""How a ticket goes on: the choice, and one line about what is chosen; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.domain.routing import RoutingDecision
from agent_desk.domain.ticket import Resolution
from ui.language import tr
from ui.orders.routing_text import RoutingWords
from ui.theme.theme import px
from ui.ticket.follow_up import FollowUpField
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon_label import IconLabel
from ui.widgets.label import Label
from ui.widgets.segments import Segments

_RESOLUTIONS: Final = tuple(Resolution)


class _Hint(QWidget):
    """One muted line with an icon about what the chosen resolution means."""

    def __init__(self, icon_name: str) -> None:
        super().__init__()
        self._icon = IconLabel(icon_name)
        self._text = ElidedLabel(role="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(px(2), 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self._icon)
        row.addWidget(self._text, 1)

    def text(self) -> str:
        return self._text.text()

    def show_text(self, text: str, icon: str, token: str = "text_muted") -> None:
        self._icon.show_icon(icon, token)
        self._text.setText(text)


class ResolutionPart(QWidget):
    """Resolved now, a follow-up with its time, or a work order with where it will go.

    changed: another choice or time. reworded: `hint` says something else. It stands at the foot
    of the editor, so that it is in sight however much stands above.
    """

    changed = Signal()
    reworded = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        """Begin with resolved now; ``now`` is the desk's clock."""
        super().__init__(parent)
        self._now = now
        self._route: tuple[RoutingDecision, RoutingWords] | None = None
        self._has_category = False
        self._is_brief = False
        self.choice = Segments(
            ((str(r), f"resolution.{r}") for r in _RESOLUTIONS), "ticket_editor.resolution"
        )
        self.follow_up = FollowUpField(now=now)
        self._resolved_hint = _Hint("circle-check")
        self._order_hint = _Hint("send")
        self._detail = QStackedWidget()
        self._error = Label(role="error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._lay_out()
        self.choice.chosen.connect(self._on_chosen)
        self.follow_up.changed.connect(self.changed)
        self.retranslate()

    def resolution(self) -> Resolution:
        """Return what is chosen."""
        return Resolution(self.choice.value())

    def fill(self, resolution: str, follow_up_at: datetime) -> None:
        """Choose without telling."""
        if resolution != self.choice.value():
            self.choice.set_value(resolution)
        self.follow_up.set_moment(follow_up_at)
        self.retranslate()

    def set_error(self, text: str) -> None:
        """Say what is wrong with the choice or its time, "" for nothing."""
        self._error.setText(text)
        self._error.setVisible(bool(text))

    def route_text(self) -> str:
        """Return what is said of where the work order will go."""
        return self._order_hint.text()

    def show_route(self, decision: RoutingDecision | None, words: RoutingWords) -> None:
        """Say where the work order will go; ``None``: that is not known yet."""
        self._route = None if decision is None else (decision, words)
        self._show_order_hint()

    def set_has_category(self, has_category: bool) -> None:
        """Know whether a category is chosen: without one nobody knows where an order goes."""
        self._has_category = has_category
        self._show_order_hint()

    def set_brief(self, brief: bool) -> None:
        """Leave the explaining line to the tooltip, where height is dear; a time stays in sight."""
        if brief != self._is_brief:
            self._is_brief = brief
            self.retranslate()

    def hint(self) -> str:
        """Return what the choice means, "" where its own field stands below."""
        resolution = self.resolution()
        if resolution is Resolution.FOLLOW_UP:
            return ""
        order = resolution is Resolution.WORK_ORDER
        return (self._order_hint if order else self._resolved_hint).text()

    def retranslate(self) -> None:
        """Show the line of what is chosen in the current language."""
        resolution = self.resolution()
        self._detail.setCurrentIndex(_RESOLUTIONS.index(resolution))
        self._detail.setVisible(not self._is_brief or resolution is Resolution.FOLLOW_UP)
        self._resolved_hint.show_text(tr("ticket_editor.resolved_hint"), "circle-check", "success")
        self._show_order_hint()

    def changeEvent(self, event: QEvent, /) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _lay_out(self) -> None:
        for page in (self._resolved_hint, self.follow_up, self._order_hint):
            self._detail.addWidget(page)
        self._detail.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addWidget(self.choice)
        layout.addWidget(self._detail)
        layout.addWidget(self._error)

    def _on_chosen(self) -> None:
        self.retranslate()
        self.changed.emit()

    def _show_order_hint(self) -> None:
        if not self._has_category:
            self._order_hint.show_text(tr("ticket_editor.goes_nowhere_yet"), "send")
        elif self._route is None:
            self._order_hint.show_text(tr("ticket_editor.goes_by_rules"), "send")
        else:
            decision, words = self._route
            icon, token = ("inbox", "warning") if decision.assignee is None else ("send", "accent")
            self._order_hint.show_text(words.intention(decision, self._now()), icon, token)
        self.reworded.emit()
