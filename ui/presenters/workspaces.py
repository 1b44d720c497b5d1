"""Workspaces: what the screen knows about each call or opened customer; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.draft import Draft
from agent_desk.domain.identifiers import CallId, CustomerId
from agent_desk.domain.matching import MatchResult
from agent_desk.domain.ticket import Ticket

_ENDED = LocalConnectionState.NULL
KEPT = 20
"""Workspaces kept without a call; older ones live on in the database and the journal."""


@dataclass(slots=True, kw_only=True)
class Workspace:
    """One call, or one customer opened without a call.

    key: "call:<id>" or "customer:<id>", also the name of its drafts. call: as it was last seen,
    NULL once it has ended. number: readable, "" when
    withheld. card: once somebody is chosen. match: once the database has answered. trouble: why
    it has not, "" when it has or may still. typed: fields of the ticket editor. ticket: the one
    that the editor joins or changes. is_of_former_run: its words were recovered, and its call is
    not of this run. is_saving: a ticket of it is on its way to the database.
    """

    key: str
    call_id: CallId | None = None
    call: Call | None = None
    number: str = ""
    card: CustomerCard | None = None
    match: MatchResult | None = None
    is_slow: bool = False
    trouble: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    ticket: Ticket | None = None
    is_of_former_run: bool = False
    is_saving: bool = False

    @property
    def customer_id(self) -> CustomerId | None:
        """Who it is about, None while nobody is chosen."""
        return self.card.customer.id if self.card else None

    @property
    def name(self) -> str:
        """The customer's name, else the number."""
        return self.card.customer.name if self.card else self.number

    @property
    def draft_key(self) -> str:
        """The name under which the journal keeps what is being typed."""
        return f"ticket:{self.key}"


class Workspaces:
    """All workspaces by key, the oldest without a call forgotten first."""

    def __init__(self) -> None:
        """Start with none."""
        self._by_key: dict[str, Workspace] = {}

    def of_call(self, call_id: CallId) -> Workspace | None:
        """Return the call's workspace, None when it has none."""
        return self._by_key.get(f"call:{call_id}")

    def for_call(self, call_id: CallId, number: str) -> Workspace:
        """Return the call's workspace, a new one at its first event."""
        key = f"call:{call_id}"
        return self._by_key.setdefault(key, Workspace(key=key, call_id=call_id, number=number))

    def for_customer(self, card: CustomerCard) -> Workspace:
        """Return the workspace of a customer opened without a call, with the fresh card.

        One in which something was typed and not saved, also in a call that is over, comes first.
        """
        unsaved = [w for w in self.of_customer(card.customer.id) if w.typed]
        key = f"customer:{card.customer.id}"
        workspace = unsaved[-1] if unsaved else self._by_key.setdefault(key, Workspace(key=key))
        workspace.card = card
        return workspace

    def for_draft(self, draft: Draft, card: CustomerCard | None) -> Workspace:
        """Return a workspace that keeps saving under the draft's own name."""
        key = draft.key.removeprefix("ticket:")
        workspace = Workspace(
            key=key,
            call_id=draft.call_id,
            number=draft.number,
            card=card,
            is_of_former_run=True,
        )
        self._by_key[key] = workspace
        return workspace

    def follow_calls(self, calls: Mapping[CallId, Call]) -> None:
        """Take over the present state of every call; one that is gone has ended."""
        for workspace in self._by_key.values():
            if workspace.call_id is None:
                continue
            call = calls.get(workspace.call_id)
            if call is not None:
                workspace.call = call
            elif workspace.call is not None and workspace.call.state is not _ENDED:
                workspace.call = replace(workspace.call, state=_ENDED)

    def of_customer(self, customer_id: CustomerId) -> Sequence[Workspace]:
        """Return every workspace about the customer."""
        return [w for w in self._by_key.values() if w.customer_id == customer_id]

    def forget_old(self, present: Iterable[CallId], keep: Iterable[Workspace | None]) -> None:
        """Drop the oldest beyond KEPT, never one of a present call or in ``keep``."""
        needed = {f"call:{call_id}" for call_id in present}
        needed |= {workspace.key for workspace in keep if workspace is not None}
        spare = [key for key in self._by_key if key not in needed]
        for key in spare[: max(0, len(spare) - KEPT)]:
            del self._by_key[key]
