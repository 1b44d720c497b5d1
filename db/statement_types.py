"""Names for SQLAlchemy's types where the columns are known to the reader only; any thread."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Row, Select

AnyRow: TypeAlias = Row[*tuple[Any, ...]]
"""A row whose columns a row function reads by name."""

AnySelect: TypeAlias = Select[*tuple[Any, ...]]
"""A statement that yields such rows."""
