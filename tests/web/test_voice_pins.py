"""A volunteer on a borrowed telephone: * during any greeting, the PIN and #."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Alert, Attempt, Call, Contact, Request, Volunteer
from hotline.models.status import CallOutcome, RequestState, VolunteerState
from hotline.services import pins
from tests.conftest import StoppedClock
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.relations import give
from tests.webhooks import Document, Webhooks

MARIE, ODETTE, BORROWED, NADIA = "+33639980101", "+33199000201", "+33639980001", "+33639980105"


@pytest.fixture
def marie(hotline: Hotline) -> int:
    """Marie, with Odette to call."""
    volunteer = add_volunteer(hotline, "Marie", MARIE)
    give(hotline, add_caller(hotline, ODETTE, "Odette"), volunteer, cadence=None)
    return volunteer


@pytest.fixture
def pin(hotline: Hotline, marie: int) -> str:
    return new_pin(hotline, marie)


def new_pin(hotline: Hotline, volunteer_id: int) -> str:
    return hotline.database.run(lambda session: pins.new(session, session.get_one(Volunteer, volunteer_id)))


def press(line: Webhooks, heard: Document, digits: str, caller: str = BORROWED, number: int = 1) -> Document:
    on_key = str(heard.verb("Gather").get("action"))
    return line.document(on_key, **line.form(number, caller, Digits=digits))


def test_a_pin_is_eight_digits_and_nobody_elses(hotline: Hotline, marie: int) -> None:
    bruno = add_volunteer(hotline, "Bruno", "+33639980102")
    given = {new_pin(hotline, volunteer) for volunteer in (marie, bruno) for _ in range(20)}
    assert len(given) == 40
    assert all(len(digits) == pins.DIGITS and digits.isdigit() for digits in given)


@pytest.mark.parametrize("listening", [True, False], ids=["open", "nobody on shift"])
def test_from_any_telephone_a_volunteer_hears_what_they_hear_on_their_own(
    hotline: Hotline, line: Webhooks, pin: str, *, listening: bool
) -> None:
    if listening:
        add_listener(hotline, NADIA)
    asked = press(line, line.call(1, BORROWED), "*")
    assert asked.said.startswith("Tapez votre code, puis dièse.")
    dialled = press(line, asked, pin)
    assert dialled.verb("Number").text == ODETTE
    assert "Bonjour Marie. Nous appelons Odette." in dialled.said


def test_nothing_is_left_behind_of_the_telephone_that_was_borrowed(
    hotline: Hotline, line: Webhooks, marie: int, pin: str
) -> None:
    press(line, press(line, line.call(1, BORROWED), "*"), pin)
    call, (_odettes, opened) = rows(hotline, Call)[-1], rows(hotline, Request)
    assert (call.volunteer_id, call.caller_id, call.contact_id) == (marie, None, None)
    assert (opened.state, opened.close_reason) == (RequestState.CLOSED, "volunteer")
    assert rows(hotline, Contact) == []
    line.post("/voice/status", **line.form(1, BORROWED, CallStatus="completed"))
    assert rows(hotline, Call)[-1].outcome is CallOutcome.HUNG_UP


def test_what_the_owner_of_the_telephone_had_asked_for_is_still_waited_for(
    hotline: Hotline, line: Webhooks, pin: str
) -> None:
    line.call(1, BORROWED)
    line.post("/voice/status", **line.form(1, BORROWED, CallStatus="completed"))
    hotline.clock.advance(timedelta(hours=1))
    press(line, press(line, line.call(2, BORROWED), "*", number=2), pin, number=2)
    assert rows(hotline, Request)[-1].state is RequestState.WAITING
    assert len(rows(hotline, Contact)) == 1


def test_a_withheld_number_may_use_a_pin_too(hotline: Hotline, line: Webhooks, marie: int, pin: str) -> None:
    asked = press(line, line.call(1, "anonymous"), "*", "anonymous")
    assert press(line, asked, pin, "anonymous").verb("Number").text == ODETTE
    call = rows(hotline, Call)[-1]
    assert call.volunteer_id == marie
    assert call.caller_id is not None, "every withheld call has a person of its own"
    assert rows(hotline, Request)[-1].state is RequestState.CLOSED


@pytest.mark.parametrize(
    "whose", ["nobody", "a volunteer with a call", "a volunteer without", "a listener"], ids=str
)
def test_the_star_works_during_any_greeting(hotline: Hotline, line: Webhooks, pin: str, whose: str) -> None:
    phone = {"nobody": BORROWED, "a listener": NADIA}.get(whose, "+33639980102")
    add_listener(hotline, NADIA)
    if whose.startswith("a volunteer"):
        bruno = add_volunteer(hotline, "Bruno", phone)
        if whose == "a volunteer with a call":
            give(hotline, add_caller(hotline, "+33199000202", "Marcel"), bruno, cadence=None)
    asked = press(line, line.call(1, phone), "*", phone)
    assert press(line, asked, pin, phone).verb("Number").text == ODETTE


def test_the_star_is_heard_where_a_volunteer_is_asked_for_keys(
    hotline: Hotline, line: Webhooks, marie: int, pin: str
) -> None:
    bruno = add_volunteer(hotline, "Bruno", "+33639980102", capacity=3)
    for number in ("+33199000202", "+33199000203"):
        give(hotline, add_caller(hotline, number, "Marcel"), bruno, cadence=None)
    asked = press(line, line.call(1, "+33639980102"), "*", "+33639980102")
    assert press(line, asked, pin, "+33639980102").verb("Number").text == ODETTE


@pytest.mark.parametrize("digits", ["1", "#", "0", ""])
@pytest.mark.parametrize("hour", [14, 22], ids=["open", "closed"])
def test_another_key_changes_nothing_the_greeting_goes_on_to_its_end(
    hotline: Hotline, line: Webhooks, clock: StoppedClock, digits: str, hour: int
) -> None:
    add_listener(hotline, NADIA)
    clock.set(datetime(2026, 11, 24, hour, 0, tzinfo=PARIS))
    greeted = line.call(1, BORROWED)
    goes_on = press(line, greeted, digits)
    assert goes_on.said == greeted.said
    assert not goes_on.has("Gather")
    assert goes_on.root[-1].tag == greeted.root[-1].tag


def test_whoever_presses_the_star_by_mistake_and_types_nothing_is_a_caller_again(
    hotline: Hotline, line: Webhooks
) -> None:
    greeted = line.call(1, BORROWED)
    asked = press(line, greeted, "*")
    goes_on = line.document(str(asked.verb("Redirect").text), **line.form(1, BORROWED))
    assert goes_on.said == greeted.said
    assert goes_on.has("Record")
    assert only(hotline, Request).state is RequestState.WAITING


def test_a_wrong_pin_is_asked_again_twice_then_it_is_goodbye(
    hotline: Hotline, line: Webhooks, pin: str
) -> None:
    asked = press(line, line.call(1, BORROWED), "*")
    for _ in range(2):
        asked = press(line, asked, "12345678")
        assert asked.said.startswith("Ce code n'est pas le bon. Tapez votre code")
    refused = press(line, asked, "12345678")
    assert refused.said == (
        "Ce code n'est pas le bon. Appelez l'équipe pour en recevoir un autre. Au revoir."
    )
    assert not refused.has("Gather")
    assert press(line, asked, pin).has("Dial"), "the right one at last, while there are not too many wrong"


def test_too_many_wrong_ones_from_one_telephone_and_the_right_one_is_wrong_for_an_hour(
    hotline: Hotline, line: Webhooks, pin: str, clock: StoppedClock
) -> None:
    asked = press(line, line.call(1, BORROWED), "*")
    for guess in range(6):
        press(line, asked, f"0000000{guess}")
    assert not press(line, asked, pin).has("Dial")
    other = press(line, line.call(2, "+33639980002"), "*", "+33639980002", 2)
    assert press(line, other, pin, "+33639980002", 2).has("Dial"), "other telephones are not locked"
    clock.advance(timedelta(hours=1))
    assert press(line, asked, pin).has("Dial")


def test_guessing_from_many_telephones_stops_and_the_coordinators_know(
    hotline: Hotline, pin: str, clock: StoppedClock
) -> None:
    def tried(digits: str, phone: str) -> bool:
        at = clock.now()
        return hotline.database.run(lambda session: pins.who(session, digits, phone, at)) is not None

    for guess in range(30):
        assert not tried(f"{guess:08}", f"+3363998{guess:04}")
    assert not tried(pin, BORROWED)
    assert only(hotline, Alert).kind == "pin_guessing"
    clock.advance(timedelta(hours=1))
    assert tried(pin, BORROWED)
    assert rows(hotline, Attempt) == [], "what is over is forgotten"


@pytest.mark.parametrize("state", [VolunteerState.LEFT, VolunteerState.PENDING])
def test_the_pin_of_whoever_left_opens_nothing(
    hotline: Hotline, line: Webhooks, marie: int, pin: str, state: VolunteerState
) -> None:
    with hotline.database.write() as session:
        session.get_one(Volunteer, marie).state = state
    asked = press(line, line.call(1, BORROWED), "*")
    assert not press(line, asked, pin).has("Dial")


@pytest.mark.parametrize("digits", ["", "1234", "*" * 8, "9" * 40])
def test_what_is_no_pin_is_a_wrong_one(hotline: Hotline, line: Webhooks, pin: str, digits: str) -> None:
    asked = press(line, line.call(1, BORROWED), "*")
    assert "pas le bon" in press(line, asked, digits).said


def test_no_pin_reaches_the_logs(hotline: Hotline, line: Webhooks, pin: str, logged: Sequence[Any]) -> None:
    asked = press(line, line.call(1, BORROWED), "*")
    press(line, asked, "76543210")
    press(line, asked, pin)
    hotline.database.engine.dispose()
    assert pin not in str(logged)
    assert "76543210" not in str(logged)
