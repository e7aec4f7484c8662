"""What odd input has broken once: each fault that was found has its own test, so that it stays mended."""

from collections.abc import Sequence
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from tests.hostile import odd
from tests.people import add_caller, add_volunteer
from tests.relations import calls, give
from tests.web import visits
from tests.web.desk.door import EMAIL, Person, invited, with_password
from tests.webhooks import Webhooks

TOO_LARGE = (odd.HUGE, "9" * 30, "9" * 4999, "-1", "%C2%B2")
NUMBERED = {
    "/voice/whisper": "leg",
    "/voice/pressed": "leg",
    "/voice/leg": "leg",
    "/voice/tap/status": "tap",
    "/voice/bridge/announce": "call",
    "/voice/bridge/answered": "call",
    "/voice/bridge/machine": "call",
}


@pytest.mark.parametrize("number", TOO_LARGE, ids=range(len(TOO_LARGE)))
def test_a_number_that_no_row_has_is_nobodys(hotline: Hotline, logged: Sequence[Any], number: str) -> None:
    line = Webhooks(hotline)
    line.call()
    for path, name in NUMBERED.items():
        answer = line.post(f"{path}?{name}={number}", **line.form())
        assert answer.status_code in {200, 204}, path
    assert not [event for event in logged if event["event"] == "voice_fault"]


def test_a_choice_among_numbers_that_no_row_has_offers_nobody(
    hotline: Hotline, logged: Sequence[Any]
) -> None:
    add_volunteer(hotline, "Zoé", visits.MARIE)
    line = Webhooks(hotline)
    line.call(caller=visits.MARIE)
    form = line.form(caller=visits.MARIE)
    line.document("/voice/bridge/chosen?calls=%C2%B2-9223372036854775808", **form, Digits="1")
    assert not [event for event in logged if event["event"] == "voice_fault"]


def test_a_call_that_joined_nobody_cannot_end_a_conversation(hotline: Hotline) -> None:
    add_volunteer(hotline, "Zoé", visits.MARIE)
    line = Webhooks(hotline)
    line.call(caller=visits.MARIE)
    ended = line.document("/voice/bridge/ended", **line.form(caller=visits.MARIE), DialCallStatus="completed")
    assert ended.has("Say")


@pytest.mark.parametrize("address", ["/v/appels/{}", "/v/appels/{}/sonnerie", "/v/messages/{}.wav"])
@pytest.mark.parametrize("number", [odd.HUGE, "9" * 30])
def test_an_address_that_no_row_has_leads_a_volunteer_nowhere(
    hotline: Hotline, address: str, number: str
) -> None:
    marie = visits.volunteer(hotline).come_in()
    assert marie.get(address.format(number)).status_code == 404


def test_a_mood_of_spaces_is_no_mood(hotline: Hotline) -> None:
    marie = visits.volunteer(hotline).come_in()
    assignment = give(hotline, add_caller(hotline, visits.ODETTE, "Odette"), marie.volunteer_id, None)
    (call,) = calls(hotline, assignment)
    marie.read(f"/v/appels/{call.id}")
    told = marie.post(f"/v/appels/{call.id}/recit", data={"reached": "yes", "mood": " ", "others": " "})
    assert told.status_code == 303


@pytest.mark.parametrize("who", [EMAIL, "personne@example.org"])
@pytest.mark.parametrize("password", ["9" * 5_000, "ﷺ" * 2_000, "\0" * 20])
def test_a_password_longer_than_any_is_a_wrong_one(hotline: Hotline, who: str, password: str) -> None:
    person = with_password(hotline)
    person.email = who
    assert person.give_password(password).status_code == 422


def test_a_new_password_that_grows_when_it_is_read_is_kept_as_it_is_compared(hotline: Hotline) -> None:
    path, person, password = invited(hotline, name="Camille Faure"), Person(hotline), "ﷺ la lune ô ½" * 18
    person.get(path)
    assert person.post(path, password=password, again=password).status_code == 303
    assert person.give_password(password).status_code == 302


def test_an_address_with_a_null_byte_signs_nobody_in(hotline: Hotline) -> None:
    person = Person(hotline, email="camille\0@example.org")
    assert person.give_password().status_code == 422
