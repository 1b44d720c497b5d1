"""What keeps attachments as they were added; SQL as text, pure data, any thread."""

from __future__ import annotations

_WORDS = "{table} are append-only"
_KEPT_TABLES = ("attachments", "attachment_withdrawals")
_IS_KEPT = "EXISTS (SELECT 1 FROM attachments AS kept WHERE kept.id = old.attachment_id)"


def _refused(name: str, moment: str, table: str, when: str = "") -> str:
    condition = f" WHEN {when}" if when else ""
    return (
        f"CREATE TRIGGER {name} BEFORE {moment} ON {table}{condition}"
        f" BEGIN SELECT RAISE(ABORT, '{_WORDS.format(table=table)}'); END"
    )


SQLITE_ATTACHMENTS: tuple[str, ...] = (
    *(
        _refused(f"{table}_no_{moment.lower()}", moment, table)
        for table in _KEPT_TABLES
        for moment in ("UPDATE", "DELETE")
    ),
    _refused("attachment_chunks_no_update", "UPDATE", "attachment_chunks"),
    _refused("attachment_chunks_no_delete", "DELETE", "attachment_chunks", _IS_KEPT),
)

POSTGRES_FUNCTIONS = (
    # With the owner's rights: an attachment may belong to an order that went to somebody else.
    (
        "CREATE FUNCTION access.attachment_is_kept(asked uuid) RETURNS boolean LANGUAGE sql STABLE"
        " SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$\n"
        "    SELECT EXISTS (SELECT 1 FROM public.attachments AS kept WHERE kept.id = asked)\n$$"
    ),
    (
        "CREATE FUNCTION access.keep_attachments() RETURNS trigger LANGUAGE plpgsql"
        " SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$\nBEGIN\n"
        "    RAISE EXCEPTION 'attachments are append-only' USING ERRCODE = '23514';\nEND\n$$"
    ),
)
POSTGRES_TRIGGERS = (
    *(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON public.{table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION access.keep_attachments()"
        for table in _KEPT_TABLES
    ),
    (
        "CREATE TRIGGER attachment_chunks_no_change BEFORE UPDATE OR TRUNCATE ON"
        " public.attachment_chunks FOR EACH STATEMENT EXECUTE FUNCTION access.keep_attachments()"
    ),
)
