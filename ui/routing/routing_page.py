"""The rule editor: rules in their order, one of them as a form, and the dry run; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import new_uuid7
from agent_desk.domain.routing import RoutingRule, RuleId
from agent_desk.domain.routing_check import faults_by_rule
from agent_desk.domain.routing_trial import DryRun
from agent_desk.domain.rule_edit import added, copied, free_name, moved, with_rule, without
from agent_desk.services.routing import RoutingHouse
from ui.formats import format_moment
from ui.language import tr
from ui.routing.rule_form import RuleForm
from ui.routing.rule_words import RuleWords
from ui.routing.stale_line import StaleLine
from ui.routing.trial_view import TrialView
from ui.shortcuts import keep_keys
from ui.theme.theme import px
from ui.widgets.buttons import Button, IconButton
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.grouped_list import Group, GroupedRow
from ui.widgets.list_and_detail import ListAndDetail, ListWords
from ui.widgets.notice import Notice
from ui.widgets.pill import PillKind
from ui.widgets.record_detail import scroll_column
from ui.widgets.segments import Segments

_WORDS: Final = ListWords(
    icon="split",
    title="routing_page.title",
    empty="routing_page.empty",
    empty_text="routing_page.empty_text",
    loading="routing_page.loading",
    unavailable="routing_page.unavailable",
    retry="routing_page.retry",
    nothing_icon="split",
    nothing_marked="routing_page.nothing_marked",
)
_ENTER: Final = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_RULE, _TRIAL = "rule", "trial"


class RoutingPage(QWidget):
    """save_requested and try_requested carry the rules as they are edited.

    Answer with ``show_house`` (saved), ``show_stale``, ``show_error``, ``show_run``. Alt and an
    arrow move the marked rule, Space turns it on or off, Ctrl+Enter saves.
    """

    save_requested = Signal(tuple)
    try_requested = Signal(tuple)
    theirs_wanted = Signal()
    mine_wanted = Signal(tuple)
    reload_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        keep_keys(self, "Ctrl+Return", "Ctrl+Enter")
        self._now = now
        self._house: RoutingHouse | None = None
        self._words: RuleWords | None = None
        self._saved_by = ""
        self._rules: tuple[RoutingRule, ...] = ()
        self._run: DryRun | None = None
        self._edits = False
        self.add = IconButton("plus", "routing_page.add", shortcut_hint="Ins")
        self.copy = IconButton("copy", "routing_page.copy")
        self.up = IconButton("chevron-up", "pick_list.up", shortcut_hint="Alt+Up")
        self.down = IconButton("chevron-down", "pick_list.down", shortcut_hint="Alt+Down")
        self.remove = IconButton("trash-2", "routing_page.remove", shortcut_hint="Del")
        self._tools = (self.add, self.copy, self.up, self.down, self.remove)
        self.form = RuleForm()
        self.trial = TrialView(now=now)
        self.tabs = Segments(
            ((_RULE, "routing_page.tab_rule"), (_TRIAL, "routing_page.tab_trial")),
            "routing_page.tabs",
        )
        self._parts = QStackedWidget()
        self.notice = Notice()
        self.stale = StaleLine()
        self._state = ElidedLabel(role="muted")
        self.discard = Button("routing_page.discard", "undo-2")
        self.save = Button("routing_page.save", "check", "primary", shortcut_hint="Ctrl+Return")
        self._detail = QFrame()
        self._columns = ListAndDetail(words=_WORDS, head=self._tools, details=(self._detail,))
        self.list = self._columns.list
        plain, alt = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
        self._keys: Mapping[tuple[Qt.Key, Qt.KeyboardModifier], Callable[[], None]] = {
            (Qt.Key.Key_Up, alt): lambda: self._move(-1),
            (Qt.Key.Key_Down, alt): lambda: self._move(1),
            (Qt.Key.Key_Space, plain): self._toggle,
            (Qt.Key.Key_Insert, plain): self._add,
            (Qt.Key.Key_Delete, plain): self._remove,
        }
        self._build()
        self._connect()
        self.retranslate()

    def offer_editing(self, may_edit: bool) -> None:
        """Let the rules be changed, or only looked at and tried."""
        self._edits = may_edit
        for widget in (*self._tools, self.save, self.discard):
            widget.setVisible(may_edit)
        self.form.setEnabled(may_edit)
        self._show_state()

    def show_loading(self) -> None:
        """Say that the rules are on their way."""
        self._columns.show_loading()

    def show_unavailable(self, text: str) -> None:
        """Say why the rules are not to be had; what is edited stays."""
        self._columns.show_unavailable(text)

    def show_house(self, house: RoutingHouse, saved_by: str = "", *, keep: bool = False) -> None:
        """Show the rules that hold; ``keep`` what is edited, against them as the new base."""
        self._house, self._saved_by = house, saved_by
        self._words = RuleWords(
            directory=house.world.directory, categories=house.categories, regions=house.regions
        )
        if not keep:
            self._rules = house.rulebook.rules
        self.notice.hide()
        self.stale.hide()
        self._columns.show_known()
        self.form.set_world(self._words, house.categories)
        self._show_rules()
        if not self._rules:
            self._columns.show_detail(self._detail)

    def show_stale(self, house: RoutingHouse, saved_by: str) -> None:
        """Say that ``house`` was saved meanwhile, and what differs from what was edited."""
        book = house.rulebook
        theirs = {rule.id: rule for rule in book.rules}
        mine = {rule.id: rule for rule in self._rules}
        differing = [
            (theirs.get(one) or mine[one]).name
            for one in {**theirs, **mine}
            if theirs.get(one) != mine.get(one)
        ]
        self.stale.show_text(
            tr(
                "routing_page.stale",
                who=saved_by,
                version=book.version,
                when=format_moment(book.saved_at, self._now()) if book.saved_at else "",
                names=tr("list.separator").join(differing) or tr("routing_page.nothing_differs"),
            )
        )

    def show_error(self, text: str) -> None:
        """Say why the rules could not be saved; nothing that was edited is lost."""
        self.notice.show_text(text, "danger")

    def show_run(self, run: DryRun, rules: Sequence[RoutingRule]) -> None:
        """Show what ``rules`` would do with past orders."""
        assert self._words is not None
        self._run = run
        self.trial.show_run(run, rules, self._words)
        if tuple(rules) != self._rules:
            self.trial.show_old()
        self._show_rules()

    def rules(self) -> tuple[RoutingRule, ...]:
        """Return the rules as they are edited."""
        return self._rules

    def is_dirty(self) -> bool:
        """Return whether anything was edited that is not saved."""
        return self._house is not None and self._rules != self._house.rulebook.rules

    def retranslate(self) -> None:
        """Set every text anew."""
        self._show_rules()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() != QEvent.Type.LanguageChange:
            return
        if self._words is not None and self._house is not None:
            self.form.set_world(self._words, self._house.categories)
        self.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Go to the list: the keys that follow are meant for it."""
        super().showEvent(event)
        if not event.spontaneous() and not self.isAncestorOf(self.focusWidget()):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Save on Ctrl+Enter."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in _ENTER and modifiers == Qt.KeyboardModifier.ControlModifier:
            self._on_save()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Edit the list by key, before the list itself takes an arrow or a space."""
        if watched is self.list and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)
            modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            act = self._keys.get((Qt.Key(event.key()), modifiers))
            if act is not None and self._edits:
                act()
                return True
        return super().eventFilter(watched, event)

    def _build(self) -> None:
        self._detail.setObjectName("card")
        nothing = EmptyState(_WORDS.nothing_icon, _WORDS.nothing_marked)
        for part in (scroll_column(self.form), self.trial, nothing):
            self._parts.addWidget(part)
        top = QHBoxLayout()
        top.setContentsMargins(px(16), px(12), px(16), 0)
        top.addWidget(self.tabs)
        top.addStretch(1)
        says = QVBoxLayout()
        says.setContentsMargins(px(16), px(8), px(16), 0)
        says.addWidget(self.notice)
        says.addWidget(self.stale)
        foot = QHBoxLayout()
        foot.setContentsMargins(px(16), px(6), px(16), px(12))
        foot.setSpacing(px(8))
        foot.addWidget(self._state, 1)
        foot.addWidget(self.discard)
        foot.addWidget(self.save)
        column = QVBoxLayout(self._detail)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(says)
        column.addWidget(self._parts, 1)
        column.addLayout(foot)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(px(16), px(16), px(16), px(16))
        layout.addWidget(self._columns)

    def _connect(self) -> None:
        self.list.installEventFilter(self)
        self.list.row_marked.connect(self._show_marked)
        self.list.row_opened.connect(self._open)
        self.form.changed.connect(lambda rule: self._edit(with_rule(self._rules, rule)))
        self.add.clicked.connect(self._add)
        self.copy.clicked.connect(self._copy)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.remove.clicked.connect(self._remove)
        self.tabs.chosen.connect(lambda _: self._show_part())
        self.save.clicked.connect(self._on_save)
        self.discard.clicked.connect(self._on_discard)
        self.trial.try_requested.connect(self._on_try)
        self.stale.theirs_wanted.connect(self.theirs_wanted)
        self.stale.mine_wanted.connect(lambda: self.mine_wanted.emit(self._rules))
        self._columns.reload_requested.connect(self.reload_requested)

    def _edit(self, rules: tuple[RoutingRule, ...], mark: RuleId | None = None) -> None:
        """Go on with ``rules``."""
        if rules == self._rules:
            return
        self._rules = rules
        self._run = None
        self.trial.show_old()
        self.notice.hide()
        self._show_rules(mark)

    def _add(self) -> None:
        name = free_name(self._rules, tr("routing_page.new_name"))
        new = RoutingRule(id=RuleId(new_uuid7(self._now())), name=name, assignees=())
        self._edit(added(self._rules, new, after=self._marked()), new.id)
        self._open(new.id)

    def _copy(self) -> None:
        marked = self._rule(self._marked())
        if marked is not None:
            new_id = RuleId(new_uuid7(self._now()))
            name = tr("routing_page.copy_name", name=marked.name)
            self._edit(copied(self._rules, marked.id, new_id=new_id, name=name), new_id)
            self._open(new_id)

    def _remove(self) -> None:
        marked = self._marked()
        if marked is not None:
            self._edit(without(self._rules, marked))

    def _move(self, by: int) -> None:
        marked = self._marked()
        if marked is not None:
            self._edit(moved(self._rules, marked, by), marked)

    def _toggle(self) -> None:
        marked = self._rule(self._marked())
        if marked is not None:
            self.form.show_rule(marked)
            self.form.enabled.click()

    def _open(self, _rule_id: str) -> None:
        self.tabs.set_value(_RULE)
        self._show_part()
        self.form.focus_name()

    def _on_save(self) -> None:
        faults = self._faults()
        if not self._edits or not self.is_dirty():
            return
        if faults:
            names = tr("list.separator").join(r.name for r in self._rules if r.id in faults)
            self.show_error(tr("routing_page.has_faults", names=names))
            self.list.mark(next(iter(faults)))
            return
        self.save_requested.emit(self._rules)

    def _on_discard(self) -> None:
        if self._house is not None:
            self.stale.hide()
            self._edit(self._house.rulebook.rules)

    def _on_try(self) -> None:
        self.trial.show_trying()
        self.try_requested.emit(self._rules)

    def _marked(self) -> RuleId | None:
        marked = self.list.marked_id()
        return RuleId(marked) if marked else None

    def _rule(self, rule_id: RuleId | None) -> RoutingRule | None:
        return next((rule for rule in self._rules if rule.id == rule_id), None)

    def _faults(self) -> Mapping[RuleId, tuple[InputError, ...]]:
        return {} if self._house is None else faults_by_rule(self._rules, self._house.world)

    def _show_rules(self, mark: RuleId | None = None) -> None:
        if self._words is None:
            return
        faults = self._faults()
        rows = tuple(
            self._row(place, rule, is_faulty=rule.id in faults)
            for place, rule in enumerate(self._rules, start=1)
        )
        self._columns.show_groups([Group(tr("routing_page.first_fits"), rows)])
        if mark is not None:
            self.list.mark(mark)
        self._show_marked()
        self._show_state()

    def _show_marked(self) -> None:
        rule = self._rule(self._marked())
        if rule is not None:
            self.form.show_rule(rule)
            self.form.show_faults(self._faults().get(rule.id, ()))
        self._show_part()
        place = self._rules.index(rule) if rule is not None else -1
        for tool in (self.copy, self.remove):
            tool.setEnabled(rule is not None)
        self.up.setEnabled(place > 0)
        self.down.setEnabled(0 <= place < len(self._rules) - 1)
        self._columns.show_detail(self._detail)

    def _show_part(self) -> None:
        if self.tabs.value() == _TRIAL:
            self._parts.setCurrentIndex(1)
        else:
            self._parts.setCurrentIndex(2 if self._marked() is None else 0)

    def _show_state(self) -> None:
        dirty = self.is_dirty()
        self.save.setEnabled(dirty)
        self.discard.setEnabled(dirty)
        self._state.setText(self._state_text(dirty))

    def _state_text(self, dirty: bool) -> str:
        if self._house is None:
            return ""
        if dirty:
            return tr("routing_page.unsaved")
        book = self._house.rulebook
        saved = tr("routing_page.never_saved")
        if book.saved_at is not None:
            saved = tr(
                "routing_page.saved",
                version=book.version,
                who=self._saved_by or book.saved_by,
                when=format_moment(book.saved_at, self._now()),
            )
        return saved if self._edits else f"{saved} {tr('routing_page.only_look')}"

    def _row(self, place: int, rule: RoutingRule, *, is_faulty: bool) -> GroupedRow:
        assert self._words is not None
        pill, kind = self._pill(rule, is_faulty=is_faulty)
        count = self._run.by_rule.get(rule.id) if self._run is not None else None
        return GroupedRow(
            id=rule.id,
            title=f"{place}. {rule.name}",
            about=self._words.summary(rule),
            pill=pill,
            kind=kind,
            due="" if count is None else tr("routing_page.takes", count=count),
        )

    def _pill(self, rule: RoutingRule, *, is_faulty: bool) -> tuple[str, PillKind]:
        if is_faulty:
            return tr("routing_page.faulty"), "danger"
        return ("", "neutral") if rule.is_enabled else (tr("routing_page.off"), "neutral")
