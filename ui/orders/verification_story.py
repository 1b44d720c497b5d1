"""The story of an order that came back, as short rows: a word at the left, what was at the right.

Qt main thread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from agent_desk.domain.verification_story import VerificationStory
from ui.formats import format_date, format_moment
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.label import Label
from ui.widgets.record_detail import clear_layout, plain_label

_WORD_WIDTH = 112


class StoryRows(QFrame):
    """First call, ticket, order, former rounds, what was said, calls in vain."""

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._story: VerificationStory | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(6))
        self._grid.setColumnMinimumWidth(0, px(_WORD_WIDTH))
        self._grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(12))
        layout.setSpacing(px(8))
        layout.addWidget(Label("verification.story", role="heading"))
        layout.addLayout(self._grid)
        self.show_story(None)

    def show_story(self, story: VerificationStory | None) -> None:
        """Show ``story``, None while it is on its way."""
        self._story = story
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text anew."""
        clear_layout(self._grid)
        if self._story is None:
            self._grid.addWidget(Label("verification.loading", role="muted"), 0, 0, 1, 2)
            return
        for row, (key, text) in enumerate(story_rows(self._story, self._now())):
            word, said = Label(key, role="muted"), plain_label()
            said.setText(text)
            self._grid.addWidget(word, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(said, row, 1)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()


def story_rows(story: VerificationStory, now: datetime) -> Iterator[tuple[str, str]]:
    """Yield the key of each row's word, and its text in the current language."""
    if story.first_call is not None:
        yield "verification.first_call", _first_call(story, now)
    ticket, order = story.ticket, story.order
    opened = format_moment(ticket.opened_at, now)
    text = tr("verification.ticket_line", number=ticket.number, when=opened)
    yield "verification.ticket", f"{text}\n{ticket.subject}"
    line = tr("verification.order_line", number=order.number, round=order.round)
    yield "verification.order", "\n".join(part for part in (line, order.instructions) if part)
    for former in story.rounds:
        when = format_moment(former.at, now)
        yield "verification.round", tr("verification.round_line", when=when, reason=former.reason)
    for message in story.messages:
        said = tr(f"message_kind.{message.kind}")
        yield "verification.said", f"{said}: {message.text}" if message.text else said
    if story.attempts:
        yield "verification.attempts", _attempts(story)


def _first_call(story: VerificationStory, now: datetime) -> str:
    call = story.first_call
    assert call is not None
    about = {"when": format_moment(call.began_at, now), "agent": story.name_of(call.agent_id)}
    words = call.note or call.reason
    if not words:
        return tr("verification.first_call_bare", **about)
    return tr("verification.first_call_line", **about, words=words)


def _attempts(story: VerificationStory) -> str:
    this_round = [a for a in story.attempts if a.round == story.order.round]
    days = Counter(attempt.day for attempt in this_round)
    return " · ".join(
        tr("verification.attempt_day", day=format_date(day), count=days[day])
        for day in sorted(days)
    )
