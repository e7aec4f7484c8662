"""A volunteer hears that there is nothing left to eat; a partner takes over, the person knows who calls."""

from datetime import datetime, timedelta

from hotline.cli.stage import LINE, Stage
from hotline.models import Alert, Referral
from hotline.models.status import Need, ReferralChannel, ReferralState
from hotline.services.referrals import answering, telling
from tests import referring
from tests.journeys.conftest import PARIS
from tests.people import add_caller, add_volunteer
from tests.records import only, rows
from tests.relations import waits

LUCIEN, ODETTE = "+33639980001", "+33199000201"
CAMILLE, PARTNER = "+33639980101", referring.COLLECTIVE_MOBILE


def reported(town: Stage, number: str, names: str) -> int:
    """Somebody was called, and their volunteer wrote what they heard; return the caller's id."""
    caller = add_caller(town.hotline, number, names, postcode="05100")
    add_volunteer(town.hotline, "Camille", CAMILLE)
    waits(town.hotline, caller)
    town.let(15)
    camille = town.phone(CAMILLE)
    camille.text(LINE, "oui")
    town.let(15)
    camille.text(LINE, "ALERTE plus rien à manger")
    town.let(15)
    camille.text(LINE, "fait")
    town.let(15)
    return caller


def passed_on(town: Stage, need: int) -> None:
    """A coordinator asks the person, and writes the partner by text."""
    referring.choose(town.hotline, need, referring.add_partner(town.hotline, email=None))
    referring.consent(town.hotline, need)
    referring.send(town.hotline, need, ReferralChannel.TEXT, "Lucien, 05100 : plus rien à manger.")
    town.let(15)


def test_from_the_report_to_the_answer(town: Stage) -> None:
    reported(town, LUCIEN, "Lucien Petit")
    need = only(town.hotline, Referral)
    assert (need.need, need.state, need.author) == (Need.AIDE_ALIMENTAIRE, ReferralState.TO_SEND, "Camille")
    assert [alert.kind for alert in rows(town.hotline, Alert)] == ["difficult_call"]
    passed_on(town, need.id)
    partner = town.phone(PARTNER)
    assert partner.texts[-1].body == "Lucien, 05100 : plus rien à manger."
    town.jump(datetime(2026, 11, 26, 14, 5, tzinfo=PARIS))
    town.let(60)
    assert partner.texts[-1].body.startswith("On se parle : nous attendons votre réponse pour Lucien")
    silent = [alert.kind for alert in rows(town.hotline, Alert) if alert.closed_at is None]
    assert silent == ["difficult_call", "partner_silent"]
    referring.answer(town.hotline, answering.taken, need.id, "Nous passons demain.")
    town.let(15)
    assert "Collectif Solidarité Courses va vous appeler" in town.phone(LUCIEN).texts[-1].body
    referring.close(town.hotline, need.id)
    town.jump(town.now + timedelta(days=10))
    town.let(60)
    assert only(town.hotline, Referral).state is ReferralState.CLOSED
    assert [alert.kind for alert in rows(town.hotline, Alert) if alert.closed_at is None] == [
        "difficult_call"
    ]


def test_who_has_a_landline_hears_it_from_a_voice(town: Stage) -> None:
    odette = reported(town, ODETTE, "Odette")
    need = only(town.hotline, Referral)
    passed_on(town, need.id)
    referring.answer(town.hotline, answering.taken, need.id)
    town.let(15)
    assert town.phone(ODETTE).texts == []
    with town.hotline.database.read() as session:
        assert [one.partner for one in telling.to_say(session, {odette})[odette]] == [referring.COLLECTIVE]


def test_words_that_nobody_asked_for_open_the_need_too_once(town: Stage) -> None:
    add_volunteer(town.hotline, "Camille", CAMILLE)
    waits(town.hotline, add_caller(town.hotline, LUCIEN, "Lucien Petit"))
    town.let(15)
    camille = town.phone(CAMILLE)
    for words in ("oui", "il n'a plus rien à manger !", "Vraiment plus rien à manger"):
        camille.text(LINE, words)
        town.let(15)
    assert only(town.hotline, Referral).need is Need.AIDE_ALIMENTAIRE
    assert "Une personne de l'équipe va le lire" in camille.texts[-1].body
