"""Which calls may ring now: do-not-disturb follows from the agent's state; on `desk-loop`.

A queue's call rings for an agent who is ready and in no other call: whoever distributes calls would
else count an agent who is at lunch. A call to the agent's own number rings whenever somebody is
signed on, also beside another call: it was meant for this person, who may know why.
"""

from __future__ import annotations

from agent_desk.domain.agent import AgentState
from telephony.phone.switchboard import Switchboard
from telephony.sip.message.message import Request

NOBODY_HERE = 480
BUSY = 486
"""RFC 3261 s. 21.4.18 and 21.4.24: temporarily unavailable; busy here."""


class Admission:
    """Says with which status a new call is refused."""

    def __init__(self, board: Switchboard) -> None:
        """Take no calls until they are wanted."""
        self._board = board
        self.is_open = False

    def status_for(self, invite: Request) -> int | None:
        """Return the status for a new INVITE, None to let it ring."""
        account, status = self._board.account, self._board.agent.status
        if not self.is_open:
            return NOBODY_HERE
        if len(self._board.calls) >= account.lines:
            return BUSY
        queue = self._board.facts_of(invite).queue_id or ""
        if status is None:
            return None if account.rings_signed_off and not queue else NOBODY_HERE
        if not queue:
            return None
        if status.state is AgentState.BUSY or self._board.calls:
            return BUSY
        is_ready = status.state is AgentState.READY
        return None if is_ready else account.not_ready_status
