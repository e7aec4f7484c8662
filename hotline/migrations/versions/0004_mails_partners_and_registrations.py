"""Mails, partners and referrals, registrations, imports that can be taken back, several numbers"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HELD = "state IN ('active', 'offered', 'paused')"
UNANSWERED = "answered_at IS NULL AND assignment_id IS NULL AND from_index IS NOT NULL"

POINTERS = (
    ("alerts", "volunteer_id"),
    ("callers", "contact_phone_id"),
    ("calls", "put_through_id"),
    ("calls", "volunteer_id"),
    ("registrations", "volunteer_id"),
    ("volunteers", "mentor_id"),
)


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("address_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("bounced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addresses")),
        sa.UniqueConstraint("address_index", name=op.f("uq_addresses_address_index")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "imports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("skipped", sa.Integer(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imports")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "mailboxes",
        sa.Column("folder", sa.String(length=120), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("history_uid", sa.BigInteger(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("down_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("says", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("folder", name=op.f("pk_mailboxes")),
    )
    op.create_table(
        "partners",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "legal_status",
            sa.Enum(
                "association",
                "local_authority",
                "public",
                "private",
                "other",
                name="legalstatus",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("approval", sa.String(length=200), nullable=True),
        sa.Column("needs", sa.String(length=120), nullable=False),
        sa.Column("area", sa.String(length=400), nullable=False),
        sa.Column("hours", sa.String(length=200), nullable=False),
        sa.Column("contact_name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("postcode", sa.LargeBinary(), nullable=True),
        sa.Column("city", sa.String(length=120), nullable=True),
        sa.Column("website", sa.String(length=300), nullable=True),
        sa.Column("siret", sa.String(length=20), nullable=True),
        sa.Column("rna", sa.String(length=20), nullable=True),
        sa.Column("platform_id", sa.String(length=20), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
        sa.UniqueConstraint("platform_id", name=op.f("uq_partners_platform_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "imported_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("import_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name=op.f("fk_imported_rows_import_id_imports"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"],
            ["partners.id"],
            name=op.f("fk_imported_rows_partner_id_partners"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["volunteer_id"],
            ["volunteers.id"],
            name=op.f("fk_imported_rows_volunteer_id_volunteers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_rows")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("imported_rows", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_imported_rows_import_id"), ["import_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_rows_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_imported_rows_volunteer_id"), ["volunteer_id"], unique=False)

    op.create_table(
        "registrations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("number_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("fields", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("code_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_registrations_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registrations")),
        sa.UniqueConstraint("token_index", name=op.f("uq_registrations_token_index")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.create_index("ix_registrations_created_at", ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_registrations_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(
            "ix_registrations_number_index_created_at", ["number_index", "created_at"], unique=False
        )

    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_index", sa.LargeBinary(length=16), nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=True),
        sa.Column(
            "direction",
            sa.Enum("inbound", "outbound", name="direction", native_enum=False, length=24),
            nullable=False,
        ),
        sa.Column("from_address", sa.LargeBinary(), nullable=False),
        sa.Column("from_index", sa.LargeBinary(length=16), nullable=True),
        sa.Column("from_names", sa.LargeBinary(), nullable=True),
        sa.Column("to_address", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("quoted_at", sa.Integer(), nullable=True),
        sa.Column("attachments", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("proposed_number", sa.LargeBinary(), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.Column("caller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("volunteer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("assignment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_mails_assignment_id_assignments")
        ),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name=op.f("fk_mails_caller_id_callers")),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name=op.f("fk_mails_contact_id_contacts")),
        sa.ForeignKeyConstraint(
            ["volunteer_id"], ["volunteers.id"], name=op.f("fk_mails_volunteer_id_volunteers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("message_index", name=op.f("uq_mails_message_index")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index(
            "ix_mails_assignment_id_created_at", ["assignment_id", "created_at"], unique=False
        )
        batch_op.create_index(
            "ix_mails_caller_id_created_at", ["caller_id", "created_at", "id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_mails_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index("ix_mails_created_at", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_mails_from_index_created_at", ["from_index", "created_at"], unique=False)
        batch_op.create_index(
            "ix_mails_unanswered",
            ["created_at", "id"],
            unique=False,
            sqlite_where=sa.text(f"{UNANSWERED} AND automatic = 0"),
            postgresql_where=sa.text(f"{UNANSWERED} AND NOT automatic"),
        )
        batch_op.create_index(batch_op.f("ix_mails_volunteer_id"), ["volunteer_id"], unique=False)

    op.create_table(
        "referrals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("caller_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "need",
            sa.Enum(
                "LIEN",
                "AIDE_ALIMENTAIRE",
                "GARDE_ENFANTS",
                "SOLIDARITE_PROXIMITE",
                "AUTRE",
                name="need",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "to_send",
                "sent",
                "taken",
                "refused",
                "closed",
                name="referralstate",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum("call", "mail", "text", "sheet", name="referralchannel", native_enum=False, length=24),
            nullable=True,
        ),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("passed_on", sa.LargeBinary(), nullable=True),
        sa.Column("consent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_source", sa.LargeBinary(), nullable=True),
        sa.Column("author", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("errand_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["caller_id"], ["callers.id"], name=op.f("fk_referrals_caller_id_callers")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_referrals_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_referrals_report_id_reports")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["requests.id"], name=op.f("fk_referrals_request_id_requests")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referrals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_referrals_caller_id"), ["caller_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referrals_request_id"), ["request_id"], unique=False)
        batch_op.create_index("ix_referrals_state_act_at", ["state", "act_at"], unique=False)
        batch_op.create_index("ix_referrals_state_created_at", ["state", "created_at", "id"], unique=False)

    op.create_table(
        "referral_steps",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("partner_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "opened",
                "chosen",
                "consent",
                "sent",
                "reminded",
                "coordinators_told",
                "taken",
                "refused",
                "caller_told",
                "closed",
                "reopened",
                name="referralstepkind",
                native_enum=False,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=True),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_referral_steps_partner_id_partners")
        ),
        sa.ForeignKeyConstraint(
            ["referral_id"], ["referrals.id"], name=op.f("fk_referral_steps_referral_id_referrals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral_steps")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("referral_steps", schema=None) as batch_op:
        batch_op.create_index("ix_referral_steps_at", ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_steps_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_referral_steps_referral_id"), ["referral_id"], unique=False)

    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum("phone", "visio", "mail", name="channel", native_enum=False, length=24),
                nullable=False,
                server_default="phone",
            )
        )
        batch_op.add_column(sa.Column("visio_link", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("relay", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("relay_index", sa.LargeBinary(length=16), nullable=True))
        batch_op.add_column(
            sa.Column("referral_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.drop_index("uq_assignments_held_request")
        batch_op.create_index(
            "uq_assignments_held_request",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text(f"{HELD} AND covers_id IS NULL AND referral_id IS NULL"),
            postgresql_where=sa.text(f"{HELD} AND covers_id IS NULL AND referral_id IS NULL"),
        )
        batch_op.create_index("ix_assignments_referral_id", ["referral_id"], unique=False)
        batch_op.create_index(
            "uq_assignments_held_errand",
            ["referral_id"],
            unique=True,
            sqlite_where=sa.text(HELD),
            postgresql_where=sa.text(HELD),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_assignments_relay_index"), ["relay_index"])
        batch_op.create_foreign_key(
            "fk_assignments_referral_id_referrals", "referrals", ["referral_id"], ["id"]
        )

    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "channel",
                sa.Enum("phone", "visio", "mail", name="channel", native_enum=False, length=24),
                nullable=False,
                server_default="phone",
            )
        )
        batch_op.add_column(sa.Column("line", sa.String(length=20), nullable=True))

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("address_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.add_column(sa.Column("sender", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("subject", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("headers", sa.LargeBinary(), nullable=True))
        batch_op.alter_column("phone_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.create_check_constraint("one_way", "(phone_id IS NULL) <> (address_id IS NULL)")
        batch_op.create_index(batch_op.f("ix_outbox_address_id"), ["address_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_outbox_address_id_addresses"), "addresses", ["address_id"], ["id"]
        )

    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("line", sa.String(length=20), nullable=True))

    with op.batch_alter_table("volunteers", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by_mail", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(
            sa.Column(
                "source",
                sa.Enum(
                    "hand",
                    "sheet",
                    "platform",
                    "registration",
                    name="volunteersource",
                    native_enum=False,
                    length=24,
                ),
                nullable=False,
                server_default="hand",
            )
        )
        batch_op.add_column(sa.Column("platform_id", sa.String(length=20), nullable=True))
        batch_op.add_column(sa.Column("charter_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("privacy_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("guardian_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_volunteers_platform_id"), ["platform_id"])

    for table, column in POINTERS:
        filled = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=filled, postgresql_where=filled)
    op.create_index("ix_ring_legs_phone_id", "ring_legs", ["phone_id"])


def downgrade() -> None:
    op.drop_index("ix_ring_legs_phone_id", "ring_legs")
    for table, column in reversed(POINTERS):
        op.drop_index(f"ix_{table}_{column}", table)

    with op.batch_alter_table("volunteers", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_volunteers_platform_id"), type_="unique")
        batch_op.drop_column("guardian_at")
        batch_op.drop_column("privacy_at")
        batch_op.drop_column("charter_at")
        batch_op.drop_column("platform_id")
        batch_op.drop_column("source")
        batch_op.drop_column("by_mail")

    with op.batch_alter_table("shifts", schema=None) as batch_op:
        batch_op.drop_column("line")

    op.execute("DELETE FROM outbox WHERE phone_id IS NULL")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_constraint("one_way", type_="check")
        batch_op.drop_constraint(batch_op.f("fk_outbox_address_id_addresses"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_outbox_address_id"))
        batch_op.alter_column("phone_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("headers")
        batch_op.drop_column("subject")
        batch_op.drop_column("sender")
        batch_op.drop_column("address_id")

    with op.batch_alter_table("callers", schema=None) as batch_op:
        batch_op.drop_column("line")
        batch_op.drop_column("channel")

    op.execute(
        "DELETE FROM steps WHERE assignment_id IN (SELECT id FROM assignments WHERE referral_id IS NOT NULL)"
    )
    op.execute(
        "DELETE FROM callbacks WHERE assignment_id IN (SELECT id FROM assignments WHERE referral_id IS NOT NULL)"
    )
    op.execute("DELETE FROM assignments WHERE referral_id IS NOT NULL")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_constraint("fk_assignments_referral_id_referrals", type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_assignments_relay_index"), type_="unique")
        batch_op.drop_index("uq_assignments_held_request")
        batch_op.create_index(
            "uq_assignments_held_request",
            ["request_id"],
            unique=True,
            sqlite_where=sa.text(f"{HELD} AND covers_id IS NULL"),
            postgresql_where=sa.text(f"{HELD} AND covers_id IS NULL"),
        )
        batch_op.drop_index(
            "uq_assignments_held_errand", sqlite_where=sa.text(HELD), postgresql_where=sa.text(HELD)
        )
        batch_op.drop_index("ix_assignments_referral_id")
        batch_op.drop_column("referral_id")
        batch_op.drop_column("relay_index")
        batch_op.drop_column("relay")
        batch_op.drop_column("visio_link")
        batch_op.drop_column("channel")

    with op.batch_alter_table("referrals", schema=None) as batch_op:
        batch_op.drop_index("ix_referrals_state_created_at")
        batch_op.drop_index("ix_referrals_state_act_at")
        batch_op.drop_index(batch_op.f("ix_referrals_request_id"))
        batch_op.drop_index(batch_op.f("ix_referrals_partner_id"))
        batch_op.drop_index(batch_op.f("ix_referrals_caller_id"))

    with op.batch_alter_table("referral_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_referral_steps_referral_id"))
        batch_op.drop_index(batch_op.f("ix_referral_steps_partner_id"))
        batch_op.drop_index("ix_referral_steps_at")

    op.drop_table("referral_steps")
    op.drop_table("referrals")
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mails_volunteer_id"))
        batch_op.drop_index("ix_mails_unanswered")
        batch_op.drop_index("ix_mails_from_index_created_at")
        batch_op.drop_index("ix_mails_created_at")
        batch_op.drop_index(batch_op.f("ix_mails_contact_id"))
        batch_op.drop_index("ix_mails_caller_id_created_at")
        batch_op.drop_index("ix_mails_assignment_id_created_at")

    op.drop_table("mails")
    with op.batch_alter_table("registrations", schema=None) as batch_op:
        batch_op.drop_index("ix_registrations_number_index_created_at")
        batch_op.drop_index(batch_op.f("ix_registrations_expires_at"))
        batch_op.drop_index("ix_registrations_created_at")

    op.drop_table("registrations")
    with op.batch_alter_table("imported_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_imported_rows_volunteer_id"))
        batch_op.drop_index(batch_op.f("ix_imported_rows_partner_id"))
        batch_op.drop_index(batch_op.f("ix_imported_rows_import_id"))

    op.drop_table("imported_rows")
    op.drop_table("partners")
    op.drop_table("mailboxes")
    op.drop_table("imports")
    op.drop_table("addresses")
