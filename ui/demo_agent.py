"""Plays the agent in front of the window, as the demo without a display does; main thread.

It presses what a person presses: the actions of the call bar, the fields of the editor, the buttons
of after-call work. Times are simulated seconds.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from agent_desk.domain.agent import NotReadyReason
from agent_desk.domain.call import Call, CallService, LocalConnectionState
from agent_desk.domain.customer import NewCustomer
from agent_desk.domain.interaction import Disposition
from agent_desk.domain.matching import MatchLevel
from agent_desk.domain.ticket import Category, Resolution
from agent_desk.services.back_office import BackOfficeStepEvent
from agent_desk.services.call_control import CallsChangedEvent
from agent_desk.services.case_log import WorkOrderChangedEvent
from agent_desk.services.desk import Desk
from agent_desk.services.story import Story
from ui.demo_desk import PlayedDesk
from ui.demo_verification import PlayedVerification

if TYPE_CHECKING:
    from ui.session import DeskSession

TICK_MS = 60
EXIT_FAILED = 2
"""Exit code when the desk could not be opened."""
LOOK_MS = 250
ANSWER_AFTER = timedelta(seconds=3)
ASK_AFTER = timedelta(seconds=2)
TYPE_AFTER = timedelta(seconds=5)
SAVE_AFTER = timedelta(seconds=12)
HANG_UP_AFTER = timedelta(seconds=18)
FINISH_AFTER = timedelta(seconds=4)
NEW_NAME = "Lin Yue 林悦"

_CASES: Sequence[tuple[str, str, Resolution]] = (
    ("Router dead after the storm 雷雨后路由器损坏", "指示灯不亮。", Resolution.WORK_ORDER),
    ("Router offline after outage", "Restarted together; it is up.", Resolution.RESOLVED_NOW),
    ("Invoice booked twice", "Second booking cancelled on the phone.", Resolution.RESOLVED_NOW),
    ("套餐升级咨询", "已说明资费，客户当场确认。", Resolution.RESOLVED_NOW),
)


class DemoAgent(QObject):
    """Takes calls for some minutes. done: the time is over and the last call is finished."""

    done = Signal()

    def __init__(self, *, session: DeskSession, minutes: float, pictures: Path) -> None:
        """Print the story of each call and leave pictures in ``pictures``."""
        super().__init__()
        self._view = session.view
        self._minutes = minutes
        self._pictures = pictures
        self._calls: tuple[Call, ...] = ()
        self._categories: Sequence[Category] = ()
        self._ends_at: datetime | None = None
        self._asked_for: str = ""
        self._typed_for: str = ""
        self._saved_for: str = ""
        self._wrap_up_since: datetime | None = None
        self._is_leaving = False
        self._is_verifying = False
        self._pauses = False
        self._count = 0
        self._verification = PlayedVerification(desk=PlayedDesk(session), picture=self.save_picture)
        self._taken: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._session = session
        session.before_start(self._tell_story)
        session.when_attached(self._begin)
        session.when_failed(self._give_up)

    def _tell_story(self, desk: Desk) -> None:
        Story(bus=desk.bus, clock=desk.clock, tell=lambda line: print(line, flush=True))

    def _give_up(self, error: Exception) -> None:
        """End the program: nobody is there who could press "Try again"."""
        print(f"agent-desk: {error}", file=sys.stderr, flush=True)
        self._session.stop(EXIT_FAILED)

    def _begin(self, desk: Desk) -> None:
        self._ends_at = self._view.now() + timedelta(minutes=self._minutes)
        bridge = self._session.bridge
        bridge.subscribe(CallsChangedEvent, self._on_calls)
        bridge.subscribe(WorkOrderChangedEvent, self._on_order)
        bridge.subscribe(BackOfficeStepEvent, self._verification.moved)
        bridge.call(desk.tickets.categories, on_result=self._on_categories, owner=self)
        self._timer.start()

    def _on_categories(self, categories: Sequence[Category]) -> None:
        parents = {category.parent_id for category in categories}
        self._categories = [c for c in categories if c.id not in parents]

    def _on_calls(self, event: CallsChangedEvent) -> None:
        self._calls = event.calls

    def _on_order(self, event: WorkOrderChangedEvent) -> None:
        if event.kind == "OrderRaised":
            self._verification.raised(event.order)

    def _tick(self) -> None:
        now = self._view.now()
        if self._ends_at is not None and now >= self._ends_at:
            self._leave(now)
        if self._verification.is_due and self._is_free:
            self._verify(now)
        elif self._calls:
            self._work_on(self._calls[0], now)
        elif self._is_wrapping_up():
            self._wrap_up(now)
        elif not self._is_leaving:
            self._view.state.request_ready()
        elif not self._verification.is_wanted:
            self._finish()

    def _verify(self, now: datetime) -> None:
        self._verification.go_on(now)
        if not self._verification.is_due:
            self._is_verifying = False
            self._pauses = self._is_leaving

    @property
    def _is_free(self) -> bool:
        """Whether no caller is served: then the call to the customer can begin, and goes on."""
        if not self._is_verifying:
            self._take_no_further_call()
            self._is_verifying = not self._calls and not self._is_wrapping_up()
        return self._is_verifying

    def _leave(self, now: datetime) -> None:
        """The time is over: what was begun is finished, the first order's end included."""
        if not self._is_leaving:
            self._is_leaving = True
            self._take_no_further_call()
        self._verification.leave(now)

    def _take_no_further_call(self) -> None:
        """Pending during a call: the present one is worked to its end, no further one comes."""
        if not self._pauses:
            self._pauses = True
            self._view.state.not_ready_requested.emit(NotReadyReason.BREAK.value)

    def _work_on(self, call: Call, now: datetime) -> None:
        age = now - call.state_since
        if call.state is LocalConnectionState.ALERTING:
            self._picture("1-ringing", call.call_id, age >= ANSWER_AFTER / 2)
            self._when(age >= ANSWER_AFTER, CallService.ANSWER_CALL)
        elif call.state is LocalConnectionState.CONNECTED:
            self._talk(call, age)
        elif call.state is LocalConnectionState.FAIL:
            self._when(True, CallService.CLEAR_CONNECTION)

    def _talk(self, call: Call, age: timedelta) -> None:
        if age >= ASK_AFTER and self._asked_for != call.call_id:
            self._asked_for = call.call_id
            self._ask_who_calls()
        if age >= TYPE_AFTER and self._typed_for != call.call_id:
            self._typed_for = call.call_id
            self._type_ticket()
        self._picture("2-talking", call.call_id, age >= SAVE_AFTER * 0.8)
        if age >= SAVE_AFTER and self._saved_for != call.call_id:
            self._saved_for = call.call_id
            self._save_ticket()
        self._when(age >= HANG_UP_AFTER, CallService.CLEAR_CONNECTION)

    def _ask_who_calls(self) -> None:
        """Choose among several candidates, or take an unknown caller's name down."""
        shown, panels = self._view.contact.shown, self._view.panels
        if panels is None or shown is None or shown.card is not None or shown.match is None:
            return
        pop = panels.contact.pop
        if shown.match.candidates:
            pop.candidate_chosen.emit(shown.match.candidates[0].customer_id)
        elif shown.match.level is MatchLevel.UNKNOWN:
            pop.new_customer_submitted.emit(NewCustomer(name=NEW_NAME, number=shown.number))

    def _type_ticket(self) -> None:
        panels, shown = self._view.panels, self._view.contact.shown
        if panels is None or not self._categories or shown is None or shown.card is None:
            # Somebody whose number is withheld: a ticket needs a customer.
            return
        subject, description, resolution = _CASES[self._count % len(_CASES)]
        category = self._categories[(self._count * 5) % len(self._categories)]
        panels.editor.form.fill(
            {
                "subject": subject,
                "description": description,
                "category_id": category.id,
                "resolution": resolution.value,
            }
        )
        self._count += 1

    def _save_ticket(self) -> None:
        shown = self._view.contact.shown
        panels = self._view.panels
        if panels is not None and shown is not None and shown.card is not None:
            panels.editor.save()

    def _is_wrapping_up(self) -> bool:
        panels = self._view.panels
        return panels is not None and panels.wrap_up.call_id() != ""

    def _wrap_up(self, now: datetime) -> None:
        panels = self._view.panels
        assert panels is not None
        if self._wrap_up_since is None:
            self._wrap_up_since = now
        self._picture("3-after-call", panels.wrap_up.call_id(), True)
        if now - self._wrap_up_since < FINISH_AFTER:
            return
        self._wrap_up_since = None
        if panels.wrap_up.disposition() is None:
            panels.wrap_up.choice(Disposition.INFORMATION).click()
        panels.wrap_up.finish()

    def _when(self, due: bool, service: CallService) -> None:
        if due:
            self._view.call_bar.trigger(service.value)

    def _picture(self, name: str, call_id: str, due: bool) -> None:
        """Leave one picture of each kind for each call."""
        key = f"{name}-{call_id}"
        if not due or key in self._taken:
            return
        self._taken.add(key)
        number = sum(taken.startswith(name) for taken in self._taken)
        self.save_picture(f"call-{number}-{name[2:]}.png")

    def save_picture(self, file_name: str) -> Path:
        """Write what the window shows now; return where."""
        self._pictures.mkdir(parents=True, exist_ok=True)
        path = self._pictures / file_name
        self._view.window.grab().save(str(path))
        return path

    def _finish(self) -> None:
        """Leave pictures of the other theme and language, then say that it is over."""
        self._timer.stop()
        look = self._view.look
        steps: list[Callable[[], object]] = [
            look.toggle_theme,
            lambda: self.save_picture("end-other-theme.png"),
            look.toggle_language,
            lambda: self.save_picture("end-other-language.png"),
            look.toggle_language,
            look.toggle_theme,
            self._say_goodbye,
        ]
        # One by one: Qt tells the widgets of a new language only after the present event.
        for number, step in enumerate(steps):
            QTimer.singleShot(number * LOOK_MS, self, step)

    def _say_goodbye(self) -> None:
        print(f"pictures in {self._pictures}", flush=True)
        self.done.emit()
