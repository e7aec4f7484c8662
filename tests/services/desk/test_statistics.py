"""Figures name nobody, agree whether they are kept or counted, and follow the line's own days."""

from collections import Counter
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.bootstrap import Hotline
from hotline.models import Call, Callback, Caller, DailyFigure, Voicemail
from hotline.models.status import CallbackState, CallOutcome, Direction, VoicemailState
from hotline.services.desk import figures, rollup, statistics
from hotline.services.desk.statistics import Figures, Period
from tests.conftest import StoppedClock
from tests.people import add_caller, add_volunteer
from tests.records import rows
from tests.relations import give, waits
from tests.webhooks import sid

PARIS = ZoneInfo("Europe/Paris")
ODETTE = "+33199000110"


def add_call(hotline: Hotline, at: datetime, outcome: CallOutcome = CallOutcome.ANSWERED) -> int:
    with hotline.database.write() as session:
        number = session.query(Call).count() + 1
        call = Call(
            sid=sid("CA", number),
            direction=Direction.INBOUND,
            from_number=ODETTE,
            to_number="+33199000100",
            outcome=outcome,
            started_at=at,
        )
        session.add(call)
        session.flush()
        return call.id


def over(hotline: Hotline, first: date, last: date) -> Figures:
    with hotline.database.read() as session:
        return statistics.over(session, hotline.line, Period(first, last))


def keep_all(hotline: Hotline) -> None:
    at = hotline.clock.now()
    while hotline.database.run(lambda session: rollup.keep(session, hotline.line, at)):
        pass


def test_calls_are_counted_on_the_lines_own_day_and_hour(hotline: Hotline) -> None:
    add_call(hotline, datetime(2026, 7, 1, 0, 30, tzinfo=PARIS))
    add_call(hotline, datetime(2026, 7, 1, 23, 59, tzinfo=PARIS), CallOutcome.HUNG_UP)
    add_call(hotline, datetime(2026, 7, 2, 0, 0, tzinfo=PARIS))
    found = over(hotline, date(2026, 7, 1), date(2026, 7, 1))
    assert found.heat() == {(2, 0): 1, (2, 23): 1}
    assert found.by_bucket("outcome") == {"answered": 1, "hung_up": 1}


def test_the_hour_that_october_repeats_counts_both_times(hotline: Hotline) -> None:
    for fold in (0, 1):
        add_call(hotline, datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold))
    assert over(hotline, date(2026, 10, 25), date(2026, 10, 25)).heat() == {(6, 2): 2}


def test_kept_days_and_counted_days_say_the_same(hotline: Hotline, clock: StoppedClock) -> None:
    first = datetime(2026, 8, 3, 9, 0, tzinfo=PARIS)
    for number in range(100):
        outcome = (CallOutcome.ANSWERED, CallOutcome.VOICEMAIL)[number % 2]
        add_call(hotline, first + timedelta(hours=27 * number), outcome)
    period = (date(2026, 8, 1), clock.now().date())
    before = over(hotline, *period)
    keep_all(hotline)
    after = over(hotline, *period)
    for name in ("calls", "outcome"):
        assert after.by_bucket(name) == before.by_bucket(name)
        assert after.by_stretch(name) == before.by_stretch(name)
    kept = {row.day for row in rows(hotline, DailyFigure) if row.name == rollup.COUNTED}
    assert max(kept) == date(2026, 11, 16)
    assert min(kept) == date(2026, 8, 3)


def test_a_day_is_kept_once_and_two_clocks_do_no_harm(hotline: Hotline, clock: StoppedClock) -> None:
    add_call(hotline, clock.now() - timedelta(days=20))
    keep_all(hotline)
    at, line = clock.now(), hotline.line
    once = [(row.day, row.name, row.bucket, row.value) for row in rows(hotline, DailyFigure)]
    with hotline.database.write() as session:
        rollup._add(session, {(date(2026, 11, 4), rollup.COUNTED, ""): 7})
    assert hotline.database.run(lambda session: rollup.keep(session, line, at)) == 0
    assert [(row.day, row.name, row.bucket, row.value) for row in rows(hotline, DailyFigure)] == once


def test_what_waits_is_looked_at_once_a_day(hotline: Hotline, clock: StoppedClock) -> None:
    waits(hotline, add_caller(hotline, ODETTE))
    add_volunteer(hotline, "Nadia", "+33639980101")
    at, line = clock.now(), hotline.line
    assert hotline.database.run(lambda session: rollup.look(session, line, at))
    assert not hotline.database.run(lambda session: rollup.look(session, line, at))
    found = over(hotline, at.date(), at.date())
    assert found.latest_by_stretch("waiting") == {at.date(): 1}
    assert found.latest_by_stretch("volunteers_waiting") == {at.date(): 1}


@pytest.mark.parametrize(
    ("heard_after", "bucket"),
    [
        (timedelta(minutes=59), "1h"),
        (timedelta(hours=4), "1d"),
        (timedelta(days=9), "later"),
        (None, "unheard"),
    ],
)
def test_a_message_counts_by_its_age_when_it_was_heard(
    hotline: Hotline, clock: StoppedClock, heard_after: timedelta | None, bucket: str
) -> None:
    left = clock.now() - timedelta(days=10)
    call_id = add_call(hotline, left, CallOutcome.VOICEMAIL)
    with hotline.database.write() as session:
        session.add(
            Voicemail(
                recording_sid=sid("RE", 1),
                call_id=call_id,
                state=VoicemailState.STORED,
                created_at=left,
                try_at=left,
                heard_at=left + heard_after if heard_after else None,
            )
        )
    assert over(hotline, left.date(), left.date()).by_bucket("heard") == {bucket: 1}


def test_planned_and_made_calls_the_wait_and_the_load_are_told(hotline: Hotline, clock: StoppedClock) -> None:
    nadia = add_volunteer(hotline, "Nadia", "+33639980101")
    add_volunteer(hotline, "Paul", "+33639980102")
    add_volunteer(hotline, "Zoé", "+33639980103", capacity=0)
    odette = add_caller(hotline, ODETTE)
    waits(hotline, odette)
    clock.advance(timedelta(hours=30))
    give(hotline, odette, nadia, None)
    with hotline.database.write() as session:
        (callback,) = session.query(Callback).all()
        callback.state, callback.made_at, callback.duration = CallbackState.MADE, clock.now(), 1200
    found = over(hotline, date(2026, 11, 20), date(2026, 11, 30))
    assert found.by_bucket("callbacks") == {"made": 1}
    assert found.total("minutes") == 20
    assert found.by_bucket("waited") == {"2d": 1}
    with hotline.database.read() as session:
        assert statistics.loads(session) == [(0, 1), (1, 1)]


def test_new_people_are_counted_without_a_name(hotline: Hotline) -> None:
    add_caller(hotline, ODETTE, "Odette Martin")
    today = hotline.line.day(hotline.clock.now())
    assert over(hotline, today, today).total("new_callers") == len(rows(hotline, Caller)) == 1


@settings(deadline=None)
@given(
    first=st.dates(date(2020, 1, 1), date(2026, 1, 1)),
    length=st.integers(1, 1000),
    figure=st.lists(st.integers(0, 999), max_size=30),
)
def test_stretches_cover_every_day_of_a_period_exactly_once(
    first: date, length: int, figure: list[int]
) -> None:
    period = Period(first, first + timedelta(days=length - 1))
    found = Counter({(period.days[offset % length], "calls", str(offset % 24)): 1 for offset in figure})
    told = Figures(period, found)
    assert sum(told.by_stretch("calls").values()) == told.total("calls") == sum(found.values())
    assert {told.stretch_of(day) for day in period.days} == set(told.stretches)
    assert len(told.stretches) <= 37 or not told.by_month


def test_a_period_of_ones_own_is_put_in_order_and_kept_within_five_years(hotline: Hotline) -> None:
    at = hotline.clock.now()
    wished = statistics.period_of("own", at, hotline.line, date(2026, 3, 2), date(2026, 3, 1))
    assert wished == Period(date(2026, 3, 1), date(2026, 3, 2))
    endless = statistics.period_of("own", at, hotline.line, date(1999, 1, 1), date(2026, 3, 1))
    assert len(endless.days) <= 5 * 366 + 1
    assert len(statistics.period_of("nonsense", at, hotline.line, None, None).days) == 30


@pytest.mark.parametrize("limits", [figures.AGES, figures.WAITS])
def test_every_length_of_time_falls_into_one_bucket(limits: tuple[tuple[int, str], ...]) -> None:
    names = [name for _hours, name in limits]
    assert [figures.bucket_of(hours - 0.01, limits) for hours, _name in limits] == names
    assert figures.bucket_of(10_000, limits) == figures.LATER
