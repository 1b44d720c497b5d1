"""Plays one work order all the way round at five desks of a floor, and tells it; main thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from agent_desk.domain.settlement import ClaimState
from agent_desk.domain.work_order import WorkOrder, WorkOrderState
from ui.demo_back_desk import PlayedBackDesk
from ui.demo_story import PlayedStory, Wait, since

if TYPE_CHECKING:
    from agent_desk.domain.identifiers import WorkOrderId
    from ui.session import DeskSession

_S = WorkOrderState

AGENT, DISPATCHER, DEPARTMENT = "agent", "dispatcher", "department"
REVIEWER, SUPERVISOR = "reviewer", "supervisor"

_ITEMS: Final = (
    {"kind": "PART", "name": "Router AX30", "quantity": "1", "unit_price": "329.00"},
    {"kind": "LABOUR", "name": "Replacement on site", "quantity": "1.5", "unit_price": "120.00"},
    {"kind": "TRAVEL", "name": "Way there and back", "quantity": "24", "unit_price": "1.20"},
)
_FAULTY: Final = {"faulty_part": "Router AX30", "liable": "SUPPLIER", "supplier": "Netline"}
TOTAL: Final = "537.80"
"""What the lines of the report add up to."""


class LoopStory(PlayedStory):
    """Raised, dispatched, accepted, on hold, reported, sent back, approved, verified, settled."""

    def __init__(
        self,
        *,
        sessions: Mapping[str, DeskSession],
        pictures: Path,
        tell: Callable[[str], None],
    ) -> None:
        """``sessions`` by the five names above."""
        desks = {name: PlayedBackDesk(session) for name, session in sessions.items()}
        self._agent, self._dispatcher = desks[AGENT], desks[DISPATCHER]
        self._department = desks[DEPARTMENT]
        self._reviewer, self._supervisor = desks[REVIEWER], desks[SUPERVISOR]
        super().__init__(desks=desks, pictures=pictures, tell=tell)

    def play(self) -> Iterator[Wait]:
        """Return the story."""
        yield from self.all_open()
        self.line("floor", "five desks are open on one PostgreSQL")
        yield from self.take_call(self._agent, AGENT)
        yield from self._raise_the_order()
        yield from self._decline()
        yield from self._dispatch()
        yield from self._do_the_work()
        yield from self._report("router replaced, line tested")
        yield from self._send_back()
        yield from self._report("router replaced (serial number AX30-20771), line tested")
        yield from self._approve()
        yield from self._call_back()
        yield from self._settle()
        self.say_pictures()

    def _raise_the_order(self) -> Iterator[Wait]:
        agent, department = self._agent, self._department
        assert department.department is not None
        agent.raise_order(
            subject="Router dead after the storm 雷雨后路由器损坏",
            description="Lights stay off. Visit today between 14:00 and 16:00, ring twice.",
            department=department.department,
        )
        yield "the order raised", lambda: agent.order_is(_S.ASSIGNED)
        self.line(AGENT, f"raises work order W-{self._order.number}; it goes to network operations")
        agent.pause_after_call()
        yield from self.finish_call(agent)

    def _decline(self) -> Iterator[Wait]:
        department, order_id = self._department, self._order_id
        yield "the order on the department's list", lambda: department.lists_order(order_id)
        department.decline("Nobody is free before the evening")
        yield "the order declined", lambda: department.order_is(_S.PENDING_DISPATCH)
        self.line(DEPARTMENT, "declines it: nobody is free before the evening")

    def _dispatch(self) -> Iterator[Wait]:
        dispatcher, department = self._dispatcher, self._department
        declined, order_id = time.monotonic(), self._order_id
        dispatcher.show_page("dispatch")
        yield "the card on the board", lambda: dispatcher.has_card_waiting(order_id)
        self.line(DISPATCHER, f"has it on the board after {since(declined)}")
        yield from self.look()
        self.picture(1, "board", (DISPATCHER,))
        assert department.department is not None
        dispatcher.assign(order_id, department.department)
        assigned = time.monotonic()
        yield "the order on the department's list", lambda: department.lists_order(order_id)
        self.line(
            DISPATCHER,
            f"assigns it for the evening; network operations has it after {since(assigned)}",
        )

    def _do_the_work(self) -> Iterator[Wait]:
        department, detail = self._department, self._department.order_detail
        yield "the offer to accept", detail.accept.isVisible
        detail.accept.click()
        yield "the offer to start", detail.start.isVisible
        department.arrive(technician="Qian Jin 钱进", telephone="138 0013 8009")
        yield "the work begun", lambda: department.order_is(_S.IN_PROGRESS)
        yield "the report's form", detail.form.isVisible
        self.line(DEPARTMENT, "accepts it; Qian Jin 钱进 is on site")
        department.hold("Parts: a new router is on its way")
        yield "the order on hold", lambda: department.order_is(_S.ON_HOLD)
        self.line(DEPARTMENT, "puts it on hold: parts")
        yield "the offer to go on", detail.start.isVisible
        detail.start.click()
        yield "the work resumed", lambda: department.order_is(_S.IN_PROGRESS)

    def _report(self, done: str) -> Iterator[Wait]:
        department, form = self._department, self._department.order_detail.form
        yield "the report's form", form.isVisible
        department.write_report(done=done, items=_ITEMS, faulty=_FAULTY)
        yield from self.look()
        self.picture(2, "report", (DEPARTMENT,))
        form.submit()
        yield "the order reported", lambda: department.order_is(_S.REPORTED)
        self.line(DEPARTMENT, f"reports: {done}; {TOTAL} CNY")

    def _send_back(self) -> Iterator[Wait]:
        reviewer, department = self._reviewer, self._department
        order_id = self._order_id
        reviewer.show_page("review")
        yield "the report in the queue", lambda: reviewer.reviews(order_id)
        yield from self.look()
        self.picture(3, "review", (REVIEWER,))
        reviewer.send_back("Which serial number has the new router?")
        yield "the report sent back", lambda: reviewer.order_is(_S.IN_PROGRESS)
        self.line(REVIEWER, "sends the report back: which serial number has the new router?")
        yield "the order at the department", department.order_detail.form.isVisible

    def _approve(self) -> Iterator[Wait]:
        reviewer, order_id = self._reviewer, self._order_id
        yield "the new report in the queue", lambda: reviewer.reviews(order_id)
        reviewer.approve()
        yield "the report approved", lambda: reviewer.order_is(_S.VERIFYING)
        self.line(REVIEWER, "approves the second report")

    def _call_back(self) -> Iterator[Wait]:
        agent, returned = self._agent, time.monotonic()
        order = self._order
        agent.show_page("tickets")
        yield "the order among my tickets", lambda: agent.lists_to_verify(order)
        self.line(AGENT, f"reads after {since(returned)} that W-{order.number} came back")
        agent.call_to_verify()
        yield "the customer answering", agent.talks
        yield from self.look()
        self.picture(4, "verification", (AGENT,))
        agent.confirm()
        yield "the order closed", lambda: agent.order_is(_S.CLOSED)
        self.line(AGENT, f"W-{order.number} and its ticket are closed, on the customer's word")
        yield from self.finish_call(agent)

    def _settle(self) -> Iterator[Wait]:
        yield from self._step_claims(self._dispatcher, DISPATCHER, ClaimState.SUBMITTED)
        self.line(DISPATCHER, f"approves what it cost, {TOTAL} CNY, for the office")
        yield from self._step_claims(self._supervisor, SUPERVISOR, ClaimState.OFFICE_APPROVED)
        self.line(SUPERVISOR, "approves it for the head office, as the second person")
        yield from self._step_claims(self._supervisor, SUPERVISOR, ClaimState.HQ_APPROVED)
        self.line(SUPERVISOR, "pays it: settled")

    def _step_claims(self, desk: PlayedBackDesk, who: str, state: ClaimState) -> Iterator[Wait]:
        """Let ``desk`` take every claim of the order on from ``state``."""
        order_id = self._order_id
        desk.show_page("settlement")
        # What the dealer claims, and what the supplier owes.
        for _ in range(2):
            yield f"a claim that is {state}", lambda: desk.marks_claim(order_id, state)
            if state is ClaimState.SUBMITTED:
                yield from self.look()
                self.picture(5, "settlement", (who,))
            taken = desk.take_claim_on()
            yield "the step on the claim", lambda taken=taken: desk.has_claim_left(taken, state)  # type: ignore[misc]

    @property
    def _order(self) -> WorkOrder:
        order = self._agent.order
        assert order is not None
        return order

    @property
    def _order_id(self) -> WorkOrderId:
        return self._order.id
