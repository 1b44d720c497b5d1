"""What the customer has had us say and nobody has reacted to yet, over the order; main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QWidget

from agent_desk.domain.order_story import StoryStep, news_of
from ui.formats import format_moment
from ui.language import tr
from ui.widgets.notice import Notice


class NewsLine(Notice):
    """Hidden while there is nothing new: the next step of the order takes it off."""

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._now = now
        self._news: Sequence[StoryStep] = ()

    def show_steps(self, steps: Sequence[StoryStep]) -> None:
        """Show what is new in the story of ``steps``."""
        self._news = news_of(steps)
        self.retranslate()

    def retranslate(self) -> None:
        """Set the lines in the current language."""
        if not self._news:
            self.hide()
            return
        hurried = any(step.kind == "OrderHurried" for step in self._news)
        text = "\n".join(self._line(step) for step in self._news)
        self.show_text(text, "warning" if hurried else "info")

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _line(self, step: StoryStep) -> str:
        key = "order_story.news" if step.reason else "order_story.news_bare"
        what, when = tr(f"order_story.{step.kind}"), format_moment(step.at, self._now())
        return tr(key, what=what, when=when, text=step.reason)
