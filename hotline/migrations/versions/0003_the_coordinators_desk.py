"""The coordinators' desk"""

import sqlalchemy as sa
from alembic import op

from hotline.db import BlindIndex, Sealed
from hotline.models.people import departement

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "choices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_choices")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("choices", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_choices_name"), ["name"], unique=False)

    op.create_table(
        "coordinators",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "coordinator",
                "listener",
                "statistics",
                "technical",
                name="role",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("tf_primary_method", sa.String(length=20), nullable=True),
        sa.Column("tf_totp_secret", sa.LargeBinary(), nullable=True),
        sa.Column("tf_last_counter", sa.Integer(), nullable=True),
        sa.Column("mf_recovery_codes", sa.LargeBinary(), nullable=True),
        sa.Column("fs_webauthn_user_handle", sa.String(length=64), nullable=True),
        sa.Column("theme", sa.String(length=8), nullable=False),
        sa.Column("large_text", sa.Boolean(), nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coordinators")),
        sa.UniqueConstraint("email_index", name=op.f("uq_coordinators_email_index")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_coordinators_fs_uniquifier")),
        sa.UniqueConstraint("fs_webauthn_user_handle", name=op.f("uq_coordinators_fs_webauthn_user_handle")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "daily_figures",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("bucket", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name", "bucket", name=op.f("pk_daily_figures")),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("coordinator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agent", sa.LargeBinary(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["coordinators.id"],
            name=op.f("fk_desk_sessions_coordinator_id_coordinators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_sessions")),
        sa.UniqueConstraint("token_index", name=op.f("uq_desk_sessions_token_index")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("desk_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_desk_sessions_coordinator_id"), ["coordinator_id"], unique=False)

    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("coordinator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["coordinators.id"],
            name=op.f("fk_invitations_coordinator_id_coordinators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("token_index", name=op.f("uq_invitations_token_index")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitations_coordinator_id"), ["coordinator_id"], unique=False)

    op.create_table(
        "kept_forms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("coordinator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["coordinators.id"],
            name=op.f("fk_kept_forms_coordinator_id_coordinators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_forms")),
        sa.UniqueConstraint("token_index", name=op.f("uq_kept_forms_token_index")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("kept_forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_forms_coordinator_id"), ["coordinator_id"], unique=False)

    op.create_table(
        "passkeys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("coordinator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1024), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("transports", sa.LargeBinary(), nullable=True),
        sa.Column("extensions", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("usage", sa.String(length=16), nullable=False),
        sa.Column("backup_state", sa.Boolean(), nullable=False),
        sa.Column("device_type", sa.String(length=32), nullable=False),
        sa.Column("lastuse_datetime", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["coordinator_id"],
            ["coordinators.id"],
            name=op.f("fk_passkeys_coordinator_id_coordinators"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkeys")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkeys_credential_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkeys_coordinator_id"), ["coordinator_id"], unique=False)

    op.create_table(
        "boundaries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("caller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["caller_id"], ["callers.id"], name=op.f("fk_boundaries_caller_id_callers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_boundaries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("boundaries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_boundaries_caller_id"), ["caller_id"], unique=False)

    op.create_table(
        "merges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kept_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("merged_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved", sa.LargeBinary(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["callers.id"], name=op.f("fk_merges_kept_id_callers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["callers.id"], name=op.f("fk_merges_merged_id_callers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_merges_kept_id"), ["kept_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_merges_merged_id"), ["merged_id"], unique=False)

    op.create_table(
        "name_tokens",
        sa.Column("token", sa.LargeBinary(length=16), nullable=False),
        sa.Column("caller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["caller_id"], ["callers.id"], name=op.f("fk_name_tokens_caller_id_callers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", "caller_id", name=op.f("pk_name_tokens")),
    )
    with op.batch_alter_table("name_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_name_tokens_caller_id"), ["caller_id"], unique=False)

    op.create_table(
        "notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("caller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("voicemail_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["caller_id"], ["callers.id"], name=op.f("fk_notes_caller_id_callers"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["voicemail_id"],
            ["voicemails.id"],
            name=op.f("fk_notes_voicemail_id_voicemails"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_notes_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index("ix_notes_at", ["at"], unique=False)
        batch_op.create_index("ix_notes_caller_id_at", ["caller_id", "at"], unique=False)
        batch_op.create_index("ix_notes_volunteer_id_at", ["volunteer_id", "at"], unique=False)

    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_by", sa.LargeBinary(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_alerts_closed_at"))
        batch_op.create_index("ix_alerts_closed_at", ["closed_at", "id"], unique=False)
        batch_op.create_index(
            "ix_alerts_open",
            ["created_at", "id"],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("actor_index", sa.LargeBinary(length=16), nullable=True))
        batch_op.drop_index(batch_op.f("ix_audit_at"))
        batch_op.create_index("ix_audit_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_audit_action_at", ["action", "at", "id"], unique=False)
        batch_op.create_index("ix_audit_actor_index_at", ["actor_index", "at", "id"], unique=False)
        batch_op.create_index("ix_audit_subject_at", ["subject", "at", "id"], unique=False)

    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("merged_into_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("departement_index", sa.LargeBinary(length=16), nullable=True))
        batch_op.create_index("ix_callers_last_contact_at", ["last_contact_at", "id"], unique=False)
        batch_op.create_index("ix_callers_departement_index", ["departement_index", "id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_callers_merged_into_id_callers"),
            "callers",
            ["merged_into_id"],
            ["id"],
            ondelete="SET NULL",
        )

    _note_departements()

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("resumes_on", sa.Date(), nullable=True))
        batch_op.create_index("ix_assignments_state_resumes_on", ["state", "resumes_on"], unique=False)
        batch_op.create_index("ix_assignments_state_kind", ["state", "kind", "id"], unique=False)
        batch_op.create_index("ix_assignments_state_ended_at", ["state", "ended_at", "id"], unique=False)

    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.create_index(
            "ix_requests_board",
            ["state", "priority", "opened_at", "id", "kind", "need", "caller_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_requests_state_closed_at",
            ["state", "closed_at", "id", "kind", "need", "caller_id"],
            unique=False,
        )

    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.add_column(sa.Column("before", sa.LargeBinary(), nullable=True))

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(
            "ix_calls_caller_id_started_at", ["caller_id", "started_at", "id"], unique=False
        )

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("author", sa.LargeBinary(), nullable=True))
        batch_op.drop_index(batch_op.f("ix_contacts_caller_id"))
        batch_op.create_index("ix_contacts_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_contacts_caller_id_at", ["caller_id", "at"], unique=False)

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_caller_id"))
        batch_op.create_index(
            "ix_messages_caller_id_created_at", ["caller_id", "created_at", "id"], unique=False
        )

    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("claimed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("snoozed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(
            sa.Column("telemarketing", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(
            sa.Column(
                "transcript_state",
                sa.Enum("waiting", "done", "failed", name="transcriptstate", native_enum=False, length=24),
                nullable=False,
                server_default="waiting",
            )
        )
        batch_op.add_column(sa.Column("reliability", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("peaks", sa.LargeBinary(), nullable=True))
        batch_op.alter_column("transcript_state", server_default=None)
        batch_op.alter_column("telemarketing", server_default=None)
        batch_op.create_index("ix_voicemails_created_at", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_voicemails_transcript_state", ["transcript_state", "created_at"], unique=False
        )
        batch_op.create_index(
            "ix_voicemails_unheard",
            ["telemarketing", "created_at", "id"],
            unique=False,
            sqlite_where=sa.text("handled_at IS NULL AND heard_at IS NULL"),
            postgresql_where=sa.text("handled_at IS NULL AND heard_at IS NULL"),
        )
        batch_op.create_index(
            "ix_voicemails_begun",
            ["created_at", "id"],
            unique=False,
            sqlite_where=sa.text("handled_at IS NULL AND (heard_at IS NOT NULL OR claimed_at IS NOT NULL)"),
            postgresql_where=sa.text(
                "handled_at IS NULL AND (heard_at IS NOT NULL OR claimed_at IS NOT NULL)"
            ),
        )
        batch_op.create_index(
            "ix_voicemails_claimed",
            ["claimed_at", "id"],
            unique=False,
            sqlite_where=sa.text("handled_at IS NULL AND claimed_at IS NOT NULL"),
            postgresql_where=sa.text("handled_at IS NULL AND claimed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_voicemails_snoozed",
            ["snoozed_until", "id"],
            unique=False,
            sqlite_where=sa.text("handled_at IS NULL AND snoozed_until IS NOT NULL"),
            postgresql_where=sa.text("handled_at IS NULL AND snoozed_until IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_voicemails_handled",
            ["handled_at", "id"],
            unique=False,
            sqlite_where=sa.text("handled_at IS NOT NULL"),
            postgresql_where=sa.text("handled_at IS NOT NULL"),
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_voicemails_claimed_by_id_coordinators"),
            "coordinators",
            ["claimed_by_id"],
            ["id"],
            ondelete="SET NULL",
        )


def _note_departements() -> None:
    """Write the keyed département of the people who are there already."""
    callers = sa.table(
        "callers",
        sa.column("id", sa.BigInteger()),
        sa.column("postcode", Sealed("callers.postcode")),
        sa.column("departement_index", BlindIndex("departement")),
    )
    connection = op.get_bind()
    known = connection.execute(
        sa.select(callers.c.id, callers.c.postcode).where(callers.c.postcode.is_not(None))
    )
    for caller_id, postcode in known.all():
        connection.execute(
            callers.update().where(callers.c.id == caller_id).values(departement_index=departement(postcode))
        )

    op.create_index("ix_requests_opened_at", "requests", ["opened_at"], unique=False)
    op.create_index("ix_assignments_offered_at", "assignments", ["offered_at"], unique=False)
    op.create_index("ix_assignments_ended_at", "assignments", ["ended_at"], unique=False)
    op.create_index("ix_callers_created_at", "callers", ["created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_callers_created_at", table_name="callers")
    op.drop_index("ix_assignments_ended_at", table_name="assignments")
    op.drop_index("ix_assignments_offered_at", table_name="assignments")
    op.drop_index("ix_requests_opened_at", table_name="requests")

    with op.batch_alter_table("steps", schema=None) as batch_op:
        batch_op.drop_column("before")

    with op.batch_alter_table("requests", schema=None) as batch_op:
        batch_op.drop_index("ix_requests_state_closed_at")
        batch_op.drop_index("ix_requests_board")

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_index("ix_assignments_state_ended_at")
        batch_op.drop_index("ix_assignments_state_kind")
        batch_op.drop_index("ix_assignments_state_resumes_on")
        batch_op.drop_column("resumes_on")

    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_voicemails_claimed_by_id_coordinators"), type_="foreignkey")
        batch_op.drop_index("ix_voicemails_handled")
        batch_op.drop_index("ix_voicemails_snoozed")
        batch_op.drop_index("ix_voicemails_claimed")
        batch_op.drop_index("ix_voicemails_begun")
        batch_op.drop_index("ix_voicemails_unheard")
        batch_op.drop_index("ix_voicemails_transcript_state")
        batch_op.drop_index("ix_voicemails_created_at")
        batch_op.drop_column("peaks")
        batch_op.drop_column("edited_at")
        batch_op.drop_column("reliability")
        batch_op.drop_column("transcript_state")
        batch_op.drop_column("telemarketing")
        batch_op.drop_column("snoozed_until")
        batch_op.drop_column("claimed_by_id")
        batch_op.drop_column("claimed_at")

    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index("ix_messages_caller_id_created_at")
        batch_op.create_index(batch_op.f("ix_messages_caller_id"), ["caller_id"], unique=False)

    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_index("ix_contacts_caller_id_at")
        batch_op.drop_index("ix_contacts_at")
        batch_op.create_index(batch_op.f("ix_contacts_caller_id"), ["caller_id"], unique=False)
        batch_op.drop_column("author")
        batch_op.drop_column("words")

    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_caller_id_started_at")

    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_callers_merged_into_id_callers"), type_="foreignkey")
        batch_op.drop_index("ix_callers_departement_index")
        batch_op.drop_index("ix_callers_last_contact_at")
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("departement_index")

    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject_at")
        batch_op.drop_index("ix_audit_actor_index_at")
        batch_op.drop_index("ix_audit_action_at")
        batch_op.drop_index("ix_audit_at")
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)
        batch_op.drop_column("actor_index")

    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index("ix_alerts_open")
        batch_op.drop_index("ix_alerts_closed_at")
        batch_op.create_index(batch_op.f("ix_alerts_closed_at"), ["closed_at"], unique=False)
        batch_op.drop_column("closed_by")

    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index("ix_notes_volunteer_id_at")
        batch_op.drop_index("ix_notes_caller_id_at")
        batch_op.drop_index("ix_notes_at")

    op.drop_table("notes")
    with op.batch_alter_table("name_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_name_tokens_caller_id"))

    op.drop_table("name_tokens")
    with op.batch_alter_table("merges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_merges_merged_id"))
        batch_op.drop_index(batch_op.f("ix_merges_kept_id"))

    op.drop_table("merges")
    with op.batch_alter_table("boundaries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_boundaries_caller_id"))

    op.drop_table("boundaries")
    with op.batch_alter_table("passkeys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkeys_coordinator_id"))

    op.drop_table("passkeys")
    with op.batch_alter_table("kept_forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_forms_coordinator_id"))

    op.drop_table("kept_forms")
    with op.batch_alter_table("invitations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitations_coordinator_id"))

    op.drop_table("invitations")
    with op.batch_alter_table("desk_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_desk_sessions_coordinator_id"))

    op.drop_table("desk_sessions")
    op.drop_table("daily_figures")
    op.drop_table("coordinators")
    with op.batch_alter_table("choices", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_choices_name"))

    op.drop_table("choices")
