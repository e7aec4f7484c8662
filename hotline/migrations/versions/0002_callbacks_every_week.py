"""Callbacks every week: cadences, covers, reports, absences, links, taps"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("who", sa.LargeBinary(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index("ix_attempts_what_at", ["what", "at"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_absences_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_over_at", ["over_at", "from_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_absences_volunteer_id"), ["volunteer_id"], unique=False)

    op.create_table(
        "links",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_links_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("token_index", name=op.f("uq_links_token_index")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_volunteer_id"), ["volunteer_id"], unique=False)

    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "source",
            sa.Enum("text", "key", "page", "bridge", name="reportsource", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "mood", sa.Enum("good", "fair", "bad", name="mood", native_enum=False, length=24), nullable=True
        ),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("talks_to_others", sa.Boolean(), nullable=True),
        sa.Column("needs_food", sa.Boolean(), nullable=False),
        sa.Column("needs_shops", sa.Boolean(), nullable=False),
        sa.Column("needs_medicines", sa.Boolean(), nullable=False),
        sa.Column("needs_doctor", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("next_date", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callbacks.id"], name=op.f("fk_reports_callback_id_callbacks")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_reports_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reports_callback_id"), ["callback_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reports_volunteer_id"), ["volunteer_id"], unique=False)

    op.create_table(
        "steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "created",
                "accepted",
                "cadence",
                "paused",
                "resumed",
                "ended",
                "moved",
                "skipped",
                "reminded",
                "missed",
                "handed_over",
                "covered",
                "caller_silent",
                "contact_told",
                "coordinators_told",
                "report_asked",
                "alert",
                name="stepkind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_steps_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callbacks.id"], name=op.f("fk_steps_callback_id_callbacks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steps")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_steps_assignment_id"), ["assignment_id"], unique=False)

    op.create_table(
        "taps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("callback_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "dialling",
                "placed",
                "failed",
                "doubtful",
                name="tapstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sid", sa.String(length=34), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["callback_id"], ["callbacks.id"], name=op.f("fk_taps_callback_id_callbacks")
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_taps_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taps")),
        sa.UniqueConstraint("sid", name=op.f("uq_taps_sid")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("taps", schema=None) as batch_op:
        batch_op.create_index("ix_taps_state_created_at", ["state", "created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_taps_volunteer_id"), ["volunteer_id"], unique=False)

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("starts_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("ends_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "holidays",
                sa.Enum("keep", "skip", "move", name="holidaypolicy", native_enum=False, length=24),
                nullable=False,
                server_default="keep",
            )
        )
        batch_op.add_column(sa.Column("planned_until", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("covers_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index("ix_assignments_state_planned_until", ["state", "planned_until"], unique=False)
        batch_op.drop_index("uq_assignments_held_request")
        batch_op.create_index(
            "uq_assignments_held_request",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'offered', 'paused') AND covers_id IS NULL"),
            postgresql_where=sa.text("state IN ('active', 'offered', 'paused') AND covers_id IS NULL"),
        )
        batch_op.create_index("ix_assignments_covers_id", ["covers_id"], unique=False)
        batch_op.create_index(
            "uq_assignments_held_cover",
            ["covers_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'offered', 'paused')"),
            postgresql_where=sa.text("state IN ('active', 'offered', 'paused')"),
        )
        batch_op.create_foreign_key(
            "fk_assignments_covers_id_callbacks", "callbacks", ["covers_id"], ["id"], use_alter=True
        )

    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.add_column(sa.Column("occurrence", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("act_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminders", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("cancel_reason", sa.String(length=40), nullable=True))
        batch_op.create_index("ix_callbacks_state_act_at", ["state", "act_at"], unique=False)
        batch_op.create_unique_constraint(
            batch_op.f("uq_callbacks_assignment_id_occurrence"), ["assignment_id", "occurrence"]
        )

    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "prefers",
                sa.Enum("steady", "rotation", name="preference", native_enum=False, length=24),
                nullable=False,
                server_default="steady",
            )
        )
        batch_op.add_column(
            sa.Column("hears_association", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column("takes_machine_messages", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("contact_name", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column("contact_phone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(
            sa.Column("contact_consent", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_callers_contact_phone_id_phones"), "phones", ["contact_phone_id"], ["id"]
        )

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("machine", sa.Boolean(), nullable=True))
        batch_op.add_column(
            sa.Column("put_through_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_calls_put_through_id_volunteers"), "volunteers", ["put_through_id"], ["id"]
        )

    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cadence", sa.String(length=200), nullable=True))

    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_index(batch_op.f("ix_voicemails_volunteer_id"), ["volunteer_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_voicemails_volunteer_id_volunteers"), "volunteers", ["volunteer_id"], ["id"]
        )

    with op.batch_alter_table("volunteers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("quiet", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("weekly_cap", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("trainee", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column("mentor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("takes_calls", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("pin_index", sa.LargeBinary(length=16), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_volunteers_pin_index"), ["pin_index"])
        batch_op.create_foreign_key(
            batch_op.f("fk_volunteers_mentor_id_volunteers"), "volunteers", ["mentor_id"], ["id"]
        )

    op.execute("UPDATE callbacks SET act_at = due_at WHERE state = 'planned'")


def downgrade() -> None:
    op.execute("UPDATE assignments SET state = 'ended' WHERE covers_id IS NOT NULL")
    with op.batch_alter_table("volunteers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_volunteers_mentor_id_volunteers"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_volunteers_pin_index"), type_="unique")
        batch_op.drop_column("pin_index")
        batch_op.drop_column("takes_calls")
        batch_op.drop_column("mentor_id")
        batch_op.drop_column("trainee")
        batch_op.drop_column("weekly_cap")
        batch_op.drop_column("quiet")

    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_voicemails_volunteer_id_volunteers"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_voicemails_volunteer_id"))
        batch_op.drop_column("volunteer_id")

    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_column("cadence")

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_calls_put_through_id_volunteers"), type_="foreignkey")
        batch_op.drop_column("put_through_id")
        batch_op.drop_column("machine")

    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_callers_contact_phone_id_phones"), type_="foreignkey")
        batch_op.drop_column("contact_consent")
        batch_op.drop_column("contact_phone_id")
        batch_op.drop_column("contact_name")
        batch_op.drop_column("takes_machine_messages")
        batch_op.drop_column("hears_association")
        batch_op.drop_column("prefers")

    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_callbacks_assignment_id_occurrence"), type_="unique")
        batch_op.drop_index("ix_callbacks_state_act_at")
        batch_op.drop_column("cancel_reason")
        batch_op.drop_column("reminders")
        batch_op.drop_column("act_at")
        batch_op.drop_column("occurrence")

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_constraint("fk_assignments_covers_id_callbacks", type_="foreignkey")
        batch_op.drop_index("uq_assignments_held_request")
        batch_op.create_index(
            "uq_assignments_held_request",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('active', 'offered', 'paused')"),
            postgresql_where=sa.text("state IN ('active', 'offered', 'paused')"),
        )
        batch_op.drop_index(
            "uq_assignments_held_cover",
            sqlite_where=sa.text("state IN ('active', 'offered', 'paused')"),
            postgresql_where=sa.text("state IN ('active', 'offered', 'paused')"),
        )
        batch_op.drop_index("ix_assignments_state_planned_until")
        batch_op.drop_index("ix_assignments_covers_id")
        batch_op.drop_column("covers_id")
        batch_op.drop_column("planned_until")
        batch_op.drop_column("holidays")
        batch_op.drop_column("ends_on")
        batch_op.drop_column("starts_on")

    with op.batch_alter_table("taps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_taps_volunteer_id"))
        batch_op.drop_index("ix_taps_state_created_at")

    op.drop_table("taps")
    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_steps_assignment_id"))

    op.drop_table("steps")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reports_volunteer_id"))
        batch_op.drop_index(batch_op.f("ix_reports_callback_id"))

    op.drop_table("reports")
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_links_volunteer_id"))

    op.drop_table("links")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_volunteer_id"))
        batch_op.drop_index("ix_absences_over_at")

    op.drop_table("absences")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index("ix_attempts_what_at")

    op.drop_table("attempts")
