"""What reviewers forget: personal texts are sealed, each under its own table and column."""

from sqlalchemy import String, Text

from hotline.db import BlindIndex, Sealed
from hotline.models import Base

# Texts that name nobody: states, codes, identifiers of the carrier and the platform, our own
# numbers, opening hours, public directories of structures, counters' names, hashes.
PLAIN = {
    "alerts.key",
    "alerts.kind",
    "assignments.cadence",
    "assignments.end_reason",
    "attempts.what",
    "audit.action",
    "audit.subject",
    "callbacks.cancel_reason",
    "callers.language",
    "callers.line",
    "callers.wished_hours",
    "calls.joined_sid",
    "calls.sid",
    "choices.name",
    "coordinators.fs_uniquifier",
    "coordinators.fs_webauthn_user_handle",
    "coordinators.language",
    "coordinators.password",
    "coordinators.tf_primary_method",
    "coordinators.theme",
    "daily_figures.bucket",
    "daily_figures.name",
    "early_receipts.sid",
    "early_receipts.status",
    "faults.name",
    "heartbeats.name",
    "imports.kind",
    "links.purpose",
    "mailboxes.folder",
    "mailboxes.says",
    "mails.fault",
    "messages.sid",
    "messages.status",
    "outbox.error",
    "outbox.key",
    "outbox.kind",
    "outbox.sender",
    "outbox.sid",
    "partners.approval",
    "partners.area",
    "partners.city",
    "partners.hours",
    "partners.name",
    "partners.needs",
    "partners.platform_id",
    "partners.rna",
    "partners.siret",
    "partners.website",
    "passkeys.device_type",
    "passkeys.usage",
    "requests.cadence",
    "requests.close_reason",
    "ring_legs.sid",
    "shifts.available",
    "shifts.line",
    "sweeps.says",
    "taps.error",
    "taps.sid",
    "voicemails.recording_sid",
    "voicemails.sha256",
    "volunteers.available",
    "volunteers.languages",
    "volunteers.platform_id",
    "volunteers.quiet",
}


def test_every_text_column_is_sealed_or_known_to_name_nobody() -> None:
    plain = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, String | Text) and not hasattr(column.type, "enum_class")
    }
    assert plain == PLAIN


def test_every_sealed_column_is_bound_to_its_own_place() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Sealed):
                assert column.type.place == f"{table.name}.{column.name}"


def test_everything_that_is_looked_up_among_sealed_texts_has_a_keyed_index() -> None:
    indexed = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, BlindIndex)
    }
    assert indexed == {
        "addresses.address_index",
        "assignments.relay_index",
        "attempts.who",
        "audit.actor_index",
        "callers.departement_index",
        "callers.email_index",
        "calls.block",
        "coordinators.email_index",
        "desk_sessions.token_index",
        "invitations.token_index",
        "kept_forms.token_index",
        "links.token_index",
        "mails.from_index",
        "mails.message_index",
        "name_tokens.token",
        "phones.number_index",
        "registrations.code_index",
        "registrations.number_index",
        "registrations.token_index",
        "volunteers.email_index",
        "volunteers.pin_index",
    }
