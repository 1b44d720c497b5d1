"""How Alembic runs the scripts: on the connection that it is given, in its transaction."""

from __future__ import annotations

from typing import Any

from alembic import context

from db.tables import metadata


def _is_ours(name: str | None, kind: str, _parents: Any) -> bool:
    """Leave SQLite's own tables behind the full-text index out of comparisons."""
    return not (kind == "table" and (name or "").startswith("search_index"))


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_name=_is_ours,
)
with context.begin_transaction():
    context.run_migrations()
