"""What is agreed on after a disagreement, and an expert's word against a rule."""

import sqlalchemy as sa
from alembic import op

from augviz.review.store.migrations.appending import only_append_to

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "adjudications",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("review_id", sa.String(64), nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("answer", sa.String(32), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id", "place"],
            ["items.review_id", "items.place"],
            name="fk_adjudications_review_id_place",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_adjudications"),
    )
    op.create_index("ix_adjudications_review_id_place", "adjudications", ["review_id", "place"])
    only_append_to("adjudications")
    op.create_table(
        "overrulings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("review_id", sa.String(64), nullable=False),
        sa.Column("project", sa.Text, nullable=False),
        sa.Column("project_digest", sa.String(64), nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("step_digest", sa.String(64), nullable=False),
        sa.Column("was", sa.String(32), nullable=False),
        sa.Column("severity", sa.String(32), nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.Integer, nullable=False),
        sa.Column("images", sa.Integer, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"], name="fk_overrulings_review_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_overrulings"),
    )
    op.create_index("ix_overrulings_project_digest", "overrulings", ["project_digest"])
    op.create_index("ix_overrulings_review_id", "overrulings", ["review_id"])
    only_append_to("overrulings")
