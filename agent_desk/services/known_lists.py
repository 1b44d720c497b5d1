"""What somebody works on, as lists that outlast the server; runs on the `desk-loop` thread."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from agent_desk.domain.board import BoardOrder
from agent_desk.domain.identifiers import CustomerId, DepartmentId, WorkOrderId
from agent_desk.domain.last_known import LastKnown
from agent_desk.domain.ticket import Ticket
from agent_desk.domain.work_order import WorkOrderLine
from agent_desk.services.dispatch_board import DispatchBoard
from agent_desk.services.last_known import LastKnownLists
from agent_desk.services.tickets import Tickets
from agent_desk.services.verifications import ToVerify, Verifications
from agent_desk.services.work_orders import WorkOrders

_BOARD = "board"


@dataclass(frozen=True, slots=True, kw_only=True)
class MyTickets:
    """One's own unfinished tickets with the names of their customers, and whom to call back."""

    tickets: tuple[Ticket, ...] = ()
    names: Mapping[CustomerId, str] = field(default_factory=dict)
    to_verify: ToVerify = field(default_factory=ToVerify)

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.tickets) + len(self.to_verify.lines)

    def first(self, most: int) -> MyTickets:
        """Return it with ``most`` rows: orders that came back, then tickets, in their order."""
        left = max(0, most - len(self.to_verify.lines))
        return replace(
            self, tickets=self.tickets[:left], to_verify=_first_to_verify(self.to_verify, most)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLines:
    """Orders as lists show them, what matters most first."""

    lines: tuple[WorkOrderLine, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.lines)

    def first(self, most: int) -> OrderLines:
        """Return it with the first ``most`` rows."""
        return OrderLines(lines=self.lines[:most])


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardOrders:
    """The open orders of a board."""

    orders: tuple[BoardOrder, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.orders)

    def first(self, most: int) -> BoardOrders:
        """Return it with ``most`` rows, the most urgent and among them the oldest."""
        ranked = sorted(self.orders, key=lambda order: (order.priority, order.raised_at))
        return BoardOrders(orders=tuple(ranked[:most]))


class KnownLists:
    """Reads each list from its service, else as it was last known."""

    def __init__(
        self,
        *,
        last_known: LastKnownLists,
        tickets: Tickets,
        verifications: Verifications,
        orders: WorkOrders,
        board: DispatchBoard,
    ) -> None:
        """The services decide what may be seen; they raise RightsError, also without a server."""
        self._last_known = last_known
        self._tickets = tickets
        self._verifications = verifications
        self._orders = orders
        self._board = board
        self._on_board: dict[WorkOrderId, BoardOrder] | None = None

    async def my_tickets(self, also: Collection[WorkOrderId] = ()) -> LastKnown[MyTickets]:
        """Return one's tickets, for who moves tickets everybody's complaints, and `mine`.

        ``also``: see `Verifications.mine`.
        """

        async def read() -> MyTickets:
            mine, names = await self._tickets.mine_with_names()
            complaints, others = await self._tickets.complaints_with_names()
            return MyTickets(
                tickets=(*mine, *complaints),
                names={**others, **names},
                to_verify=await self._verifications.mine(also),
            )

        return await self._last_known.read("tickets", read, MyTickets)

    async def orders(self, department_id: DepartmentId | None = None) -> LastKnown[OrderLines]:
        """Return the open orders of one department or of all."""

        async def read() -> OrderLines:
            return OrderLines(lines=tuple(await self._orders.lines(department_id=department_id)))

        return await self._last_known.read(f"orders:{department_id or ''}", read, OrderLines)

    async def to_review(self) -> LastKnown[OrderLines]:
        """Return the reports that wait for a reviewer."""

        async def read() -> OrderLines:
            return OrderLines(lines=tuple(await self._orders.to_review()))

        return await self._last_known.read("reviews", read, OrderLines)

    async def board(self) -> LastKnown[BoardOrders]:
        """Return every open order of the board."""

        async def read() -> BoardOrders:
            orders = tuple(await self._board.all())
            self._on_board = {order.id: order for order in orders}
            return BoardOrders(orders=orders)

        return await self._last_known.read(_BOARD, read, BoardOrders)

    async def board_changes(self, ids: Collection[WorkOrderId]) -> Sequence[BoardOrder]:
        """Return those of ``ids`` that are open, and know the board with them from now on."""
        found = await self._board.some(ids)
        if self._on_board is not None:
            for order_id in ids:
                self._on_board.pop(order_id, None)
            self._on_board.update((order.id, order) for order in found)
            self._last_known.note(_BOARD, BoardOrders(orders=tuple(self._on_board.values())))
        return found


def _first_to_verify(found: ToVerify, most: int) -> ToVerify:
    """Return ``found`` with its first ``most`` lines, one's own before others'."""
    kept = {line.order.id for line in found.lines[:most]}
    tickets = {line.order.ticket_id for line in found.lines[:most]}
    return replace(
        found,
        own=_those(found.own, kept),
        handed=_those(found.handed, kept),
        unreached=_those(found.unreached, kept),
        tickets=tuple(ticket for ticket in found.tickets if ticket.id in tickets),
    )


def _those(
    lines: Sequence[WorkOrderLine], kept: Collection[WorkOrderId]
) -> tuple[WorkOrderLine, ...]:
    return tuple(line for line in lines if line.order.id in kept)
