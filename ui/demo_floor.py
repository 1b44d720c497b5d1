"""Plays one call and its work order at three desks of a floor, and tells it; main thread."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from agent_desk.domain.call import CallService
from agent_desk.domain.work_order import WorkOrderState
from ui.demo_desk import PlayedDesk

if TYPE_CHECKING:
    from ui.session import DeskSession

TICK_MS: Final = 20
PATIENCE_SECONDS: Final = 60.0
"""Longest wait for one step of the story."""

LOOK_SECONDS: Final = 0.6
"""How long a window is left alone before its picture is taken."""

EXIT_FAILED: Final = 2

Wait = tuple[str, Callable[[], object]]
"""What is waited for, in words, and whether it has happened."""

_CALLING, _FLOOR, _WORKING = "agent", "supervisor", "department"


class FloorStory(QObject):
    """The customer calls, the department works, the agent calls back; three windows."""

    def __init__(
        self,
        *,
        agent: DeskSession,
        supervisor: DeskSession,
        department: DeskSession,
        pictures: Path,
        tell: Callable[[str], None],
    ) -> None:
        """``tell`` gets each line of the story; pictures of the windows go to ``pictures``."""
        super().__init__()
        self._agent = PlayedDesk(agent)
        self._supervisor = PlayedDesk(supervisor)
        self._department = PlayedDesk(department)
        self._pictures = pictures
        self._tell = tell
        self._code = 0
        self._script = self._play()
        self._wait: Wait | None = None
        self._waits_since = time.monotonic()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def run(self) -> int:
        """Play the story to its end and close the desks; return the exit code."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setQuitOnLastWindowClosed(False)
        former = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        for desk in self._desks:
            desk.session.start()
        self._timer.start()
        application.exec()
        for desk in reversed(self._desks):
            # Each ends the event loop when it has written what is left.
            QTimer.singleShot(0, desk.session, desk.session.stop)
            self._code = max(self._code, application.exec())
            desk.session.finish()
        for number, handler in former.items():
            signal.signal(number, handler)
        return self._code

    @property
    def _desks(self) -> Sequence[PlayedDesk]:
        return (self._agent, self._supervisor, self._department)

    def _play(self) -> Iterator[Wait]:
        yield "three desks open", lambda: all(desk.is_open for desk in self._desks)
        self._line("floor", "three desks are open on one PostgreSQL")
        yield from self._take_the_call()
        yield from self._raise_the_order()
        yield from self._finish_the_call()
        yield from self._do_the_work()
        yield from self._call_back()
        self._tell(f"pictures in {self._pictures}")

    def _take_the_call(self) -> Iterator[Wait]:
        agent, supervisor = self._agent, self._supervisor
        supervisor.show_page("floor")
        agent.be_ready()
        yield "a call", agent.rings
        yield "the caller's record", agent.customer
        self._line(_CALLING, f"it rings; the record pops: {agent.customer()}")
        agent.press(CallService.ANSWER_CALL)
        yield "the call answered", agent.talks
        answered = time.monotonic()
        yield "the supervisor sees it", lambda: supervisor.sees_talking(self._login)
        self._line(_FLOOR, f"sees the agent talking after {_since(answered)}")

    def _raise_the_order(self) -> Iterator[Wait]:
        agent, department = self._agent, self._department
        assert department.department is not None
        agent.raise_order(
            subject="Router dead after the storm 雷雨后路由器损坏",
            description="Lights stay off. Visit today between 14:00 and 16:00, ring twice.",
            department=department.department,
        )
        saved = time.monotonic()
        yield "the ticket saved", lambda: agent.order_is(WorkOrderState.ASSIGNED)
        committed = time.monotonic()
        order = agent.order
        assert order is not None
        number, customer = order.number, agent.customer()
        self._line(_CALLING, f"ticket and work order W-{number} saved in {committed - saved:.2f} s")
        yield "the order on the department's list", lambda: department.lists_order(order.id)
        took = _since(committed)
        self._line(_WORKING, f"W-{number} for {customer} is on the list after {took}")
        yield from self._look()
        self._picture(1, "in-call", (_CALLING, _FLOOR, _WORKING))
        self._picture_of_all("all-desks.png")

    def _finish_the_call(self) -> Iterator[Wait]:
        agent = self._agent
        agent.pause_after_call()
        agent.press(CallService.CLEAR_CONNECTION)
        yield "the call ended", agent.has_no_call
        yield "after-call work", agent.finish_wrap_up
        self._line(_CALLING, "hangs up and finishes after-call work")

    def _do_the_work(self) -> Iterator[Wait]:
        department, detail = self._department, self._department.order_detail
        yield "the offer to accept", detail.accept.isVisible
        detail.accept.click()
        yield "the offer to start", detail.start.isVisible
        self._line(_WORKING, "accepts the order")
        detail.start.click()
        yield "the report's form", detail.form.isVisible
        detail.form.restore({"done": "Router replaced, line tested, customer shown the lights."})
        yield from self._look()
        self._picture(2, "report", (_WORKING,))
        detail.form.submit()
        yield "the offer to hand back", detail.hand_back.isVisible
        self._line(_WORKING, "works and reports what was done")
        detail.hand_back.click()
        yield "the order returned", lambda: department.order_is(WorkOrderState.VERIFYING)

    def _call_back(self) -> Iterator[Wait]:
        agent, returned = self._agent, time.monotonic()
        order = agent.order
        assert order is not None
        agent.show_page("tickets")
        yield "the order among my tickets", lambda: agent.lists_to_verify(order)
        self._line(_CALLING, f"reads after {_since(returned)} that W-{order.number} came back")
        agent.call_to_verify()
        yield "the customer answering", agent.talks
        self._line(_CALLING, "calls the customer, who says that it works")
        yield from self._look()
        self._picture(3, "verification", (_CALLING,))
        agent.confirm()
        yield "the order closed", lambda: agent.order_is(WorkOrderState.CLOSED)
        self._line(_CALLING, f"W-{order.number} and its ticket are closed, on the customer's word")
        agent.press(CallService.CLEAR_CONNECTION)
        yield "the call ended", agent.has_no_call
        yield "after-call work", agent.finish_wrap_up

    def _look(self) -> Iterator[Wait]:
        """Leave the windows time to paint."""
        until = time.monotonic() + LOOK_SECONDS
        yield "a moment", lambda: time.monotonic() >= until

    def _picture(self, number: int, name: str, whose: Sequence[str]) -> None:
        desks = dict(zip((_CALLING, _FLOOR, _WORKING), self._desks, strict=True))
        for who in whose:
            desks[who].save_picture(self._pictures / f"{number}-{name}-{who}.png")

    def _picture_of_all(self, name: str) -> None:
        """Write the agent's window with the other two, half as large, beside it."""
        whole = self._agent.view.window.size()
        half = whole / 2
        joint = QPixmap(whole.width() + half.width(), whole.height())
        painter = QPainter(joint)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        agent, supervisor, department = (desk.view.window.grab() for desk in self._desks)
        painter.drawPixmap(QRect(QPoint(0, 0), whole), agent)
        painter.drawPixmap(QRect(QPoint(whole.width(), 0), half), supervisor)
        painter.drawPixmap(QRect(QPoint(whole.width(), half.height()), half), department)
        painter.end()
        joint.save(str(self._pictures / name))

    def _tick(self) -> None:
        """Go on with the story when what it waits for has happened."""
        failed = next((desk.error for desk in self._desks if desk.error is not None), None)
        if failed is not None:
            self._fail(str(failed))
        elif self._wait is None or self._wait[1]():
            self._wait = next(self._script, None)
            self._waits_since = time.monotonic()
            if self._wait is None:
                self._end(0)
        elif time.monotonic() - self._waits_since > PATIENCE_SECONDS:
            self._fail(f"waited {PATIENCE_SECONDS:.0f} s in vain for: {self._wait[0]}")

    def _fail(self, text: str) -> None:
        print(f"agent-desk floor: {text}", file=sys.stderr, flush=True)
        for desk, who in zip(self._desks, (_CALLING, _FLOOR, _WORKING), strict=True):
            desk.save_picture(self._pictures / f"failed-{who}.png")
        self._end(EXIT_FAILED)

    def _end(self, code: int) -> None:
        self._timer.stop()
        self._code = code
        QApplication.exit(code)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Python runs this between two bytecodes on main; the story's ticks bring it there.
        self._end(0)

    @property
    def _login(self) -> str:
        return self._agent.view.look.settings.login

    def _line(self, who: str, text: str) -> None:
        self._tell(f"{datetime.now().astimezone():%H:%M:%S}  {who:<11} {text}")


def _since(begin: float) -> str:
    return f"{time.monotonic() - begin:.2f} s"
