"""Plays one call and its work order at three desks of a floor, and tells it; main thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent_desk.domain.work_order import WorkOrderState
from ui.demo_desk import PlayedDesk
from ui.demo_story import PlayedStory, Wait, since

if TYPE_CHECKING:
    from ui.session import DeskSession

_CALLING, _FLOOR, _WORKING = "agent", "supervisor", "department"


class FloorStory(PlayedStory):
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
        self._agent = PlayedDesk(agent)
        self._supervisor = PlayedDesk(supervisor)
        self._department = PlayedDesk(department)
        desks = {_CALLING: self._agent, _FLOOR: self._supervisor, _WORKING: self._department}
        super().__init__(desks=desks, pictures=pictures, tell=tell)

    def play(self) -> Iterator[Wait]:
        """Return the story."""
        yield from self.all_open()
        self.line("floor", "three desks are open on one PostgreSQL")
        yield from self._take_the_call()
        yield from self._raise_the_order()
        yield from self._finish_the_call()
        yield from self._do_the_work()
        yield from self._call_back()
        self.say_pictures()

    def _take_the_call(self) -> Iterator[Wait]:
        agent, supervisor = self._agent, self._supervisor
        supervisor.show_page("floor")
        yield from self.take_call(agent, _CALLING)
        answered = time.monotonic()
        yield "the supervisor sees it", lambda: supervisor.sees_talking(agent.login)
        self.line(_FLOOR, f"sees the agent talking after {since(answered)}")

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
        self.line(_CALLING, f"ticket and work order W-{number} saved in {committed - saved:.2f} s")
        yield "the order on the department's list", lambda: department.lists_order(order.id)
        took = since(committed)
        self.line(_WORKING, f"W-{number} for {customer} is on the list after {took}")
        yield from self.look()
        self.picture(1, "in-call", (_CALLING, _FLOOR, _WORKING))
        self.picture_of_all("all-desks.png")

    def _finish_the_call(self) -> Iterator[Wait]:
        agent = self._agent
        agent.pause_after_call()
        yield from self.finish_call(agent)
        self.line(_CALLING, "hangs up and finishes after-call work")

    def _do_the_work(self) -> Iterator[Wait]:
        department, detail = self._department, self._department.order_detail
        yield "the offer to accept", detail.accept.isVisible
        detail.accept.click()
        yield "the offer to start", detail.start.isVisible
        self.line(_WORKING, "accepts the order")
        detail.start.click()
        yield "the report's form", detail.form.isVisible
        detail.form.restore({"done": "Router replaced, line tested, customer shown the lights."})
        yield from self.look()
        self.picture(2, "report", (_WORKING,))
        detail.form.submit()
        yield "the offer to hand back", detail.hand_back.isVisible
        self.line(_WORKING, "works and reports what was done")
        detail.hand_back.click()
        yield "the order returned", lambda: department.order_is(WorkOrderState.VERIFYING)

    def _call_back(self) -> Iterator[Wait]:
        agent, returned = self._agent, time.monotonic()
        order = agent.order
        assert order is not None
        agent.show_page("tickets")
        yield "the order among my tickets", lambda: agent.lists_to_verify(order)
        self.line(_CALLING, f"reads after {since(returned)} that W-{order.number} came back")
        agent.call_to_verify()
        yield "the customer answering", agent.talks
        self.line(_CALLING, "calls the customer, who says that it works")
        yield from self.look()
        self.picture(3, "verification", (_CALLING,))
        agent.confirm()
        yield "the order closed", lambda: agent.order_is(WorkOrderState.CLOSED)
        self.line(_CALLING, f"W-{order.number} and its ticket are closed, on the customer's word")
        yield from self.finish_call(agent)
