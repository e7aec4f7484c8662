"""Nothing lost: sweeps of the carrier's log, what was spent"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _sweeps()
    _spending()
    _faults()
    _pointers("IS NOT NULL")


def downgrade() -> None:
    _pointers(None)
    op.drop_table("faults")
    _forget_spending()
    op.drop_table("sweeps")


def _sweeps() -> None:
    moments, perhaps = ("since", "until", "began_at", "try_at"), ("silence_from", "finished_at")
    counts = ("failures", "calls", "voicemails", "messages", "sent", "receipts", "broken")
    op.create_table(
        "sweeps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in moments),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in perhaps),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("says", sa.String(length=200), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sweeps_finished_at", "sweeps", ["finished_at"], unique=False)


def _spending() -> None:
    op.create_table(
        "spent_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("minutes_in", sa.Integer(), nullable=False),
        sa.Column("minutes_out", sa.Integer(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("segments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_spent_days")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("block", sa.LargeBinary(length=16), nullable=True))
        batch_op.add_column(sa.Column("minutes", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("joined_minutes", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("joined_sid", sa.String(length=34), nullable=True))
        batch_op.create_index("ix_calls_block_started_at", ["block", "started_at"], unique=False)


def _forget_spending() -> None:
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_block_started_at")
        batch_op.drop_column("joined_sid")
        batch_op.drop_column("joined_minutes")
        batch_op.drop_column("minutes")
        batch_op.drop_column("block")
    op.drop_table("spent_days")


def _faults() -> None:
    op.create_table(
        "faults",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("wrong", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_faults")),
    )


def _pointers(condition: str | None) -> None:
    """An index full of empty values misleads SQLite, which then reads a whole table along it."""
    for column in ("covers_id", "referral_id"):
        op.drop_index(f"ix_assignments_{column}", table_name="assignments")
        where = sa.text(f"{column} {condition}") if condition else None
        op.create_index(
            f"ix_assignments_{column}", "assignments", [column], sqlite_where=where, postgresql_where=where
        )
