"""A story that programs play at several desks of a floor, told as it goes; main thread."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from agent_desk.domain.call import CallService
from ui.demo_desk import PlayedDesk

TICK_MS: Final = 20
PATIENCE_SECONDS: Final = 60.0
"""Longest wait for one step of the story."""

LOOK_SECONDS: Final = 0.6
"""How long a window is left alone before its picture is taken."""

EXIT_FAILED: Final = 2

Wait = tuple[str, Callable[[], object]]
"""What is waited for, in words, and whether it has happened."""


class PlayedStory(QObject):
    """Runs the desks, plays `play` on them and takes pictures; a subclass is one story."""

    def __init__(
        self, *, desks: Mapping[str, PlayedDesk], pictures: Path, tell: Callable[[str], None]
    ) -> None:
        """``desks`` by the name under which the story tells of them; ``tell`` gets each line."""
        super().__init__()
        self._desks = dict(desks)
        self._pictures = pictures
        self._tell = tell
        self._code = 0
        self._script = self.play()
        self._wait: Wait | None = None
        self._waits_since = time.monotonic()
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    def play(self) -> Iterator[Wait]:
        """Return the story: what it does between two waits."""
        raise NotImplementedError

    def run(self) -> int:
        """Play the story to its end and close the desks; return the exit code."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.setQuitOnLastWindowClosed(False)
        former = {
            number: signal.signal(number, self._on_signal)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        for desk in self._desks.values():
            desk.session.start()
        self._timer.start()
        application.exec()
        for desk in reversed(self._desks.values()):
            # Each ends the event loop when it has written what is left.
            QTimer.singleShot(0, desk.session, desk.session.stop)
            self._code = max(self._code, application.exec())
            desk.session.finish()
        for number, handler in former.items():
            signal.signal(number, handler)
        return self._code

    def all_open(self) -> Iterator[Wait]:
        """Wait for every desk."""
        yield (
            f"{len(self._desks)} desks open",
            lambda: all(desk.is_open for desk in self._desks.values()),
        )

    def take_call(self, agent: PlayedDesk, who: str) -> Iterator[Wait]:
        """Let ``agent``, of whom is told as ``who``, answer the next call."""
        agent.be_ready()
        yield "a call", agent.rings
        yield "the caller's record", agent.customer
        self.line(who, f"it rings; the record pops: {agent.customer()}")
        agent.press(CallService.ANSWER_CALL)
        yield "the call answered", agent.talks

    def finish_call(self, agent: PlayedDesk) -> Iterator[Wait]:
        """Let ``agent`` hang up and end the after-call work."""
        agent.press(CallService.CLEAR_CONNECTION)
        yield "the call ended", agent.has_no_call
        yield "after-call work", agent.finish_wrap_up

    def look(self) -> Iterator[Wait]:
        """Leave the windows time to paint."""
        until = time.monotonic() + LOOK_SECONDS
        yield "a moment", lambda: time.monotonic() >= until

    def line(self, who: str, text: str) -> None:
        """Tell one line."""
        self._tell(f"{datetime.now().astimezone():%H:%M:%S}  {who:<11} {text}")

    def say_pictures(self) -> None:
        """Tell where the pictures are."""
        self._tell(f"pictures in {self._pictures}")

    def picture(self, number: int, name: str, whose: Sequence[str]) -> None:
        """Write what the windows of ``whose`` show."""
        for who in whose:
            self._desks[who].save_picture(self._pictures / f"{number}-{name}-{who}.png")

    def picture_of_all(self, name: str) -> None:
        """Write the first window with two others, half as large, beside it."""
        first, *others = (desk.view.window for desk in self._desks.values())
        whole, half = first.size(), first.size() / 2
        joint = QPixmap(whole.width() + half.width(), whole.height())
        painter = QPainter(joint)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawPixmap(QRect(QPoint(0, 0), whole), first.grab())
        for row, window in enumerate(others[:2]):
            place = QPoint(whole.width(), row * half.height())
            painter.drawPixmap(QRect(place, half), window.grab())
        painter.end()
        joint.save(str(self._pictures / name))

    def _tick(self) -> None:
        """Go on with the story when what it waits for has happened."""
        failed = next((d.error for d in self._desks.values() if d.error is not None), None)
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
        for who, desk in self._desks.items():
            desk.save_picture(self._pictures / f"failed-{who}.png")
        self._end(EXIT_FAILED)

    def _end(self, code: int) -> None:
        self._timer.stop()
        self._code = code
        QApplication.exit(code)

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        # Python runs this between two bytecodes on main; the story's ticks bring it there.
        self._end(0)


def since(begin: float) -> str:
    """Return how long ago the moment ``begin`` of `time.monotonic` was."""
    return f"{time.monotonic() - begin:.2f} s"
