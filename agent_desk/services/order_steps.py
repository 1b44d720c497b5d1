"""What each command does to a work order: one step of the loop within its unit of work.

Runs on the thread of the unit of work; `work_orders` has checked rights and version before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from agent_desk.domain.command import (
    AcceptOrder,
    CancelOrder,
    DeclineOrder,
    DispatchOrder,
    OrderCommand,
    ReportOrder,
    ReturnOrder,
    SendOrderBack,
    StartOrder,
    VerifyOrder,
)
from agent_desk.domain.complaint import require_bystander
from agent_desk.domain.coverage import coverage_of
from agent_desk.domain.errors import InputError
from agent_desk.domain.identifiers import WorkOrderId
from agent_desk.domain.loop_command import (
    AskSupervisor,
    HoldOrder,
    HurryOrder,
    InformOrder,
    LogAttempt,
    OverrideClosing,
    RouteOrder,
)
from agent_desk.domain.order_origin import RoutableOrder
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.routing import chosen_by_hand, declined_by
from agent_desk.domain.ticket import Ticket, TicketState
from agent_desk.domain.work_order import (
    WORK_ORDER_TABLE,
    WorkOrder,
    WorkOrderState,
    require_field_start,
)
from agent_desk.services.case_log import CaseLog
from agent_desk.services.claims import await_dispatch, drop_dispatch
from agent_desk.services.order_closing import (
    ask_supervisor,
    log_attempt,
    override_closing,
    verify,
)
from agent_desk.services.order_routing import RoutingMoment, decision_for
from agent_desk.services.order_wishes import hurry, inform, keep_consent
from agent_desk.services.settlement import submit_claims
from agent_desk.services.verification_calls import await_verification

_S = WorkOrderState
_Step = Callable[[CaseLog, WorkOrder, Any], WorkOrder]


def raise_order(log: CaseLog, ticket: Ticket, moment: RoutingMoment) -> WorkOrder:
    """Raise the order of a PENDING ticket and send it where the rules say.

    When they find nobody the order waits for dispatch and says why, never nowhere.
    """
    product = log.uow.products.get(ticket.product_id) if ticket.product_id else None
    order = log.add_order(_new_order(log, ticket, product))
    wanted = RoutableOrder(
        customer_id=ticket.customer_id,
        category_id=ticket.category_id,
        priority=ticket.priority,
        subject=ticket.subject,
        product=product.name if product is not None else "",
    )
    decision = decision_for(log.uow, wanted, moment)
    if decision.assignee is None:
        unrouted = replace(order, routing=decision.kept)
        waiting = log.move_order("OrderAwaitsDispatch", unrouted, _S.PENDING_DISPATCH)
        await_dispatch(log, waiting)
        return waiting
    waiting = log.move_order("OrderAwaitsDispatch", order, _S.PENDING_DISPATCH)
    routed = replace(waiting, routing=decision.kept, department_id=decision.assignee)
    return log.move_order("OrderAssigned", routed, _S.ASSIGNED)


def take_step(log: CaseLog, order: WorkOrder, command: OrderCommand) -> WorkOrder:
    """Return the order after ``command``; raises what the loop refuses."""
    if isinstance(command, ReturnOrder | SendOrderBack | VerifyOrder | OverrideClosing):
        # An order that springs from a complaint is not reviewed by whom that is about.
        complaint = log.uow.tickets.get(order.ticket_id).complaint
        require_bystander(complaint, log.actor, order.title)
    return _STEPS[type(command)](log, order, command)


def _new_order(log: CaseLog, ticket: Ticket, product: OwnedProduct | None) -> WorkOrder:
    # What warranty and contract say on the day on which the customer asked.
    today = log.now.astimezone().date()
    return WorkOrder(
        id=WorkOrderId(log.new_id("order")),
        number=log.uow.orders.next_number(),
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        subject=ticket.subject,
        instructions=ticket.description,
        priority=ticket.priority,
        state=_S.DRAFT,
        owner=ticket.owner,
        raised_at=log.now,
        changed_at=log.now,
        product_id=ticket.product_id,
        service_level=coverage_of(product, today).service_level if product is not None else "",
    )


def _dispatch(log: CaseLog, order: WorkOrder, command: DispatchOrder) -> WorkOrder:
    department_id = command.department_id
    if all(known.id != department_id for known in log.uow.catalogue.departments()):
        accepted = "a department of the list"
        raise InputError(field="department", value=department_id, accepted=accepted)
    field_work = order.field_work if command.field_work is None else command.field_work
    routed = replace(
        order,
        department_id=department_id,
        field_work=field_work,
        routing=chosen_by_hand(department_id),
    )
    drop_dispatch(log, order)
    return log.move_order("OrderAssigned", routed, _S.ASSIGNED)


def _accept(log: CaseLog, order: WorkOrder, _: AcceptOrder) -> WorkOrder:
    return log.move_order("OrderAccepted", order, _S.ACCEPTED)


def _decline(log: CaseLog, order: WorkOrder, command: DeclineOrder) -> WorkOrder:
    declined = log.move_order("OrderDeclined", order, _S.DECLINED, reason=command.reason)
    # What was reported in a former round is for the house: whoever comes next did not do it.
    unrouted = replace(
        declined, department_id=None, routing=declined_by(order.department_id), report=None
    )
    await_dispatch(log, unrouted)
    return log.move_order("OrderReturnedToDispatch", unrouted, _S.PENDING_DISPATCH)


def _route(log: CaseLog, order: WorkOrder, _: RouteOrder) -> WorkOrder:
    """Check that the order still looks for somebody; `work_orders` routes it then."""
    WORK_ORDER_TABLE.require(order.title, order.state, _S.ASSIGNED)
    return order


def _start(log: CaseLog, order: WorkOrder, command: StartOrder) -> WorkOrder:
    if command.technician:
        order = replace(
            order, technician=command.technician, technician_phone=command.technician_phone
        )
    if command.arrived_at is not None:
        # Whoever arrives somewhere is in the field, whatever the dispatcher thought.
        order = replace(order, arrived_at=command.arrived_at, field_work=True)
    return _begin(log, order)


def _begin(log: CaseLog, order: WorkOrder) -> WorkOrder:
    require_field_start(order)
    return log.move_order("OrderStarted", order, _S.IN_PROGRESS)


def _hold(log: CaseLog, order: WorkOrder, command: HoldOrder) -> WorkOrder:
    held = replace(order, hold_reason=command.reason)
    return log.move_order("OrderHeld", held, _S.ON_HOLD, reason=command.reason)


def _report(log: CaseLog, order: WorkOrder, command: ReportOrder) -> WorkOrder:
    if order.state is _S.ACCEPTED:
        # Who reports without having pressed "start" has started all the same.
        order = _begin(log, order)
    reported = replace(order, report=command.report, reports=order.reports + 1)
    moved = log.move_order("OrderReported", reported, _S.REPORTED)
    log.uow.orders.keep_report(moved)
    return moved


def _return(log: CaseLog, order: WorkOrder, _: ReturnOrder) -> WorkOrder:
    log.move_ticket_of(order, "TicketToVerify", TicketState.VERIFYING)
    returned = log.move_order("OrderReturned", order, _S.VERIFYING)
    submit_claims(log, returned)
    await_verification(log, returned)
    return returned


def _send_back(log: CaseLog, order: WorkOrder, command: SendOrderBack) -> WorkOrder:
    return log.move_order("OrderSentBack", order, _S.IN_PROGRESS, reason=command.reason)


def _cancel(log: CaseLog, order: WorkOrder, command: CancelOrder) -> WorkOrder:
    WORK_ORDER_TABLE.require(order.title, order.state, _S.CANCELLED)
    keep_consent(log, order, command)
    log.move_ticket_of(order, "TicketReopened", TicketState.REOPENED, reason=command.reason)
    drop_dispatch(log, order)
    return log.move_order("OrderCancelled", order, _S.CANCELLED, reason=command.reason)


_STEPS: Mapping[type[OrderCommand], _Step] = MappingProxyType(
    {
        DispatchOrder: _dispatch,
        RouteOrder: _route,
        AcceptOrder: _accept,
        DeclineOrder: _decline,
        StartOrder: _start,
        HoldOrder: _hold,
        ReportOrder: _report,
        ReturnOrder: _return,
        SendOrderBack: _send_back,
        VerifyOrder: verify,
        LogAttempt: log_attempt,
        OverrideClosing: override_closing,
        AskSupervisor: ask_supervisor,
        InformOrder: inform,
        HurryOrder: hurry,
        CancelOrder: _cancel,
    }
)
"""What each command does to an order of the right version."""
