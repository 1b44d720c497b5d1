"""An article to be read, in either of its languages; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from agent_desk.domain.article import ArticleContent, ArticleFigures
from ui.article_words import merits, text_of
from ui.conflict.word_diff import marked
from ui.formats import format_moment
from ui.language import Language, current_language, tr
from ui.theme.theme import colour, px
from ui.widgets.label import Label
from ui.widgets.pill import PillKind
from ui.widgets.record_detail import RecordHead, plain_label
from ui.widgets.segments import Segments

_PARTS: Final = ("problem", "cause", "fix")


class _Part(QWidget):
    """A heading over a text, which may show what another version does not have."""

    def __init__(self, title_key: str) -> None:
        super().__init__()
        self._text = plain_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addWidget(Label(title_key, role="heading"))
        layout.addWidget(self._text)

    def show_text(self, text: str, former: str | None) -> None:
        if former is None:
            self._text.setTextFormat(Qt.TextFormat.PlainText)
            self._text.setText(text)
        else:
            self._text.setTextFormat(Qt.TextFormat.RichText)
            self._text.setText(marked(text, former, colour("success_soft").name()))
        self.setVisible(bool(text.strip()))


class ArticleView(QWidget):
    """Title, state and merits, then problem, cause and fix; a switch where it has two texts."""

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._content: ArticleContent | None = None
        self._former: ArticleContent | None = None
        self._head_line = ("", "")
        self._state: tuple[str, PillKind] = ("", "neutral")
        self._figures = ArticleFigures()
        self._head = RecordHead()
        self._merits = plain_label("muted")
        self._products = plain_label("muted")
        self._only = Label("article.only_other", role="muted")
        self.language = Segments(
            (("en", "article.language_en"), ("zh", "article.language_zh")), "article.language"
        )
        self.language.setMaximumWidth(px(260))
        self._parts = {part: _Part(f"article.{part}") for part in _PARTS}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(12))
        for widget in (self._head, self._merits, self.language, self._only):
            layout.addWidget(widget)
        for part in self._parts.values():
            layout.addWidget(part)
        layout.addWidget(self._products)
        self.language.chosen.connect(lambda _: self._show())

    def show_article(
        self,
        content: ArticleContent,
        figures: ArticleFigures,
        *,
        number: int,
        at: datetime,
        about: str = "",
        state: tuple[str, PillKind] = ("", "neutral"),
    ) -> None:
        """Show a version; state: words and colour of its pill, about: what else is to be said."""
        self._content, self._figures, self._state = content, figures, state
        self._former = None
        when = format_moment(at, self._now())
        self._head_line = (about, tr("article.version", number=number, when=when))
        self.language.set_value(str(current_language()))
        self._show()

    def compare_with(self, former: ArticleContent | None) -> None:
        """Mark the words that ``former`` does not have; None: mark nothing."""
        self._former = former
        self._show()

    def retranslate(self) -> None:
        """Set every text anew, in the language that is on screen now."""
        self.language.set_value(str(current_language()))
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _show(self) -> None:
        if self._content is None:
            return
        language = Language(self.language.value())
        text = text_of(self._content, language)
        both = len(self._content.texts) > 1
        wanted = self._content.zh if language is Language.ZH else self._content.en
        self.language.setVisible(both)
        self._only.setVisible(not both and wanted.is_empty)
        about = " · ".join(part for part in self._head_line if part)
        self._head.show_head(text.title, *self._state, about)
        self._merits.setText(merits(self._figures))
        former = None if self._former is None else text_of(self._former, language)
        for name, part in self._parts.items():
            part.show_text(getattr(text, name), None if former is None else getattr(former, name))
        self._products.setText(tr("article.products", products=self._content.products))
        self._products.setVisible(bool(self._content.products))
