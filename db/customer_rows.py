"""Rows of customers and what hangs on them, to and from domain values; pure, any thread."""

from __future__ import annotations

from typing import Any

from agent_desk.domain.customer import (
    Company,
    ContactKind,
    ContactPoint,
    Customer,
    Note,
    Tier,
)
from agent_desk.domain.identifiers import (
    AgentId,
    CompanyId,
    ContactPointId,
    CustomerId,
    NoteId,
)
from db.number_keys import reversed_digits
from db.search_text import SearchTexts, customer_texts
from db.statement_types import AnyRow


def company_row(company: Company) -> dict[str, Any]:
    """Return the row of a company."""
    return {"id": company.id, "name": company.name, "city": company.city}


def customer_row(customer: Customer, pinyin: str) -> dict[str, Any]:
    """Return the row of a customer whose name has this ``pinyin``."""
    return {
        "id": customer.id,
        "name": customer.name,
        "pinyin": pinyin,
        "company_id": customer.company_id,
        "tier": customer.tier.value,
        "language": customer.language,
        "city": customer.city,
        "address": customer.address,
        "since": customer.since,
        "verified": customer.verified,
        "external_key": customer.external_key,
        "version": customer.version,
    }


def customer_from(row: AnyRow) -> Customer:
    """Return the customer of a row that also has the company's name."""
    return Customer(
        id=CustomerId(row.id),
        name=row.name,
        pinyin=row.pinyin,
        company_id=CompanyId(row.company_id) if row.company_id else None,
        company_name=row.company_name or "",
        tier=Tier(row.tier),
        language=row.language,
        city=row.city,
        address=row.address,
        since=row.since,
        verified=row.verified,
        external_key=row.external_key,
        version=row.version,
    )


def customer_search_row(
    customer_id: CustomerId, *, name: str, pinyin: str, company: str
) -> dict[str, Any]:
    """Return the row of the search index for a customer."""
    return search_row(customer_id, customer_texts(name=name, pinyin=pinyin, company=company))


def search_row(subject_id: str, texts: SearchTexts) -> dict[str, Any]:
    """Return the row of the search index for a customer or ticket."""
    return {
        "subject_id": subject_id,
        "name": texts.name,
        "pinyin": texts.pinyin,
        "spelled": texts.spelled,
        "company": texts.company,
        "subject": texts.subject,
    }


def contact_point_row(point: ContactPoint) -> dict[str, Any]:
    """Return the row of a contact point with its search key."""
    return {
        "id": point.id,
        "customer_id": point.customer_id,
        "kind": point.kind.value,
        "value": point.value,
        "raw": point.raw,
        "suffix": point.suffix,
        "suffix_reversed": reversed_digits(point.suffix),
        "label": point.label,
        "is_primary": point.is_primary,
    }


def contact_point_from(row: AnyRow) -> ContactPoint:
    """Return the contact point of a row."""
    return ContactPoint(
        id=ContactPointId(row.id),
        customer_id=CustomerId(row.customer_id),
        kind=ContactKind(row.kind),
        value=row.value,
        raw=row.raw,
        suffix=row.suffix,
        label=row.label,
        is_primary=row.is_primary,
    )


def note_row(note: Note) -> dict[str, Any]:
    """Return the row of a note."""
    return {
        "id": note.id,
        "customer_id": note.customer_id,
        "text": note.text,
        "author": note.author,
        "created_at": note.created_at,
        "pinned": note.pinned,
    }


def note_from(row: AnyRow) -> Note:
    """Return the note of a row."""
    return Note(
        id=NoteId(row.id),
        customer_id=CustomerId(row.customer_id),
        text=row.text,
        author=AgentId(row.author),
        created_at=row.created_at,
        pinned=row.pinned,
    )
