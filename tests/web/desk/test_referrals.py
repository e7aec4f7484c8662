"""Needs at the desk: guessed from words, passed on with consent, followed; every click has its way back."""

from lxml import html

from hotline.models import AuditEntry, Caller, Message, OutboxRow, Request
from hotline.models.status import ContactKind, Direction, Need, ReferralState, Role
from hotline.services import requests
from hotline.services.referrals import answering
from tests import referring
from tests.people import add_caller
from tests.records import rows
from tests.web.desk.conftest import Desk, sign_in

ODETTE, LANDLINE = "+33639980101", "+33199000101"


def odette(desk: Desk) -> int:
    return add_caller(desk.hotline, ODETTE, "Odette Blanchard", postcode="05100")


def texted(desk: Desk, caller_id: int, words: str) -> int:
    """Somebody has sent a text; return their request."""
    at = desk.hotline.clock.now()
    with desk.hotline.database.write() as session:
        caller = session.get_one(Caller, caller_id)
        contact = requests.contact(session, caller, ContactKind.MESSAGE, at)
        session.add(
            Message(
                sid=f"SM{caller_id}",
                direction=Direction.INBOUND,
                from_number=ODETTE,
                to_number="+33199000100",
                body=words,
                status="received",
                caller_id=caller_id,
                contact_id=contact.id,
                created_at=at,
            )
        )
        assert contact.request_id
        return contact.request_id


def undo(desk: Desk, answer: str) -> str:
    """Take back what a page has just offered to take back."""
    (action,) = html.fromstring(answer).xpath("//form[contains(@action, '/undo/')]/@action")
    return desk.post(action).text


def act(desk: Desk, need: int, name: str, **fields: str) -> str:
    return desk.post(f"/referrals/{need}/act", act=name, **fields).text


def test_a_need_guessed_from_a_text_is_confirmed_with_one_click_and_taken_back(desk: Desk) -> None:
    caller = odette(desk)
    request = texted(desk, caller, "Bonjour, je n'ai plus rien à manger. Merci")
    shown = desk.text(f"/requests/{request}")
    assert "Besoin possible : aide alimentaire (plus rien à manger)" in shown
    answer = desk.post(
        f"/people/{caller}/needs",
        need="AIDE_ALIMENTAIRE",
        words="plus rien à manger",
        request=str(request),
        only="1",
    )
    assert "Le besoin est noté" in answer.text
    with desk.hotline.database.read() as session:
        assert session.get_one(Request, request).need is Need.AIDE_ALIMENTAIRE
    assert "Besoin possible" not in desk.text(f"/requests/{request}")
    assert "C’est annulé" in undo(desk, answer.text)
    with desk.hotline.database.read() as session:
        assert session.get_one(Request, request).need is Need.LIEN
    assert referring.get(desk.hotline, 1).state is ReferralState.CLOSED


def test_from_the_need_to_the_answer_at_the_desk(desk: Desk) -> None:
    caller = odette(desk)
    partner = referring.add_partner(desk.hotline)
    need = referring.add_need(desk.hotline, caller)
    assert "Odette Blanchard" in desk.text("/referrals")
    page = desk.text(f"/referrals/{need}")
    assert "Collectif Solidarité Courses ouvert maintenant" in page
    assert "Choisissez d’abord" in desk.client.get(f"/referrals/{need}/send", follow_redirects=True).text
    assert "Choisissez d&#39;abord" in act(desk, need, "send", channel="call", words="x")
    assert "Partenaire choisi" in act(desk, need, "choose", partner=str(partner))
    assert "Rien ne part sans" in act(desk, need, "send", channel="call", words="x")
    assert "L’accord est noté" in act(desk, need, "consent", source="elle-même, au téléphone")
    draft = desk.page(f"/referrals/{need}/send?channel=text").xpath("//textarea[@name='words']")[0].text
    assert "06 39 98 01 01" in draft
    sent = act(desk, need, "send", channel="text", words=draft.strip())
    assert "C’est transmis" in sent
    (text,) = rows(desk.hotline, OutboxRow)
    assert referring.get(desk.hotline, need).passed_on == text.body
    page = desk.text(f"/referrals/{need}")
    assert "06 39 98 01 01" not in page
    assert "Transmis à Collectif Solidarité Courses par SMS" in page
    assert "apprend par un message" in act(desk, need, "taken", words="Demain matin")
    assert "La personne l’apprend par SMS" in desk.text(f"/referrals/{need}")
    assert "Le besoin est clos" in act(desk, need, "close", words="Livré")
    history = desk.text(f"/people/{caller}")
    for said in ("Besoin noté", "Transmis à Collectif", "s’en occupe", "Besoin clos"):
        assert said in history
    assert "Le besoin est rouvert" in act(desk, need, "reopen")


def test_what_was_sent_is_taken_back_with_its_text(desk: Desk) -> None:
    need = referring.add_need(desk.hotline, odette(desk))
    referring.choose(desk.hotline, need, referring.add_partner(desk.hotline))
    referring.consent(desk.hotline, need)
    answer = act(desk, need, "send", channel="text", words="Odette a besoin de courses.")
    undo(desk, answer)
    assert [row.state.value for row in rows(desk.hotline, OutboxRow)] == ["failed"]
    assert referring.get(desk.hotline, need).state is ReferralState.TO_SEND


def test_the_opening_of_what_is_passed_on_is_written_down(desk: Desk) -> None:
    need = referring.sent(desk.hotline, odette(desk))
    for address in (f"/referrals/{need}/send?channel=mail", f"/referrals/{need}/sheet"):
        desk.get(address)
    noted = [entry.action for entry in rows(desk.hotline, AuditEntry)]
    assert noted == ["referral.read", "referral.read"]


def test_today_shows_what_waits_for_a_hand(desk: Desk) -> None:
    need = referring.add_need(desk.hotline, odette(desk))
    today = desk.text("/")
    assert "Besoins à orienter" in today
    assert "Odette Blanchard" in today
    assert desk.get("/badges").json["badges"]["referrals"] == "1"
    referring.close(desk.hotline, need)
    assert "Besoins à orienter" not in desk.text("/")


def test_what_is_to_be_said_to_a_person_without_mobile_stays_on_today_until_it_is_said(desk: Desk) -> None:
    rose = add_caller(desk.hotline, LANDLINE, "Rose Martin")
    need = referring.sent(desk.hotline, rose)
    referring.answer(desk.hotline, answering.taken, need)
    assert "à dire à la personne" in desk.text("/")
    assert "sait qui va l’appeler" in act(desk, need, "told")
    assert "Besoins à orienter" not in desk.text("/")


def test_leaflets_are_sent_with_one_click_once_a_day(desk: Desk) -> None:
    caller = odette(desk)
    answer = desk.post(f"/people/{caller}/leaflets/instructions")
    assert "en route par SMS" in answer.text
    assert "Consignes sanitaires envoyées par SMS." in desk.text(f"/people/{caller}")
    assert "déjà parti" in desk.post(f"/people/{caller}/leaflets/instructions").text
    undo(desk, answer.text)
    assert [row.state.value for row in rows(desk.hotline, OutboxRow)] == ["failed"]
    assert "Consignes sanitaires envoyées" not in desk.text(f"/people/{caller}")


def test_a_landline_without_mail_says_why_nothing_can_be_sent(desk: Desk) -> None:
    rose = add_caller(desk.hotline, LANDLINE, "Rose Martin")
    assert "Ni mobile ni courriel" in desk.text(f"/people/{rose}")
    assert "ni mobile" in desk.post(f"/people/{rose}/leaflets/instructions").text
    assert "kit_url" in desk.post(f"/people/{rose}/leaflets/kit").text


def test_a_partner_is_written_down_changed_and_archived(desk: Desk) -> None:
    fields: dict[str, str | list[str]] = {
        "name": "Collectif Solidarité Courses",
        "legal_status": "association",
        "needs": ["SOLIDARITE_PROXIMITE"],
        "area": "05 ; 38350",
        "hours": "Mo-Fr 09:00-12:00",
        "phone": "06 39 98 07 77",
        "email": "courses@exemple.fr",
    }
    answer = desk.post("/partners/new", **fields)
    assert "Le partenaire est enregistré" in answer.text
    page = desk.text("/partners/1")
    assert "05, 38350" in page
    assert "fermé maintenant" in page
    assert "courses de proximité" in desk.text("/partners?need=SOLIDARITE_PROXIMITE")
    assert "C’est enregistré" in desk.post("/partners/1/edit", **fields | {"area": ""}).text
    assert "partout" in desk.text("/partners")
    assert "n’est plus proposé" in desk.post("/partners/1/archive").text
    assert "Aucun partenaire" in desk.text("/partners")
    assert "Collectif" in desk.text("/partners?state=archived")
    assert "de nouveau proposé" in desk.post("/partners/1/restore").text


def test_what_cannot_be_read_of_a_partner_is_said_at_its_field(desk: Desk) -> None:
    answer = desk.post("/partners/new", name=" ", legal_status="x", area="ici", hours="lundi", phone="3949")
    assert answer.status_code == 422
    for says in ("Il manque le nom", "ni un code postal ni un département", "Rien n’est encore enregistré"):
        assert says in answer.text


def test_a_partner_answers_so_many_times_out_of_so_many(desk: Desk) -> None:
    need = referring.sent(desk.hotline, odette(desk))
    assert "0 %" in desk.text("/partners")
    referring.answer(desk.hotline, answering.refused, need)
    assert "100 %" in desk.text("/partners")


def test_odd_input_is_answered_with_a_sentence(desk: Desk) -> None:
    need = referring.add_need(desk.hotline, odette(desk))
    for act_, fields in (("choose", {"partner": "x"}), ("send", {"channel": "pigeon"}), ("told", {})):
        assert desk.post(f"/referrals/{need}/act", act=act_, **fields).status_code == 200
    assert desk.post(f"/referrals/{need}/act", act="sing").status_code == 404
    assert desk.post("/referrals/99/act", act="close").status_code == 404
    assert desk.post("/people/1/needs", need="LIEN").status_code == 200
    assert desk.client.get("/referrals/99").status_code == 404
    assert desk.client.get(f"/referrals/{need}/sheet").status_code == 404
    assert desk.get("/referrals?state=nowhere&after=x&need=y").status_code == 200


def test_who_only_listens_has_no_needs_to_refer(desk: Desk) -> None:
    caller = odette(desk)
    listener = sign_in(desk.hotline, Role.LISTENER, "Paul Roux")
    assert "Orientations" not in listener.text(f"/people/{caller}")
    assert listener.client.get("/referrals").status_code == 403
