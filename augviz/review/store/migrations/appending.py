"""Triggers that let rows be added and nothing else: neither changed, nor deleted without their whole review."""

from __future__ import annotations

from alembic import op

_FUNCTION = """
CREATE OR REPLACE FUNCTION augviz_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM reviews WHERE id = OLD.review_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'rows of % are only added', TG_TABLE_NAME;
END $$
"""


def only_append_to(table: str) -> None:
    """Guard a table that has a column ``review_id``.

    A later migration that makes such a table anew (Alembic's batch mode does on SQLite) has to call this again.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_FUNCTION)
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION augviz_append_only()"
        )
        return
    refuse = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are only added'); END"
    op.execute(f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}")
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "  # noqa: S608 - names of our own tables
        f"WHEN EXISTS (SELECT 1 FROM reviews WHERE id = OLD.review_id) {refuse}"
    )
