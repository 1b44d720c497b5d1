"""Compares what the desks believe with what the database has; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from agent_desk.bootstrap.load.tally import Tally

if TYPE_CHECKING:
    from db.stored_work import StoredWork


def verdict(tally: Tally, stored: StoredWork) -> dict[str, Any]:
    """Return the counts of both sides and of every difference, ready for JSON.

    lost: a desk believes it, the database has it not. unknown: the other way round. doubled: the
    database has it more than once. A heard change is one that the change feed told a desk, one by
    one or by telling it to read everything again; see `_heard`.
    """
    beliefs = tally.beliefs
    commands = {command for belief in beliefs for command in belief.commands}
    tickets = {ticket for belief in beliefs for ticket in belief.tickets}
    calls = {call for belief in beliefs for call in belief.calls}
    orders = {order: version for belief in beliefs for order, version in belief.orders.items()}
    return {
        "commands": _compared(commands, stored.commands),
        "tickets": {
            **_compared(tickets, stored.tickets),
            "doubled": sum(count > 1 for count in stored.opened.values()),
            "without_event": len(stored.tickets - stored.opened.keys()),
        },
        "calls": {
            **_compared(calls, stored.calls.keys()),
            "without_end": sum(not has_ended for has_ended in stored.calls.values()),
        },
        "orders": {
            "believed": len(orders),
            "otherwise": sum(stored.orders.get(each) != orders[each] for each in orders),
        },
        "heard_changes": _heard(tally, len(tickets)),
        "waited_in_a_journal": tally.kept,
    }


def is_flawless(found: Mapping[str, Any], troubles: Mapping[str, int]) -> bool:
    """Return whether nothing was lost, doubled or otherwise than believed, and nobody failed."""
    good = {"believed", "stored", "reread", "reloads"}
    differences = [
        count
        for counts in found.values()
        if isinstance(counts, dict)
        for name, count in counts.items()
        if name not in good
    ]
    return not any(differences) and not troubles


def _compared(believed: set[Any], stored: Any) -> dict[str, int]:
    return {
        "believed": len(believed),
        "stored": len(stored),
        "lost": len(believed - set(stored)),
        "unknown": len(set(stored) - believed),
    }


def _heard(tally: Tally, tickets: int) -> dict[str, int]:
    """Return how many times an agent's desk should have heard of another's ticket, and how it did.

    reloads: how often desks were told to read everything again. reread: tickets that were there to
    be read then, as the database's own snapshots say, and that were not told one by one. lost: told
    in neither way.
    """
    listening = [belief for belief in tally.beliefs if belief.hears_all]
    believed = sum(tickets - len(belief.tickets) for belief in listening)
    return {
        "believed": believed,
        "stored": sum(len(belief.heard) for belief in listening),
        "reread": sum(len(belief.reread) for belief in listening),
        "reloads": sum(len(belief.reloads) for belief in tally.beliefs),
        "lost": sum(
            max(0, tickets - len(b.tickets) - len(b.heard) - len(b.reread)) for b in listening
        ),
        "doubled": sum(belief.heard_twice for belief in tally.beliefs),
    }
