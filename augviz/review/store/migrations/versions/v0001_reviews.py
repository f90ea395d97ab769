"""Reviews, their items and pictures, and what reviewers say."""

import sqlalchemy as sa
from alembic import op

from augviz.review.store.migrations.appending import only_append_to

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("wanted", sa.Integer, nullable=False),
        sa.Column("setting", sa.Text, nullable=False),
        sa.Column("pipeline_yaml", sa.Text, nullable=False),
        sa.Column("pipeline", sa.Text, nullable=False),
        sa.Column("versions", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
    )
    op.create_table(
        "pictures",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("size_bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_pictures"),
    )
    op.create_table(
        "items",
        sa.Column("review_id", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("twin", sa.Integer),
        sa.Column("image_name", sa.Text, nullable=False),
        sa.Column("image_digest", sa.String(64), nullable=False),
        sa.Column("after", sa.String(64), nullable=False),
        sa.Column("before", sa.String(64), nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_items_review_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["after"], ["pictures.digest"], name="fk_items_after"),
        sa.ForeignKeyConstraint(["before"], ["pictures.digest"], name="fk_items_before"),
        sa.PrimaryKeyConstraint("review_id", "place", name="pk_items"),
    )
    op.create_index("ix_items_after", "items", ["after"])
    op.create_index("ix_items_before", "items", ["before"])
    op.create_table(
        "reviewers",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("review_id", sa.String(64), nullable=False),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("account", sa.Text, nullable=False),
        sa.Column("order_seed", sa.BigInteger, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_reviewers_review_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_reviewers"),
        sa.UniqueConstraint("review_id", "identity", name="uq_reviewers_review_id_identity"),
        sa.UniqueConstraint("review_id", "id", name="uq_reviewers_review_id_id"),
    )
    _of_a_reviewer("first_labels", sa.Column("label", sa.Text, nullable=False))
    _of_a_reviewer(
        "verdicts",
        sa.Column("answer", sa.String(32)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("object_id", sa.Integer),
        sa.Column("step_id", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )


def _of_a_reviewer(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("review_id", sa.String(64), nullable=False),
        sa.Column("reviewer_id", sa.Integer, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        *columns,
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id", "place"],
            ["items.review_id", "items.place"],
            name=f"fk_{table}_review_id_place",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["review_id", "reviewer_id"],
            ["reviewers.review_id", "reviewers.id"],
            name=f"fk_{table}_review_id_reviewer_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_review_id_reviewer_id_place", table, ["review_id", "reviewer_id", "place"])
    only_append_to(table)
