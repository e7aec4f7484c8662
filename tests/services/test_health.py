"""What /status says, concern by concern."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Call, Callback, OutboxRow, Request, Voicemail, Volunteer
from hotline.models.status import (
    AssignmentState,
    CallbackState,
    CallOutcome,
    Direction,
    OutboxState,
    RequestKind,
    RequestState,
    VoicemailState,
    VolunteerState,
)
from hotline.phone import PhoneNumber
from hotline.services import health, heartbeats, people

NOW = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def beating(hotline: Hotline) -> Hotline:
    """A line whose clock has just beaten: nothing is wrong."""
    with hotline.database.write() as session:
        heartbeats.note(session, health.CLOCK, NOW - timedelta(seconds=10))
    return hotline


def reasons(hotline: Hotline, *faults: str) -> list[tuple[str, str]]:
    with hotline.database.read() as session:
        found = health.report(session, hotline.line, NOW, faults=faults)
    return [(reason.check, reason.says) for reason in found]


def checks(hotline: Hotline) -> list[str]:
    return [check for check, _ in reasons(hotline)]


def beat(hotline: Hotline, name: str, at: datetime) -> None:
    with hotline.database.write() as session:
        heartbeats.note(session, name, at)


def text(hotline: Hotline, state: OutboxState, due_at: datetime, claimed_at: datetime | None = None) -> None:
    with hotline.database.write() as session:
        phone = people.phone_for(session, PhoneNumber("+33639980101"), NOW)
        session.add(
            OutboxRow(
                kind="offer",
                key=f"{state}{due_at}{claimed_at}",
                phone_id=phone.id,
                body="…",
                state=state,
                created_at=due_at,
                due_at=due_at,
                claimed_at=claimed_at,
                expires_at=NOW + DAY,
            )
        )


def voicemail(
    hotline: Hotline,
    state: VoicemailState,
    age: timedelta,
    *,
    heard: datetime | None = None,
    handled: datetime | None = None,
) -> None:
    with hotline.database.write() as session:
        call = Call(
            sid="CA" + "1" * 32,
            direction=Direction.INBOUND,
            from_number="anonymous",
            to_number="+33199000100",
            outcome=CallOutcome.VOICEMAIL,
            started_at=NOW - age,
        )
        session.add(call)
        session.flush()
        session.add(
            Voicemail(
                recording_sid="RE" + "1" * 32,
                call_id=call.id,
                state=state,
                created_at=NOW - age,
                try_at=NOW,
                heard_at=heard,
                handled_at=handled,
            )
        )


def callback(session: Session, state: CallbackState, due_at: datetime) -> None:
    phone = people.phone_for(session, PhoneNumber("+33639980101"), NOW)
    volunteer = Volunteer(
        first_name="Camille", last_name="", phone=phone, state=VolunteerState.ACTIVE, created_at=NOW
    )
    caller = people.new_caller(session, people.CallerState.ACTIVE, NOW)
    request = Request(caller_id=caller.id, state=RequestState.ASSIGNED, opened_at=NOW)
    session.add_all([volunteer, request])
    session.flush()
    assignment = Assignment(
        request_id=request.id,
        caller_id=caller.id,
        volunteer_id=volunteer.id,
        kind=RequestKind.ONE_OFF,
        state=AssignmentState.ACTIVE,
        offered_at=NOW,
        expires_at=NOW,
    )
    session.add(assignment)
    session.flush()
    session.add(Callback(assignment_id=assignment.id, due_at=due_at, state=state))


def test_nothing_is_wrong_with_a_line_whose_clock_beats(beating: Hotline) -> None:
    assert reasons(beating) == []


def test_a_clock_that_never_ran_is_told(hotline: Hotline) -> None:
    ((check, says),) = reasons(hotline)

    assert check == "clock"
    assert "jamais" in says


def test_a_clock_that_stopped_is_told_with_the_time_on_the_line_s_clock(beating: Hotline) -> None:
    beat(beating, health.CLOCK, NOW - timedelta(seconds=61))

    ((check, says),) = reasons(beating)
    assert check == "clock"
    assert "le 24/11 à 13:58:59" in says


def test_a_text_that_waits_too_long_is_told(beating: Hotline) -> None:
    text(beating, OutboxState.QUEUED, NOW - 4 * MINUTE)
    assert checks(beating) == []

    text(beating, OutboxState.QUEUED, NOW - 6 * MINUTE)
    assert reasons(beating) == [("outbox", "1 SMS à envoyer depuis le 24/11 à 13:54 au moins.")]


def test_a_text_due_later_is_not_late(beating: Hotline) -> None:
    text(beating, OutboxState.QUEUED, NOW + DAY)

    assert checks(beating) == []


@pytest.mark.parametrize("state", [OutboxState.SENDING, OutboxState.DOUBTFUL])
def test_a_doubt_that_nobody_resolves_is_told(beating: Hotline, state: OutboxState) -> None:
    text(beating, state, NOW - 9 * MINUTE, claimed_at=NOW - 4 * MINUTE)
    assert checks(beating) == []

    text(beating, state, NOW - 9 * MINUTE, claimed_at=NOW - 6 * MINUTE)
    assert checks(beating) == ["outbox"]


def test_a_failed_text_is_told_for_a_day(beating: Hotline) -> None:
    text(beating, OutboxState.FAILED, NOW - 2 * DAY, claimed_at=NOW - 25 * HOUR)
    text(beating, OutboxState.DELIVERED, NOW - 2 * DAY, claimed_at=NOW - HOUR)
    assert checks(beating) == []

    text(beating, OutboxState.FAILED, NOW - 2 * DAY, claimed_at=NOW - 23 * HOUR)
    assert reasons(beating) == [("outbox", "1 SMS définitivement en échec depuis 24 heures.")]


def test_a_message_that_nobody_heard_is_told_after_its_time(beating: Hotline) -> None:
    voicemail(beating, VoicemailState.STORED, 3 * DAY + MINUTE)

    assert reasons(beating) == [("voicemails", "1 message à écouter, le plus ancien du 21/11.")]


def test_a_fresh_or_heard_message_is_no_alarm(beating: Hotline) -> None:
    voicemail(beating, VoicemailState.STORED, 4 * DAY, heard=NOW)

    assert checks(beating) == []


def test_a_lost_message_is_told_until_somebody_has_handled_it(beating: Hotline) -> None:
    voicemail(beating, VoicemailState.LOST, MINUTE)

    assert checks(beating) == ["voicemails"]


def test_a_lost_message_that_was_handled_is_no_alarm(beating: Hotline) -> None:
    voicemail(beating, VoicemailState.LOST, MINUTE, handled=NOW)

    assert checks(beating) == []


@pytest.mark.parametrize(("age", "told"), [(59 * MINUTE, []), (61 * MINUTE, ["voicemails"])])
def test_sound_that_does_not_arrive_is_told_after_an_hour(
    beating: Hotline, age: timedelta, told: list[str]
) -> None:
    voicemail(beating, VoicemailState.EXPECTED, age)

    assert checks(beating) == told


@pytest.mark.parametrize(
    ("state", "late", "told"),
    [
        (CallbackState.PLANNED, 23 * HOUR, []),
        (CallbackState.PLANNED, 25 * HOUR, ["callbacks"]),
        (CallbackState.MADE, 25 * HOUR, []),
    ],
)
def test_a_callback_is_overdue_after_its_grace(
    beating: Hotline, state: CallbackState, late: timedelta, told: list[str]
) -> None:
    with beating.database.write() as session:
        callback(session, state, NOW - late)

    assert checks(beating) == told


@pytest.mark.parametrize(
    ("ok", "fault", "check"),
    [
        (health.CARRIER_OK, health.CARRIER_FAULT, "carrier"),
        (health.STORE_OK, health.STORE_FAULT, "store"),
    ],
)
def test_a_fault_outside_is_told_until_it_works_again(
    beating: Hotline, ok: str, fault: str, check: str
) -> None:
    beat(beating, ok, NOW - HOUR)
    beat(beating, fault, NOW - MINUTE)
    assert checks(beating) == [check]

    beat(beating, ok, NOW)
    assert checks(beating) == []


def test_faults_of_the_hours_are_told_as_they_are(beating: Hotline) -> None:
    assert reasons(beating, "La ligne reste fermée.") == [("hours", "La ligne reste fermée.")]
