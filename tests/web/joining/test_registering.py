"""`/benevole`: from the form to a volunteer who waits to be welcomed."""

from datetime import timedelta

from hotline.bootstrap import Hotline
from hotline.models import Alert, Registration, Volunteer
from hotline.models.status import VolunteerSource, VolunteerState
from tests.conftest import StoppedClock
from tests.people import add_volunteer
from tests.records import only, rows
from tests.web.joining.conftest import E164, SOLENE, Newcomer, codes, says, texts


def test_whoever_types_the_code_waits_to_be_welcomed(hotline: Hotline, newcomer: Newcomer) -> None:
    answer = newcomer.registers(on_site="y")
    assert (answer.status_code, answer.location) == (303, "/benevole/code")
    (sent,) = texts(hotline, "registration_code")
    assert (sent.telephone.number, sent.due_at) == (E164, hotline.clock.now())
    assert "06 39 98 01 45" in says(newcomer.get("/code"))
    assert rows(hotline, Volunteer) == []
    assert newcomer.types(f" {codes(hotline)[0][:3]} {codes(hotline)[0][3:]}").location == "/benevole/merci"
    assert "Merci" in says(newcomer.get("/merci"))
    solene = only(hotline, Volunteer)
    assert (solene.first_name, solene.last_name, solene.phone.number) == ("Solène", "Exemple", E164)
    assert (solene.email, solene.birth_date, solene.postcode) == ("solene@exemple.fr", "1958-03-12", "05100")
    assert (solene.languages, solene.on_site) == ("fr,ar", True)
    assert solene.available == "Mo 08:00-17:00; We 17:00-21:00"
    assert (solene.state, solene.source) == (VolunteerState.PENDING, VolunteerSource.REGISTRATION)
    assert solene.charter_at == solene.privacy_at == only(hotline, Registration).created_at
    assert (solene.waiting_since, solene.guardian_at, solene.pin_index) == (None, None, None)


def test_a_code_typed_twice_makes_one_volunteer(hotline: Hotline, newcomer: Newcomer) -> None:
    newcomer.registers()
    newcomer.get("/code")
    (code,), cookie = codes(hotline), newcomer.client.get_cookie("session", "hotline.example")
    assert cookie is not None
    assert newcomer.post("/code", code=code).status_code == 303
    newcomer.client.set_cookie("session", cookie.value, domain="hotline.example", secure=True)
    assert newcomer.post("/code", code=code).location == "/benevole/merci"
    assert len(rows(hotline, Volunteer)) == 1


def test_at_sixteen_somebody_may_register_and_a_parent_has_to_sign(
    hotline: Hotline, newcomer: Newcomer
) -> None:
    newcomer.joins(birth_date="24/11/2010")
    assert "Vous avez moins de 18 ans" in says(newcomer.get("/merci"))
    assert "Signature du parent" in says(newcomer.get("/accord-parental"))
    assert only(hotline, Volunteer).guardian_at is None


def test_a_wrong_number_is_corrected_without_typing_everything_again(
    hotline: Hotline, newcomer: Newcomer
) -> None:
    newcomer.registers(phone="06 39 98 01 46")
    page = newcomer.page()
    assert page.xpath("//input[@name='phone']/@value") == ["06 39 98 01 46"]
    assert page.xpath("//input[@name='languages']/@value") == ["français, arabe"]
    assert page.xpath("//input[@name='hours'][@checked]/@value") == SOLENE["hours"]
    newcomer.joins()
    assert only(hotline, Volunteer).phone.number == E164


class TestTheCode:
    def test_a_wrong_one_is_not_taken_and_the_right_one_still_is(
        self, hotline: Hotline, newcomer: Newcomer
    ) -> None:
        newcomer.registers()
        (code,) = codes(hotline)
        wrong = newcomer.types(f"{(int(code) + 1) % 10**6:06}")
        assert (wrong.status_code, "Ce n’est pas le code" in says(wrong)) == (422, True)
        assert newcomer.types(code).status_code == 303

    def test_after_five_tries_even_the_right_one_is_worth_nothing(
        self, hotline: Hotline, newcomer: Newcomer
    ) -> None:
        newcomer.registers()
        (code,) = codes(hotline)
        for _ in range(5):
            newcomer.types("abc")
        assert "demandez-en un autre" in says(newcomer.types(code))
        assert rows(hotline, Volunteer) == []
        newcomer.clock.advance(timedelta(seconds=31))
        newcomer.post("/code/autre")
        assert newcomer.types(codes(hotline)[-1]).status_code == 303

    def test_after_ten_minutes_it_is_worth_nothing_and_after_an_hour_all_is_forgotten(
        self, hotline: Hotline, newcomer: Newcomer, clock: StoppedClock
    ) -> None:
        newcomer.registers()
        clock.advance(timedelta(minutes=10))
        assert "ne vaut plus rien" in says(newcomer.types(codes(hotline)[0]))
        clock.advance(timedelta(minutes=50))
        assert newcomer.post("/code", code=codes(hotline)[0]).location == "/benevole"
        assert "nous avons tout oublié" in says(newcomer.get())

    def test_another_one_replaces_it_and_three_a_day_are_enough(
        self, hotline: Hotline, newcomer: Newcomer, clock: StoppedClock
    ) -> None:
        newcomer.registers()
        newcomer.post("/code/autre")
        assert "attendez une demi-minute" in says(newcomer.get("/code"))
        for _ in range(3):
            clock.advance(timedelta(seconds=31))
            newcomer.post("/code/autre")
        assert "trois codes par jour" in says(newcomer.get("/code"))
        first, _second, third = codes(hotline)
        assert first == third or newcomer.types(first).status_code == 422
        assert newcomer.types(third).status_code == 303

    def test_without_a_registration_there_is_only_the_form(self, newcomer: Newcomer) -> None:
        assert newcomer.get("/code").location == "/benevole"
        newcomer.get()
        assert newcomer.post("/code", code="123456").location == "/benevole"
        assert newcomer.post("/code/autre").location == "/benevole"


class TestRobots:
    def test_whoever_fills_in_the_field_that_nobody_sees_is_told_nothing(
        self, hotline: Hotline, newcomer: Newcomer
    ) -> None:
        answer = newcomer.registers(subject="Buy now")
        assert (answer.status_code, answer.location) == (303, "/benevole/code")
        assert rows(hotline, Registration) == []
        assert texts(hotline, "registration_code") == []

    def test_nobody_fills_a_form_in_within_three_seconds(self, newcomer: Newcomer) -> None:
        newcomer.get()
        answer = newcomer.post(**SOLENE)
        assert (answer.status_code, "très rapide" in says(answer)) == (422, True)
        assert 'value="Solène"' in answer.text
        newcomer.clock.advance(timedelta(seconds=3))
        assert newcomer.post(**SOLENE).status_code == 303

    def test_a_form_without_its_token_is_not_taken(self, hotline: Hotline, newcomer: Newcomer) -> None:
        newcomer.get()
        newcomer.clock.advance(timedelta(seconds=40))
        newcomer.token = "somebody else's"
        answer = newcomer.post(**SOLENE)
        assert (answer.status_code, "Encore une fois" in says(answer)) == (400, True)
        assert rows(hotline, Registration) == []

    def test_many_from_one_place_have_to_wait_and_the_coordinators_know(
        self, hotline: Hotline, newcomer: Newcomer
    ) -> None:
        for number in range(20):
            assert newcomer.registers(phone=f"06 39 98 02 {number:02}").status_code == 303
        late = newcomer.registers(phone="06 39 98 02 50")
        newcomer.get()
        refused = newcomer.post(**{**SOLENE, "phone": "06 39 98 02 51"})
        assert (late.status_code, refused.status_code) == (303, 429)
        assert "réessayez aujourd’hui à 14 h" in says(refused).replace("\N{NO-BREAK SPACE}", " ")
        assert 'value="Solène"' in refused.text
        assert [alert.kind for alert in rows(hotline, Alert)] == ["registration_flood"]
        elsewhere = Newcomer(hotline, newcomer.clock, address="203.0.113.8")
        assert elsewhere.registers(phone="06 39 98 02 51").status_code == 303


def test_a_volunteer_of_the_team_sees_what_anybody_else_sees(
    hotline: Hotline, newcomer: Newcomer, clock: StoppedClock
) -> None:
    """Known or not, in the team or not, stopped or not: the pages say the same."""
    seen = []
    add_volunteer(hotline, "Marie", "+33639980101")
    add_volunteer(hotline, "Paul", "+33639980102", state=VolunteerState.LEFT)
    stopped = add_volunteer(hotline, "Nour", "+33639980103")
    with hotline.database.write() as session:
        session.get_one(Volunteer, stopped).phone.stopped_at = clock.now()
    for place, number in enumerate(("0639980101", "0639980102", "0639980103", "0639980104")):
        browser = Newcomer(hotline, clock, address=f"203.0.113.{place}")
        first = browser.registers(phone=number)
        told = says(browser.get("/code")).replace(f"06 39 98 01 0{place + 1}", "…")
        for _ in range(3):
            clock.advance(timedelta(seconds=31))
            browser.post("/code/autre")
        again = says(browser.get("/code")).replace(f"06 39 98 01 0{place + 1}", "…")
        seen.append((first.status_code, first.location, told, again))
    assert len(set(seen)) == 1
    assert "trois codes par jour" in seen[0][3]
