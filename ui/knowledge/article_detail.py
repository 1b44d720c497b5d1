"""One article on its page: read, compared with older versions, moved on; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from agent_desk.domain.article import Article, ArticleFigures, ArticleState, ArticleVersion
from ui.article_words import article_kind
from ui.formats import format_moment
from ui.knowledge.article_view import ArticleView
from ui.language import tr
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.reason_part import ReasonPart, ReasonWords
from ui.widgets.record_detail import scroll_column

_S = ArticleState
_SEND_BACK = ReasonWords(
    hint="knowledge.reason_hint",
    missing="knowledge.reason_missing",
    confirm="knowledge.confirm_send_back",
    cancel="knowledge.cancel",
    icon="undo-2",
)
_RETIRE = ReasonWords(
    hint="knowledge.reason_hint",
    missing="knowledge.reason_missing",
    confirm="knowledge.confirm_retire",
    cancel="knowledge.cancel",
    icon="x",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownArticle:
    """What the detail shows. versions: those that may be read, newest first.

    mine: the person wrote the newest one. may_write, may_review: what they may do at all.
    """

    article: Article
    figures: ArticleFigures
    versions: Sequence[ArticleVersion]
    category: str = ""
    author: str = ""
    mine: bool = False
    may_write: bool = False
    may_review: bool = False


class ArticleDetail(QFrame):
    """Every step carries the Article it was taken on, and the reason where it takes one."""

    edit_requested = Signal(object)
    submit_requested = Signal(object)
    publish_requested = Signal(object)
    send_back_requested = Signal(object, str)
    retire_requested = Signal(object, str)

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._now = now
        self._shown: ShownArticle | None = None
        self.view = ArticleView(now=now)
        self._notice = Notice()
        self._said = Notice()
        self.publish = Button("knowledge.publish", "check", "primary")
        self.send_back = Button("knowledge.send_back", "undo-2")
        self.submit = Button("knowledge.submit", "send", "primary")
        self.edit = Button("knowledge.edit", "pencil")
        self.retire = Button("knowledge.retire", "x")
        self.back_reason = ReasonPart(_SEND_BACK)
        self.retire_reason = ReasonPart(_RETIRE)
        self.compare = QComboBox()
        self._compare_row = QWidget()
        self._build()
        self._connect()

    @property
    def article(self) -> Article | None:
        """The article shown now."""
        return None if self._shown is None else self._shown.article

    def show_article(self, shown: ShownArticle) -> None:
        """Show an article; a reason that is being typed about the same one stays."""
        self._shown = shown
        self._notice.hide()
        for part in (self.back_reason, self.retire_reason):
            part.turn_to(shown.article.id)
        self.retranslate()

    def say_changed(self) -> None:
        """Say that somebody else has just changed what is shown."""
        self._notice.show_text(tr("knowledge.changed_elsewhere"), "info")

    def show_error(self, text: str) -> None:
        """Show what keeps the last step from being taken."""
        self._notice.show_text(text, "warning")

    def step_taken(self) -> None:
        """The step is saved: no reason is needed any more."""
        if self._shown is not None:
            for part in (self.back_reason, self.retire_reason):
                part.forget(self._shown.article.id)

    def retranslate(self) -> None:
        """Set every text anew."""
        shown = self._shown
        if shown is None:
            return
        article = shown.article
        # Who may not read a colleague's draft sees what is published, as if there were none.
        seen = article.state if shown.mine or shown.may_review else _S.PUBLISHED
        about = (shown.category, tr("knowledge.by", author=shown.author) if shown.author else "")
        self.view.show_article(
            article.content,
            shown.figures,
            number=article.number,
            at=article.changed_at,
            about=" · ".join(part for part in about if part),
            state=(tr(f"article_state.{seen}"), article_kind(seen)),
        )
        self._show_said(shown)
        self._show_steps(shown)
        self._show_versions(shown)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _show_said(self, shown: ShownArticle) -> None:
        article = shown.article
        if article.reason and article.state is _S.DRAFT:
            self._said.show_text(tr("knowledge.sent_back", reason=article.reason), "warning")
        elif article.reason and article.state is _S.RETIRED:
            self._said.show_text(tr("knowledge.retired_because", reason=article.reason), "info")
        elif article.state is _S.IN_REVIEW and shown.mine and shown.may_review:
            self._said.show_text(tr("knowledge.own_review"), "info")
        else:
            self._said.hide()

    def _show_steps(self, shown: ShownArticle) -> None:
        state = shown.article.state
        reviews = state is _S.IN_REVIEW and shown.may_review and not shown.mine
        own = shown.mine or shown.may_review
        published = shown.article.published is not None
        self.publish.setVisible(reviews)
        self.send_back.setVisible(reviews)
        self.submit.setVisible(state is _S.DRAFT and own and shown.may_write)
        fresh = state in (_S.PUBLISHED, _S.RETIRED)
        self.edit.setVisible(shown.may_write and (own or fresh))
        self.edit.set_text_key("knowledge.revise" if fresh else "knowledge.edit")
        may_retire = shown.may_review if published else own and shown.may_write
        self.retire.setVisible(may_retire and state in (_S.DRAFT, _S.PUBLISHED))

    def _show_versions(self, shown: ShownArticle) -> None:
        others = [v for v in shown.versions if v.number != shown.article.number]
        self._compare_row.setVisible(bool(others))
        with QSignalBlocker(self.compare):
            self.compare.clear()
            self.compare.addItem(tr("knowledge.no_compare"), 0)
            for version in others:
                self.compare.addItem(self._version_line(version), version.number)
            # Whoever reviews wants to see what is new.
            chosen = self.compare.findData(shown.article.published or 0)
            waiting = shown.article.state is _S.IN_REVIEW
            self.compare.setCurrentIndex(max(0, chosen) if waiting else 0)
        self._compare()

    def _version_line(self, version: ArticleVersion) -> str:
        when = format_moment(version.at, self._now())
        line = tr("knowledge.version_line", number=version.number, author=version.author, when=when)
        assert self._shown is not None
        is_read = version.number == self._shown.article.published
        return f"{line} {tr('knowledge.read_now')}" if is_read else line

    def _compare(self) -> None:
        number = self.compare.currentData()
        versions = () if self._shown is None else self._shown.versions
        former = next((v for v in versions if v.number == number), None)
        self.view.compare_with(None if former is None else former.content)

    def _build(self) -> None:
        actions = QHBoxLayout()
        actions.setSpacing(px(8))
        for button in (self.publish, self.send_back, self.submit, self.edit, self.retire):
            actions.addWidget(button)
        actions.addStretch(1)
        compare = QHBoxLayout(self._compare_row)
        compare.setContentsMargins(0, 0, 0, 0)
        compare.setSpacing(px(8))
        compare.addWidget(Label("knowledge.compare", role="muted"))
        compare.addWidget(self.compare, 1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(12))
        column.addWidget(self._notice)
        column.addWidget(self._said)
        column.addLayout(actions)
        for part in (self.back_reason, self.retire_reason, self._compare_row, self.view):
            column.addWidget(part)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.addWidget(scroll_column(inner))

    def _connect(self) -> None:
        self.edit.clicked.connect(lambda: self.edit_requested.emit(self.article))
        self.submit.clicked.connect(lambda: self.submit_requested.emit(self.article))
        self.publish.clicked.connect(lambda: self.publish_requested.emit(self.article))
        self.send_back.clicked.connect(self.back_reason.ask)
        self.retire.clicked.connect(self.retire_reason.ask)
        self.back_reason.confirmed.connect(
            lambda reason: self.send_back_requested.emit(self.article, reason)
        )
        self.retire_reason.confirmed.connect(
            lambda reason: self.retire_requested.emit(self.article, reason)
        )
        self.compare.currentIndexChanged.connect(lambda _: self._compare())
