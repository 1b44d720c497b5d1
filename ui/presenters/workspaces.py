"""Workspaces: what the screen knows about each call or opened customer; main thread."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent_desk.domain.call import Call, LocalConnectionState
from agent_desk.domain.customer import CustomerCard
from agent_desk.domain.draft import Draft, DraftKind
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
    that the editor joins or changes. to_confirm: the one resolved in this contact, as long as the
    customer was not asked about it. is_of_former_run: its words were recovered, and its call is
    not of this run. is_saving: a ticket of it is on its way to the database. drafts: what the
    journal keeps of this run for it, the ticket and the form of a new customer.
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
    to_confirm: Ticket | None = None
    is_of_former_run: bool = False
    is_saving: bool = False
    drafts: dict[DraftKind, Draft] = field(default_factory=dict)

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

    @property
    def is_over(self) -> bool:
        """Whether its call has ended, of this run or a former one."""
        return self.is_of_former_run or (self.call is not None and self.call.state is _ENDED)

    def keep_draft(self, draft: Draft) -> None:
        """Know what the journal keeps, or that it keeps nothing when ``draft`` is empty."""
        if draft.is_empty:
            self.drop_draft(draft.kind)
        else:
            self.drafts[draft.kind] = draft

    def drop_draft(self, kind: DraftKind) -> None:
        """Know that the words of this form are saved or thrown away."""
        self.drafts.pop(kind, None)
        if kind is DraftKind.TICKET:
            self.typed = {}


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

    @property
    def customers(self) -> frozenset[CustomerId]:
        """Everybody whom a workspace is about."""
        return frozenset(w.customer_id for w in self._by_key.values() if w.customer_id is not None)

    def left_drafts(self, shown: Workspace | None) -> tuple[Draft, ...]:
        """Return the drafts of ended calls of unknown callers that are not ``shown``.

        Those of a known customer come back when the customer is opened.
        """
        return tuple(
            draft
            for workspace in self._by_key.values()
            if workspace.is_over and workspace.card is None and workspace is not shown
            for draft in workspace.drafts.values()
        )

    def forget_old(self, present: Iterable[CallId], keep: Iterable[Workspace | None]) -> None:
        """Drop the oldest beyond KEPT, never one of a present call, with words, or in ``keep``."""
        needed = {f"call:{call_id}" for call_id in present}
        needed |= {workspace.key for workspace in keep if workspace is not None}
        spare = [key for key, w in self._by_key.items() if key not in needed and not w.drafts]
        for key in spare[: max(0, len(spare) - KEPT)]:
            del self._by_key[key]
