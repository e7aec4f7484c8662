"""A volunteer is left alone in their quiet hours, whatever is to be written, whenever it comes up."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.bootstrap import Hotline
from hotline.hours import Hours
from hotline.models import OutboxRow, Phone, Volunteer
from hotline.services import outbox
from hotline.services.wishes import wished_hours
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import only, rows

MARIE = "+33639980101"
ASKING = ("offer", "reminder", "nudge", "missed_told", "report_ask", "recap", "given", "contact_again")
MOMENTS = st.integers(0, 730 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
DAYS = st.sampled_from(("Mo-Su", "Mo-Fr", "Tu,Th", "Sa-Su"))
CLOCK_HOURS = st.integers(0, 24).map(lambda hour: f"{hour:02}:00")
QUIET = st.builds(
    lambda days, one, two: f"{days} {min(one, two)}-{max(one, two)}" if one != two else "",
    DAYS,
    CLOCK_HOURS,
    CLOCK_HOURS,
)


def write(hotline: Hotline, kind: str, phone_id: int, **more: datetime) -> bool:
    at = hotline.clock.now()

    def enqueue(session: Session) -> bool:
        phone = session.get_one(Phone, phone_id)
        return outbox.enqueue(
            session, hotline.line, kind=kind, key=kind, phone=phone, body="Bonjour", at=at, **more
        )

    return hotline.database.run(enqueue)


def marie(hotline: Hotline, quiet: str) -> int:
    volunteer_id = add_volunteer(hotline, "Marie", MARIE, quiet=quiet)
    with hotline.database.read() as session:
        return session.get_one(Volunteer, volunteer_id).phone_id


@pytest.mark.parametrize("kind", ASKING)
def test_what_asks_for_something_waits_until_the_quiet_hours_are_over(hotline: Hotline, kind: str) -> None:
    assert write(hotline, kind, marie(hotline, "Mo-Su 12:00-16:30"))
    assert hotline.line.local(only(hotline, OutboxRow).due_at).strftime("%H:%M") == "16:30"


def test_quiet_hours_that_end_in_the_evening_wait_for_the_morning(hotline: Hotline) -> None:
    assert write(hotline, "reminder", marie(hotline, "Mo-Su 12:00-22:00"))
    due = hotline.line.local(only(hotline, OutboxRow).due_at)
    assert (due.day, due.hour) == (25, 9)


def test_an_answer_to_what_they_have_just_written_leaves_at_once(hotline: Hotline) -> None:
    assert write(hotline, "answer", marie(hotline, "24/7"))
    assert only(hotline, OutboxRow).due_at == hotline.clock.now()


def test_whoever_is_never_to_be_written_to_gets_nothing(hotline: Hotline) -> None:
    assert not write(hotline, "reminder", marie(hotline, "24/7"))
    assert rows(hotline, OutboxRow) == []


def test_a_text_that_could_only_leave_too_late_is_not_written(hotline: Hotline) -> None:
    phone_id = marie(hotline, "Mo-Su 12:00-16:30")
    soon = hotline.clock.now() + timedelta(hours=2)
    assert not write(hotline, "reminder", phone_id, until=soon)


def test_a_text_that_the_carrier_did_not_take_waits_for_the_quiet_hours_too(
    hotline: Hotline, clock: StoppedClock
) -> None:
    write(hotline, "reminder", marie(hotline, "Mo-Su 15:00-17:00"))
    hotline.database.run(lambda session: outbox.claim(session, clock.now()))
    clock.advance(timedelta(hours=1, minutes=10))
    with hotline.database.write() as session:
        row = session.get_one(OutboxRow, 1)
        outbox.again(session, hotline.line, row, clock.now(), code=None, why="occupé")
    assert hotline.line.local(only(hotline, OutboxRow).due_at).hour == 17


def test_quiet_hours_are_the_volunteer_s_alone(hotline: Hotline) -> None:
    add_caller(hotline, "+33639980001")
    with hotline.database.read() as session:
        phone_id = session.scalars(select(Phone.id)).one()
    assert write(hotline, "contact_person", phone_id)
    assert only(hotline, OutboxRow).due_at == hotline.clock.now()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_text_is_ever_due_in_quiet_hours_nor_at_an_indecent_one(hotline: Hotline) -> None:
    offers = hotline.line.offer_hours

    @settings(deadline=None)
    @given(at=MOMENTS, expression=QUIET)
    def at_any_moment(at: datetime, expression: str) -> None:
        quiet = wished_hours(hotline.line, expression)
        due = outbox.decent(hotline.line, at, quiet=quiet)
        if due is None:
            assert quiet is not None
            assert all(quiet.is_open(moment) for moment in decent_moments(offers, at))
            return
        assert due >= at
        assert offers.is_open(due)
        assert quiet is None or not quiet.is_open(due)

    at_any_moment()


def decent_moments(offers: Hours, at: datetime) -> list[datetime]:
    moments = (at + timedelta(minutes=30) * count for count in range(48 * 7))
    return [moment for moment in moments if offers.is_open(moment)]
