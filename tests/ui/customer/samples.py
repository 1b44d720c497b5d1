"""Customers, tickets and orders that the tests of these panels show."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from agent_desk.domain.call import Call, CallDirection, LocalConnectionState
from agent_desk.domain.customer import (
    ContactKind,
    ContactPoint,
    Customer,
    CustomerCard,
    Note,
    OpenOrder,
    OpenTicket,
    Tier,
    TimelineEntry,
    TimelineKind,
)
from agent_desk.domain.identifiers import (
    AgentId,
    CallId,
    CategoryId,
    ContactPointId,
    CustomerId,
    DepartmentId,
    DeviceId,
    NoteId,
    ProductId,
    QueueId,
    TicketId,
    WorkOrderId,
    parse_caller_id,
)
from agent_desk.domain.matching import (
    MatchCandidate,
    MatchLevel,
    MatchReason,
    MatchReasonCode,
    MatchResult,
)
from agent_desk.domain.product import OwnedProduct
from agent_desk.domain.ticket import Category, Department, Priority, Ticket, TicketState
from agent_desk.domain.work_order import (
    ReportOutcome,
    WorkOrder,
    WorkOrderLine,
    WorkOrderState,
    WorkReport,
)

NOW = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
LONG_CHINESE = (
    "北京华夏远航国际物流供应链管理与信息技术服务股份有限公司（上海自由贸易试验区分公司）海外事业部"
)


def now() -> datetime:
    """Return the moment at which all samples are seen."""
    return NOW


def customer(customer_id: str = "c1", **changes: object) -> Customer:
    """Return Anna, with ``changes``."""
    fields: dict[str, object] = {
        "id": CustomerId(customer_id),
        "name": "Anna Müller",
        "company_name": "Nordlicht Logistik GmbH",
        "tier": Tier.GOLD,
        "language": "de-DE",
        "city": "Hamburg",
        "since": date(2019, 3, 4),
        "verified": True,
        "version": 3,
    }
    return Customer(**(fields | changes))  # type: ignore[arg-type]


def contact_point(value: str, *, label: str = "", primary: bool = False) -> ContactPoint:
    """Return a number or an address of Anna's."""
    return ContactPoint(
        id=ContactPointId(value),
        customer_id=CustomerId("c1"),
        kind=ContactKind.EMAIL if "@" in value else ContactKind.PHONE,
        value=value,
        raw=value,
        label=label,
        is_primary=primary,
    )


def note(text: str, *, days_ago: int = 1, pinned: bool = False) -> Note:
    """Return a note about Anna."""
    return Note(
        id=NoteId(text),
        customer_id=CustomerId("c1"),
        text=text,
        author=AgentId("agent017"),
        created_at=NOW - timedelta(days=days_ago),
        pinned=pinned,
    )


def product(name: str, warranty_until: date | None) -> OwnedProduct:
    """Return something that Anna has bought."""
    return OwnedProduct(
        id=ProductId(name),
        customer_id=CustomerId("c1"),
        name=name,
        serial_number="NL-7C21-0098",
        warranty_until=warranty_until,
    )


def entry(index: int, kind: TimelineKind = TimelineKind.CALL, **changes: object) -> TimelineEntry:
    """Return the ``index``-th newest line of a timeline."""
    fields: dict[str, object] = {
        "at": NOW - timedelta(hours=7 * index, minutes=18),
        "kind": kind,
        "id": f"e{index}",
        "subject": "Router offline 断网",
        "agent": "agent017",
    }
    if kind is TimelineKind.CALL:
        outcomes = ("RESOLVED", "FOLLOW_UP", "MISSED", "WORK_ORDER", "WRONG_NUMBER")
        fields |= {
            "channel": "voice-out" if index % 4 == 3 else "voice-in",
            "outcome": outcomes[index % len(outcomes)],
            "duration_seconds": None if index % 5 == 2 else 60.0 + index % 700,
        }
    return TimelineEntry(**(fields | changes))  # type: ignore[arg-type]


def entries(count: int) -> list[TimelineEntry]:
    """Return a mixed history of ``count`` lines, newest first."""
    made = []
    for index in range(count):
        if index % 6 == 1:
            made.append(
                entry(
                    index,
                    TimelineKind.TICKET,
                    subject="Invoice 2026-10 attached to the wrong contract",
                    outcome="VERIFYING",
                    number=1042 + index,
                )
            )
        elif index % 6 == 4:
            made.append(
                entry(
                    index,
                    TimelineKind.ORDER,
                    subject="上门安装 installation appointment",
                    agent="",
                    outcome="IN_PROGRESS",
                    number=118,
                )
            )
        elif index % 6 == 5:
            made.append(entry(index, TimelineKind.NOTE, subject="Prefers a call back after 17:00"))
        else:
            made.append(entry(index))
    return made


def open_ticket(number: int = 1042, subject: str = "Router offline after the outage") -> OpenTicket:
    """Return a ticket that is not finished."""
    return OpenTicket(
        id=f"t{number}",
        number=number,
        subject=subject,
        state="PENDING",
        category="router",
        opened_at=NOW - timedelta(days=2),
    )


def open_order(number: int = 118, state: str = "IN_PROGRESS", **changes: object) -> OpenOrder:
    """Return an order that is under way."""
    fields: dict[str, object] = {
        "id": f"o{number}",
        "number": number,
        "ticket_id": "t1042",
        "subject": "Replace modem",
        "state": state,
        "department": "Field service",
        "changed_at": NOW - timedelta(hours=number % 40),
    }
    return OpenOrder(**(fields | changes))  # type: ignore[arg-type]


def card(**changes: object) -> CustomerCard:
    """Return Anna's whole card, with ``changes``."""
    fields: dict[str, object] = {
        "customer": customer(),
        "contact_points": (
            contact_point("+4915112345678", label="mobile", primary=True),
            contact_point("+494012345678", label="office"),
            contact_point("anna.mueller@example.com"),
        ),
        "products": (
            product("FibreBox 7590 AX", date(2027, 5, 1)),
            product("Mesh repeater 3000", date(2025, 1, 31)),
        ),
        "notes": (
            note("Asked for the invoice as PDF.", days_ago=0),
            note(
                "Prefers call-back after 17:00. Second router in the warehouse. 喜欢用中文沟通。",
                days_ago=9,
                pinned=True,
            ),
        ),
        "timeline": tuple(entries(50)),
        "timeline_total": 312,
        "open_tickets": (open_ticket(),),
        "open_orders": (open_order(),),
        "calls_90_days": 5,
    }
    return CustomerCard(**(fields | changes))  # type: ignore[arg-type]


def call(remote: str = "+4915112345678", **changes: object) -> Call:
    """Return a call that rings."""
    fields: dict[str, object] = {
        "call_id": CallId("call-1"),
        "device": DeviceId("1001"),
        "direction": CallDirection.INBOUND,
        "state": LocalConnectionState.ALERTING,
        "remote": remote,
        "queue_id": QueueId("technical"),
        "reason": "Router",
        "began_at": NOW - timedelta(seconds=6),
        "state_since": NOW - timedelta(seconds=6),
    }
    return Call(**(fields | changes))  # type: ignore[arg-type]


def candidate(
    customer_id: str, name: str, *reasons: MatchReason, **changes: object
) -> MatchCandidate:
    """Return somebody who may be calling."""
    fields: dict[str, object] = {
        "customer_id": CustomerId(customer_id),
        "name": name,
        "company_name": "Nordlicht Logistik GmbH",
        "city": "Hamburg",
        "tier": Tier.STANDARD,
        "level": MatchLevel.MAYBE,
        "reasons": reasons or (MatchReason(MatchReasonCode.EXACT_NUMBER, "+49 1511 2345678"),),
        "score": 1000,
    }
    return MatchCandidate(**(fields | changes))  # type: ignore[arg-type]


def match(
    level: MatchLevel, *candidates: MatchCandidate, raw: str = "+4915112345678"
) -> MatchResult:
    """Return who may be calling from ``raw``."""
    return MatchResult(
        caller=parse_caller_id(raw, region="DE"), level=level, candidates=tuple(candidates)
    )


def household() -> MatchResult:
    """Return three people who share a number."""
    shared = MatchReason(MatchReasonCode.SHARED_NUMBER, "3")
    exact = MatchReason(MatchReasonCode.EXACT_NUMBER, "+49 1511 2345678")
    return match(
        MatchLevel.MAYBE,
        candidate(
            "c1",
            "Anna Müller",
            exact,
            shared,
            MatchReason(MatchReasonCode.OPEN_ORDER, "118"),
            tier=Tier.GOLD,
        ),
        candidate(
            "c2",
            "王芳 Wang Fang",
            exact,
            shared,
            MatchReason(MatchReasonCode.WE_CALLED, (NOW - timedelta(days=1)).isoformat()),
            company_name=LONG_CHINESE,
            city="北京",
        ),
        candidate(
            "c3",
            "Maximilian Oberhuber-Schwarzenbach zu Hohenlohe",
            exact,
            shared,
            MatchReason(MatchReasonCode.PRIMARY_NUMBER),
            company_name="",
        ),
    )


def categories() -> list[Category]:
    """Return a small tree."""

    def node(key: str, parent: str, name: str, name_zh: str, to: str = "") -> Category:
        return Category(
            id=CategoryId(key),
            parent_id=CategoryId(parent) if parent else None,
            name=name,
            name_zh=name_zh,
            department_id=DepartmentId(to) if to else None,
            position=len(key),
        )

    return [
        node("technical", "", "Technical", "技术支持", "field"),
        node("router", "technical", "Router", "路由器"),
        node("outage", "technical", "Line outage", "线路中断"),
        node("installation", "technical", "Installation", "上门安装", "install"),
        node("billing", "", "Billing", "账单"),
        node("invoice", "billing", "Invoice", "发票"),
        node("refund", "billing", "Refund", "退款"),
        node("contract", "", "Contract", "合同"),
    ]


def departments() -> list[Department]:
    """Return the departments that work off orders."""
    return [
        Department(id=DepartmentId("field"), name="Field service", name_zh="现场服务"),
        Department(id=DepartmentId("install"), name="Installation crew", name_zh="安装队"),
    ]


def ticket(number: int = 1042, state: TicketState = TicketState.OPEN, **changes: object) -> Ticket:
    """Return a ticket of Anna's."""
    fields: dict[str, object] = {
        "id": TicketId(f"t{number}"),
        "number": number,
        "customer_id": CustomerId("c1"),
        "category_id": CategoryId("router"),
        "subject": "Router offline after the outage",
        "description": "No link light since 8:00.",
        "priority": Priority.P2,
        "state": state,
        "owner": AgentId("agent017"),
        "opened_at": NOW - timedelta(days=2),
        "version": 4,
    }
    return Ticket(**(fields | changes))  # type: ignore[arg-type]


def report(**changes: object) -> WorkReport:
    """Return what a department reported."""
    fields: dict[str, object] = {
        "started_at": NOW - timedelta(hours=5),
        "ended_at": NOW - timedelta(hours=4),
        "done": "Replaced the modem and measured the line: 12 dB margin.",
        "outcome": ReportOutcome.SOLVED,
    }
    return WorkReport(**(fields | changes))  # type: ignore[arg-type]


def order_line(
    number: int = 118, state: WorkOrderState = WorkOrderState.ASSIGNED, **changes: object
) -> WorkOrderLine:
    """Return a work order as lists show it."""
    fields: dict[str, object] = {
        "id": WorkOrderId(f"o{number}"),
        "number": number,
        "ticket_id": TicketId("t1042"),
        "customer_id": CustomerId("c1"),
        "subject": "Replace modem",
        "instructions": "Bring a FibreBox 7590. Ring twice, the bell is weak.",
        "priority": Priority.P2,
        "state": state,
        "owner": AgentId("agent017"),
        "raised_at": NOW - timedelta(days=1),
        "changed_at": NOW - timedelta(hours=number % 30),
        "department_id": DepartmentId("field"),
        "version": 5,
    }
    return WorkOrderLine(
        order=WorkOrder(**(fields | changes)),  # type: ignore[arg-type]
        customer_name="Anna Müller",
        customer_number="+4915112345678",
        ticket_number=1042,
        department="Field service",
        department_zh="现场服务",
    )
