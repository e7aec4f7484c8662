"""A volunteer on the telephone: several to call, nobody to call, a late hour, an offer to answer."""

from datetime import date, datetime, timedelta

import pytest

from hotline.bootstrap import Hotline
from hotline.models import Assignment, Call, Callback
from hotline.models.status import AssignmentState, CallbackState
from scheduler import jobs
from tests.conftest import StoppedClock
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_listener, add_volunteer
from tests.records import only, rows
from tests.relations import give, no, offer, waits
from tests.webhooks import Document, Webhooks

MARIE = "+33639980101"
ODETTE, MARCEL, PAULE = "+33199000201", "+33199000202", "+33199000203"


@pytest.fixture
def marie(hotline: Hotline) -> int:
    return add_volunteer(hotline, "Marie", MARIE, capacity=20)


def open_call(hotline: Hotline, volunteer: int, name: str, number: str, postcode: str | None = None) -> int:
    """Somebody is given to the volunteer for one call; return the callback's id."""
    give(hotline, add_caller(hotline, number, name, postcode=postcode), volunteer, cadence=None)
    return rows(hotline, Callback)[-1].id


def offered(hotline: Hotline, volunteer: int, name: str = "Paule", number: str = PAULE) -> int:
    made = offer(hotline, waits(hotline, add_caller(hotline, number, name)), volunteer)
    assert made is not None
    return made


def press(line: Webhooks, asked: Document, digits: str, number: int = 50) -> Document:
    on_keys = str(asked.verb("Gather").get("action"))
    return line.document(on_keys, **line.form(number, MARIE, Digits=digits))


def test_of_several_calls_one_is_chosen_by_key_and_pound(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    open_call(hotline, marie, "Odette Martin", ODETTE)
    hotline.clock.advance(timedelta(minutes=5))
    second = open_call(hotline, marie, "Marcel Petit", MARCEL)
    asked = line.call(50, MARIE)
    options = "Pour appeler Odette, tapez 1. Pour appeler Marcel, tapez 2. Terminez par la touche dièse."
    assert asked.said == f"Bonjour Marie. {options} {options}"
    assert asked.verb("Gather").get("finishOnKey") == "#"
    dialled = press(line, asked, "2")
    assert dialled.verb("Number").text == MARCEL
    assert dialled.said.startswith("Nous appelons Marcel."), "she was greeted already"
    assert rows(hotline, Call)[-1].callback_id == second


def test_a_link_dials_the_extension_of_a_call_by_itself(hotline: Hotline, line: Webhooks, marie: int) -> None:
    open_call(hotline, marie, "Odette", ODETTE)
    second = open_call(hotline, marie, "Marcel", MARCEL)
    asked = line.call(50, MARIE)
    assert press(line, asked, f"0{second}").verb("Number").text == MARCEL


def test_the_extension_does_no_harm_where_only_one_call_is_open(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    open_call(hotline, marie, "Odette", ODETTE)
    briefed = line.call(50, MARIE)
    again = press(line, briefed, "0")
    assert again.verb("Number").text == ODETTE
    assert not again.has("Gather"), "what else is typed is not listened to"


@pytest.mark.parametrize("digits", ["3", "0", "0999", "12", "", "99"])
def test_a_key_that_names_nobody_is_asked_again(
    hotline: Hotline, line: Webhooks, marie: int, digits: str
) -> None:
    open_call(hotline, marie, "Odette", ODETTE)
    open_call(hotline, marie, "Marcel", MARCEL)
    assert "Pour appeler Odette, tapez 1." in press(line, line.call(50, MARIE), digits).said


def test_nobody_dials_a_call_that_is_somebody_elses(hotline: Hotline, line: Webhooks, marie: int) -> None:
    bruno = add_volunteer(hotline, "Bruno", "+33639980102")
    his = open_call(hotline, bruno, "Paule", PAULE)
    open_call(hotline, marie, "Odette", ODETTE)
    open_call(hotline, marie, "Marcel", MARCEL)
    asked = line.call(50, MARIE)
    assert not press(line, asked, f"0{his}").has("Dial")
    url = f"/voice/bridge/confirmed?callback={his}"
    assert not line.document(url, **line.form(50, MARIE, Digits="1")).has("Dial")


def test_two_of_one_name_are_told_apart_by_place(hotline: Hotline, line: Webhooks, marie: int) -> None:
    open_call(hotline, marie, "Odette Martin", ODETTE, "05100")
    open_call(hotline, marie, "Odette Petit", MARCEL, "13001")
    said = line.call(50, MARIE).said
    assert "Pour appeler Odette, code postal 05100, tapez 1." in said
    assert "Pour appeler Odette, code postal 13001, tapez 2." in said


def test_at_most_eight_are_offered(hotline: Hotline, line: Webhooks, marie: int) -> None:
    for last in range(10):
        open_call(hotline, marie, f"Jeanne{last}", f"+3319900021{last}")
    said = line.call(50, MARIE).said
    assert "tapez 8." in said
    assert "tapez 9." not in said


def test_a_call_at_a_late_hour_is_made_with_one_more_key(
    hotline: Hotline, line: Webhooks, marie: int, clock: StoppedClock
) -> None:
    open_call(hotline, marie, "Odette", ODETTE)
    clock.set(datetime(2026, 11, 24, 21, 30, tzinfo=PARIS))
    asked = line.call(50, MARIE)
    assert "À cette heure, Odette dort peut-être." in asked.said
    assert not asked.has("Dial")
    again = press(line, asked, "5")
    assert again.root[0].tag == "Say", "what else was typed is not taken for the answer"
    assert press(line, again, "1").verb("Number").text == ODETTE


def test_with_nobody_to_call_the_next_call_and_the_next_shift_are_said(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    give(hotline, add_caller(hotline, ODETTE, "Odette"), marie, "FREQ=WEEKLY;BYDAY=FR;BYHOUR=15;BYMINUTE=0")
    add_listener(hotline, MARIE, "Mo 14:00-17:00", from_date=date(2026, 11, 25))
    said = line.call(50, MARIE).said
    assert said.startswith("Bonjour Marie. Personne n'attend votre appel pour le moment.")
    assert "Votre prochain appel : Odette, vendredi à quinze heures." in said
    assert "Votre prochaine permanence : lundi à quatorze heures." in said


def test_without_anybody_to_call_a_volunteer_hears_a_kind_word(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    answer = line.call(1, MARIE)
    assert answer.said.endswith("Personne n'attend votre appel pour le moment. Merci d'être là. Au revoir.")
    assert not answer.has("Dial")
    assert not answer.has("Record")


def test_a_volunteer_on_duty_is_told_so(hotline: Hotline, line: Webhooks, marie: int) -> None:
    add_listener(hotline, MARIE)
    assert "Vous êtes de permanence" in line.call(1, MARIE).said


def test_an_offer_is_accepted_by_telephone_with_one_key(hotline: Hotline, line: Webhooks, marie: int) -> None:
    offered(hotline, marie)
    asked = line.call(50, MARIE)
    assert "Bonjour Marie. Une proposition vous attend : appeler Paule." in asked.said
    for _ in range(2):
        assert "rappelez ce numéro" in press(line, asked, "1").said
    assert only(hotline, Assignment).state is AssignmentState.ACTIVE
    assert only(hotline, Callback).state is CallbackState.PLANNED
    assert line.call(51, MARIE).has("Dial")


def test_an_offer_is_declined_by_telephone_and_another_key_asks_again(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    offered(hotline, marie)
    asked = line.call(50, MARIE)
    again = press(line, asked, "7")
    assert [verb.tag for verb in again.root] == ["Say", "Gather", "Hangup"]
    assert "C'est noté" in press(line, asked, "2").said
    assert only(hotline, Assignment).state is AssignmentState.DECLINED


def test_an_offer_beside_an_open_call_is_the_key_nine(hotline: Hotline, line: Webhooks, marie: int) -> None:
    open_call(hotline, marie, "Odette", ODETTE)
    offered(hotline, marie)
    asked = line.call(50, MARIE)
    assert "Pour appeler Odette, tapez 1. Pour répondre à une proposition, tapez 9." in asked.said
    offer_asked = press(line, asked, "9")
    assert offer_asked.said.startswith("Une proposition vous attend : appeler Paule.")
    press(line, offer_asked, "1")
    assert rows(hotline, Assignment)[-1].state is AssignmentState.ACTIVE
    assert press(line, asked, "1").verb("Number").text == ODETTE


def test_the_key_nine_without_an_offer_any_more_asks_again(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    open_call(hotline, marie, "Odette", ODETTE)
    made = offered(hotline, marie)
    asked = line.call(50, MARIE)
    no(hotline, made)
    assert press(line, asked, "9").verb("Number").text == ODETTE, "the only call left"


def test_an_offer_made_to_somebody_else_cannot_be_answered_by_telephone(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    offered(hotline, marie)
    on_key = str(line.call(50, MARIE).verb("Gather").get("action"))
    add_volunteer(hotline, "Bruno", "+33639980102")
    line.call(60, "+33639980102")
    answer = line.document(on_key, **line.form(60, "+33639980102", Digits="1"))
    assert "Personne n'attend votre appel" in answer.said
    assert only(hotline, Assignment).state is AssignmentState.OFFERED


def test_an_answer_by_telephone_that_comes_too_late_is_thanked(
    hotline: Hotline, line: Webhooks, marie: int
) -> None:
    offered(hotline, marie)
    asked = line.call(50, MARIE)
    hotline.clock.advance(timedelta(hours=5))
    jobs.expire_offers(hotline)
    assert "déjà trouvé quelqu'un" in press(line, asked, "1").said


def test_a_stranger_who_finds_these_addresses_hears_an_apology(line: Webhooks, hotline: Hotline) -> None:
    line.call(1, ODETTE)
    for path in ("chosen?calls=1-2", "confirmed?callback=1", "ended"):
        answer = line.document(f"/voice/bridge/{path}", **line.form(1, ODETTE, Digits="1"))
        assert "Excusez-nous" in answer.said
        assert not answer.has("Dial")
