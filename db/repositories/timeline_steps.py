"""The steps of a customer's work orders for the timeline, out of the log.

On the thread of its unit of work.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    text,
)

from agent_desk.domain.customer import TimelineKind
from agent_desk.domain.event_log import Stream
from agent_desk.domain.order_story import PLAIN_STEPS, REPORTED
from db.columns import UtcDateTime
from db.statement_types import AnySelect
from db.tables import event_log, work_orders

_E, _W = event_log.c, work_orders.c
_KINDS = ", ".join(f"'{kind}'" for kind in PLAIN_STEPS)


def _text(value: str) -> ColumnElement[str]:
    return literal_column(f"'{value}'", Text)


_OF_CUSTOMER = (
    _E.stream == _text(Stream.WORK_ORDER),
    # Not a join: SQLite would sometimes read the log of all orders to find those of one customer.
    _E.stream_id.in_(select(cast(_W.id, Text)).where(_W.customer_id == bindparam("customer_id"))),
    text(f"event_log.kind IN ({_KINDS})"),
)


def order_steps() -> AnySelect:
    """Return the steps of the customer ``:customer_id`` in the columns of `timeline`, and place.

    place: the number of the event, by which steps of one moment are told apart.
    """
    return select(
        _E.at.label("at"),
        _text(TimelineKind.STEP).label("kind"),
        _E.id.label("id"),
        func.coalesce(_said(), _text("")).label("subject"),
        _E.stream_id.label("channel"),
        _E.actor.label("agent"),
        _E.kind.label("outcome"),
        func.coalesce(_E.payload["number"].as_integer(), literal_column("0")).label("number"),
        _no_time("answered_at"),
        _no_time("ended_at"),
        _E.seq.label("place"),
    ).where(*_OF_CUSTOMER)


def step_count() -> ColumnElement[int]:
    """Return how many steps the customer ``:customer_id`` has, as a column."""
    counted = select(func.count()).select_from(event_log).where(*_OF_CUSTOMER)
    return counted.scalar_subquery()


def _said() -> ColumnElement[Any]:
    """Return what was said with a step: what was done, who began, or the reason."""
    payload = _E.payload
    return case(
        (_E.kind == _text(REPORTED), payload[("report", "done")].as_string()),
        (_E.kind == _text("OrderStarted"), payload["technician"].as_string()),
        else_=payload["reason"].as_string(),
    )


def _no_time(name: str) -> ColumnElement[Any]:
    return cast(null(), UtcDateTime).label(name)
