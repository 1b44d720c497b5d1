"""The panels with which articles solve a ticket: its editor, and what is read beside it.

Main thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QStackedWidget, QWidget

from ui.ticket.ticket_editor import TicketEditor

if TYPE_CHECKING:
    from ui.knowledge.reader import ArticleReader


class ArticlePanels(QObject):
    """place: where the timeline stands, and an article in its stead while one is read."""

    def __init__(
        self, *, editor: TicketEditor, timeline: QWidget, now: Callable[[], datetime]
    ) -> None:
        """Show the timeline."""
        super().__init__()
        self.editor = editor
        self.place = QStackedWidget()
        self.place.addWidget(timeline)
        self._timeline = timeline
        self._now = now
        self._reader: ArticleReader | None = None

    @property
    def reader(self) -> ArticleReader:
        """What shows an article, made when one is read."""
        if self._reader is None:
            from ui.knowledge.reader import ArticleReader

            self._reader = ArticleReader(now=self._now)
            self.place.addWidget(self._reader)
        return self._reader

    def show_reader(self, wanted: bool) -> None:
        """Show the article in the place of the timeline, or the timeline again."""
        if wanted:
            self.place.setCurrentWidget(self.reader)
        elif self._reader is not None:
            self.place.setCurrentWidget(self._timeline)
