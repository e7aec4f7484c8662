"""Exports: the published fields in their order, on the line's clock, without a query per row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import (
    Assignment,
    AuditEntry,
    Call,
    Callback,
    Caller,
    CallerPhone,
    Contact,
    Message,
    OutboxRow,
    Phone,
    Referral,
    Request,
    Voicemail,
    Volunteer,
)
from hotline.models.status import (
    AssignmentState,
    CallbackOutcome,
    CallbackState,
    CallerState,
    CallOutcome,
    ContactKind,
    Direction,
    Need,
    OutboxState,
    ReferralState,
    RequestKind,
    RequestState,
    VoicemailState,
    VolunteerState,
)
from hotline.phone import PhoneNumber
from hotline.services import exports, people
from tests.databases import statements

PUBLISHED = {
    "callers": "id names phones state created_at last_contact_at",
    "contacts": "id kind caller_id request_id at",
    "calls": "sid direction from to caller_id started_at ended_at outcome forwarded_from withheld",
    "voicemails": "recording_sid call_sid caller_id duration state sha256 heard_at claimed_by handled_at "
    "transcript",
    "messages": "sid direction from to body status error_code created_at",
    "requests": "id caller_id kind need state opened_at contacts",
    "referrals": "id caller_id request_id partner need state channel consent_at created_at sent_at "
    "answered_at closed_at",
    "assignments": "id request_id caller_id volunteer_id kind cadence state offered_at answered_at ended_at "
    "end_reason starts_on ends_on holidays covers_id referral_id",
    "callbacks": "id assignment_id due_at state made_at duration outcome occurrence cancel_reason",
    "volunteers": "id first_name last_name phone email languages available capacity state waiting_since "
    "quiet weekly_cap trainee",
    "audit": "at actor action subject",
    "outbox": "id kind to state attempts created_at sent_at error_code error",
}
SUMMER, WINTER = datetime(2026, 10, 24, 10, 0, tzinfo=UTC), datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
CALL_SID, RECORDING_SID, MESSAGE_SID = "CA" + "1" * 32, "RE" + "2" * 32, "SM" + "3" * 32


def exported(hotline: Hotline, kind: str, since: datetime | None = None) -> list[dict[str, Any]]:
    with hotline.database.read() as session:
        return list(exports.rows(session, kind, hotline.line.zone, since))


@pytest.fixture
def told(hotline: Hotline) -> Hotline:
    """One caller's story: a call with a message, a text, a request, an assignment and its callback."""
    with hotline.database.write() as session:
        odette_phone = people.phone_for(session, PhoneNumber("+33639980001"), WINTER)
        odette = people.caller_for(session, people.Behind(odette_phone), WINTER)
        odette.names = "Odette"
        request = Request(
            caller_id=odette.id, kind=RequestKind.ONE_OFF, state=RequestState.ASSIGNED, opened_at=WINTER
        )
        volunteer = Volunteer(
            first_name="Camille",
            last_name="Arnaud",
            phone=people.phone_for(session, PhoneNumber("+33639980101"), WINTER),
            email="camille@example.org",
            state=VolunteerState.ACTIVE,
            created_at=WINTER,
        )
        session.add_all([request, volunteer])
        session.flush()
        contacts = [
            Contact(kind=kind, caller_id=odette.id, request_id=request.id, at=WINTER)
            for kind in (ContactKind.CALL, ContactKind.MESSAGE)
        ]
        call = Call(
            sid=CALL_SID,
            direction=Direction.INBOUND,
            from_number="+33639980001",
            to_number="+33199000100",
            caller_id=odette.id,
            outcome=CallOutcome.VOICEMAIL,
            started_at=SUMMER,
            ended_at=SUMMER + timedelta(minutes=2),
        )
        assignment = Assignment(
            request_id=request.id,
            caller_id=odette.id,
            volunteer_id=volunteer.id,
            kind=RequestKind.ONE_OFF,
            state=AssignmentState.ACTIVE,
            offered_at=WINTER,
            expires_at=WINTER,
            answered_at=WINTER,
        )
        session.add_all([*contacts, call, assignment])
        session.flush()
        session.add_all(
            [
                Voicemail(
                    recording_sid=RECORDING_SID,
                    call_id=call.id,
                    duration=31,
                    state=VoicemailState.STORED,
                    sha256="ab" * 32,
                    created_at=WINTER,
                    try_at=WINTER,
                ),
                Message(
                    sid=MESSAGE_SID,
                    direction=Direction.INBOUND,
                    from_number="+33639980001",
                    to_number="+33199000100",
                    body="=Bonjour; c'est Odette",
                    status="received",
                    created_at=WINTER,
                ),
                Callback(
                    assignment_id=assignment.id,
                    due_at=WINTER,
                    state=CallbackState.MADE,
                    made_at=WINTER,
                    duration=600,
                    outcome=CallbackOutcome.REACHED,
                ),
                OutboxRow(
                    kind="offer",
                    key="offer:1",
                    phone_id=volunteer.phone_id,
                    body="…",
                    state=OutboxState.QUEUED,
                    created_at=WINTER,
                    due_at=WINTER,
                    expires_at=WINTER,
                ),
                AuditEntry(at=WINTER, actor="root", action="export", subject="calls"),
                Referral(
                    caller_id=odette.id,
                    request_id=request.id,
                    need=Need.AIDE_ALIMENTAIRE,
                    state=ReferralState.TO_SEND,
                    author="Camille",
                    created_at=WINTER,
                ),
            ]
        )
    return hotline


def test_every_kind_has_its_published_fields_in_order(told: Hotline) -> None:
    assert set(exports.KINDS) == set(PUBLISHED)
    for kind, fields in PUBLISHED.items():
        (first, *_) = exported(told, kind)
        assert list(first) == list(exports.columns(kind)) == fields.split()


def test_moments_carry_the_offset_of_the_line_s_clock_in_summer_and_winter(told: Hotline) -> None:
    (call,) = exported(told, "calls")
    (request,) = exported(told, "requests")

    assert call["started_at"] == "2026-10-24T12:00:00+02:00"
    assert request["opened_at"] == "2026-11-24T11:00:00+01:00"


def test_calls_and_voicemails_name_each_other(told: Hotline) -> None:
    (call,) = exported(told, "calls")
    (voicemail,) = exported(told, "voicemails")

    assert (call["from"], call["to"], call["withheld"]) == ("+33639980001", "+33199000100", False)
    assert (call["direction"], call["outcome"], call["forwarded_from"]) == ("inbound", "voicemail", None)
    assert (voicemail["call_sid"], voicemail["caller_id"]) == (call["sid"], call["caller_id"])
    assert (voicemail["recording_sid"], voicemail["duration"]) == (RECORDING_SID, 31)
    assert (voicemail["state"], voicemail["heard_at"]) == ("stored", None)


def test_a_caller_has_names_and_a_list_of_phones(told: Hotline) -> None:
    (odette,) = exported(told, "callers")

    assert (odette["names"], odette["phones"], odette["state"]) == ("Odette", ["+33639980001"], "active")


def test_a_caller_without_a_number_has_an_empty_list(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        people.new_caller(session, people.CallerState.UNREACHABLE, WINTER)

    (nobody,) = exported(hotline, "callers")
    assert (nobody["names"], nobody["phones"]) == (None, [])


def test_a_request_lists_its_contacts(told: Hotline) -> None:
    (request,) = exported(told, "requests")
    contacts = exported(told, "contacts")

    assert request["contacts"] == [contact["id"] for contact in contacts]
    assert [contact["kind"] for contact in contacts] == ["call", "message"]
    assert {contact["request_id"] for contact in contacts} == {request["id"]}


def test_whole_numbers_leave_with_volunteers_messages_and_the_outbox(told: Hotline) -> None:
    assert exported(told, "volunteers")[0]["phone"] == "+33639980101"
    assert exported(told, "outbox")[0]["to"] == "+33639980101"
    assert exported(told, "messages")[0]["from"] == "+33639980001"


@pytest.mark.parametrize("kind", sorted(PUBLISHED))
def test_since_keeps_rows_of_that_moment_and_later(told: Hotline, kind: str) -> None:
    moment = SUMMER if kind == "calls" else WINTER

    assert len(exported(told, kind, moment)) == len(exported(told, kind))
    assert exported(told, kind, moment + timedelta(seconds=1)) == []


def test_hundreds_of_callers_cost_a_handful_of_queries(hotline: Hotline) -> None:
    with hotline.database.write() as session:
        numbers = [f"+336399{80000 + number:05}" for number in range(600)]
        kind = {"textable": True, "telemarketing": False, "created_at": WINTER}
        phones = [Phone(number=number, number_index=number, **kind) for number in numbers]
        known = {"state": CallerState.ACTIVE, "created_at": WINTER, "last_contact_at": WINTER}
        callers = [Caller(**known) for _ in numbers]
        session.add_all([*phones, *callers])
        session.flush()
        ties = zip(callers, phones, strict=True)
        session.add_all(CallerPhone(caller_id=caller.id, phone_id=phone.id) for caller, phone in ties)

    with statements(hotline.database) as asked:
        told = exported(hotline, "callers")

    assert [caller["phones"] for caller in told[:2]] == [["+33639980000"], ["+33639980001"]]
    assert len({tuple(caller["phones"]) for caller in told}) == 600
    assert len(asked) <= 6
