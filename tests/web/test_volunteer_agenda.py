"""The agenda of a volunteer, on their page and in their telephone's calendar; and messages left for them."""

import io
import re
import wave
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from hotline.bootstrap import Hotline
from hotline.models import Absence, Assignment, AuditEntry, Callback, Request, Voicemail
from hotline.models.status import AssignmentState, RequestState, VoicemailState
from hotline.services import covers
from tests.conftest import StoppedClock
from tests.records import only, rows
from tests.relations import EVERY_TUESDAY, offer_cover, yes
from tests.web.visits import BRUNO, LUCIEN, ODETTE, Visitor, given, left_message, volunteer

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture
def marie(hotline: Hotline) -> Visitor:
    return volunteer(hotline).come_in()


def address(marie: Visitor) -> str:
    """The path of a fresh calendar's address."""
    page = marie.does("/v/agenda/adresse")
    found = re.search(r'value="https://hotline.example(/v/calendar/[^"]+)"', page)
    assert found
    return found[1]


def events(marie: Visitor, path: str) -> list[tuple[str, datetime]]:
    """What a calendar shows: summaries and beginnings."""
    answer = marie.client.get(path)
    assert answer.mimetype == "text/calendar"
    return [
        (str(event["SUMMARY"]), event["DTSTART"].dt)
        for event in Calendar.from_ical(answer.data).walk("VEVENT")
    ]


def test_the_next_five_weeks_are_listed_week_by_week(hotline: Hotline, marie: Visitor) -> None:
    given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    page = marie.read("/v/agenda")
    for title in ("Cette semaine", "La semaine prochaine", "Semaine du 7 décembre", "Semaine du 21 décembre"):
        assert title in page
    assert page.count("Je ne peux pas ce jour-là") == 5


def test_for_a_day_that_does_not_suit_somebody_else_is_sought_and_found(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    following = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY) + 1
    clock.advance(timedelta(days=1))
    for _ in range(2):
        said = marie.does(f"/v/agenda/{following}/empechement")
        assert "Quelqu’un d’autre appellera à votre place mardi 1er décembre" in said
    assert "nous cherchons quelqu’un" in said
    absence = only(hotline, Absence)
    assert (absence.from_date, absence.until_date) == (date(2026, 12, 1), date(2026, 12, 1))
    with hotline.database.read() as session:
        needed = covers.needed(session, hotline.line, hotline.clock.now())
    assert [one.callback_id for one in needed] == [following]
    bruno = volunteer(hotline, "Bruno", BRUNO)
    cover = offer_cover(hotline, following, bruno.volunteer_id)
    assert cover
    yes(hotline, cover)
    assert "Quelqu’un d’autre appelle" in marie.read("/v/agenda")


def test_a_single_call_that_does_not_suit_is_given_back(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE)
    for _ in range(2):
        assert "Nous demandons à quelqu’un d’autre" in marie.does(f"/v/agenda/{call}/empechement")
    assert only(hotline, Assignment).state is AssignmentState.ENDED
    assert only(hotline, Request).state is RequestState.WAITING


def test_the_calendar_shows_first_names_on_the_clock_of_the_wall(
    hotline: Hotline, marie: Visitor, clock: StoppedClock
) -> None:
    clock.set(datetime(2027, 3, 16, 10, 0, tzinfo=PARIS))
    marie.come_in()
    given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    given(hotline, marie, "Lucien Petit", LUCIEN)
    path = address(marie)
    shown = events(marie, path)
    assert [name for name, _ in shown[:2]] == ["Appel : Odette", "Appel : Lucien (au plus tard)"]
    tuesdays = [start for name, start in shown if name == "Appel : Odette"]
    assert {(start.hour, start.weekday()) for start in tuesdays} == {(15, 1)}
    assert {start.utcoffset() for start in tuesdays} == {timedelta(hours=1), timedelta(hours=2)}
    raw = marie.client.get(path).text
    assert "BEGIN:VTIMEZONE\r\nTZID:Europe/Paris" in raw
    assert "DTSTART;TZID=Europe/Paris:20270316T150000" in raw
    assert all(len(line.encode()) <= 75 for line in raw.split("\r\n"))
    assert "Martin" not in raw


def test_an_event_keeps_its_identity_while_it_moves_and_goes_with_its_absence(
    hotline: Hotline, marie: Visitor
) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    path = address(marie)
    uids = re.findall(r"UID:(\S+)", marie.client.get(path).text)
    assert uids[0] == f"appel-{call}@hotline.example"
    with hotline.database.write() as session:
        session.get_one(Callback, call).due_at += timedelta(hours=1)
    assert re.findall(r"UID:(\S+)", marie.client.get(path).text) == uids
    marie.read("/v/")
    marie.does("/v/absences", since="2026-12-01", until="2026-12-08")
    assert len(events(marie, path)) == len(uids) - 2


def test_the_address_of_the_calendar_is_shown_once_and_can_be_forgotten(
    hotline: Hotline, marie: Visitor
) -> None:
    first = address(marie)
    assert "/v/calendar/" not in marie.read("/v/agenda")
    second = address(marie)
    assert marie.client.get(first).status_code == 404
    assert events(marie, second) == []
    marie.read("/v/agenda")
    marie.does("/v/agenda/adresse/oublier")
    answer = marie.client.get(second)
    assert answer.status_code == 404
    assert marie.client.get("/v/calendar/AAAAAAAAAAAA.ics").data == answer.data
    assert marie.read("/v/"), "the page goes on working"


def a_sound() -> bytes:
    """Two seconds of quiet."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(b"\0\0" * 16000)
    return file.getvalue()


def test_a_message_is_heard_by_the_volunteer_for_whom_it_was_left_and_that_is_noted(
    hotline: Hotline, marie: Visitor
) -> None:
    call, audio = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY), a_sound()
    message = left_message(hotline, marie, call, audio)
    page = marie.read("/v/")
    assert 'aria-label="Message laissé par Odette"' in page
    assert "nouveau" in page
    path = f"/v/messages/{message}.wav"
    assert only(hotline, Voicemail).heard_at is None, "a page that shows it is no listening"
    heard = marie.get(path)
    assert (heard.status_code, heard.mimetype, heard.data) == (200, "audio/wav", audio)
    part = marie.get(path, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, audio[100:200])
    assert part.headers["Cache-Control"] == "no-store"
    assert only(hotline, Voicemail).heard_at == hotline.clock.now()
    entry = only(hotline, AuditEntry)
    assert (entry.action, entry.subject) == ("voicemail.hear", f"voicemail {message}")
    assert "Marie" in entry.actor
    assert "nouveau" not in marie.read("/v/")


def test_a_message_without_its_sound_is_not_there(hotline: Hotline, marie: Visitor) -> None:
    call = given(hotline, marie, "Odette Martin", ODETTE, EVERY_TUESDAY)
    message = left_message(hotline, marie, call, b"RIFF")
    hotline.store.delete(only(hotline, Voicemail).recording_sid)
    assert marie.get(f"/v/messages/{message}.wav").status_code == 404
    assert rows(hotline, AuditEntry) == []
    with hotline.database.write() as session:
        session.get_one(Voicemail, message).state = VoicemailState.LOST
    assert marie.get(f"/v/messages/{message}.wav").status_code == 404
    assert "Messages pour vous" not in marie.read("/v/")
