"""What rules would do with past orders: figures, and the orders behind them; Qt main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from agent_desk.domain.routing import RoutingRule, RuleId
from agent_desk.domain.routing_trial import DryRun, RoutingTrial
from ui.formats import format_moment
from ui.language import tr
from ui.routing.rule_words import RuleWords
from ui.theme.theme import px
from ui.widgets.buttons import Button
from ui.widgets.empty_state import EmptyState
from ui.widgets.grouped_list import Group, GroupedList, GroupedRow
from ui.widgets.notice import Notice
from ui.widgets.record_detail import plain_label

_CHANGES: Final = "changes"
_DISPATCHER: Final = "dispatcher"
_ALL: Final = "all"
_OF_RULE: Final = "rule:"


class TrialView(QWidget):
    """try_requested: the rules as they stand are to be tried; answer with ``show_run``."""

    try_requested = Signal()

    def __init__(self, *, now: Callable[[], datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._run: DryRun | None = None
        self._rules: Sequence[RoutingRule] = ()
        self._words: RuleWords | None = None
        self._wanted = _CHANGES
        self.try_out = Button("routing_page.try_out", "play")
        self._head = plain_label()
        self.notice = Notice()
        self.shown = QComboBox()
        self.list = GroupedList()
        self._empty = EmptyState("play", "routing_page.not_tried", "routing_page.not_tried_text")
        self._stack = QStackedWidget()
        self._build()
        self.try_out.clicked.connect(self.try_requested)
        self.shown.activated.connect(self._choose)
        self.retranslate()

    def show_trying(self) -> None:
        """Say that the orders are being tried."""
        self.notice.hide()
        self.try_out.setEnabled(False)
        self._empty.set_keys("hourglass", "routing_page.trying")

    def show_run(self, run: DryRun, rules: Sequence[RoutingRule], words: RuleWords) -> None:
        """Show what ``rules`` would do."""
        self._run, self._rules, self._words = run, rules, words
        self._wanted = _CHANGES if run.changes else _ALL
        self.try_out.setEnabled(True)
        self.notice.hide()
        self._empty.set_keys("inbox", "routing_page.no_orders")
        self.retranslate()

    def show_error(self, text: str) -> None:
        """Say why the rules could not be tried; the last figures stay."""
        self.try_out.setEnabled(True)
        self._empty.set_keys("play", "routing_page.not_tried", "routing_page.not_tried_text")
        self.notice.show_text(text, "warning")

    def show_old(self) -> None:
        """Say that the rules are others by now."""
        if self._run is not None:
            self.notice.show_text(tr("routing_page.trial_old"), "info")

    def retranslate(self) -> None:
        """Set every text anew."""
        self.shown.setAccessibleName(tr("routing_page.shown"))
        self.list.setAccessibleName(tr("routing_page.shown"))
        if self._run is None or self._words is None:
            return
        orders, changes = len(self._run.trials), len(self._run.changes)
        self._head.setText(tr("routing_page.trial_head", orders=orders, changes=changes))
        self._offer(self._run, self._words)
        self._show_orders()

    def changeEvent(self, event: QEvent) -> None:
        """Follow a change of language."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()

    def _build(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.shown, 1)
        row.addWidget(self.try_out)
        for page in (self._empty, self.list):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(12), px(16), px(8))
        column.setSpacing(px(8))
        column.addLayout(row)
        column.addWidget(self._head)
        column.addWidget(self.notice)
        column.addWidget(self._stack, 1)

    def _offer(self, run: DryRun, words: RuleWords) -> None:
        """Offer to see the orders behind each figure, with the figure."""
        named = [
            (_CHANGES, tr("routing_page.show_changes"), len(run.changes)),
            (_DISPATCHER, tr("routing_page.show_dispatcher"), run.by_assignee.get(None, 0)),
            *(
                (_OF_RULE + rule.id, tr("routing_page.show_rule", name=rule.name), count)
                for rule in self._rules
                if (count := run.by_rule.get(rule.id)) is not None
            ),
            (_ALL, tr("routing_page.show_all"), len(run.trials)),
        ]
        with QSignalBlocker(self.shown):
            self.shown.clear()
            for value, text, count in named:
                self.shown.addItem(f"{text} · {count}", value)
            self.shown.setCurrentIndex(max(0, self.shown.findData(self._wanted)))

    def _choose(self) -> None:
        self._wanted = str(self.shown.currentData())
        self._show_orders()

    def _show_orders(self) -> None:
        trials = self._chosen()
        groups: dict[str, list[GroupedRow]] = {}
        for trial in reversed(trials):
            groups.setdefault(self._way(trial), []).append(self._row(trial))
        most_first = sorted(groups.items(), key=lambda group: -len(group[1]))
        self.list.show_groups(Group(way, tuple(rows)) for way, rows in most_first)
        self._stack.setCurrentWidget(self.list if trials else self._empty)
        if not trials and self._run is not None and self._run.trials:
            self._empty.set_keys("circle-check", "routing_page.no_trial_rows")

    def _chosen(self) -> Sequence[RoutingTrial]:
        if self._run is None:
            return ()
        if self._wanted == _CHANGES:
            return self._run.changes
        if self._wanted == _ALL:
            return self._run.trials
        if self._wanted == _DISPATCHER:
            return [trial for trial in self._run.trials if trial.decision.assignee is None]
        return self._run.taken_by(RuleId(self._wanted.removeprefix(_OF_RULE)))

    def _way(self, trial: RoutingTrial) -> str:
        assert self._words is not None
        after = self._words.assignee(trial.decision.assignee)
        if not trial.is_change:
            return after
        today = self._words.assignee(trial.today.assignee)
        return tr("routing_page.from_to", today=today, after=after)

    def _row(self, trial: RoutingTrial) -> GroupedRow:
        assert self._words is not None
        past, decision = trial.past, trial.decision
        reasons = (*decision.reasons, *(decision.passed_over if not decision.assignee else ()))
        return GroupedRow(
            id=str(past.number),
            title=f"#{past.number} {past.subject}",
            about=self._words.decisions.reasons(reasons, past.at),
            pill="",
            kind="neutral",
            due=format_moment(past.at, self._now()),
            hint=self._words.decisions.decision(decision, past.at),
        )
