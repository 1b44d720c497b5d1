"""An article beside the ticket: read it, say that it solved the matter or whether it helped.

Qt main thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.services.knowledge import ArticleReading
from ui.knowledge.article_view import ArticleView
from ui.language import tr
from ui.shortcuts import keys_of
from ui.theme.theme import px
from ui.ticket.used_articles import UsedArticle
from ui.widgets.buttons import Button, IconButton
from ui.widgets.empty_state import EmptyState
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import scroll_column

_LONGEST_REMARK: Final = 1000


class ArticleReader(QFrame):
    """used carries a UsedArticle: what was said of it. closed: back to the timeline.

    newer_wanted: the newest version is to be shown.
    """

    used = Signal(object)
    closed = Signal()
    newer_wanted = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._article: UsedArticle | None = None
        self.view = ArticleView(now=now)
        self._notice = Notice()
        self._close = IconButton("x", "article_reader.close", shortcut_hint="Esc")
        solved_keys = keys_of("ticket.article_solved")
        self.solved = Button("article_reader.solved", "check", "primary", shortcut_hint=solved_keys)
        self.helped = Button("article_reader.helped", "smile")
        self.not_helped = Button("article_reader.not_helped", "frown")
        self.remark = QLineEdit()
        self.remark.setMaxLength(_LONGEST_REMARK)
        self.remark.hide()
        self._empty = EmptyState("hourglass", "article_reader.loading")
        self._stack = QStackedWidget()
        self._foot = QWidget()
        self._build()
        self._connect()
        self.retranslate()

    def show_loading(self) -> None:
        """Say that the article is on its way."""
        self._article = None
        self._empty.set_keys("hourglass", "article_reader.loading")
        self._stack.setCurrentWidget(self._empty)
        self._foot.setEnabled(False)

    def show_unavailable(self, text: str) -> None:
        """Say why it cannot be read."""
        self._empty.set_keys("book-open", "article_reader.gone")
        self._notice.show_text(text, "warning")
        self._stack.setCurrentWidget(self._empty)

    def show_reading(
        self, reading: ArticleReading, category: str, said: UsedArticle | None
    ) -> None:
        """Show the article; ``said``: what was said of it for this ticket before."""
        version = reading.version
        self.view.show_article(
            version.content,
            reading.figures,
            number=version.number,
            at=version.at,
            about=category,
        )
        self._article = said or UsedArticle(
            id=version.article_id,
            number=version.number,
            title=version.content.title,
            title_zh=version.content.zh.title,
        )
        self._notice.hide()
        if reading.is_kept:
            self._notice.show_text(tr("article.kept"), "warning")
        elif said is not None:
            self._thank()
        self.remark.setText(self._article.remark)
        self.remark.setVisible(self._article.helped is False)
        self._stack.setCurrentIndex(1)
        self._foot.setEnabled(True)

    def offer_newer(self) -> None:
        """Say that there is a newer version; what is being read stays until it is asked for."""
        action = tr("article_reader.show_newer")
        self._notice.show_text(tr("article_reader.newer"), "info", action)

    def say_withdrawn(self) -> None:
        """Say that nobody shall go by this article any more."""
        self._notice.show_text(tr("article_reader.withdrawn"), "warning")
        self._foot.setEnabled(False)

    def offer_use(self, offered: bool) -> None:
        """Offer to link and rate only where a ticket is being typed."""
        self._foot.setVisible(offered)

    def say_solved(self) -> None:
        """The article settled the matter."""
        if self._article is not None and self._foot.isVisibleTo(self):
            self._say(replace(self._article, solved=True, helped=True, remark="", stored=False))

    def focus_text(self) -> None:
        """Go to the first thing one can do here."""
        self.solved.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Set every text anew."""
        self.setAccessibleName(tr("article_reader.title"))
        self.remark.setPlaceholderText(tr("article_reader.remark_hint"))
        self.remark.setAccessibleName(tr("field.remark"))

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(10), px(8), px(4))
        head.addWidget(Label("article_reader.title", role="heading"))
        head.addStretch(1)
        head.addWidget(self._close)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(4), px(16), px(8))
        column.addWidget(self.view)
        column.addStretch(1)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(scroll_column(inner))
        notice = QVBoxLayout()
        notice.setContentsMargins(px(12), 0, px(12), 0)
        notice.addWidget(self._notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(px(4))
        layout.addLayout(head)
        layout.addLayout(notice)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._foot)
        self._build_foot()

    def _build_foot(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        buttons.addWidget(self.solved)
        buttons.addStretch(1)
        buttons.addWidget(Label("article_reader.helpful", role="muted"))
        buttons.addWidget(self.helped)
        buttons.addWidget(self.not_helped)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(px(16), px(6), px(16), px(10))
        foot.setSpacing(px(8))
        foot.addWidget(self.remark)
        foot.addLayout(buttons)

    def _connect(self) -> None:
        self._close.clicked.connect(self.closed)
        self._notice.action_requested.connect(self.newer_wanted)
        self.solved.clicked.connect(self.say_solved)
        self.helped.clicked.connect(lambda: self._rate(True))
        self.not_helped.clicked.connect(lambda: self._rate(False))
        self.remark.textEdited.connect(lambda _: self._rate(False))

    def _rate(self, helped: bool) -> None:
        if self._article is None:
            return
        asks = not helped and self.remark.isHidden()
        self.remark.setVisible(not helped)
        if asks:
            self.remark.setFocus(Qt.FocusReason.OtherFocusReason)
        remark = "" if helped else self.remark.text()
        self._say(replace(self._article, solved=False, helped=helped, remark=remark, stored=False))

    def _say(self, article: UsedArticle) -> None:
        self._article = article
        self._thank()
        self.used.emit(article)

    def _thank(self) -> None:
        self._notice.show_text(tr("article_reader.thanks"), "success")
