"""From "plus de pain" to bags before the door: a neighbour is asked, phones, goes, and says so."""

import pytest

from hotline.cli.stage import LINE, Stage
from hotline.models import Assignment, Call, Callback, Referral
from hotline.models.status import CallbackState, CallOutcome, ReferralState
from tests.needs import add_neighbour, open_need, propose
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import calls, give

ODETTE, MARIE, BRUNO = "+33199000201", "+33639980101", "+33639980102"


@pytest.fixture(autouse=True)
def proposed(town: Stage) -> None:
    """Bruno calls Odette every Tuesday; the team proposes her shopping to whoever lives near."""
    odette = add_caller(town.hotline, ODETTE, "Odette Martin", postcode="05100")
    give(town.hotline, odette, add_volunteer(town.hotline, "Bruno", BRUNO))
    add_neighbour(town.hotline, MARIE, "Marie")
    propose(town.hotline, open_need(town.hotline, odette))
    town.let(20)


def errand(town: Stage) -> Assignment:
    return next(one for one in rows(town.hotline, Assignment) if one.referral_id is not None)


def test_a_neighbour_says_yes_phones_goes_and_says_that_it_is_done(town: Stage) -> None:
    odette, marie = town.phone(ODETTE), town.phone(MARIE)
    assert "Odette (05100) attend quelqu'un sur place, pour ses courses." in marie.texts[-1].body
    marie.text(LINE, "Oui !")
    town.let(10)
    bodies = [text.body for text in marie.texts]
    assert any("Appelez Odette avant jeudi 26/11" in body for body in bodies)
    assert any("1 m de distance" in body for body in bodies)
    marie.dial(LINE)
    town.let(15)
    assert (odette.state, odette.ringing_from) == ("ringing", LINE)
    odette.answer()
    town.let(12)
    assert (odette.prompt, marie.prompt) == ("bridged", "bridged")
    town.let(minutes=3)
    odette.hang_up()
    town.let(10)
    assert marie.heard[-1][1].startswith("Merci pour cet appel. Une fois l'aide donnée, dites-le nous")
    assert rows(town.hotline, Call)[-1].outcome is CallOutcome.BRIDGED
    assert len(calls(town.hotline, errand(town).id)) == 1, "talking is not yet helping"
    town.let(minutes=90)
    assert not [body for body in (text.body for text in marie.texts) if "Comment s'est" in body]
    marie.text(LINE, "FAIT, deux sacs devant la porte")
    town.let(10)
    assert marie.texts[-1].body == "Merci d'avoir aidé Odette, c'est noté."
    assert only(town.hotline, Referral).state is ReferralState.CLOSED
    shown = " ".join([*(words for _, words in marie.heard), *(text.body for text in marie.texts)])
    assert "Martin" not in shown
    assert ODETTE[-4:] not in shown.replace(" ", "")


def test_a_neighbour_says_yes_by_key_and_hears_what_for(town: Stage) -> None:
    marie = town.phone(MARIE)
    marie.dial(LINE)
    town.let(5)
    heard = " ".join(words for _, words in marie.heard)
    assert "Une proposition vous attend : Odette attend quelqu'un sur place, pour ses courses." in heard
    marie.press("1")
    town.let(20)
    assert only(town.hotline, Referral).state is ReferralState.TAKEN
    assert any("1 m de distance" in text.body for text in marie.texts)
    assert errand(town).id in {one.assignment_id for one in rows(town.hotline, Callback)}


def test_nobody_answers_at_odettes_and_there_is_another_try(town: Stage) -> None:
    _odette, marie = town.phone(ODETTE), town.phone(MARIE)
    marie.text(LINE, "OUI")
    town.let(10)
    marie.dial(LINE)
    town.let(10)
    town.let(60)
    tried = [one for one in rows(town.hotline, Callback) if one.state is CallbackState.NO_ANSWER]
    assert [one.assignment_id for one in tried] == [errand(town).id]
    assert len(calls(town.hotline, errand(town).id)) == 1
    assert only(town.hotline, Referral).state is ReferralState.TAKEN
