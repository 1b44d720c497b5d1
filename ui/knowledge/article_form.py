"""Writing an article: both languages side by side, category and products; Qt main thread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from agent_desk.domain.article import MAX_TITLE, ArticleContent, ArticleText
from agent_desk.domain.identifiers import CategoryId
from agent_desk.domain.ticket import Category
from ui.language import tr
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.ticket.category_picker import CategoryPicker
from ui.widgets.buttons import Button
from ui.widgets.form_field import FormField
from ui.widgets.label import Label
from ui.widgets.notice import Notice
from ui.widgets.record_detail import scroll_column

_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_LABELS: Final = {
    "title": "knowledge.field_title",
    "problem": "knowledge.field_problem",
    "cause": "knowledge.field_cause",
    "fix": "knowledge.field_fix",
}
_LANGUAGES: Final = {"en": "article.language_en", "zh": "article.language_zh"}
_HEIGHTS: Final = {"problem": 92, "cause": 58, "fix": 128}


class _Words(QPlainTextEdit):
    """Is content with a few lines and takes what is left."""

    def __init__(self, height: int) -> None:
        super().__init__()
        self._height = height
        self.setTabChangesFocus(True)

    def sizeHint(self) -> QSize:
        return QSize(px(120), px(self._height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class _TextForm(QWidget):
    """The article in one language."""

    edited = Signal()

    def __init__(self, language: str) -> None:
        super().__init__()
        self.title = QLineEdit()
        self.title.setMaxLength(MAX_TITLE)
        self.parts = {part: _Words(height) for part, height in _HEIGHTS.items()}
        self.fields = {"title": FormField(_LABELS["title"], self.title)}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(Label(_LANGUAGES[language], role="heading"))
        column.addWidget(self.fields["title"])
        for part, editor in self.parts.items():
            editor.textChanged.connect(self.edited)
            self.fields[part] = FormField(_LABELS[part], editor)
            column.addWidget(self.fields[part], 2 if part == "fix" else 1)
        self.title.textChanged.connect(self.edited)

    def text(self) -> ArticleText:
        words = {part: editor.toPlainText() for part, editor in self.parts.items()}
        return ArticleText(title=self.title.text(), **words)

    def show_text(self, text: ArticleText) -> None:
        self.title.setText(text.title)
        for part, editor in self.parts.items():
            editor.setPlainText(getattr(text, part))


class ArticleForm(QFrame):
    """saved: ArticleContent, whether it is to be submitted at once. left: without saving."""

    saved = Signal(object, bool)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter", "Ctrl+Shift+Return", "Ctrl+Shift+Enter")
        self._title = Label("knowledge.form_new", role="heading")
        self._notice = Notice()
        self.en, self.zh = _TextForm("en"), _TextForm("zh")
        self.category = CategoryPicker()
        self.products = QLineEdit()
        self._products_field = FormField("knowledge.products", self.products)
        self.save = Button("knowledge.save", "save", shortcut_hint="Ctrl+Shift+Return")
        self.submit = Button(
            "knowledge.save_and_submit", "send", "primary", shortcut_hint="Ctrl+Return"
        )
        self._cancel = Button("knowledge.cancel", role="ghost", shortcut_hint="Esc")
        self._untouched = ArticleContent()
        self._build()
        self._connect()

    def set_categories(self, categories: Iterable[Category]) -> None:
        """Offer ``categories``."""
        self.category.set_categories(categories)

    def begin(self, content: ArticleContent, title: str) -> None:
        """Write on from ``content`` under the heading ``title``."""
        self._title.setText(title)
        self.en.show_text(content.en)
        self.zh.show_text(content.zh)
        self.category.choose(content.category_id or "")
        self.products.setText(content.products)
        self.clear_errors()
        self._untouched = self.content()

    def content(self) -> ArticleContent:
        """Return what is written now."""
        category = self.category.category_id()
        return ArticleContent(
            en=self.en.text(),
            zh=self.zh.text(),
            category_id=CategoryId(category) if category else None,
            products=self.products.text(),
        )

    def is_dirty(self) -> bool:
        """Return whether anything was written that is not saved."""
        return self.content() != self._untouched

    def focus_first(self) -> None:
        """Put the cursor into the title that is written, else into the first."""
        text = self.zh if self.en.text().is_empty and not self.zh.text().is_empty else self.en
        text.title.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_error(self, field: str, text: str) -> None:
        """Show ``text`` at ``field``, such as "fix_zh", else above the form."""
        part, _, language = field.partition("_")
        form = self.zh if language == "zh" else self.en
        if field == "products":
            self._products_field.set_error(text)
        elif part in form.fields:
            form.fields[part].set_error(text)
            form.fields[part].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._notice.show_text(text, "warning")

    def clear_errors(self) -> None:
        """Take all complaints away."""
        self._notice.hide()
        for field in (*self.en.fields.values(), *self.zh.fields.values(), self._products_field):
            field.set_error("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save by Ctrl+Shift+Enter, submit by Ctrl+Enter, leave by Escape."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() in _ENTER and modifiers == control:
            self._emit(True)
        elif event.key() in _ENTER and modifiers == control | shift:
            self._emit(False)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.category.setAccessibleName(tr("knowledge.category"))

    def _build(self) -> None:
        texts = QHBoxLayout()
        texts.setSpacing(px(16))
        texts.addWidget(self.en, 1)
        texts.addWidget(self.zh, 1)
        below = QHBoxLayout()
        below.setSpacing(px(16))
        below.addWidget(FormField("knowledge.category", self.category), 1)
        below.addWidget(self._products_field, 1)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(8))
        column.setSpacing(px(12))
        column.addWidget(self._title)
        column.addWidget(self._notice)
        column.addLayout(texts, 1)
        column.addLayout(below)
        actions = QHBoxLayout()
        actions.setContentsMargins(px(16), px(6), px(16), px(12))
        actions.setSpacing(px(8))
        actions.addWidget(self._cancel)
        actions.addStretch(1)
        actions.addWidget(self.save)
        actions.addWidget(self.submit)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addWidget(scroll_column(inner), 1)
        layout.addLayout(actions)

    def _connect(self) -> None:
        self.save.clicked.connect(lambda: self._emit(False))
        self.submit.clicked.connect(lambda: self._emit(True))
        self._cancel.clicked.connect(self.left)
        self.en.edited.connect(self.clear_errors)
        self.zh.edited.connect(self.clear_errors)

    def _emit(self, submit: bool) -> None:
        self.clear_errors()
        self.saved.emit(self.content(), submit)
