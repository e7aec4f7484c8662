"""What a volunteer chooses on their page: hours, absences; and the certificate of what they gave."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Absence, Callback, Volunteer
from hotline.models.status import CallbackOutcome, CallbackState, VolunteerState
from tests.conftest import StoppedClock
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY
from tests.web.visits import ODETTE, Visitor, given, volunteer

PARIS = ZoneInfo("Europe/Paris")
PLAIN = {"when": "always", "calm": "none", "capacity": "2", "takes_calls": "y"}
MONDAY_AND_TUESDAY = {
    "days-Mo-since": "14:00",
    "days-Mo-until": "18:00",
    "days-Tu-since": "14:00",
    "days-Tu-until": "18:00",
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite alone: forms see no difference between databases."""
    return sqlite_url


@pytest.fixture
def marie(hotline: Hotline) -> Visitor:
    return volunteer(hotline, last_name="Dupont").come_in()


def test_hours_day_by_day_become_the_expression_that_matching_reads(hotline: Hotline, marie: Visitor) -> None:
    quiet = {"calm": "daily", "quiet-since": "12:00", "quiet-until": "13:30"}
    marie.does("/v/reglages", **{**PLAIN, "when": "week", **MONDAY_AND_TUESDAY, **quiet, "weekly_cap": "3"})
    kept = only(hotline, Volunteer)
    assert (kept.available, kept.quiet) == ("Mo-Tu 14:00-18:00", "12:00-13:30")
    assert (kept.capacity, kept.weekly_cap, kept.takes_calls) == (2, 3, True)
    page = marie.read("/v/reglages")
    assert page.count('value="14:00"') == 2
    assert 'value="13:30"' in page


def test_what_the_week_cannot_show_is_kept_as_it_is_written(hotline: Hotline) -> None:
    marie = volunteer(hotline, available="Mo-Fr 14:00-18:00; PH off", quiet="Su").come_in()
    page = marie.read("/v/reglages")
    assert 'value="Mo-Fr 14:00-18:00; PH off"' in page
    marie.does(
        "/v/reglages",
        **{
            **PLAIN,
            "when": "other",
            "other": "Mo-Fr 14:00-18:00; PH off",
            "calm": "other",
            "quiet_other": "Su",
        },
    )
    kept = only(hotline, Volunteer)
    assert (kept.available, kept.quiet) == ("Mo-Fr 14:00-18:00; PH off", "Su")
    marie.does("/v/reglages", **PLAIN)
    kept = only(hotline, Volunteer)
    assert (kept.available, kept.quiet, kept.weekly_cap) == ("", "", None)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"when": ""}, "Choisissez une de ces réponses."),
        ({"when": "week"}, "Donnez les heures d’un jour au moins"),
        ({"when": "week", "days-Mo-since": "14:00"}, "Donnez les deux heures"),
        ({"when": "week", "days-Mo-since": "18:00", "days-Mo-until": "14:00"}, "vient avant celle du début"),
        ({"when": "week", "days-Mo-since": "14:00", "days-Mo-until": "14:00"}, "sont les mêmes"),
        ({"when": "week", "days-Mo-since": "2 h", "days-Mo-until": "14:00"}, "Écrivez une heure"),
        ({"when": "other", "other": "le lundi"}, "Horaires illisibles"),
        ({"when": "other", "other": "Mo 10:00-12:00; " * 20}, "trop longs"),
        ({"calm": "daily"}, "Dites de quelle heure à quelle heure"),
        ({"calm": "other", "quiet_other": "la nuit"}, "Horaires illisibles"),
        ({"capacity": "21"}, "de 0 à 20"),
        ({"capacity": "beaucoup"}, "de 0 à 20"),
        ({"capacity": ""}, "de 0 à 20"),
        ({"weekly_cap": "0"}, "de 1 à 50"),
    ],
)
def test_a_faulty_choice_changes_nothing_and_says_why_at_its_field(
    hotline: Hotline, marie: Visitor, wrong: dict[str, str], says: str
) -> None:
    marie.read("/v/reglages")
    answer = marie.post("/v/reglages", data={**PLAIN, "capacity": "7", **wrong})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert only(hotline, Volunteer).capacity == 5


def test_what_was_not_chosen_does_not_count_however_faulty(hotline: Hotline, marie: Visitor) -> None:
    marie.does("/v/reglages", **{**PLAIN, "days-Mo-since": "25:99", "quiet-until": "12:00"})
    assert only(hotline, Volunteer).available == ""


def test_an_absence_is_noted_once_and_ends_early(hotline: Hotline, marie: Visitor) -> None:
    for _ in range(2):
        marie.does("/v/absences", since="2026-12-24", until="2027-01-02")
    absence = only(hotline, Absence)
    assert (absence.from_date, absence.until_date) == (date(2026, 12, 24), date(2027, 1, 2))
    page = marie.read("/v/absences")
    assert "Du jeudi 24 décembre 2026 au samedi 2 janvier 2027" in page
    assert "Finalement, je serai là" in page
    marie.does("/v/absences/retour")
    assert only(hotline, Absence).over_at == hotline.clock.now()
    assert "Aucune absence" in marie.does("/v/absences/retour")


def test_a_pause_without_an_end_begins_at_once(hotline: Hotline, marie: Visitor) -> None:
    marie.does("/v/absences", since="2026-11-24", until="")
    assert only(hotline, Volunteer).state is VolunteerState.PAUSED
    assert "À partir du mardi 24 novembre 2026" in marie.read("/v/absences")
    marie.does("/v/absences/retour")
    assert only(hotline, Volunteer).state is VolunteerState.ACTIVE


@pytest.mark.parametrize(
    ("since", "until", "says"),
    [
        ("", "", "Écrivez une date"),
        ("demain", "", "Écrivez une date"),
        ("2026-11-23", "", "Ce jour est déjà passé"),
        ("2026-12-24", "2026-12-23", "Le dernier jour vient avant le premier"),
        ("2026-12-24", "Noël", "Écrivez une date"),
    ],
)
def test_faulty_dates_come_back_as_they_were_typed(
    hotline: Hotline, marie: Visitor, since: str, until: str, says: str
) -> None:
    answer = marie.post("/v/absences", data={"since": since, "until": until})
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{since}"' in answer.text
    assert f'value="{until}"' in answer.text
    assert rows(hotline, Absence) == []


def made(hotline: Hotline, call: int, at: datetime, seconds: int) -> None:
    with hotline.database.write() as session:
        callback = session.get_one(Callback, call)
        callback.state, callback.made_at, callback.duration = CallbackState.MADE, at, seconds
        callback.outcome = CallbackOutcome.REACHED


def test_the_certificate_tells_calls_and_hours_of_a_month_and_a_year(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    first = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    second = first + 1
    made(hotline, first, datetime(2026, 11, 24, 15, 0, tzinfo=PARIS), 3000)
    made(hotline, second, datetime(2026, 12, 1, 15, 0, tzinfo=PARIS), 3900)
    clock.set(datetime(2026, 12, 2, 12, 0, tzinfo=PARIS))
    listed = marie.read("/v/attestation")
    assert "Décembre 2026" in listed
    assert "Novembre 2026" in listed
    month = marie.read("/v/attestation/2026-11")
    assert "Marie Dupont" in month
    assert "On se parle" in month
    assert "50\N{NO-BREAK SPACE}min" in month
    assert "Fait le mercredi 2 décembre 2026" in month
    assert "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}55" in marie.read("/v/attestation/2026")
    assert "Odette" not in month


@pytest.mark.parametrize("when", ["2026-10", "2027-01", "2026-13", "2025", "20-1", "abc"])
def test_there_is_no_certificate_of_a_time_before_or_ahead(marie: Visitor, when: str) -> None:
    assert marie.get(f"/v/attestation/{when}").status_code == 404
