"""New volunteers get their page's link and their PIN: behind offers, within the day's ceiling."""

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from hotline.bootstrap import Hotline
from hotline.models import OutboxRow, Phone, Volunteer
from hotline.models.status import VolunteerState
from hotline.phone import PhoneNumber
from hotline.services import demo, imports, links, outbox, people, pins, welcomes
from hotline.services.sheets import SheetReport
from hotline.tables import Row, Table
from tests.conftest import StoppedClock
from tests.people import add_volunteer
from tests.records import only, rows

CAMILLE, SOMEBODY = "+33639980101", PhoneNumber("+33639980100")
PIN = re.compile(r"\*(\d{8})#")
LINK = re.compile(r"/v/(\S{12}) ")


@pytest.fixture
def environment(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A line that may write ten texts a day."""
    config = environment / "hotline.toml"
    config.write_text("[limits]\nsms_per_day = 10\n")
    monkeypatch.setenv("HOTLINE_CONFIG", str(config))
    return environment


def again(hotline: Hotline, volunteer_id: int) -> None:
    with hotline.database.write() as session:
        volunteer = session.get_one(Volunteer, volunteer_id)
        welcomes.again(session, hotline.line, volunteer, hotline.clock.now())


def imported(hotline: Hotline, *numbers: str, welcome: bool = True) -> SheetReport:
    sheet = [Row(n, {"first_name": f"Nom{n}", "phone": number}) for n, number in enumerate(numbers, 2)]
    with hotline.database.write() as session:
        return imports.volunteers(
            session,
            Table(("first_name", "phone"), sheet),
            hotline.line,
            hotline.clock.now(),
            welcome=welcome,
        )


def known_by(hotline: Hotline, digits: str) -> int | None:
    with hotline.database.write() as session:
        found = pins.who(session, digits, CAMILLE, hotline.clock.now())
        return found.id if found else None


def test_a_new_pin_ends_the_one_before_and_the_earlier_link(hotline: Hotline) -> None:
    camille = add_volunteer(hotline, "Camille", CAMILLE)
    again(hotline, camille)
    again(hotline, camille)
    first, second = (row.body for row in rows(hotline, OutboxRow))
    assert first.startswith("Bonjour Camille. Votre page de bénévole : https://hotline.example/v/")
    old, new = (PIN.findall(body)[0] for body in (first, second))
    assert (known_by(hotline, old), known_by(hotline, new)) == (None, camille)
    with hotline.database.read() as session:
        now = hotline.clock.now()
        works = [links.find(session, LINK.findall(body)[0], now) is not None for body in (first, second)]
        assert works == [False, True]


@pytest.mark.parametrize(
    ("why", "says"),
    [("stopped", "a écrit STOP"), ("landline", "ne reçoit pas de SMS"), ("pending", "n'est pas encore")],
)
def test_a_pin_that_cannot_be_sent_is_not_changed(hotline: Hotline, why: str, says: str) -> None:
    camille = add_volunteer(hotline, "Camille", CAMILLE)
    with hotline.database.write() as session:
        before = pins.new(session, session.get_one(Volunteer, camille))
        phone = session.get_one(Phone, only(hotline, Volunteer).phone_id)
        phone.stopped_at = hotline.clock.now() if why == "stopped" else None
        phone.textable = why != "landline"
        if why == "pending":
            session.get_one(Volunteer, camille).state = VolunteerState.PENDING
    with pytest.raises(welcomes.CannotWelcome, match=says):
        again(hotline, camille)
    with hotline.database.write() as session:
        session.get_one(Volunteer, camille).state = VolunteerState.ACTIVE
    assert known_by(hotline, before) == camille
    assert not rows(hotline, OutboxRow)


def test_many_newcomers_leave_half_of_each_day_to_offers(hotline: Hotline, clock: StoppedClock) -> None:
    report = imported(hotline, *(f"06399801{n:02}" for n in range(12)), "0199000250")
    told = Counter(row.reason for row in report.rows)
    assert told == {
        "son lien et son code partent aujourd'hui": 5,
        "son lien et son code partent le mercredi 25/11": 5,
        "son lien et son code partent le jeudi 26/11": 2,
        "sans lien ni code : ce téléphone ne reçoit pas de SMS": 1,
    }
    due = [hotline.line.local(row.due_at) for row in rows(hotline, OutboxRow)]
    assert [(moment.day, moment.hour) for moment in due] == [(24, 14)] * 5 + [(25, 9)] * 5 + [(26, 9)] * 2
    assert len(set(due)) == 12
    with hotline.database.read() as session:
        phone = people.phone_for(session, SOMEBODY, clock.now())
        assert outbox.may_text(session, hotline.line, phone, clock.now())
        assert outbox.written_today(session, hotline.line, clock.now()) == 5


def test_an_offer_never_waits_for_more_than_one_welcome(hotline: Hotline, clock: StoppedClock) -> None:
    imported(hotline, *(f"06399801{n:02}" for n in range(5)))
    clock.advance(timedelta(seconds=1))
    with hotline.database.write() as session:
        phone = people.phone_for(session, SOMEBODY, clock.now())
        outbox.enqueue(
            session, hotline.line, kind="offer", key="offer:1", phone=phone, body="OUI ou NON", at=clock.now()
        )
    clock.advance(timedelta(seconds=10))
    with hotline.database.write() as session:
        claimed = [outbox.claim(session, clock.now()) for _ in range(2)]
    assert "OUI ou NON" in [text.body for text in claimed if text]


def test_a_second_import_welcomes_nobody_twice(hotline: Hotline) -> None:
    imported(hotline, "0639980101")
    report = imported(hotline, "0639980101", "0639980102")
    assert [row.reason for row in report.rows] == ["", "son lien et son code partent aujourd'hui"]
    assert [row.kind for row in rows(hotline, OutboxRow)] == ["welcome", "welcome"]


def test_at_night_newcomers_sleep(hotline: Hotline, clock: StoppedClock) -> None:
    clock.advance(timedelta(hours=9))  # 23:00 in Paris
    report = imported(hotline, "0639980101")
    assert report.rows[0].reason == "son lien et son code partent le mercredi 25/11"
    assert hotline.line.local(only(hotline, OutboxRow).due_at).hour == 9


def test_the_rehearsal_has_somebody_with_a_page_and_a_call_within_a_day(hotline: Hotline) -> None:
    at = hotline.clock.now()
    with hotline.database.write() as session:
        demo.prepare(session, hotline.line, at)
        first, second = (demo.page(session, hotline.line, at) for _ in range(2))
    assert first != second
    told = only(hotline, OutboxRow)
    assert (told.kind, "Jeanne" in told.body) == ("given", True)
