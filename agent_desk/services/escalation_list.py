"""What is late or soon will be, as a list that people work through; called on `desk-loop`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from agent_desk.domain.escalation import Escalation
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.rights import Right, Role
from agent_desk.domain.service_clock import Deadline
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.ports.storage import Storage, UnitOfWork
from agent_desk.services.access import Access
from agent_desk.services.service_levels import ServiceLevels

MOST_MINE, MOST_OTHERS, MOST_SOON, MOST_DONE = 100, 30, 40, 30
"""Most rows of each group: together as many orders as are read at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LateOrder:
    """An order with what was escalated of it.

    escalation: None while the order is only due soon. deadline: the clock that it has now. within:
    working time that the step may take, None where no target is set any more. owner_name, by_name:
    what people call the owner, and whoever took note, "" while nobody has.
    """

    line: WorkOrderLine
    escalation: Escalation | None = None
    deadline: Deadline | None = None
    within: timedelta | None = None
    owner_name: str = ""
    by_name: str = ""

    @property
    def key(self) -> str:
        """What names it in a list: one order may have been escalated several times."""
        alert = self.escalation.alert.key if self.escalation is not None else ""
        return f"{self.line.order.id} {alert}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationOverview:
    """The list, group by group, each the most urgent first.

    mine: to be acknowledged by the person at this desk. others: told to other roles. soon: past
    their first warning. done: acknowledged. left_out: of mine, what the list has no room for.
    is_complete: False while the desk has not read every order yet.
    """

    mine: tuple[LateOrder, ...] = ()
    others: tuple[LateOrder, ...] = ()
    soon: tuple[LateOrder, ...] = ()
    done: tuple[LateOrder, ...] = ()
    left_out: int = 0
    is_complete: bool = True


class EscalationList:
    """The escalations that concern whoever sits here; a supervisor sees everybody's."""

    def __init__(self, *, storage: Storage, levels: ServiceLevels, access: Access) -> None:
        """``levels`` follows the clocks; only what people read is looked up in ``storage``."""
        self._storage = storage
        self._levels = levels
        self._access = access

    async def overview(self) -> EscalationOverview:
        """Return the list as it is now; raises StorageError."""
        mine = self._levels.mine
        others, done = self._others()
        soon = self._soon()
        shown = (*mine[:MOST_MINE], *others, *done)
        ids = dict.fromkeys((*(one.order_id for one in shown), *soon))
        logins = {_who(one) for one in done}

        def work(uow: UnitOfWork) -> tuple[dict[WorkOrderId, WorkOrderLine], Mapping[str, str]]:
            lines = {line.order.id: line for line in uow.orders.lines_of(list(ids))}
            owners = {line.order.owner for line in lines.values()}
            return lines, uow.people.names(logins | owners)

        lines, names = await self._storage.read(work) if ids else ({}, {})
        return EscalationOverview(
            mine=self._listed(mine[:MOST_MINE], lines, names),
            others=self._listed(others, lines, names),
            soon=tuple(
                LateOrder(
                    line=lines[key],
                    deadline=deadline,
                    within=deadline.target.within,
                    owner_name=names.get(lines[key].order.owner, ""),
                )
                for key in soon
                if key in lines and (deadline := self._levels.deadline(key)) is not None
            ),
            done=self._listed(done, lines, names),
            left_out=max(0, len(mine) - MOST_MINE),
            is_complete=self._levels.is_complete,
        )

    def _others(self) -> tuple[list[Escalation], list[Escalation]]:
        """Return what is open for others, and what was acknowledged, the last one first."""
        roles = self._access.person.roles
        sees_all = Role.SUPERVISOR in roles
        listed = [one for one in self._levels.listed if sees_all or one.role in roles]
        others = (one for one in listed if one.is_open and one.role not in roles)
        done = [(one.acknowledged.at, one) for one in listed if one.acknowledged is not None]
        done.sort(key=lambda pair: pair[0], reverse=True)
        return list(islice(others, MOST_OTHERS)), [one for _, one in done[:MOST_DONE]]

    def _soon(self) -> list[WorkOrderId]:
        if not self._access.may(Right.DISPATCH_ORDERS):
            return []
        return list(islice(self._levels.warned(), MOST_SOON))

    def _listed(
        self,
        found: Iterable[Escalation],
        lines: Mapping[WorkOrderId, WorkOrderLine],
        names: Mapping[str, str],
    ) -> tuple[LateOrder, ...]:
        return tuple(
            LateOrder(
                line=lines[one.order_id],
                escalation=one,
                deadline=self._levels.deadline(one.order_id),
                within=self._levels.within(
                    one.alert.step,
                    one.alert.priority,
                    lines[one.order_id].order.service_level,
                ),
                owner_name=names.get(lines[one.order_id].order.owner, ""),
                by_name=names.get(_who(one), ""),
            )
            for one in found
            if one.order_id in lines
        )


def _who(escalation: Escalation) -> str:
    """Return the login of whoever took note, "" while nobody has."""
    return escalation.acknowledged.by if escalation.acknowledged is not None else ""
