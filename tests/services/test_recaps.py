"""What volunteers have given: thanks at round numbers, and once a month a text with their hours."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from hotline import bootstrap
from hotline.bootstrap import Hotline
from hotline.models import OutboxRow, Volunteer
from hotline.models.status import OutboxState, VolunteerState
from hotline.services import recaps
from hotline.services.recaps import Recap
from hotline.services.reports import Told
from hotline.settings import load
from scheduler import relations
from tests.conftest import StoppedClock
from tests.holders import bridged, calls, done, texts
from tests.people import add_caller, add_volunteer
from tests.records import rows
from tests.relations import give

PARIS = ZoneInfo("Europe/Paris")
ODETTE, LUCIEN, MARIE, BRUNO = "+33199000201", "+33639980001", "+33639980101", "+33639980102"
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
ON_THE_FIRST = datetime(2026, 11, 1, 10, 0, tzinfo=PARIS)


@pytest.fixture
def clock() -> StoppedClock:
    """The middle of October."""
    return StoppedClock(datetime(2026, 10, 13, 14, 0, tzinfo=PARIS))


@pytest.fixture
def marie(hotline: Hotline) -> int:
    """She phones Odette for half an hour and Lucien for an hour and forty minutes, and tells of both."""
    marie = add_volunteer(hotline, "Marie", MARIE, capacity=5)
    odette, lucien = add_caller(hotline, ODETTE, "Odette"), add_caller(hotline, LUCIEN, "Lucien")
    first = give(hotline, odette, marie, None)
    bridged(hotline, calls(hotline, first)[0].id, seconds=1800)
    done(hotline, first, told=Told(minutes=60))
    done(hotline, give(hotline, lucien, marie, None), told=Told(minutes=100))
    return marie


def month_of(hotline: Hotline, volunteer_id: int, first_day: date) -> Recap:
    with hotline.database.read() as session:
        return recaps.month(session, hotline.line, session.get_one(Volunteer, volunteer_id), first_day)


def test_a_month_counts_calls_people_and_the_minutes_that_the_line_knows_best(
    hotline: Hotline, marie: int
) -> None:
    assert month_of(hotline, marie, OCTOBER) == Recap(calls=2, people=2, minutes=130)
    assert month_of(hotline, marie, NOVEMBER) == Recap(calls=0, people=0, minutes=0)


def test_a_month_is_one_on_the_line_s_calendar(hotline: Hotline, clock: StoppedClock) -> None:
    bruno, lucien = add_volunteer(hotline, "Bruno", BRUNO), add_caller(hotline, LUCIEN)
    clock.set(datetime(2026, 11, 1, 0, 30, tzinfo=PARIS))
    done(hotline, give(hotline, lucien, bruno, None))
    assert month_of(hotline, bruno, OCTOBER).calls == 0
    assert month_of(hotline, bruno, NOVEMBER).calls == 1


def test_round_numbers_of_calls_deserve_special_thanks(hotline: Hotline) -> None:
    bruno, lucien = add_volunteer(hotline, "Bruno", BRUNO), add_caller(hotline, LUCIEN)
    found = []
    for _ in range(11):
        done(hotline, give(hotline, lucien, bruno, None))
        with hotline.database.read() as session:
            found.append(recaps.milestone(session, session.get_one(Volunteer, bruno)))
    assert found == [1, *[None] * 8, 10, None]


class TestTheFirstOfTheMonth:
    def test_each_volunteer_is_told_once(self, hotline: Hotline, marie: int, clock: StoppedClock) -> None:
        add_volunteer(hotline, "Bruno", BRUNO)
        clock.set(ON_THE_FIRST)
        assert relations.recap(hotline) == "1 bilans du mois écrits"
        (told,) = texts(hotline, "recap")
        assert told.body.startswith(
            "En octobre : 2 appels, 2 h 10, 2 personnes. Merci ! Votre attestation : https://hotline.example/v/"
        )
        for _ in range(3):
            clock.advance(timedelta(days=1))
            assert relations.recap(hotline) == ""
        assert told.key == f"recap:{marie}:2026-10"

    @pytest.mark.usefixtures("marie")
    def test_not_before_a_decent_hour(self, hotline: Hotline, clock: StoppedClock) -> None:
        clock.set(ON_THE_FIRST.replace(hour=8))
        assert relations.recap(hotline) == ""
        clock.set(ON_THE_FIRST)
        assert relations.recap(hotline)

    @pytest.mark.usefixtures("marie")
    def test_a_clock_that_was_down_on_the_first_makes_up_for_it(
        self, hotline: Hotline, clock: StoppedClock
    ) -> None:
        clock.set(ON_THE_FIRST + timedelta(days=4))
        assert relations.recap(hotline)

    @pytest.mark.parametrize("why", ["stopped", "left"])
    def test_whoever_wants_or_gives_no_more_is_left_in_peace(
        self, hotline: Hotline, marie: int, clock: StoppedClock, why: str
    ) -> None:
        with hotline.database.write() as session:
            volunteer = session.get_one(Volunteer, marie)
            if why == "left":
                volunteer.state = VolunteerState.LEFT
            else:
                volunteer.phone.stopped_at = clock.now()
        clock.set(ON_THE_FIRST)
        assert relations.recap(hotline) == ""
        assert texts(hotline, "recap") == []

    def test_half_of_a_day_s_texts_are_left_to_the_others_and_the_rest_follows_the_next_day(
        self, hotline: Hotline, environment: Path, marie: int, clock: StoppedClock
    ) -> None:
        bruno = add_volunteer(hotline, "Bruno", BRUNO)
        done(hotline, give(hotline, add_caller(hotline, "+33639980002"), bruno, None))
        rules = environment / "hotline.toml"
        rules.write_text("[limits]\nsms_per_day = 2\n")
        small = bootstrap.build(load(HOTLINE_CONFIG=str(rules)), clock)
        clock.set(ON_THE_FIRST)
        assert relations.recap(small) == "1 bilans du mois écrits"
        assert relations.recap(small) == ""
        clock.advance(timedelta(days=1))
        assert relations.recap(small) == "1 bilans du mois écrits"
        small.database.close()
        assert {row.key for row in texts(hotline, "recap")} == {
            f"recap:{marie}:2026-10",
            f"recap:{bruno}:2026-10",
        }

    def test_nothing_is_written_in_a_month_without_calls(self, hotline: Hotline, clock: StoppedClock) -> None:
        add_volunteer(hotline, "Bruno", BRUNO)
        clock.set(ON_THE_FIRST)
        assert relations.recap(hotline) == ""
        assert not [row for row in rows(hotline, OutboxRow) if row.state is OutboxState.QUEUED]
