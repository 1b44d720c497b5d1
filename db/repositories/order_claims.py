"""Claims of work orders; on the thread of its unit of work."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from agent_desk.domain.claim_list import ClaimFilter
from agent_desk.domain.errors import ApprovalError, NotFoundError, StaleVersionError
from agent_desk.domain.identifiers import AgentId, ClaimId, DepartmentId, WorkOrderId
from agent_desk.domain.money import Money
from agent_desk.domain.settlement import ClaimAmounts, ClaimKind, ClaimState, OrderClaim
from agent_desk.ports.storage import MAX_PAGE
from db.loop_tables import TWO_APPROVERS, order_claims
from db.statement_types import AnyRow, AnySelect

_C = order_claims.c
_BY_ID = select(order_claims).where(_C.id == bindparam("claim_id"))
_OF_ORDER = (
    select(order_claims)
    .where(_C.order_id == bindparam("order_id"))
    .order_by(_C.report, _C.kind)
    .limit(MAX_PAGE)
)
_LINES = (
    select(order_claims)
    .where(_C.state.in_(bindparam("states", expanding=True)))
    .order_by(_C.submitted_at, _C.id)
    .limit(bindparam("rows"))
)
_AMOUNT = _C.labour_minor + _C.parts_minor + _C.travel_minor
_TOTALS = (
    select(_C.kind, _C.state, _C.currency, func.sum(_AMOUNT).label("minor"))
    .group_by(_C.kind, _C.state, _C.currency)
    .order_by(_C.kind, _C.state, _C.currency)
)
_AFTER = tuple_(_C.submitted_at, _C.id) > tuple_(
    bindparam("after_at", type_=_C.submitted_at.type), bindparam("after_id", type_=_C.id.type)
)
_SAVE = update(order_claims).where(
    _C.id == bindparam("claim_id"), _C.version == bindparam("stored_version")
)


class SqlOrderClaimRepository:
    """``ports.storage.OrderClaimRepository`` on one connection."""

    def __init__(self, connection: Connection) -> None:
        """Work on ``connection``."""
        self._connection = connection

    def add(self, claim: OrderClaim) -> None:
        """Store a new claim; one kind of claim for each report of an order."""
        self._connection.execute(insert(order_claims), claim_row(claim))

    def get(self, claim_id: ClaimId) -> OrderClaim:
        """Return the claim; raises NotFoundError."""
        row = self._connection.execute(_BY_ID, {"claim_id": claim_id}).first()
        if row is None:
            raise NotFoundError(subject="Claim", id=claim_id)
        return claim_from(row)

    def save(self, claim: OrderClaim) -> OrderClaim:
        """Save the change and return it with the next version; raises StaleVersionError.

        ApprovalError for two approvals of one person.
        """
        saved = dataclasses.replace(claim, version=claim.version + 1)
        keys = {"claim_id": claim.id, "stored_version": claim.version}
        try:
            changed = self._connection.execute(_SAVE, {**claim_row(saved), **keys})
        except IntegrityError as error:
            if TWO_APPROVERS not in str(error.orig):
                raise
            raise ApprovalError(subject=claim.subject, actor=claim.hq_approved_by) from error
        if changed.rowcount == 0:
            theirs = self.get(claim.id).version
            raise StaleVersionError(subject=claim.subject, mine=claim.version, theirs=theirs)
        return saved

    def of_order(self, order_id: WorkOrderId) -> Sequence[OrderClaim]:
        """Return an order's claims, oldest first."""
        found = self._connection.execute(_OF_ORDER, {"order_id": order_id})
        return [claim_from(row) for row in found]

    def lines(
        self, wanted: ClaimFilter, *, after: OrderClaim | None = None, rows: int = MAX_PAGE
    ) -> Sequence[OrderClaim]:
        """Return a page of the claims that are ``wanted``, oldest first, those after ``after``."""
        values: dict[str, object] = {"states": sorted(wanted.states), "rows": min(rows, MAX_PAGE)}
        statement = _wanted(_LINES, wanted, values)
        if after is not None:
            statement = statement.where(_AFTER)
            values |= {"after_at": after.submitted_at, "after_id": after.id}
        return [claim_from(row) for row in self._connection.execute(statement, values)]

    def totals(
        self, *, department_id: DepartmentId | None = None
    ) -> Mapping[tuple[ClaimKind, ClaimState], Sequence[Money]]:
        """Return what is claimed, by kind and state: one sum for each currency."""
        values: dict[str, object] = {}
        statement = _of_department(_TOTALS, department_id, values)
        sums = defaultdict(list)
        for row in self._connection.execute(statement, values):
            key = ClaimKind(row.kind), ClaimState(row.state)
            sums[key].append(Money.of_minor(int(row.minor), row.currency))
        return dict(sums)


def _of_department(
    statement: AnySelect, department_id: DepartmentId | None, values: dict[str, object]
) -> AnySelect:
    if department_id is None:
        return statement
    values["department"] = department_id
    return statement.where(_C.department_id == bindparam("department"))


def _wanted(statement: AnySelect, wanted: ClaimFilter, values: dict[str, object]) -> AnySelect:
    statement = _of_department(statement, wanted.department_id, values)
    limits = (
        ("kind", _C.kind == bindparam("kind"), wanted.kind and wanted.kind.value),
        ("currency", _C.currency == bindparam("currency"), wanted.currency or None),
        ("since", _C.submitted_at >= bindparam("since"), wanted.since),
        ("until", _C.submitted_at < bindparam("until"), wanted.until),
    )
    for name, limit, value in limits:
        if value is not None:
            statement = statement.where(limit)
            values[name] = value
    return statement


def claim_row(claim: OrderClaim) -> dict[str, Any]:
    """Return the row of a claim, amounts in minor units."""
    amounts = claim.amounts
    return {
        "id": claim.id,
        "order_id": claim.order_id,
        "order_number": claim.order_number,
        "report": claim.report,
        "kind": claim.kind.value,
        "state": claim.state.value,
        "department_id": claim.department_id,
        "currency": amounts.labour.currency,
        "labour_minor": amounts.labour.minor,
        "parts_minor": amounts.parts.minor,
        "travel_minor": amounts.travel.minor,
        "part": claim.part,
        "supplier": claim.supplier,
        "submitted_by": claim.submitted_by,
        "submitted_at": claim.submitted_at,
        "changed_at": claim.changed_at,
        "office_approved_by": claim.office_approved_by or "",
        "hq_approved_by": claim.hq_approved_by or "",
        "settled_by": claim.settled_by or "",
        "reason": claim.reason,
        "version": claim.version,
    }


def claim_from(row: AnyRow) -> OrderClaim:
    """Return the claim of a row."""
    return OrderClaim(
        id=ClaimId(row.id),
        order_id=WorkOrderId(row.order_id),
        order_number=row.order_number,
        report=row.report,
        kind=ClaimKind(row.kind),
        state=ClaimState(row.state),
        department_id=DepartmentId(row.department_id),
        amounts=ClaimAmounts(
            labour=Money.of_minor(row.labour_minor, row.currency),
            parts=Money.of_minor(row.parts_minor, row.currency),
            travel=Money.of_minor(row.travel_minor, row.currency),
        ),
        part=row.part,
        supplier=row.supplier,
        submitted_by=AgentId(row.submitted_by),
        submitted_at=row.submitted_at,
        changed_at=row.changed_at,
        office_approved_by=_person(row.office_approved_by),
        hq_approved_by=_person(row.hq_approved_by),
        settled_by=_person(row.settled_by),
        reason=row.reason,
        version=row.version,
    )


def _person(login: str) -> AgentId | None:
    return AgentId(login) if login else None
